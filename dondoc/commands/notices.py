"""`dondoc notices`: how each mail looks, rendered from a sample."""

from pathlib import Path
from typing import Annotated

import typer

from catalog.errors import Fault, FaultyDataError
from dondoc.commands.output import JsonFlag, print_json
from notifications.content.rendering import render
from notifications.content.samples import sample, sample_kinds

app = typer.Typer(no_args_is_help=True, help="Xem mẫu các loại thư.")

Kind = Annotated[str, typer.Argument(help=f"Loại thư: {', '.join(sample_kinds())}.")]
HtmlFile = Annotated[
    Path | None, typer.Option("--html", help="Ghi phần HTML ra tệp này để mở bằng trình duyệt.")
]


@app.callback()
def _group() -> None:
    """Hold the group, so that `preview` keeps its name."""


@app.command("preview")
def preview(kind: Kind, as_json: JsonFlag = False, html: HtmlFile = None) -> None:
    """Dựng một thư mẫu: tiêu đề và nội dung, từ số liệu giả định."""
    if kind not in sample_kinds():
        remedy = f"Hãy chọn một trong: {', '.join(sample_kinds())}."
        raise FaultyDataError([Fault(f"không có loại thư “{kind}”.", remedy=remedy)])
    template, context = sample(kind)
    rendered = render(template, context)
    if html is not None:
        html.write_text(rendered.html, encoding="utf-8")
    if as_json:
        print_json(
            {"kind": kind, "template": template, "subject": rendered.subject, "text": rendered.text, "html": rendered.html}
        )  # fmt: skip
        return
    print(f"Tiêu đề: {rendered.subject}\n\n{rendered.text}", end="")
    if html is not None:
        print(f"\nĐã ghi phần HTML vào {html}.")

"""`dondoc restore`: a copy put back, all of it or nothing."""

from pathlib import Path
from typing import Annotated

import typer

from dondoc.commands.opening import open_database
from dondoc.commands.output import JsonFlag, print_json
from dondoc.commands.progress import counting
from tasks.restoring import restore

app = typer.Typer(help="Phục hồi cơ sở dữ liệu từ một bản sao.")


@app.command()
def put_back(
    file: Annotated[Path, typer.Argument(help="Bản sao do dondoc backup hoặc lượt sao lưu hằng đêm ghi ra.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Thay toàn bộ dữ liệu đang có bằng bản sao.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Phục hồi toàn bộ từ một bản sao vào SQLite hoặc PostgreSQL; có lỗi thì không thay đổi gì."""
    with counting("Phục hồi", quiet=as_json) as progress:
        done = restore(open_database(), file, replace=replace, progress=progress)
    if as_json:
        print_json({"path": str(file), "rows": done.rows, "replaced": done.replaced})
        return
    print(f"Đã phục hồi {done.rows} dòng từ {file}, thay {done.replaced} dòng cũ.")
    print("Thư gửi sau lúc sao lưu không còn trong sổ; hãy xem dondoc doctor trước khi mở lại cổng.")

"""What every command prints with: JSON for programs on standard output, aligned tables for people."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated, Any

import typer

JsonFlag = Annotated[bool, typer.Option("--json", help="In đúng một tài liệu JSON ra đầu ra chuẩn.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="Ngày (2025-09-05) hoặc thời điểm kèm múi giờ.")]
Limit = Annotated[int, typer.Option("--limit", min=1, help="Số dòng nhiều nhất.")]
Offset = Annotated[int, typer.Option("--offset", min=0, help="Bỏ qua bấy nhiêu dòng đầu.")]


_WIDE = 160  # columns of a table that goes to a file or another program


def print_json(document: Any) -> None:
    """Print one JSON document on one line; days and instants become ISO text."""
    print(json.dumps(document, ensure_ascii=False, default=_plain))


def print_table(heads: Sequence[str], rows: Iterable[Sequence[Any]], right: Iterable[int] = ()) -> None:
    """Print an aligned table; `right` names the columns of figures. Colour only on a terminal."""
    from rich.console import Console  # deferred: JSON output needs none of it
    from rich.table import Table

    numeric = set(right)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for index, head in enumerate(heads):
        table.add_column(head, justify="right" if index in numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else show(cell) for cell in row))
    Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE).print(table)


def show(value: Any) -> str:
    """Return `value` as a person reads it: dd/mm/yyyy for a day."""
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    message = f"{type(value).__name__} has no JSON form"
    raise TypeError(message)

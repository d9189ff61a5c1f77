"""`dondoc backup`: a checked copy of the whole database in one file, while others work on it."""

from pathlib import Path
from typing import Annotated

import typer

from dondoc.commands.opening import open_database
from dondoc.commands.output import JsonFlag, print_json
from dondoc.commands.running import OutsideFailure
from tasks.backup import UnsoundCopyError, back_up

app = typer.Typer(help="Sao lưu toàn bộ cơ sở dữ liệu vào một tệp.")

_MEGABYTE = 1_000_000


@app.command()
def write_copy(
    file: Annotated[
        Path, typer.Argument(help="Tệp sẽ ghi, ví dụ dondoc.sqlite3; tệp cũ cùng tên được thay.")
    ],
    as_json: JsonFlag = False,
) -> None:
    """Sao lưu toàn bộ cơ sở dữ liệu vào một tệp rồi kiểm tra bản sao; không phải dừng hệ thống."""
    try:
        copy = back_up(open_database(), file)
    except UnsoundCopyError as error:
        raise OutsideFailure(f"Chưa có bản sao dùng được: {error}") from None
    if as_json:
        print_json({"path": str(copy.path), "size": copy.size, "rows": copy.rows})
    else:
        size = f"{copy.size / _MEGABYTE:.1f}".replace(".", ",")
        print(f"Đã sao lưu và kiểm tra {copy.path}: {copy.rows} dòng, {size} MB.")

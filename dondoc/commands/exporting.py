"""What the commands of `dondoc export` share: their options, the file to write, and what they say at the end."""

from pathlib import Path
from typing import Annotated

import typer

from dondoc.commands.output import print_json
from tasks.status import Status

OutFile = Annotated[Path, typer.Option("-o", "--output", help="Tệp sẽ ghi; tệp cũ cùng tên được thay.")]
AgencyCode = Annotated[str | None, typer.Option("--agency", help="Mã cơ quan.")]
DutyCode = Annotated[str | None, typer.Option("--duty", help="Mã nhiệm vụ trong danh mục.")]
SectionCode = Annotated[str | None, typer.Option("--section", help="Mã phần của danh mục.")]
GroupCode = Annotated[str | None, typer.Option("--group", help="Mã nhóm cơ quan.")]
Statuses = Annotated[list[Status] | None, typer.Option("--status", help="Trạng thái; ghi nhiều lần được.")]
Search = Annotated[str, typer.Option("--search", help="Tìm trong nội dung và tên cơ quan, không cần dấu.")]
RoundCode = Annotated[str, typer.Option("--round", help="Mã lần báo cáo.")]


def check_suffix(path: Path, *suffixes: str) -> str:
    """Return the suffix of the file to write; wrong usage when it is none of `suffixes` or its folder is missing."""
    suffix = path.suffix.lower()
    if suffix not in suffixes:
        raise typer.BadParameter(f"-o: hãy đặt tên tệp có đuôi {' hoặc '.join(suffixes)}.")
    if not path.parent.is_dir():
        raise typer.BadParameter(f"-o: không có thư mục {path.parent}; hãy tạo trước.")
    return suffix


def tell(path: Path, counted: str, count: int, *, as_json: bool, **more: object) -> None:
    """Print where the file is and how much stands in it."""
    if as_json:
        print_json({"path": str(path), "rows": count, **more})
    else:
        print(f"Đã ghi {count} {counted} vào {path}.")

"""Plain text in: lines with their numbers, or a table where tabs or layout kept the columns."""

from pathlib import Path

from catalog.drafts.source import Block, Cell, Line, Row, Source, Table
from documents.importing.guard import refuse

_ENCODINGS = ("utf-8-sig", "utf-16")


def read_txt(path: Path) -> Source:
    """Return the lines of the file; runs of lines with tabs become tables."""
    lines = _decoded(path).replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").split("\n")
    blocks: list[Block] = []
    tabbed: list[tuple[int, str]] = []
    gap = False
    for number, text in enumerate(lines, start=1):
        if text.count("\t") >= 2:
            tabbed.append((number, text))
            continue
        _flush(tabbed, blocks)
        if text.strip():
            blocks.append(Line(text, f"dòng {number}", gap=gap))
        gap = not text.strip()
    _flush(tabbed, blocks)
    return Source(path.name, tuple(blocks), wrapped=True)


def _decoded(path: Path) -> str:
    data = path.read_bytes()
    encodings = _ENCODINGS if not data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-16",)
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refuse(path, "tệp không ở bảng mã UTF-8.", "Hãy lưu lại tệp với bảng mã UTF-8.")


def _flush(tabbed: list[tuple[int, str]], blocks: list[Block]) -> None:
    if tabbed:
        rows = tuple(
            Row(
                tuple(
                    Cell(part.strip(), f"dòng {number}, cột {at}")
                    for at, part in enumerate(text.split("\t"), 1)
                ),
                f"dòng {number}",
            )
            for number, text in tabbed
        )
        blocks.append(Table(rows, f"dòng {tabbed[0][0]}"))
        tabbed.clear()

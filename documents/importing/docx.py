"""Word in: paragraphs and tables in order, from the raw XML (python-docx's own cell access is quadratic).

Merged cells are laid out on the table's grid; deleted and hidden text is left out, inserted text is kept.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalog.drafts.source import MARK_CLOSE, MARK_OPEN, Block, Cell, Line, Row, Source, Table
from documents.importing.docx_numbering import Numbering, read_numbering
from documents.importing.guard import open_package, outside_links, parse_part

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MAX_COLUMNS = 60
_SKIPPED = {f"{_W}{name}" for name in ("del", "moveFrom", "txbxContent", "pPr", "instrText", "delText")} | {
    f"{_MC}Fallback"
}
_TRANSPARENT = {
    f"{_W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "body")
}
_OFF = {"0", "false", "off", "none"}
_BREAKS = {f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}tab": " ", f"{_W}noBreakHyphen": "-"}


@dataclass(slots=True)
class _Reading:
    numbering: Numbering
    notes: dict[str, str] = field(default_factory=dict)  # note id to printed mark
    tables: int = 0
    paragraphs: int = 0


def read_docx(path: Path) -> Source:
    """Return the document's paragraphs, tables and footnotes; raises FaultyDataError where it cannot be read."""
    with open_package(path) as package:
        parts = {
            name: _part(path, package, name) for name in ("numbering", "styles", "footnotes", "endnotes")
        }
        document = parse_part(path, package, "word/document.xml")
        warnings = outside_links(path, package)
    reading = _Reading(read_numbering(parts["numbering"], parts["styles"]))
    blocks = tuple(_blocks(document, reading))
    notes = [*_notes(parts["footnotes"], "footnote", reading), *_notes(parts["endnotes"], "endnote", reading)]
    return Source(path.name, blocks, tuple(notes), warnings)


def _part(path: Path, package: zipfile.ZipFile, name: str) -> Any | None:
    full = f"word/{name}.xml"
    return parse_part(path, package, full) if full in package.namelist() else None


def _blocks(owner: Any, reading: _Reading) -> Iterator[Block]:
    for element in owner:
        if element.tag == f"{_W}p":
            reading.paragraphs += 1
            place = f"đoạn {reading.paragraphs}"
            yield from (
                Line(text, place) for text in _paragraph(element, reading).split("\n") if text.strip()
            )
        elif element.tag == f"{_W}tbl":
            yield from _table(element, reading)
        elif element.tag in _TRANSPARENT:
            yield from _blocks(element, reading)


def _table(element: Any, reading: _Reading) -> Iterator[Table]:
    """Yield the table, or the tables inside it where it only serves the layout."""
    nested = [inner for inner in element.iterfind(f".//{_W}tbl") if _size(inner) >= (2, 3)]
    if nested and _size(element) <= (3, 2):
        for inner in nested:
            yield from _table(inner, reading)
        return
    reading.tables += 1
    place = f"bảng {reading.tables}"
    rows: list[Row] = []
    for number, row in enumerate(_rows(element), start=1):
        rows.append(_row(row, f"{place}, dòng {number}", rows[-1].cells if rows else (), reading))
    yield Table(tuple(rows), place)


def _size(table: Any) -> tuple[int, int]:
    rows = list(_rows(table))
    return len(rows), max((sum(1 for _ in _children(row, "tc")) for row in rows), default=0)


def _rows(table: Any) -> Iterator[Any]:
    for row in _children(table, "tr"):
        if row.find(f"{_W}trPr/{_W}del") is None:
            yield row


def _children(owner: Any, name: str) -> Iterator[Any]:
    for element in owner:
        if element.tag == f"{_W}{name}":
            yield element
        elif element.tag in _TRANSPARENT:
            yield from _children(element, name)


def _row(row: Any, place: str, above: tuple[Cell, ...], reading: _Reading) -> Row:
    cells: list[Cell] = [Cell(place=place)] * _number(row, "trPr", "gridBefore")
    notes: list[str] = []
    for element in _children(row, "tc"):
        column = len(cells)
        cell = _cell(element, f"{place}, cột {column + 1}", reading)
        merge = _merge(element)
        if merge == "continue" and column < len(above):
            cell = Cell(place=cell.place, covered="above")
        elif merge == "continue":
            notes.append("Ô gộp dọc không có ô bắt đầu ở dòng trên; cần xem lại.")
        cells.append(cell)
        span = min(_number(element, "tcPr", "gridSpan") or 1, MAX_COLUMNS)
        cells.extend(Cell(place=cell.place, covered="left") for _ in range(span - 1))
        if len(cells) > MAX_COLUMNS:
            notes.append(f"Dòng có hơn {MAX_COLUMNS} cột; phần thừa không được đọc.")
            break
    hidden = row.find(f"{_W}trPr/{_W}hidden") is not None
    return Row(
        tuple(cells[:MAX_COLUMNS]),
        place,
        notes=(*notes, *(["Dòng này đang ẩn trong tệp Word."] if hidden else [])),
    )


def _number(element: Any, properties: str, name: str) -> int:
    found = element.find(f"{_W}{properties}/{_W}{name}")
    value = found.get(f"{_W}val") if found is not None else ""
    return min(int(value), MAX_COLUMNS) if value and value.isdigit() else 0


def _merge(element: Any) -> str:
    found = element.find(f"{_W}tcPr/{_W}vMerge")
    return "" if found is None else str(found.get(f"{_W}val") or "continue")


def _cell(element: Any, place: str, reading: _Reading) -> Cell:
    texts = [
        _paragraph(paragraph, reading) for paragraph in element.iter(f"{_W}p") if not _in_text_box(paragraph)
    ]
    return Cell("\n".join(filter(None, texts)), place)


def _in_text_box(paragraph: Any) -> bool:
    return bool(
        next(paragraph.iterancestors(f"{_W}txbxContent", f"{_W}tc"), paragraph).tag == f"{_W}txbxContent"
    )


def _paragraph(paragraph: Any, reading: _Reading) -> str:
    text = "".join(_runs(paragraph, reading)).strip()
    label = reading.numbering.label(paragraph)
    return f"{label} {text}".strip() if label else text


def _runs(element: Any, reading: _Reading) -> Iterator[str]:
    for child in element:
        if child.tag in _SKIPPED:
            continue
        if child.tag == f"{_W}r":
            yield from _run(child, reading)
        elif child.tag == f"{_W}oMath":
            continue
        else:
            yield from _runs(child, reading)


def _run(run: Any, reading: _Reading) -> Iterator[str]:
    if _set(run, "vanish"):
        return
    raised = run.find(f"{_W}rPr/{_W}vertAlign")
    text = "".join(_pieces(run, reading))
    if (
        raised is not None
        and raised.get(f"{_W}val") == "superscript"
        and text.strip().strip("()[]").isdigit()
    ):
        yield f"{MARK_OPEN}{text.strip()}{MARK_CLOSE}"
    else:
        yield text


def _set(run: Any, name: str) -> bool:
    found = run.find(f"{_W}rPr/{_W}{name}")
    return found is not None and found.get(f"{_W}val") not in _OFF


def _pieces(run: Any, reading: _Reading) -> Iterator[str]:
    for child in run:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag]
        elif child.tag in {f"{_W}footnoteReference", f"{_W}endnoteReference"}:
            kind = "footnote" if child.tag.endswith("footnoteReference") else "endnote"
            mark = reading.notes.setdefault(f"{kind} {child.get(f'{_W}id')}", str(len(reading.notes) + 1))
            yield f"{MARK_OPEN}{mark}{MARK_CLOSE}"


def _notes(part: Any | None, kind: str, reading: _Reading) -> Iterator[tuple[str, str]]:
    for note in part.iterfind(f"{_W}{kind}") if part is not None else ():
        mark = reading.notes.get(f"{kind} {note.get(f'{_W}id')}")
        if mark:
            texts = ("".join(_runs(paragraph, reading)).strip() for paragraph in note.iter(f"{_W}p"))
            yield mark, "\n".join(filter(None, texts))

"""Excel in: every visible sheet as a table, with merged cells, hidden rows and columns, and dates as shown.

Values come from openpyxl in read-only mode, which streams; the layout it leaves out is read from the sheet's XML.
"""

import warnings
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries

from catalog.drafts.source import Cell, Line, Row, Source, Table
from documents.importing.guard import open_package, outside_links, parse_part, refuse
from documents.importing.xlsx_values import Shown, settle_dates, show

MAX_ROWS, MAX_COLUMNS = 5000, 60
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


_LEAST_COLUMNS = 3  # of a list; what stands above it in fewer cells is the letterhead and the title


@dataclass(frozen=True, slots=True)
class _Layout:
    """What the sheet's XML says beside its values; rows and columns count from 1."""

    merges: tuple[tuple[int, int, int, int], ...] = ()  # left, top, right, bottom
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    formulas: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Sheet:
    name: str
    cells: dict[tuple[int, int], Shown]
    layout: _Layout
    warnings: list[str] = field(default_factory=list)

    @property
    def size(self) -> tuple[int, int]:
        filled = [at for at, shown in self.cells.items() if shown.text]
        return max((row for row, _ in filled), default=0), max((column for _, column in filled), default=0)


def read_xlsx(path: Path) -> Source:
    """Return one table per visible sheet that holds anything; raises FaultyDataError where the file cannot be read."""
    with open_package(path) as package:
        told = list(outside_links(path, package))
        layouts = _layouts(path, package)
        for name in package.namelist():  # whole and without entities, before openpyxl reads them
            if name in {"xl/sharedStrings.xml", "xl/styles.xml"}:
                parse_part(path, package, name)
    blocks: list[Table | Line] = []
    for name, state, rows in _sheets(path):
        if state != "visible":
            told.append(f"Trang tính “{name}” đang ẩn nên không được đọc.")
            continue
        sheet = _Sheet(name, _values(rows), layouts.get(name, _Layout()))
        _settle(sheet)
        blocks.extend(_blocks(sheet))
        told.extend(sheet.warnings)
    return Source(path.name, tuple(blocks), warnings=tuple(told))


def _sheets(path: Path) -> Iterator[tuple[str, str, Any]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # openpyxl warns of what it does not support; nothing of it is needed
            book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
            for sheet in book.worksheets:
                sheet.reset_dimensions()
                yield (
                    sheet.title,
                    sheet.sheet_state,
                    list(sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS)),
                )
            book.close()
    except Exception:  # openpyxl raises whatever the damage leads to
        raise refuse(
            path, "tệp Excel bị hỏng, không đọc được.", "Hãy mở bằng Excel và lưu lại rồi nhập."
        ) from None


def _values(rows: Sequence[Any]) -> dict[tuple[int, int], Shown]:
    values: dict[tuple[int, int], Shown] = {}
    for row in rows:
        for cell in row:
            if cell.value is not None:
                values[cell.row, cell.column] = show(cell.value, cell.number_format)
    return values


def _layouts(path: Path, package: zipfile.ZipFile) -> dict[str, _Layout]:
    names = set(package.namelist())
    if "xl/_rels/workbook.xml.rels" not in names:
        return {}
    targets = {
        each.get("Id"): str(each.get("Target"))
        for each in parse_part(path, package, "xl/_rels/workbook.xml.rels")
    }
    layouts = {}
    for sheet in parse_part(path, package, "xl/workbook.xml").iter(f"{_S}sheet"):
        target = targets.get(sheet.get(f"{_R}id"), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in names and "chartsheet" not in part:
            layouts[str(sheet.get("name"))] = _layout(parse_part(path, package, part))
    return layouts


def _layout(root: Any) -> _Layout:
    merges = []
    for merge in root.iter(f"{_S}mergeCell"):
        try:
            left, top, right, bottom = range_boundaries(str(merge.get("ref")))
        except (ValueError, TypeError):
            continue
        merges.append(
            (
                int(left or 1),
                int(top or 1),
                min(int(right or 1), MAX_COLUMNS),
                min(int(bottom or 1), MAX_ROWS),
            )
        )
    hidden = {
        column
        for each in root.iter(f"{_S}col")
        if each.get("hidden") in {"1", "true"}
        for column in range(int(each.get("min", 1)), min(int(each.get("max", 1)), MAX_COLUMNS) + 1)
    }
    rows = {
        int(row.get("r"))
        for row in root.iter(f"{_S}row")
        if row.get("hidden") in {"1", "true"} and row.get("r")
    }
    unsolved = {
        cell.get("r", "")
        for cell in root.iter(f"{_S}c")
        if cell.find(f"{_S}f") is not None and cell.find(f"{_S}v") is None
    }
    return _Layout(tuple(merges), frozenset(rows), frozenset(hidden), frozenset(unsolved))


def _settle(sheet: _Sheet) -> None:
    """Settle the dates of each column, and tell what the sheet holds beyond what is read."""
    for column in range(1, MAX_COLUMNS + 1):
        places = sorted(at for at in sheet.cells if at[1] == column)
        for at, shown in zip(places, settle_dates([sheet.cells[at] for at in places]), strict=True):
            sheet.cells[at] = shown
    if sheet.layout.formulas:
        cells = ", ".join(sorted(sheet.layout.formulas)[:5])
        sheet.warnings.append(
            f"Trang tính “{sheet.name}”: công thức chưa có kết quả ở ô {cells}; hãy mở Excel và lưu lại."
        )
    if sheet.size[0] >= MAX_ROWS:
        sheet.warnings.append(f"Trang tính “{sheet.name}” có hơn {MAX_ROWS} dòng; phần sau không được đọc.")


def _blocks(sheet: _Sheet) -> Iterator[Table | Line]:
    """Yield the rows above and below the table as prose, and the table."""
    height, width = sheet.size
    if not height:
        return
    covers = _covers(sheet.layout)
    filled: dict[int, list[str]] = defaultdict(list)
    for (number, _), shown in sheet.cells.items():
        filled[number].extend([shown.text] if shown.text else [])
    rows: list[Row] = []
    for number in range(1, height + 1):
        if len(filled[number]) < _LEAST_COLUMNS and not rows:
            place = f"trang tính “{sheet.name}”, dòng {number}"
            lines = (line for text in filled[number] for line in text.splitlines())
            yield from (Line(text, place, gap=True) for text in lines if text.strip())
            continue
        row = _row(sheet, number, width, covers)
        if rows or any(cell.text for cell in row.cells):
            rows.append(row)
    hidden = frozenset(column - 1 for column in sheet.layout.hidden_columns)
    yield Table(tuple(rows), f"trang tính “{sheet.name}”", caption=sheet.name, hidden_columns=hidden)


def _covers(layout: _Layout) -> dict[tuple[int, int], str]:
    covers: dict[tuple[int, int], str] = {}
    budget = 200_000  # positions; a sheet that merges more is not a list
    for left, top, right, bottom in layout.merges:
        budget -= (right - left + 1) * (bottom - top + 1)
        if budget < 0:
            break
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    covers[row, column] = "above" if column == left else "left"
    return covers


def _row(sheet: _Sheet, number: int, width: int, covers: dict[tuple[int, int], str]) -> Row:
    place = f"trang tính “{sheet.name}”, dòng {number}"
    cells = tuple(
        _cell(sheet, number, column, covers.get((number, column), "")) for column in range(1, width + 1)
    )
    hidden = ("Dòng này đang ẩn trong bảng tính; cần xem có thuộc danh mục không.",)
    return Row(cells, place, notes=hidden if number in sheet.layout.hidden_rows else ())


def _cell(sheet: _Sheet, row: int, column: int, covered: Any) -> Cell:
    name = f"ô {get_column_letter(column)}{row} trang tính “{sheet.name}”"
    if covered:
        return Cell(place=name, covered=covered)
    shown = sheet.cells.get((row, column), Shown(""))
    return Cell(shown.text.replace("_x000D_", ""), name, notes=shown.notes)

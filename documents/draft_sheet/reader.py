"""Reads a corrected workbook back: the whole draft, or every fault at its cell and nothing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from catalog.drafts.file import DraftFile, draft_from
from catalog.errors import Fault, FaultyDataError
from catalog.yaml_lines import KeyPath, Lines
from documents.draft_sheet.cells import value_of
from documents.draft_sheet.layout import (
    ARTICLES,
    EXTRA,
    GENERAL,
    GROUPS,
    MARKER,
    MARKER_ROWS,
    REPEATED,
    ROWS,
    SHEETS,
    VERSION,
    WITH_REVIEW,
    Field,
    Form,
)
from documents.importing.guard import FileKind, kind_of, open_package, parse_part, refuse
from documents.workbooks.filled_cells import Cell, read_cells

MAX_ROWS, MAX_COLUMNS = 5000, 120  # of one sheet
_AGAIN = "Hãy xuất lại trang tính từ bản nháp rồi chép nội dung sửa sang."
_MARKED = re.compile(rf'<(?:\w+:)?sheet [^>]*name="{MARKER}"'.encode())


@dataclass(frozen=True, slots=True)
class SheetDraft:
    """What a workbook holds; `stamp` is what its writer was given."""

    draft: DraftFile
    stamp: str


def is_draft_sheet(path: Path) -> bool:
    """Tell whether the file is a workbook that `write_draft_sheet` made; never raises for what cannot be read."""
    try:
        if kind_of(path) is not FileKind.EXCEL:
            return False
        with open_package(path) as package:
            return bool(_MARKED.search(package.read("xl/workbook.xml")))
    except FaultyDataError:
        return False


def read_draft_sheet(path: Path) -> tuple[SheetDraft | None, tuple[Fault, ...]]:
    """Return the draft that the workbook holds, or None and every fault with its sheet, row and column."""
    try:
        sheets = _sheets(path)
    except FaultyDataError as refused:
        return None, refused.faults
    reading = _Reading(path.name, sheets)
    if not reading.is_ours():
        return None, tuple(reading.faults)
    data = reading.draft()
    if reading.faults:
        return None, tuple(reading.faults)
    draft, faults = draft_from(data, reading.places, path.name)
    return (SheetDraft(draft, reading.stamp), ()) if draft is not None else (None, faults)


def _sheets(path: Path) -> dict[str, list[list[Cell]]]:
    if kind_of(path) is not FileKind.EXCEL:
        raise refuse(path, "đây không phải tệp Excel .xlsx.", "Hãy chọn trang tính đã xuất từ bản nháp.")
    with open_package(path) as package:
        for part in package.namelist():
            if part.endswith((".xml", ".rels")):
                parse_part(path, package, part)  # whole and without entities, before openpyxl reads it
    return read_cells(path, dict.fromkeys((MARKER, *SHEETS), (MAX_ROWS + 2, MAX_COLUMNS)), _AGAIN)


@dataclass(frozen=True, slots=True)
class _Places(Lines):
    """Places values by sheet and cell where a YAML file has lines."""

    cells: dict[KeyPath, Cell] = field(default_factory=dict)

    def place(self, path: KeyPath) -> str:
        for length in range(len(path), 0, -1):
            if path[:length] in self.cells:
                return self.cells[path[:length]].place
        return f"trang {GENERAL}"

    def put(self, path: KeyPath, cell: Cell) -> None:
        self.cells[path] = cell
        self.by_path[path] = list(SHEETS).index(cell.sheet) * (MAX_ROWS + 3) + cell.line
        if len(path) > 2:  # a fault in the whole row is told at its first cell
            self.cells.setdefault(path[:2], cell)


@dataclass(slots=True)
class _Reading:
    """One pass over the workbook that notes every fault and the cell of each value."""

    file: str
    sheets: Mapping[str, list[list[Cell]]]
    places: _Places = field(default_factory=_Places)
    faults: list[Fault] = field(default_factory=list)
    stamp: str = ""

    def is_ours(self) -> bool:
        marked = {
            str(row[0].value): str(row[1].value or "") for row in self.sheets.get(MARKER, []) if len(row) > 1
        }
        if set(MARKER_ROWS) - set(marked):
            self._fault("đây không phải trang tính do hệ thống xuất từ bản nháp.")
        elif marked["version"] != VERSION:
            self._fault(f"trang tính phiên bản {marked['version']} đã cũ, nay dùng phiên bản {VERSION}.")
        else:
            self.stamp = marked["stamp"]
            for sheet in SHEETS:
                self._check_sheet(sheet)
        return not self.faults

    def _check_sheet(self, sheet: str) -> None:
        if sheet not in self.sheets:
            self._fault(f"thiếu trang “{sheet}”.")
            return
        rows = self.sheets[sheet]
        if len(rows) > MAX_ROWS + 1:
            self._fault(f"trang “{sheet}” có hơn {MAX_ROWS} dòng.", remedy="Hãy xóa các dòng thừa.")
        heads = _heads(rows)
        for wanted in SHEETS[sheet]:
            if wanted.head not in heads:
                self._fault(
                    f"thiếu cột “{wanted.head}”.",
                    f"trang {sheet}, dòng 1",
                    "Hãy ghi lại tiêu đề cột ở dòng 1.",
                )
        known = {wanted.head for wanted in SHEETS[sheet]}
        for cell, head in zip(rows[0] if rows else (), heads, strict=False):
            extra = head.startswith(EXTRA) and sheet in WITH_REVIEW
            if head and (heads.count(head) > 1 or not (head in known or extra)):
                said = "có hai cột cùng tên" if heads.count(head) > 1 else "không có cột nào tên là"
                self._fault(f"{said} “{head}”.", cell.place, "Hãy xóa cột này hoặc sửa tiêu đề.")

    def draft(self) -> dict[str, Any]:
        """Return the draft's plain values."""
        data = {group: [self._nested(row, (group, at)) for at, row in enumerate(self._rows(sheet))]
                for sheet, group in GROUPS.items()}  # fmt: skip
        return {**self._general(), **data, "articles": self._articles()}

    def _rows(self, sheet: str) -> Iterator[dict[str, Cell]]:
        """Yield the cells of each row that says anything, by the names of their fields."""
        rows = self.sheets[sheet]
        heads = _heads(rows)
        names = {wanted.head: wanted.name for wanted in SHEETS[sheet]}
        for row in rows[1:]:
            cells = {names.get(head, head): cell for head, cell in zip(heads, row, strict=False) if head}
            if not all(cell.blank for cell in cells.values()):
                yield {
                    name: cells.get(name, Cell(sheet, row[0].line, 1, None, "n"))
                    for name in {**dict.fromkeys(names.values()), **cells}
                }

    def _nested(self, row: dict[str, Cell], path: KeyPath) -> dict[str, Any]:
        """Return the values of a row, those under dotted names in records of their own."""
        forms = {wanted.name: wanted.form for wanted in SHEETS[next(iter(row.values())).sheet]}
        record: dict[str, Any] = {}
        for name, cell in row.items():
            steps = (
                ("review", "extras", name.removeprefix(EXTRA))
                if name.startswith(EXTRA)
                else tuple(name.split("."))
            )
            self.places.put((*path, *steps), cell)
            value = self._value(cell, forms.get(name, Form.TEXT))
            if value is not None:
                _put(record, steps, value)
        return record

    def _general(self) -> dict[str, Any]:
        once, often = {row.head: row for row in ROWS}, {row.head: row for row in REPEATED}
        data: dict[str, Any] = {}
        seen: set[str] = set()
        for row in self._rows(GENERAL):
            label, cell = str(self._value(row["label"], Form.TEXT) or ""), row["value"]
            if label in often:
                self._repeat(data, often[label], cell)
            elif label in once and label not in seen:
                seen.add(label)
                self._once(data, once[label], cell)
            else:
                said = (
                    f"có hai dòng “{label}”."
                    if label in seen
                    else f"không có thông tin nào tên là “{label}”."
                )
                self._fault(said, row["label"].place, "Hãy xóa dòng này hoặc sửa lại tên ở cột đầu.")
        for label in (label for label in once if label not in seen):
            self._fault(f"thiếu dòng “{label}”.", f"trang {GENERAL}", "Hãy ghi lại dòng này.")
        if not any(data.get("ad_hoc", {}).values()):
            data.pop("ad_hoc", None)
        return data

    def _once(self, data: dict[str, Any], row: Field, cell: Cell) -> None:
        steps = tuple(row.name.split("."))
        self.places.put(("before",) if row.name == "inclusive" else steps, cell)
        if row.name == "reviewed" and cell.blank:
            return
        value = self._value(cell, row.form)
        if row.name == "inclusive":
            data["before"] = "inclusive" if value else "exclusive"
        elif value is not None:
            _put(data, steps, value)

    def _repeat(self, data: dict[str, Any], row: Field, cell: Cell) -> None:
        value = self._value(cell, Form.TEXT)
        if value:
            above, name = (data.setdefault("review", {}), "warnings") if "." in row.name else (data, row.name)
            above.setdefault(name, []).append(value)

    def _articles(self) -> list[dict[str, Any]]:
        articles: list[dict[str, Any]] = []
        for row in self._rows(ARTICLES):
            number, clause = (self._value(row[name], Form.NUMBER) for name in ("number", "clause"))
            text = self._value(row["text"], Form.TEXT)
            if row["clause"].blank:
                path: KeyPath = ("articles", len(articles))
                articles.append({"number": number, "text": text or "", "clauses": []})
            elif articles and articles[-1]["number"] == number:
                path = ("articles", len(articles) - 1, "clauses", len(articles[-1]["clauses"]))
                articles[-1]["clauses"].append({"number": clause, "text": text or ""})
            else:
                self._fault(
                    "khoản đứng trước điều của nó.", row["clause"].place, "Hãy đặt khoản ngay dưới điều."
                )
                continue
            for name in ("number", "text"):
                self.places.put((*path, name), row[name])
        return articles

    def _value(self, cell: Cell, form: Form) -> str | int | date | bool | list[Any] | None:
        value, fault = value_of(cell, form)
        if fault is not None:
            self.faults.append(Fault(fault.message, fault.place, self.file, fault.remedy))
        return value

    def _fault(self, message: str, place: str = "", remedy: str = _AGAIN) -> None:
        self.faults.append(Fault(message, place, self.file, remedy))


def _heads(rows: Sequence[Sequence[Cell]]) -> list[str]:
    found = [
        " ".join(str(cell.value if cell.value is not None else "").split())
        for cell in (rows[0] if rows else ())
    ]
    return [head if head != EXTRA.strip() else "" for head in found]


def _put(record: dict[str, Any], steps: tuple[str, ...], value: Any) -> None:
    for step in steps[:-1]:
        record = record.setdefault(step, {})
    record[steps[-1]] = value

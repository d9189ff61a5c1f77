"""A filled-in report workbook read back: the whole report, or every fault at its cell and nothing.

Values are taken only from cells that hold them: a formula, a word where a figure belongs or a day typed as words is a
fault, never guessed at.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from openpyxl.utils import get_column_letter

from catalog.errors import Fault, FaultyDataError
from catalog.report_outline import PARTS
from documents.importing.guard import FileKind, kind_of, open_package, parse_part, refuse
from documents.report_form.form import ReportForm
from documents.report_form.report_workbook_cells import day, figure, plain, text
from documents.report_form.report_workbook_layout import (
    BOUNDS,
    CHOICES,
    FIGURES,
    HEAD_ROW,
    LINES,
    MARKER,
    MARKER_ROWS,
    NARRATIVE,
    SHEETS,
    VERSION,
)
from documents.workbooks.filled_cells import Cell, read_cells
from tasks.reporting.content import Content, Declares, Figure, Line

_MOST_XML = (
    10 * 1024 * 1024
)  # bytes of one part of the file, unpacked; a filled form has a tenth of a megabyte
_MORE_ROWS = 200  # read below the form's own, so that lines that were added are found and named
_AGAIN = "Hãy xuất lại mẫu và chép nội dung sang."

_LINE_TEXTS = ("result", "document_number", "difficulties", "proposals", "addressee")

Row = dict[str, Cell]


def read_report_workbook(path: Path, expected: ReportForm) -> tuple[Content | None, tuple[Fault, ...]]:
    """Return the report that a copy of `expected` holds, or None and every fault, in the order of sheets and cells.

    What the report claims (days in the future, tasks that are closed) is judged where it is submitted.
    """
    try:
        sheets = _sheets(path, expected)
    except FaultyDataError as error:
        return None, error.faults
    reading = _Reading(expected, sheets)
    content = reading.content()
    faults = tuple(replace(fault, file=path.name) for fault in reading.faults)
    return (None, faults) if faults else (content, ())


def _sheets(path: Path, expected: ReportForm) -> dict[str, list[list[Cell]]]:
    """Return the rows of the sheets we know; raises FaultyDataError where the file cannot be read at all."""
    if kind_of(path) is not FileKind.EXCEL:
        raise refuse(path, "đây không phải tệp Excel .xlsx.", "Hãy điền vào mẫu .xlsx đã xuất rồi nộp lại.")
    _check_parts(path)
    most = HEAD_ROW + max(len(expected.lines), len(expected.figures), len(PARTS)) + _MORE_ROWS
    known = {name: (most, len(fields) + 3) for name, fields in {**SHEETS, MARKER: MARKER_ROWS}.items()}
    return read_cells(path, known, _AGAIN)


def _check_parts(path: Path) -> None:
    with open_package(path) as package:
        for part in package.infolist():
            if part.filename.endswith((".xml", ".rels")):
                if part.file_size > _MOST_XML:
                    raise refuse(path, f"phần {part.filename} trong tệp lớn bất thường.", _AGAIN)
                parse_part(
                    path, package, part.filename
                )  # whole and without entities, before openpyxl reads it


@dataclass(slots=True)
class _Reading:
    """One pass over the copy that notes every fault."""

    expected: ReportForm
    sheets: Mapping[str, list[list[Cell]]]
    faults: list[Fault] = field(default_factory=list)

    def content(self) -> Content | None:
        wanted = [name for name in SHEETS if name != FIGURES or self.expected.figures]
        if not self._is_ours(wanted):
            return None
        for name in wanted:
            self._check_heads(name)
        if self.faults:
            return None
        return Content(tuple(self._lines()), dict(self._narrative()), tuple(self._figures()))

    def _is_ours(self, wanted: list[str]) -> bool:
        """Check the hidden marker: whose copy this is, of which round and version."""
        marked = {plain(row[0]): plain(row[1]) for row in self.sheets.get(MARKER, []) if len(row) > 1}
        if set(MARKER_ROWS) - set(marked):
            self._fault("đây không phải mẫu báo cáo do hệ thống xuất ra (không có trang dấu).", remedy=_AGAIN)
            return False
        asked = self.expected
        wrong = (
            ("version", VERSION, f"mẫu phiên bản {marked['version']} đã cũ, nay dùng phiên bản {VERSION}."),
            ("decision", asked.decision, f"mẫu này của quyết định {marked['decision']}, không phải {asked.decision}."),
            ("round", asked.round, f"mẫu này của lần báo cáo {marked['round']}, không phải {asked.round}."),
            ("agency", asked.agency, f"mẫu này của cơ quan {marked['agency']}, không phải {asked.agency} ({asked.agency_name})."),
        )  # fmt: skip
        told = [sentence for name, value, sentence in wrong if marked[name] != value]
        if not told and marked["digest"] != asked.digest:
            told = ["danh sách nhiệm vụ hoặc chỉ tiêu đã thay đổi từ khi xuất mẫu này."]
        for sentence in told:
            self._fault(sentence, remedy=_AGAIN)
        for name in wanted:
            if not told and name not in self.sheets:
                self._fault(f"thiếu trang “{name}”.", remedy=_AGAIN)
        return not self.faults

    def _check_heads(self, name: str) -> None:
        rows = self.sheets[name]
        heads = [plain(cell) for cell in rows[HEAD_ROW - 1]] if len(rows) >= HEAD_ROW else []
        for place, column in enumerate(SHEETS[name]):
            found = heads[place] if place < len(heads) else ""
            if found == column.head:
                continue
            letter = get_column_letter(place + 1)
            message = f"ô phải là tiêu đề cột “{column.head}” nhưng đang là “{found}”."
            if column.head in heads:
                message = f"cột “{column.head}” đã bị chuyển từ {letter} sang {get_column_letter(heads.index(column.head) + 1)}."
            self._fault(
                message, f"trang {name}, ô {letter}{HEAD_ROW}", "Hãy để các cột đúng chỗ như mẫu đã xuất."
            )

    def _rows(self, name: str, keys: Mapping[str, str]) -> Iterator[tuple[str, Row]]:
        """Yield the rows by their hidden key, wherever sorting put them; `keys` are those asked for, with what they are."""
        fields = SHEETS[name]
        seen: set[str] = set()
        for cells in self.sheets[name][HEAD_ROW:]:
            row = {column.name: cell for column, cell in zip(fields, cells, strict=False)}
            key_cell = row[fields[-1].name]
            key = plain(key_cell)
            if not key:
                self._check_stray(row, name)
            elif key not in keys or key in seen:
                twice = "bị ghi hai lần" if key in seen else "không có trong mẫu của cơ quan"
                self._fault(f"dòng này {twice} (khóa {key}).", key_cell.row_place, "Hãy xóa dòng này.")
            else:
                seen.add(key)
                yield key, row
        for key, what in keys.items():
            if key not in seen:
                self._fault(f"thiếu dòng {what}.", f"trang {name}", _AGAIN)

    def _check_stray(self, row: Row, name: str) -> None:
        written = [cell for cell in row.values() if not cell.blank]
        if written:
            message = "dòng này không thuộc mẫu nên không biết nói về việc gì."
            self._fault(
                message, written[0].place, f"Hãy chuyển nội dung vào một dòng có sẵn của trang {name}."
            )

    def _lines(self) -> Iterator[Line]:
        asked = {str(line.task): f"nhiệm vụ {line.code}" for line in self.expected.lines}
        codes = {str(line.task): line.code for line in self.expected.lines}
        for key, row in self._rows(LINES, asked):
            if plain(row["code"]) != codes[key]:
                message = f"mã nhiệm vụ phải là {codes[key]} nhưng đang là “{plain(row['code'])}”."
                self._fault(message, row["code"].place, "Hãy giữ nguyên các ô không tô vàng.")
            told = {name: text(row[name], self.faults) for name in _LINE_TEXTS}
            number, dated = told["document_number"], day(row["document_date"], self.faults)
            declares = self._choice(row["declares"])
            self._check_line(row, declares, told)
            line = Line(
                int(key), declares, told["result"], number, dated, told["difficulties"], told["proposals"],
                told["addressee"],
            )  # fmt: skip
            if line != Line(line.task):
                yield line

    def _check_line(self, row: Row, declares: Declares, told: Mapping[str, str]) -> None:
        number, dated = row["document_number"], row["document_date"]
        if number.blank is not dated.blank:
            missing, message = (dated, "văn bản có số mà thiếu ngày.")
            if number.blank:
                missing, message = (number, "văn bản có ngày mà thiếu số, ký hiệu.")
            self._fault(message, missing.place, "Hãy ghi cả số, ký hiệu và ngày.")
        if declares is Declares.NOT_APPLICABLE and not told["result"]:
            self._fault(
                "“Không phát sinh” mà chưa ghi lý do.", row["result"].place, "Hãy ghi lý do ở cột kết quả."
            )
        if told["addressee"] and not told["proposals"]:
            self._fault(
                "có nơi nhận kiến nghị mà chưa ghi kiến nghị.", row["proposals"].place, "Hãy ghi kiến nghị."
            )

    def _choice(self, cell: Cell) -> Declares:
        words = text(cell, self.faults)
        if words and words not in CHOICES:
            known = ", ".join(f"“{choice}”" for choice in CHOICES)
            self._fault(f"“{words}” không có trong danh sách.", cell.place, f"Hãy chọn một trong: {known}.")
        return CHOICES.get(words, Declares.NOTHING)

    def _narrative(self) -> Iterator[tuple[str, str]]:
        for key, row in self._rows(NARRATIVE, {part.key: f"“{part.title}”" for part in PARTS}):
            told = text(row["text"], self.faults)
            if told:
                yield key, told

    def _figures(self) -> Iterator[Figure]:
        if not self.expected.figures:
            return
        decimals = {figure.key: figure.decimals for figure in self.expected.figures}
        for key, row in self._rows(FIGURES, {f.key: f"chỉ tiêu “{f.name}”" for f in self.expected.figures}):
            value = figure(row["value"], decimals[key], self.faults)
            bound = text(row["bound"], self.faults)
            if bound and bound not in BOUNDS:
                self._fault(
                    f"“{bound}” không có trong danh sách.",
                    row["bound"].place,
                    f"Hãy chọn: {', '.join(BOUNDS)}.",
                )
            if value is not None:
                indicator, _, part = key.partition(".")
                yield Figure(indicator, part, value, bound)

    def _fault(self, message: str, place: str = "", remedy: str = "") -> None:
        self.faults.append(Fault(message, place, remedy=remedy))

"""Writes a draft as a workbook: what is corrected is white, what the reading left is grey; everything is text or a day."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell

from catalog.drafts.file import DraftFile
from catalog.errors import Fault, FaultyDataError
from documents.draft_sheet.layout import (
    DUTIES,
    GENERAL,
    MARKER,
    SHEETS,
    VERSION,
    YES,
    Field,
    Form,
)
from documents.draft_sheet.rows import Value, extras_of, rows_of
from documents.placing import placed

LONGEST = 32_767  # characters in a cell, Excel's own limit
_SPARE = 200  # rows below the last for which choices are offered as well
_FIRST_DAY = date(1900, 3, 1)  # Excel counts a day too many before it
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_FONT = {"font_name": "Times New Roman", "font_size": 12, "valign": "top", "text_wrap": True, "border": 1}


def write_draft_sheet(path: Path, draft: DraftFile, made_at: datetime, stamp: str = "") -> None:
    """Write the workbook; `stamp` comes back from `read_draft_sheet`. The same draft and instant give the same bytes.

    Raises OSError, and FaultyDataError for a text that is longer than a cell of Excel can be.
    """
    unwritable = [
        Fault(
            f"Excel không chứa được nội dung này (dài quá {LONGEST} ký tự, hoặc là mã XML).",
            f"trang {sheet}, dòng {line}",
            path.name,
            "Hãy rút gọn hoặc tách ra.",
        )
        for sheet in SHEETS
        for line, row in enumerate(rows_of(draft, sheet), 2)
        if any(isinstance(value, str) and _unwritable(value) for value in row.values())
    ]
    if unwritable:
        raise FaultyDataError(unwritable)
    with placed(path) as target, Workbook(str(target), {"strings_to_formulas": False}) as book:
        book.set_properties({"created": made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)})
        writer = _Writer(book, draft)
        for sheet in (DUTIES, *(name for name in SHEETS if name != DUTIES)):
            writer.sheet(sheet)
        writer.marker(stamp)


class _Writer:
    def __init__(self, book: Any, draft: DraftFile) -> None:
        self._book, self._draft = book, draft
        self._head = book.add_format({**_FONT, "bold": True, "align": "center", "bg_color": "#E8E8E8"})
        self._formats: dict[tuple[bool, bool, bool], Any] = {}

    def sheet(self, name: str) -> None:
        rows = rows_of(self._draft, name)
        extras = [Field(head, head, 24, kept=True) for head in extras_of(self._draft, name)]
        fields = (*SHEETS[name], *extras)
        page = self._book.add_worksheet(name)
        for column, field in enumerate(fields):
            page.set_column(column, column, field.width)
            page.write_string(0, column, field.head, self._head)
            self._choices(page, column, field, len(rows))
        for line, row in enumerate(rows, 1):
            for column, field in enumerate(fields):
                kept = field.kept or (name == GENERAL and field.name == "label")
                self._cell(page, (line, column), row.get(field.name), kept=kept)
        page.freeze_panes(1, 1)
        page.autofilter(0, 0, max(len(rows), 1), len(fields) - 1)
        page.ignore_errors({"number_stored_as_text": f"A1:{xl_rowcol_to_cell(len(rows) + 1, len(fields))}"})
        page.set_landscape()
        page.set_paper(9)  # A4
        page.repeat_rows(0)
        page.fit_to_pages(1, 0)

    def _cell(self, page: Any, at: tuple[int, int], value: Value, *, kept: bool) -> None:
        if isinstance(value, date) and value >= _FIRST_DAY:
            page.write_datetime(*at, datetime(value.year, value.month, value.day, tzinfo=UTC).replace(tzinfo=None),
                                self._format(kept=kept, day=True))  # fmt: skip
            return
        text = f"{value:%d/%m/%Y}" if isinstance(value, date) else value
        if text:
            page.write_string(*at, text, self._format(kept=kept, quoted=text.startswith(_DANGEROUS)))
        else:
            page.write_blank(*at, None, self._format(kept=kept))

    def _format(self, *, kept: bool, day: bool = False, quoted: bool = False) -> Any:
        key = (kept, day, quoted)
        if key not in self._formats:
            properties: dict[str, Any] = {**_FONT, "num_format": "dd/mm/yyyy" if day else "@"}
            if kept:
                properties |= {"bg_color": "#EFEFEF", "font_color": "#444444"}
            if quoted:
                properties["quote_prefix"] = True  # stays text when the cell is edited
            self._formats[key] = self._book.add_format(properties)
        return self._formats[key]

    def _choices(self, page: Any, column: int, field: Field, rows: int) -> None:
        offered: Any = None
        if field.choices:
            most = len(rows_of(self._draft, field.choices)) + _SPARE
            offered = f"='{field.choices}'!$A$2:$A${most}"
        elif field.form is Form.YES:
            offered = [YES]
        if offered is not None:
            told = {"error_title": "Chưa có trong danh sách", "error_message": "Hãy kiểm tra lại giá trị này.",
                    "error_type": "warning"}  # fmt: skip
            page.data_validation(
                1, column, rows + _SPARE, column, {"validate": "list", "source": offered, **told}
            )

    def marker(self, stamp: str) -> None:
        page = self._book.add_worksheet(MARKER)
        for line, (name, text) in enumerate((("version", VERSION), ("stamp", stamp))):
            page.write_string(line, 0, name)
            page.write_string(line, 1, text)
        page.very_hidden()


def _unwritable(text: str) -> bool:
    """Tell whether a text has no room in a cell, or would be taken by the library for the cell's own XML."""
    return len(text) > LONGEST or (text.startswith("<r>") and text.endswith("</r>"))

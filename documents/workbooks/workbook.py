"""Tables as Excel workbooks, written row by row in constant memory and set up for A4 paper.

Text is always text: what begins with = + - @ a tab or a line's end is never taken for a formula, not even when the
cell is edited. Days and figures are real ones. The same sheets and instant give the same bytes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError

from catalog.days import HANOI
from documents.placing import placed
from documents.workbooks.workbook_rows import Cell, StreamedSheet

LONGEST_TEXT = 32_767  # characters in a cell, Excel's own limit
_CUT = "… (đã cắt bớt)"
_PLAIN = frozenset({int, float, Decimal, date, type(None)})
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_LINE, _HIGHEST = 15.75, 409.0  # points
_FIT = 1.12  # characters of this font, broken at words, in a column one character of Excel's own font wide
_FONT = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
_GRID = {**_FONT, "border": 1, "border_color": "#999999"}
_FILLS = {  # light enough to read black words on, and to print
    "green": "#D9F2D9",
    "blue": "#DCEBFA",
    "amber": "#FFF1C9",
    "red": "#F9D3D0",
    "orange": "#FBE0C8",
    "violet": "#E9DDF7",
    "grey": "#ECECEC",
}


class Form(Enum):
    """How a column's values are shown: the number format of Excel."""

    TEXT = ""
    WHOLE = "#,##0"
    DECIMAL = "#,##0.##"
    PERCENT = "0.0%"  # of a share between 0 and 1
    DAY = "dd/mm/yyyy"
    MOMENT = "dd/mm/yyyy hh:mm"  # in Asia/Ho_Chi_Minh


@dataclass(frozen=True, slots=True)
class Column:
    """`width` is in characters, as Excel counts it."""

    head: str
    width: int
    form: Form = Form.TEXT


@dataclass(frozen=True, slots=True)
class Marked:
    """Words on a colour of domain.md; never a colour alone."""

    text: str
    colour: str


Value = str | int | float | Decimal | date | datetime | Marked | None
Row = Sequence[Value]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its lines of title over the heads, and rows that may be a generator. `fixed` columns stay in sight."""

    name: str
    titles: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: Iterable[Row]
    fixed: int = 0
    pages_wide: int = 1


def write_workbook(path: Path, sheets: Iterable[Sheet], made_at: datetime) -> int:
    """Write the sheets in their order and return the number of rows below the heads. Raises OSError.

    Sheets may come from a generator; each is written before the next is asked for.
    """
    with placed(path) as target:
        book = Workbook(str(target), {"constant_memory": True, "strings_to_formulas": False})
        book.set_properties({"created": made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)})
        formats = _Formats(book)
        count = sum(
            [_write_sheet(book.add_worksheet(sheet.name, StreamedSheet), sheet, formats) for sheet in sheets]
        )
        try:
            book.close()
        except FileCreateError as error:
            raise OSError(error.args[0].errno, error.args[0].strerror, str(path)) from None
    return count


class _Formats:
    """The cell formats of one workbook, made when first used."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._styles: dict[tuple[str, str, bool], int] = {}
        self.title = book.add_format({**_FONT, "bold": True, "font_size": 13})
        self.subtitle = book.add_format({**_FONT, "italic": True})
        centred = {"align": "center", "valign": "vcenter", "text_wrap": True, "bg_color": "#E8E8E8"}
        self.head = book.add_format({**_GRID, **centred, "bold": True})

    def rows(self, rows: Iterable[Row], columns: Sequence[Column]) -> Iterator[tuple[float, list[Cell]]]:
        """Yield each row's height and its values with the numbers of their styles."""
        widths = [column.width for column in columns]
        plain = [self._style(column.form) for column in columns]
        for row in rows:
            cells = [
                (value, style) if value.__class__ in _PLAIN else self._special(value, column.form, style)
                for value, style, column in zip(row, plain, columns, strict=True)
            ]
            yield _height(row, widths), cells

    def _special(self, value: Value, form: Form, style: int) -> Cell:
        if isinstance(value, Marked):
            return _fitting(value.text), self._style(form, value.colour)
        if isinstance(value, str):
            return _fitting(value), self._style(form, quoted=True) if value.startswith(_DANGEROUS) else style
        if isinstance(value, datetime):
            return value.astimezone(HANOI).replace(tzinfo=None, microsecond=0), style
        return value, style

    def _style(self, form: Form, colour: str = "", *, quoted: bool = False) -> int:
        key = (form.value, colour, quoted)
        if key not in self._styles:
            self._styles[key] = self._make(form, colour, quoted=quoted)
        return self._styles[key]

    def _make(self, form: Form, colour: str, *, quoted: bool) -> int:
        properties: dict[str, Any] = {
            **_GRID,
            "num_format": form.value or "@",
            "text_wrap": form is Form.TEXT,
        }
        if colour:
            properties["bg_color"] = _FILLS[colour]
        if quoted:
            properties["quote_prefix"] = True  # stays text when the cell is edited
        made = self._book.add_format(properties)
        number: int = made._get_xf_index()  # noqa: SLF001  # a style's number has no public name
        return number


def _write_sheet(page: Any, sheet: Sheet, formats: _Formats) -> int:
    head = len(sheet.titles) + 1 if sheet.titles else 0
    _set_up(page, sheet, head)
    for line, text in enumerate(sheet.titles):
        page.write_string(line, 0, text, formats.title if line == 0 else formats.subtitle)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
        page.write_string(head, place, column.head, formats.head)
    heads = [column.head for column in sheet.columns]
    page.set_row(head, _height(heads, [column.width for column in sheet.columns]))
    count: int = page.stream(head + 1, formats.rows(sheet.rows, sheet.columns))
    if count:
        page.autofilter(head, 0, head + count, len(sheet.columns) - 1)
    return count


def _height(row: Row, widths: Sequence[int]) -> float:
    """Return how high a row must be, in points, for its longest text to be read: no program measures it on opening."""
    lines = 1
    for value, width in zip(row, widths, strict=True):
        text = value.text if value.__class__ is Marked else value
        if text.__class__ is str and (len(text) > width * _FIT or "\n" in text):
            lines = max(lines, _lines(text, width))
    return min(lines * _LINE, _HIGHEST)


@lru_cache(maxsize=8192)  # names, deadlines and texts of duties repeat on every row
def _lines(text: str, width: int) -> int:
    return sum(ceil(len(part) / (width * _FIT)) or 1 for part in text.split("\n"))


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - len(_CUT)] + _CUT


def _set_up(page: Any, sheet: Sheet, head: int) -> None:
    page.set_landscape()
    page.set_paper(9)  # A4
    page.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.6)  # inches
    page.set_header('&C&"Times New Roman"&12&P', {"margin": 0.4})  # the page number, centred at the top
    page.repeat_rows(0 if sheet.fixed else head, head)
    page.freeze_panes(head + 1, sheet.fixed)
    if sheet.fixed:
        page.repeat_columns(0, sheet.fixed - 1)
    page.fit_to_pages(sheet.pages_wide, 0)

"""A sheet whose rows go straight to disk: the library's cell by cell takes five times as long, too long for 100,000 rows.

Everything around the rows stays the library's work. Held to what other readers understand by tests.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

_EPOCH = date(1899, 12, 30).toordinal()  # day 0 of Excel's calendar, for days after February 1900
_SECONDS = 24 * 60 * 60
_SPECIAL = re.compile("[&<>\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]|_x[0-9A-Fa-f]{4}_")

Cell = tuple[Any, int]  # a value and the number of its style


class StreamedSheet(Worksheet):  # type: ignore[misc]  # the library ships no types
    """A worksheet of a workbook opened with `constant_memory`."""

    def stream(self, first: int, rows: Iterable[tuple[float, Iterable[Cell]]]) -> int:
        """Write `rows`, each with its height in points, from row `first` (0 is the top) on, below everything so far.

        Returns how many there were.
        """
        self._write_single_row(first)
        write = self.row_data_fh.write
        line = first
        for line, (height, row) in enumerate(rows, first + 1):
            cells = "".join([_cell(_column(place), line, *cell) for place, cell in enumerate(row)])
            write(f'<row r="{line}" ht="{height}" customHeight="1">{cells}</row>')
        self.dim_rowmax: int = max(self.dim_rowmax, line - 1)
        return line - first


@lru_cache(maxsize=256)
def _column(place: int) -> str:
    name: str = xl_col_to_name(place)
    return name


def _cell(column: str, line: int, value: Any, style: int) -> str:
    if value is None or value == "":
        return f'<c r="{column}{line}" s="{style}"/>'
    if value.__class__ is str:
        return f'<c r="{column}{line}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escaped(value)}</t></is></c>'
    return f'<c r="{column}{line}" s="{style}"><v>{_number(value)}</v></c>'


def _number(value: Any) -> Any:
    """Return a figure, or a day (an instant without a zone) as Excel counts them: days since its epoch."""
    if not isinstance(value, date):
        return value
    days = value.toordinal() - _EPOCH
    if isinstance(value, datetime):
        midnight = datetime.combine(value, time.min)
        return f"{days + (value - midnight).total_seconds() / _SECONDS:.9f}"
    return days


@lru_cache(maxsize=8192)  # names, deadlines and texts of duties repeat on every row
def escaped(text: str) -> str:
    """Return `text` for the inside of an element; what XML cannot hold is written as Office Open XML says (_x000D_)."""
    return _SPECIAL.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    found = match[0]
    if found in "&<>":
        return {"&": "&amp;", "<": "&lt;", ">": "&gt;"}[found]
    if len(found) > 1:
        return f"_x005F{found}"
    return "\ufffd" if "\ud800" <= found <= "\udfff" else f"_x{ord(found):04X}_"

"""The cells of a workbook that people filled in, as openpyxl reads them without computing."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from documents.importing.guard import refuse


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: "f" is the kind of a formula, "e" of an error such as #REF!."""

    sheet: str
    line: int
    column: int
    value: Any
    kind: str

    @property
    def place(self) -> str:
        return f"trang {self.sheet}, ô {get_column_letter(self.column)}{self.line}"

    @property
    def row_place(self) -> str:
        return f"trang {self.sheet}, dòng {self.line}"

    @property
    def blank(self) -> bool:
        return self.value is None or (isinstance(self.value, str) and not self.value.strip())


def read_cells(path: Path, known: Mapping[str, tuple[int, int]], remedy: str) -> dict[str, list[list[Cell]]]:
    """Return the rows of the sheets in `known`, of each at most so many rows and columns, whatever the file says it has.

    The caller has checked the file's parts. Raises FaultyDataError with `remedy` where it is damaged.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of what it leaves out, such as lists of choices
            book = load_workbook(path, read_only=True, data_only=False, keep_links=False)
        found: dict[str, list[list[Cell]]] = {}
        for name in (name for name in book.sheetnames if name in known):
            sheet = book[name]
            sheet.reset_dimensions()  # what the file says of its size is not to be trusted
            rows = sheet.iter_rows(max_row=known[name][0], max_col=known[name][1])
            found[name] = [[Cell(name, line, place, c.value, c.data_type) for place, c in enumerate(row, 1)]
                           for line, row in enumerate(rows, 1)]  # fmt: skip
        book.close()
    except Exception:  # openpyxl raises whatever the damage leads to
        raise refuse(path, "tệp Excel bị hỏng, không đọc được.", remedy) from None
    return found

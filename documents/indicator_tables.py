"""Tables of figures in: .csv and .xlsx files read into rows of text, every fault named by its place.

A file that could exhaust the machine is refused before it is read. Numbers of a workbook come back as Vietnamese
text ("1.048", "93,5%"), so that both kinds of file are checked in the same way.
"""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from catalog.errors import Fault, FaultyDataError
from catalog.figures.numbers import format_figure, round_half_up
from documents.importing.guard import open_package

MAX_BYTES = 20 * 1024 * 1024  # 20 MB
MAX_COLUMNS = 300
MAX_ROWS = 50_000
# whatever a damaged archive makes openpyxl raise
_DAMAGE = (KeyError, ValueError, OSError, EOFError, SyntaxError, TypeError, zipfile.BadZipFile, zlib.error)
_FLOAT_DIGITS = 9  # decimals beyond which a stored number holds only binary noise


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one sheet, from its first row; `name` is empty for a .csv file."""

    name: str
    rows: tuple[tuple[str, ...], ...]


def read_tables(path: Path) -> tuple[tuple[Sheet, ...], tuple[Fault, ...]]:
    """Return the sheets of `path` that hold anything, hidden ones left out; with any fault no sheet is returned.

    Raises OSError when the file is there and cannot be read.
    """
    if not path.is_file():
        return (), (Fault("không tìm thấy tệp.", file=path.name, remedy="Hãy kiểm tra lại đường dẫn."),)
    kind = path.suffix.lower()
    if kind not in _READERS:
        return (), (
            Fault(
                "chỉ đọc được tệp .csv và .xlsx.",
                file=path.name,
                remedy="Hãy lưu lại theo một trong hai dạng.",
            ),
        )
    if path.stat().st_size > MAX_BYTES:
        return (), (
            Fault("tệp lớn hơn 20 MB.", file=path.name, remedy="Hãy kiểm tra có chọn nhầm tệp không."),
        )
    sheets, faults = _READERS[kind](path)
    if not faults and not any(any(row) for sheet in sheets for row in sheet.rows):
        faults = (Fault("tệp không có dòng nào.", file=path.name, remedy="Hãy chọn tệp có nội dung."),)
    return ((), faults) if faults else (sheets, ())


def _read_csv(path: Path) -> tuple[tuple[Sheet, ...], tuple[Fault, ...]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        return (), (
            Fault("tệp không ở bảng mã UTF-8.", file=path.name, remedy="Hãy lưu lại dạng “CSV UTF-8”."),
        )
    try:
        rows = _parse_csv(text, _delimiter(text))
    except csv.Error:
        return (), (
            Fault("tệp không đúng dạng CSV.", file=path.name, remedy="Hãy lưu lại dạng “CSV UTF-8”."),
        )
    if len(rows) > MAX_ROWS or max(map(len, rows), default=0) > MAX_COLUMNS:
        return (), (_too_wide(path.name),)
    return (Sheet("", tuple(rows)),), ()


def _parse_csv(text: str, delimiter: str) -> list[tuple[str, ...]]:
    """Return the rows by line of the file: a row written over several lines is followed by as many empty ones."""
    rows: list[tuple[str, ...]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for row in reader:
        rows.append(tuple(row))
        rows.extend(() for _ in range(reader.line_num - len(rows)))
    return rows


def _delimiter(text: str) -> str:
    """Return the separator that gives most rows of the file's beginning the same width, wider than one."""
    head = "\n".join(text.splitlines()[:50])
    scores: dict[str, tuple[int, int]] = {}
    for delimiter in ",;\t":
        widths = [len(row) for row in csv.reader(io.StringIO(head), delimiter=delimiter) if any(row)]
        wide = [width for width in widths if width > 1]
        commonest = max(wide, key=wide.count, default=1)
        scores[delimiter] = (wide.count(commonest), commonest)
    return max(scores, key=lambda delimiter: scores[delimiter])


def _too_wide(file: str, place: str = "") -> Fault:
    return Fault(
        f"bảng có hơn {format_figure(MAX_ROWS)} dòng hoặc hơn {MAX_COLUMNS} cột.",
        place,
        file,
        remedy="Hãy tách bảng hoặc xóa các dòng, cột thừa.",
    )


def _read_workbook(path: Path) -> tuple[tuple[Sheet, ...], tuple[Fault, ...]]:
    try:
        open_package(path).close()
    except FaultyDataError as refused:
        return (), refused.faults
    import openpyxl  # deferred: a .csv file needs none of it

    try:
        values = openpyxl.load_workbook(path, read_only=True, data_only=True)
        written = openpyxl.load_workbook(path, read_only=True, data_only=False)
    except (
        KeyError,
        ValueError,
        OSError,
        SyntaxError,
        TypeError,
    ):  # whatever a broken archive makes openpyxl raise
        return (), (_broken(path.name),)
    sheets: list[Sheet] = []
    faults: list[Fault] = []
    try:
        for name in values.sheetnames:
            if getattr(values[name], "sheet_state", "") == "visible" and hasattr(values[name], "iter_rows"):
                rows, found = _read_sheet(values[name], written[name], f"trang “{name}”")
                sheets.append(Sheet(name, rows))
                faults += [Fault(f.message, f.place, path.name, f.remedy) for f in found]
    except _DAMAGE:
        return (), (_broken(path.name),)
    finally:
        values.close()
        written.close()
    return tuple(sheet for sheet in sheets if any(any(row) for row in sheet.rows)), tuple(faults)


def _broken(file: str) -> Fault:
    return Fault(
        "tệp không phải là bảng tính Excel hoặc đã hỏng.", file=file, remedy="Hãy lưu lại dạng .xlsx."
    )


def _read_sheet(values: Any, written: Any, where: str) -> tuple[tuple[tuple[str, ...], ...], list[Fault]]:
    rows: list[tuple[str, ...]] = []
    faults: list[Fault] = []
    for sheet in (values, written):
        sheet.reset_dimensions()  # the size a file declares for itself may be a million empty rows
    for shown, source in zip(values.iter_rows(), written.iter_rows(), strict=False):
        if len(rows) == MAX_ROWS or len(shown) > MAX_COLUMNS:
            return (), [_too_wide("", where)]
        rows.append(tuple(_text(cell) for cell in shown))
        faults += list(_cell_faults(shown, source, where))
    while rows and not any(rows[-1]):
        rows.pop()
    width = max((len(row) for row in rows), default=0)
    return tuple((*row, *[""] * (width - len(row))) for row in rows), faults


def _cell_faults(shown: Any, source: Any, where: str) -> Iterator[Fault]:
    for cell, origin in zip(shown, source, strict=False):
        if cell.value is None and origin.data_type == "f":
            yield Fault(
                "công thức chưa có kết quả.",
                f"{where}, ô {origin.coordinate}",
                remedy="Hãy mở tệp bằng Excel, tính lại rồi lưu, hoặc dán giá trị thay cho công thức.",
            )
        elif cell.data_type == "e":
            yield Fault(
                f"ô báo lỗi {cell.value}.",
                f"{where}, ô {cell.coordinate}",
                remedy="Hãy sửa công thức của ô này.",
            )


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, (int, float)):
        return _number(value, str(cell.number_format))
    if isinstance(value, (date, datetime)):
        return f"{value:%d/%m/%Y}"
    return str(value)


def _number(value: float, number_format: str) -> str:
    """Write a number as its cell shows it: grouped where the format groups, in per cent where it says so."""
    exact = round_half_up(Decimal(repr(value)), _FLOAT_DIGITS) if isinstance(value, float) else Decimal(value)
    if "%" in number_format:
        shown = number_format.partition("%")[0].rpartition(".")
        decimals = sum(char in "0#" for char in shown[2]) if shown[1] else 0
        return f"{format_figure(exact * 100, decimals)}%"
    whole, _, part = f"{exact:f}".partition(".")
    if part.rstrip("0"):
        return format_figure(exact.normalize())
    return format_figure(Decimal(whole)) if "#,##" in number_format else whole


_READERS = {".csv": _read_csv, ".xlsx": _read_workbook}

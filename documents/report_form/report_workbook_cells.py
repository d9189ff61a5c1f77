"""Single cells of a filled-in form: each is what it should be, or a fault that names it; nothing is repaired."""

import unicodedata
from datetime import date, datetime, time
from decimal import Decimal

from catalog.errors import Fault
from catalog.figures.numbers import FigureKind, format_figure, read_figure
from documents.report_form.report_workbook_layout import LONGEST
from documents.workbooks.filled_cells import Cell

_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_LARGEST = 10**15  # Excel keeps fifteen digits; what is longer is no longer what was typed
_RETYPE = "Hãy gõ thẳng nội dung, không dùng công thức."


def plain(cell: Cell) -> str:
    """Return what a locked cell says; a formula or an error never equals what is expected there."""
    if isinstance(cell.value, float) and cell.value.is_integer():
        return str(int(cell.value))
    return "" if cell.value is None else unicodedata.normalize("NFC", str(cell.value)).strip()


def text(cell: Cell, faults: list[Fault]) -> str:
    """Return the words of a cell, in NFC, with their line breaks."""
    value = cell.value
    if cell.blank or not _typed(cell, faults):
        return ""
    if isinstance(value, (datetime, date, time)):
        message = "ô này phải là chữ nhưng Excel đã đổi thành ngày giờ."
        faults.append(Fault(message, cell.place, remedy="Hãy gõ lại với dấu nháy đơn ở đầu."))
        return ""
    words = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    words = unicodedata.normalize("NFC", words).replace("_x000D_", "").replace("\r", "").strip()
    if len(words) > LONGEST:
        message = f"nội dung dài {format_figure(len(words))} ký tự, quá {format_figure(LONGEST)}."
        faults.append(Fault(message, cell.place, remedy="Hãy rút gọn hoặc đính kèm thành tệp riêng."))
    return "".join(char for char in words if char == "\n" or char.isprintable())


def day(cell: Cell, faults: list[Fault]) -> date | None:
    """Return the day of a cell that holds a real one; None where it is blank or at fault."""
    value = cell.value
    if cell.blank or not _typed(cell, faults):
        return None
    if isinstance(value, str):
        message = f"ngày “{_short(value)}” được ghi bằng chữ."
    elif not isinstance(value, (datetime, date)):
        message = f"“{value}” không phải ngày."
    else:
        found = value.date() if isinstance(value, datetime) else value
        if _FIRST_YEAR <= found.year <= _LAST_YEAR:
            return found
        message = f"năm {found.year} không đúng."
    faults.append(Fault(message, cell.place, remedy="Hãy gõ lại ngày dạng 15/8/2025, để Excel hiểu là ngày."))
    return None


def figure(cell: Cell, decimals: int, faults: list[Fault]) -> Decimal | None:
    """Return the figure of a cell, 0 for a dash, None where it is blank or at fault. At most `decimals` after the comma."""
    value = cell.value
    if cell.blank or not _typed(cell, faults):
        return None
    if isinstance(value, str):
        return _written(cell, value, faults)
    if isinstance(value, (bool, datetime, date, time)):
        faults.append(Fault("ô này phải là số.", cell.place, remedy="Hãy gõ lại một số."))
        return None
    number = Decimal(str(value))
    wrong = ""
    if number < 0 or number >= _LARGEST:
        wrong = "không thể là số âm." if number < 0 else "quá lớn."
    elif number != round(number, decimals):
        wrong = "phải là số nguyên." if decimals == 0 else f"chỉ lấy {decimals} chữ số sau dấu phẩy."
    if wrong:
        faults.append(
            Fault(f"số {format_figure(number)} {wrong}", cell.place, remedy="Hãy kiểm tra và gõ lại.")
        )
        return None
    return number


def _written(cell: Cell, value: str, faults: list[Fault]) -> Decimal | None:
    """Judge words in a figure's cell: a dash is nothing at all, everything else must be typed as a number."""
    kind = read_figure(value).kind
    if kind is FigureKind.NIL:
        return Decimal(0)
    if kind is FigureKind.BOUND:
        remedy = "Hãy chỉ gõ số ở đây và chọn “trên”, “gần”, “khoảng” ở cột bên cạnh."
    else:
        remedy = "Hãy gõ lại bằng chữ số, không kèm đơn vị; chưa có số liệu thì để trống."
    faults.append(Fault(f"“{_short(value)}” là chữ, ô này phải là số.", cell.place, remedy=remedy))
    return None


def _typed(cell: Cell, faults: list[Fault]) -> bool:
    """Tell whether a person typed the value; a formula's result and an error are not what anybody typed."""
    if cell.kind == "f":
        faults.append(Fault("ô này chứa công thức.", cell.place, remedy=_RETYPE))
    elif cell.kind == "e":
        faults.append(Fault(f"ô này báo lỗi {cell.value}.", cell.place, remedy=_RETYPE))
    return cell.kind not in {"f", "e"}


def _short(value: str) -> str:
    words = " ".join(value.split())
    return words if len(words) <= 40 else f"{words[:40]}…"

"""Single cells of a corrected draft: each is what its column holds, or a fault that names it; nothing is repaired."""

import re
from datetime import date, datetime, time

from catalog.errors import Fault
from documents.draft_sheet.layout import YES, Form
from documents.workbooks.filled_cells import Cell

Value = str | int | date | bool | list[str] | list[int] | None
_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_AS_DAY = "Hãy ghi ngày dạng 05/09/2025."
_AS_TEXT = "Hãy định dạng ô là Text rồi gõ lại."


class _WrongError(Exception):
    """What is wrong with a cell, and what to do."""


def value_of(cell: Cell, form: Form) -> tuple[Value, Fault | None]:
    """Return the value of a cell, None for a blank one that is no text, and what is wrong with it."""
    try:
        return _value(cell, form), None
    except _WrongError as wrong:
        message, remedy = wrong.args
        return None, Fault(message, cell.place, remedy=remedy)


def _value(cell: Cell, form: Form) -> Value:
    if cell.kind in {"f", "e"}:
        said = "ô này chứa công thức." if cell.kind == "f" else f"ô này báo lỗi {cell.value}."
        raise _WrongError(said, "Hãy gõ thẳng nội dung, không dùng công thức.")
    if form is Form.YES:
        return _yes(cell)
    if form is Form.DAY:
        return _day(cell)
    text = _text(cell)
    if form is Form.NUMBER:
        return _number(text) if text else None
    if form is Form.NUMBERS:
        return [_number(part.strip()) for part in re.split(r"[;,]", text) if part.strip()]
    return [line for line in text.splitlines() if line.strip()] if form is Form.LINES else text


def _text(cell: Cell) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime | date | time):
        raise _WrongError("ô này phải là chữ nhưng Excel đã đổi thành ngày giờ.", _AS_TEXT)
    if isinstance(value, bool):
        raise _WrongError("ô này phải là chữ nhưng Excel đã đổi thành đúng/sai.", _AS_TEXT)
    if isinstance(value, float) and not value.is_integer():
        raise _WrongError(
            f"ô này phải là chữ nhưng Excel đã đổi thành số {value:g}.".replace(".", ",", 1), _AS_TEXT
        )
    words = str(int(value)) if isinstance(value, float) else str(value)
    return words.replace("\r\n", "\n").strip()


def _number(text: str) -> int:
    if not re.fullmatch(r"-?\d{1,9}", text):
        raise _WrongError(f"“{text[:40]}” không phải là số nguyên.", "Hãy ghi bằng chữ số.")
    return int(text)


def _yes(cell: Cell) -> bool:
    said = str(cell.value if cell.value is not None else "").strip().lower()
    if said in {"", "không", "false"}:
        return False
    if said in {YES, "true", "x"}:
        return True
    raise _WrongError(f"“{said[:40]}” không dùng được ở ô này.", f"Hãy ghi “{YES}” hoặc để trống.")


def _day(cell: Cell) -> date | None:
    if isinstance(cell.value, datetime | date):
        return cell.value.date() if isinstance(cell.value, datetime) else cell.value
    text = _text(cell)
    if not text:
        return None
    found = _DAY.fullmatch(text)
    if not found:
        raise _WrongError(f"“{text[:40]}” không phải là ngày.", _AS_DAY)
    try:
        return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        raise _WrongError(f"không có ngày “{text[:20]}”.", _AS_DAY) from None

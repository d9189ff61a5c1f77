"""What Excel shows in a cell: dates by their number format, and the doubts that a date can hide.

A sheet made by a program set to American dates turns "5/9/2025" into the 9th of May and leaves "15/8/2025" as text;
which of the two a cell means is told, never settled in silence.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

_LOCALE = re.compile(r"\[[^\]]*\]")
_TOKENS = re.compile(r'"([^"]*)"|\\(.)|(d+|m+|y+|h+|s+)|(.)', re.IGNORECASE)
_BUILT_IN = "mm-dd-yy"  # Excel's own short date, shown in the order of the reader's country
_ISO_TEXT = re.compile(r"^(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?$")
_DATE_TEXT = re.compile(r"^\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\s*$")


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell as it is seen. `day` is the stored date; `month_first` says that its format puts the month first."""

    text: str
    day: date | None = None
    month_first: bool = False
    notes: tuple[str, ...] = ()


def show(value: Any, number_format: str) -> Shown:
    """Return what the sheet shows for a stored value."""
    if value is None:
        return Shown("")
    if isinstance(value, bool):
        return Shown("x" if value else "")
    if isinstance(value, (date, datetime)):
        return _show_date(value, number_format or "")
    if isinstance(value, time):
        return Shown(value.strftime("%H:%M"))
    if isinstance(value, (int, float)):
        return Shown(_figure(value, number_format or ""))
    return _show_text(str(value))


def _show_text(text: str) -> Shown:
    found = _ISO_TEXT.match(text.strip())
    if not found:
        return Shown(text)
    year, month, day = map(int, found.groups())
    plain = f"{day:02d}/{month:02d}/{year}"
    return Shown(plain, notes=(f"Ngày ghi dạng chữ “{text.strip()}”; đã ghi lại là {plain}.",))


def _figure(value: float, number_format: str) -> str:
    decimals = re.search(r"0\.(0+)", number_format)
    if decimals:
        return f"{value:.{len(decimals.group(1))}f}"
    return str(int(value)) if float(value).is_integer() else repr(value)


def _show_date(value: date, number_format: str) -> Shown:
    day = value.date() if isinstance(value, datetime) else value
    plain = day.strftime("%d/%m/%Y")
    shape = _LOCALE.sub("", number_format.split(";", maxsplit=1)[0])
    if not shape or shape.lower() in {"general", _BUILT_IN, "@"}:
        return Shown(plain, day)
    order = "".join(token[2][0].lower() for token in _TOKENS.findall(shape) if token[2])
    order = re.sub(r"h.*$", "", re.sub(r"(.)\1+", r"\1", order))
    if not re.match(r"md", order):
        return Shown(_rendered(day, shape), day)
    shown = _rendered(day, shape)
    if day.day > 12:
        told = f"Ô ngày hiện tháng trước ngày sau (“{shown}”); đã ghi lại là {plain}."
        return Shown(plain, day, month_first=True, notes=(told,))
    return Shown(shown, day, month_first=True)


def _rendered(day: date, shape: str) -> str:
    parts = {
        "d": str(day.day), "dd": f"{day.day:02d}", "m": str(day.month), "mm": f"{day.month:02d}",
        "mmm": f"thg {day.month}", "mmmm": f"tháng {day.month}", "yy": f"{day.year % 100:02d}", "yyyy": str(day.year),
    }  # fmt: skip
    text = ""
    for quoted, escaped, token, plain in _TOKENS.findall(shape):
        low = token.lower()
        if low and low[0] in "hs":
            break
        text += quoted or escaped or parts.get(low, "") or plain
    return text.strip(" ,;@")


def settle_dates(column: Sequence[Shown]) -> list[Shown]:
    """Return one column's cells with its swapped dates told: text dates past the 12th beside stored ones up to it."""
    typed_late = any(
        (found := _DATE_TEXT.match(each.text)) and int(found[1]) > 12 for each in column if each.day is None
    )
    stored = [each.day for each in column if each.day]
    month_first_for_sure = any(each.month_first and each.day and each.day.day > 12 for each in column)
    swapped = typed_late and bool(stored) and all(day.day <= 12 for day in stored)
    return [_settled(each, swapped=swapped, sure=month_first_for_sure) for each in column]


def _settled(each: Shown, *, swapped: bool, sure: bool) -> Shown:
    day = each.day
    if day is None or day.day > 12 or not (swapped or each.month_first):
        return each
    stored, turned = day.strftime("%d/%m/%Y"), f"{day.month:02d}/{day.day:02d}/{day.year}"
    if day.day == day.month:
        return replace(each, text=stored)
    if sure:
        return replace(
            each,
            text=stored,
            notes=(f"Ô ngày hiện tháng trước ngày sau (“{each.text}”); đã ghi lại là {stored}.",),
        )
    told = (
        f"Ngày có thể bị đảo ngày và tháng: ô lưu {stored}, có thể là {turned}; đã ghi {turned}, cần xem lại."
    )
    return replace(each, text=each.text if each.month_first else turned, notes=(told,))

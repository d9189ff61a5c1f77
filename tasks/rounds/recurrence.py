"""Reporting regimes that repeat ("định kỳ 02 tuần một lần (trước 16 giờ thứ Sáu)") and the deadlines they make. Pure.

"trước" excludes the hour or the day it names: what comes at 16:00 is late; "trước ngày 25" ends with the 24th.
Nothing is guessed: what is not understood is None.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from catalog.days import HANOI, end_of
from catalog.text import normalize, search_key

_WEEKDAYS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5}
_SUNDAY = 6
_NUMBERS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "sau": 6}
_NUMBER = rf"(\d{{1,2}}|{'|'.join(_NUMBERS)})"
_LAST_DAY = 31  # stands for the last day of a month
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One deadline: the last on-time day, and the instant from which on a report is late."""

    due: date
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Weekly:
    """Every `every` weeks on `weekday`; Monday is 0."""

    every: int
    weekday: int


@dataclass(frozen=True, slots=True)
class Monthly:
    """Every `every` months on `day`, 31 meaning the last; a quarter is the three months to March, June, September, December."""

    every: int
    day: int


@dataclass(frozen=True, slots=True)
class Yearly:
    """Each year on fixed days, each a (month, day)."""

    days: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Regime:
    """When reports repeat. `hour` ends the named day early, exclusive; `before` excludes the named day itself."""

    rhythm: Weekly | Monthly | Yearly
    hour: time | None = None
    before: bool = False


def read_regime(text: str) -> Regime | None:
    """Return the regime that `text` states, None where it states none that is understood."""
    plain = search_key(normalize(text).replace("/", " gach "))
    hour = _hour(plain)
    rhythm = _yearly(plain) or _weekly(plain) or _monthly(plain)
    if rhythm is None:
        return None
    return Regime(rhythm, hour, hour is None and re.search(r"\btruoc\b", plain) is not None)


def occurrences(regime: Regime, first: date, last: date) -> Iterator[Occurrence]:
    """Yield the deadlines whose last on-time day lies between `first` and `last`, both inclusive, in order.

    A regime of several weeks counts from its first deadline on or after `first`.
    """
    shift = _ONE_DAY if regime.before else timedelta()
    for named in _named_days(regime.rhythm, first + shift, last + shift):
        due = named - shift
        ends = end_of(due) if regime.hour is None else datetime.combine(due, regime.hour, HANOI)
        yield Occurrence(due, ends)


def _named_days(rhythm: Weekly | Monthly | Yearly, first: date, last: date) -> Iterator[date]:
    if isinstance(rhythm, Weekly):
        day = first + timedelta(days=(rhythm.weekday - first.weekday()) % 7)
        while day <= last:
            yield day
            day += timedelta(weeks=rhythm.every)
        return
    for year in range(first.year, last.year + 1):
        for month, day_number in _of_a_year(rhythm):
            day = _day_of_month(year, month, day_number)
            if first <= day <= last:
                yield day


def _of_a_year(rhythm: Monthly | Yearly) -> list[tuple[int, int]]:
    if isinstance(rhythm, Yearly):
        return sorted(rhythm.days)
    return [(month, rhythm.day) for month in range(1, 13) if month % rhythm.every == 0]


def _day_of_month(year: int, month: int, day: int) -> date:
    last = date(year + month // 12, month % 12 + 1, 1) - _ONE_DAY
    return last.replace(day=min(day, last.day))


def _hour(plain: str) -> time | None:
    found = re.search(r"\b(\d{1,2}) ?(?:gio|h) ?(\d{2})?\b", plain)
    return time(int(found[1]), int(found[2] or 0)) if found and int(found[1]) < 24 else None


def _weekly(plain: str) -> Weekly | None:
    every = _every(plain, "tuan")
    weekday = re.search(r"\bthu (hai|ba|tu|nam|sau|bay|[2-7])\b|\bchu nhat\b", plain)
    if every is None or weekday is None:
        return None
    name = weekday[1]
    if name is None:
        return Weekly(every, _SUNDAY)
    return Weekly(every, int(name) - 2 if name.isdigit() else _WEEKDAYS[name])


def _yearly(plain: str) -> Yearly | None:
    if re.search(r"\b(hang|moi) nam\b", plain) is None:
        return None
    days = tuple((int(month), int(day)) for day, month in re.findall(r"\b(\d{1,2}) gach (\d{1,2})\b", plain))
    return Yearly(days) if days and all(_is_day(month, day) for month, day in days) else None


def _monthly(plain: str) -> Monthly | None:
    quarterly = re.search(r"\b(hang|moi) quy\b|\bquy (mot|1) lan\b", plain) is not None
    every = 3 if quarterly else _every(plain, "thang")
    if every is None:
        return None
    if re.search(r"\bcuoi (thang|quy)\b|\bngay cuoi\b", plain):
        return Monthly(every, _LAST_DAY)
    day = re.search(r"\bngay (\d{1,2})\b(?! gach)", plain)
    return Monthly(every, int(day[1])) if day and 1 <= int(day[1]) <= _LAST_DAY else None


def _every(plain: str, unit: str) -> int | None:
    """Return how many of `unit` lie between two deadlines: "02 tuan mot lan", "moi 3 thang", "hang thang"."""
    counted = re.search(rf"\b{_NUMBER} {unit} (?:mot|1|01) lan\b", plain) or re.search(
        rf"\bmoi {_NUMBER} {unit}\b", plain
    )
    if counted:
        return int(counted[1]) if counted[1].isdigit() else _NUMBERS[counted[1]]
    single = rf"\b(hang|moi) {unit}\b|\b{unit} (mot|1|01) lan\b|\bcua {unit} bao cao\b"
    return 1 if re.search(single, plain) else None


def _is_day(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= _LAST_DAY and _day_of_month(2024, month, day).day == day

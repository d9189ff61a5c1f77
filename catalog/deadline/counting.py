"""Counted periods: Civil Code 2015, articles 147 and 148."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Protocol

from catalog.day_words import day_text
from catalog.deadline.nodes import Duration, Relative, Unit
from catalog.deadline.points import FIRST_YEAR, LAST_YEAR

_DAY = timedelta(days=1)
_LAW = "(Điều 148 Bộ luật Dân sự)"


class Calendar(Protocol):
    """What counting needs of `catalog.calendar.WorkingCalendar`."""

    def add_working_days(self, day: date, count: int) -> date: ...

    def working_day_on_or_after(self, day: date) -> date: ...


def count_from(
    anchor: date, limit: Relative, calendar: Calendar | None
) -> tuple[date | None, date | None, str]:
    """Return the first and the last day of the period and a note; None where no day follows.

    Counting starts the day after the anchor (article 147). A last day that is a day off moves to the next working
    day (148): that, and counting in working days, needs the calendar.
    """
    count = -limit.duration.count if limit.backwards else limit.duration.count
    start = None if limit.backwards else anchor + _DAY
    if limit.duration.unit is Unit.WORKDAY:
        if calendar is None:
            return None, None, "Tính ngày làm việc cần có lịch làm việc."
        return start, calendar.add_working_days(anchor, count), ""
    end = _moved(anchor, count, limit.duration)
    if end is None:
        return None, None, "Thời hạn tính bằng giờ hoặc quá dài, không tính ra ngày."
    return (None, end, "") if limit.backwards else (start, *_off_days_off(end, calendar))


def _off_days_off(end: date, calendar: Calendar | None) -> tuple[date, str]:
    if calendar is None:
        return end, f"Nếu ngày cuối là ngày nghỉ thì hạn chuyển sang ngày làm việc tiếp theo {_LAW}."
    moved = calendar.working_day_on_or_after(end)
    if moved == end:
        return end, ""
    return (
        moved,
        f"Ngày cuối {day_text(end)} là ngày nghỉ nên hạn chuyển sang ngày làm việc tiếp theo {_LAW}.",
    )


def _moved(day: date, count: int, duration: Duration) -> date | None:
    """Return the day `count` units on; months keep the day of the month, or its last."""
    days = {Unit.DAY: 1, Unit.WEEK: 7}.get(duration.unit)
    if days is not None:
        return day + days * count * _DAY
    per_unit = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}.get(duration.unit)
    if per_unit is None:
        return None
    year, month = divmod(day.year * 12 + day.month - 1 + per_unit * count, 12)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

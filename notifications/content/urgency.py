"""How much time is left, and the order that follows from it."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from catalog.calendar import WorkingCalendar
from notifications.content.contexts import Item, ItemGroup, Urgency

_ORDER: tuple[Urgency, ...] = ("overdue", "last_day", "due_soon", "other")


def working_days_left(day: date, due: date, calendar: WorkingCalendar) -> int:
    """Return the working days after `day` up to `due`, or as a negative number those after `due` up to `day`.

    It mirrors the ladder: 0 on the morning of `last_day` (the working day before, where `due` is a day off), -1 on the
    day of the first `overdue`.
    """
    if day > due:
        return -calendar.working_days_between(due, day)
    return calendar.working_days_between(day, due)


def grouped(items: Iterable[Item], day: date) -> tuple[ItemGroup, ...]:
    """Group what an agency must do, most urgent first: late (longest first), the last day, then by days left."""
    ranked = sorted(items, key=lambda item: _rank(item, day))
    return tuple(
        ItemGroup(urgency, members[0].days, members)
        for (urgency, _), run in groupby(ranked, key=lambda item: _group(item, day))
        for members in (tuple(run),)
    )


def _rank(item: Item, day: date) -> tuple[int, date]:
    return _ORDER.index(_group(item, day)[0]), item.due or date.max


def _group(item: Item, day: date) -> tuple[Urgency, int]:
    if item.due is None:
        return "other", 0
    if item.due < day:
        return "overdue", 0
    return ("last_day", 0) if item.days == 0 else ("due_soon", item.days)

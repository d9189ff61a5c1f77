"""How the work went from week to week: each earlier day as it was recorded by its end, all of them in two statements.

A state was in force from `since` to the moment it was replaced. Each is placed among the days once, so that a year of
weeks reads the tables as often as one day does. A test holds the figures equal to `status_counts` as of each day.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func, literal, or_, select
from sqlalchemy.orm import Session

from catalog.days import end_of
from tasks.models import OPEN_LIVES, Life, Task, TaskEvent
from tasks.status import Status

_SETTLED = (Life.COMPLETED, Life.NOT_APPLICABLE)
_WEEK = 7  # days


@dataclass(frozen=True, slots=True)
class Progress:
    """The tasks at the end of one day. What was cancelled is in none of the figures; what did not arise is done."""

    day: date
    done: int
    awaiting: int
    overdue: int
    open: int

    @property
    def total(self) -> int:
        """All tasks that had to be done."""
        return self.done + self.awaiting + self.overdue + self.open


class _Stay(NamedTuple):
    """How many tasks were in one state over the same days, by place among the days: `late` is when they became overdue."""

    life: Life
    came: int
    left: int
    late: int
    tasks: int


def progress_of(day: date, counts: dict[Status, int]) -> Progress:
    """Return the figures of a day whose statuses are counted already."""
    done = (Status.DONE_ON_TIME, Status.DONE_LATE, Status.NOT_APPLICABLE)
    still = (Status.OPEN, Status.DUE_SOON, Status.NO_DATE)
    return Progress(
        day,
        sum(counts[status] for status in done),
        counts[Status.AWAITING_CONFIRMATION],
        counts[Status.OVERDUE],
        sum(counts[status] for status in still),
    )


def progress(session: Session, days: Sequence[date]) -> list[Progress]:
    """Return the figures at the end of each of `days`, which ascend and are over."""
    if not days:
        return []
    stays = [*_kept(session, days), *_current(session, days)]
    return [_at(day, place, stays) for place, day in enumerate(days)]


def weeks(first: date, last: date, most: int) -> list[date]:
    """Return the Sundays from `first` to before `last`, every second or third where there are more than `most`."""
    sunday = first + timedelta(days=(_WEEK - 1 - first.weekday()))
    found = [sunday + timedelta(days=_WEEK * n) for n in range(max(0, (last - sunday).days + 6) // _WEEK)]
    step = -(-len(found) // most) if found else 1
    return found[::-1][::step][::-1]


def _at(day: date, place: int, stays: Iterable[_Stay]) -> Progress:
    found: Counter[str] = Counter()
    for stay in stays:
        if stay.came <= place < stay.left:
            found[_part(stay, place)] += stay.tasks
    return Progress(day, found["done"], found["awaiting"], found["overdue"], found["open"])


def _part(stay: _Stay, place: int) -> str:
    if stay.life in _SETTLED:
        return "done"
    if stay.life in OPEN_LIVES:
        return "overdue" if place >= stay.late else "open"
    return "awaiting" if stay.life is Life.DECLARED else "cancelled"


def _current(session: Session, days: Sequence[date]) -> Iterable[_Stay]:
    """Return the states still in force, which began by the last of the days."""
    columns = (Task.life, _since(Task.since, days), literal(len(days)), _late(Task.due, Task.waits, days))
    return _grouped(session, columns, Task.since < end_of(days[-1]))


def _kept(session: Session, days: Sequence[date]) -> Iterable[_Stay]:
    """Return the states that were replaced after the first of the days."""
    event = TaskEvent
    columns = (
        event.from_life,
        _since(event.from_since, days),
        _since(event.recorded_at, days),
        _late(event.from_due, event.from_waits, days),
    )
    return _grouped(
        session, columns, event.recorded_at >= end_of(days[0]), event.from_since < end_of(days[-1])
    )


def _grouped(session: Session, columns: Sequence[Any], *met: ColumnElement[bool]) -> Iterable[_Stay]:
    named = [column.label(name) for column, name in zip(columns, _Stay._fields, strict=False)]
    inner = select(*named).where(*met).subquery().c
    rows = select(*inner, func.count()).group_by(*inner)
    return [_Stay(Life(life), *places) for life, *places in session.execute(rows).tuples()]


def _since(moment: Any, days: Sequence[date]) -> ColumnElement[int]:
    """Return the place of the first day by whose end `moment` had come."""
    return _first([(moment < end_of(day), place) for place, day in enumerate(days)], len(days))


def _late(due: Any, waits: Any, days: Sequence[date]) -> ColumnElement[int]:
    """Return the place of the first day after `due`; the number of the days for what has no due day."""
    never = (or_(due.is_(None), waits.is_(True)), len(days))
    return _first([never, *((due < day, place) for place, day in enumerate(days))], len(days))


def _first(met: Sequence[tuple[Any, int]], otherwise: int) -> ColumnElement[int]:
    return case(*((condition, literal(place)) for condition, place in met), else_=literal(otherwise))

"""The status of a task as of a day: one pure function, and the same said in SQL, held equal by a property test.

Days are inclusive, in Asia/Ho_Chi_Minh. Finished on its last day, a task is on time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, case, false, or_

from catalog.calendar import WorkingCalendar
from tasks.models import AWAITED, OPEN_LIVES, Life


class Status(StrEnum):
    """What domain.md calls the status of a task ("Life and status")."""

    CANCELLED = "cancelled"
    NOT_APPLICABLE = "not_applicable"
    DONE_ON_TIME = "done_on_time"
    DONE_LATE = "done_late"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    NO_DATE = "no_date"
    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    OPEN = "open"

    @property
    def label(self) -> str:
        """The administration's own words."""
        return _SHOWN[self].label

    @property
    def colour(self) -> str:
        """The colour's name in domain.md; never shown without the words."""
        return _SHOWN[self].colour


class _Shown(NamedTuple):
    label: str
    colour: str


_SHOWN = {
    Status.CANCELLED: _Shown("Đã hủy", "grey"),
    Status.NOT_APPLICABLE: _Shown("Không phát sinh", "grey"),
    Status.DONE_ON_TIME: _Shown("Hoàn thành đúng hạn", "green"),
    Status.DONE_LATE: _Shown("Hoàn thành quá hạn", "orange"),
    Status.AWAITING_CONFIRMATION: _Shown("Chờ xác nhận", "violet"),
    Status.NO_DATE: _Shown("Chưa xác định hạn", "grey"),
    Status.OVERDUE: _Shown("Quá hạn", "red"),
    Status.DUE_SOON: _Shown("Sắp đến hạn", "amber"),
    Status.OPEN: _Shown("Đang thực hiện trong hạn", "blue"),
}

OPEN_STATUSES = (Status.NO_DATE, Status.OVERDUE, Status.DUE_SOON, Status.OPEN)


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a task's state decides its status. `waits`: its occasion has no day yet."""

    life: Life
    due: date | None
    waits: bool
    counted_on: date | None


def status_of(facts: Facts, today: date, soon_until: date) -> Status:
    """Return the status at the end of `today`; `soon_until` is the last due day that is within the reminder window."""
    settled = {
        Life.CANCELLED: Status.CANCELLED,
        Life.NOT_APPLICABLE: Status.NOT_APPLICABLE,
        Life.COMPLETED: Status.DONE_LATE if is_late(facts) else Status.DONE_ON_TIME,
        Life.DECLARED: Status.AWAITING_CONFIRMATION,
    }
    if facts.life in settled:
        return settled[facts.life]
    if facts.waits:
        return Status.NO_DATE
    if facts.due is None:
        return Status.OPEN
    if facts.due < today:
        return Status.OVERDUE
    return Status.DUE_SOON if facts.due <= soon_until else Status.OPEN


def is_late(facts: Facts) -> bool:
    """Tell whether the counted day lies after the due day in force; without either it is not late."""
    return facts.due is not None and facts.counted_on is not None and facts.counted_on > facts.due


def days_late(facts: Facts, today: date) -> int:
    """Return the calendar days past the due day: at the counted day once there is one, else as of `today`; 0 in time."""
    if facts.due is None or facts.life in {Life.CANCELLED, Life.NOT_APPLICABLE}:
        return 0
    if facts.life in OPEN_LIVES:
        return 0 if facts.waits else max(0, (today - facts.due).days)
    return max(0, ((facts.counted_on or today) - facts.due).days)


def soon_until(today: date, window: int, calendar: WorkingCalendar) -> date:
    """Return the last due day whose rung `window` working days before it has come by `today`."""
    last = calendar.add_working_days(calendar.working_day_on_or_before(today), window)
    return calendar.next_working_day(last) - timedelta(days=1)


def has_life(task: Any, *lives: Life) -> ColumnElement[bool]:
    """Return `task.life IN (…)` with the words written out: only so does SQLite see that a partial index serves."""
    found: ColumnElement[bool] = task.life.in_(
        bindparam(None, list(lives), expanding=True, literal_execute=True)
    )
    return found


def status_predicate(
    status: Status, task: Any, today: date, soon: date | ColumnElement[date]
) -> ColumnElement[bool]:
    """Return the condition, made for an index, that `task` has `status` as of `today`.

    `task` has the columns life, due, waits and counted_on; `soon` is `soon_until`, one day or one for each row.
    """
    return _PREDICATES[status](task, today, soon)


def _dated(task: Any) -> ColumnElement[bool]:
    return and_(has_life(task, *OPEN_LIVES), task.waits.is_(False))


def _on_time(task: Any) -> ColumnElement[bool]:
    return or_(task.due.is_(None), task.counted_on.is_(None), task.counted_on <= task.due)


# Each is made only when it is asked for: a page asks for several lists, and making all nine costs more than reading one.
_PREDICATES: dict[Status, Callable[[Any, date, Any], ColumnElement[bool]]] = {
    Status.CANCELLED: lambda task, _, __: has_life(task, Life.CANCELLED),
    Status.NOT_APPLICABLE: lambda task, _, __: has_life(task, Life.NOT_APPLICABLE),
    Status.DONE_LATE: lambda task, _, __: and_(has_life(task, Life.COMPLETED), task.counted_on > task.due),
    Status.DONE_ON_TIME: lambda task, _, __: and_(has_life(task, Life.COMPLETED), _on_time(task)),
    Status.AWAITING_CONFIRMATION: lambda task, _, __: has_life(task, Life.DECLARED),
    Status.NO_DATE: lambda task, _, __: and_(has_life(task, *OPEN_LIVES), task.waits.is_(True)),
    Status.OVERDUE: lambda task, today, _: and_(_dated(task), task.due < today),
    Status.DUE_SOON: lambda task, today, soon: and_(_dated(task), task.due >= today, task.due <= soon),
    Status.OPEN: lambda task, today, soon: and_(
        _dated(task), or_(task.due.is_(None), and_(task.due >= today, task.due > soon))
    ),
}


def status_case(task: Any, today: date, soon: date | ColumnElement[date]) -> ColumnElement[str]:
    """Return the status of each row as text; the nine predicates are disjoint and leave no row out."""
    return case(
        *((status_predicate(status, task, today, soon), status.value) for status in Status),
        else_=None,
    )


def any_status(
    statuses: tuple[Status, ...], task: Any, today: date, soon: date | ColumnElement[date]
) -> ColumnElement[bool]:
    """Return the condition that `task` has one of `statuses`."""
    return or_(false(), *(status_predicate(status, task, today, soon) for status in statuses))


def awaited(standing: Any) -> ColumnElement[bool]:
    """Return the condition that a report is still owed, with the words written out as in `has_life`."""
    found: ColumnElement[bool] = standing.state.in_(
        bindparam(None, list(AWAITED), expanding=True, literal_execute=True)
    )
    return found

"""The weeks since the first decision began to speak, for the pictures of progress.

A day that is over changes only when something is recorded as of it later (`--as-of`), so its figures are kept until then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.days import day_of, end_of
from tasks.models import Decision, Task, TaskEvent
from tasks.queries.progress import Progress, progress, progress_of, weeks
from tasks.status import Status
from web.visit import Visit

MOST_WEEKS = 26  # columns besides the day's own; a longer time is shown every second or third week


@dataclass(frozen=True, slots=True)
class _Newest:
    """The newest rows that were there when the figures were made."""

    event: int
    task: int


def trend(visit: Visit, counts: dict[Status, int]) -> list[Progress]:
    """Return the Sundays since the start, and the page's own day, whose statuses are `counts`."""
    started = visit.session.scalar(select(func.min(Decision.active_since)))
    if started is None or day_of(started) > visit.today:
        return []
    days = tuple(weeks(day_of(started), visit.today, MOST_WEEKS))
    earlier = visit.portal.memory.remembered(
        ("progress", days),
        lambda newest: not days or _still(visit.session, newest, days),
        lambda: (_newest(visit.session), progress(visit.session, days)),
    )
    return [*earlier, progress_of(visit.today, counts)]


def _newest(session: Session) -> _Newest:
    return _Newest(*(session.scalar(select(func.max(row.id))) or 0 for row in (TaskEvent, Task)))


def _still(session: Session, then: _Newest, days: Sequence[date]) -> bool:
    """Tell whether nothing that concerns the days was recorded since; rows that went away are another database."""
    now, over = _newest(session), end_of(days[-1])
    if now.event < then.event or now.task < then.task:
        return False
    came: tuple[tuple[Any, Any, int, int], ...] = (
        (TaskEvent.id, TaskEvent.recorded_at, then.event, now.event),
        (Task.id, Task.since, then.task, now.task),
    )
    # The earliest of the new rows is found by their numbers; asked for the moment, SQLite would walk all earlier ones.
    earliest = (
        session.scalar(select(func.min(func.coalesce(moment, moment))).where(number > known))
        for number, moment, known, newest in came
        if newest > known
    )
    return not any(moment is not None and moment < over for moment in earliest)

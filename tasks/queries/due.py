"""What is due in a span of days, gathered by duty: one line for a duty however many agencies lead it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.asof import AsOf
from tasks.models import OPEN_LIVES, Decision, Duty
from tasks.queries.lists import EVERYTHING, TaskFilter, conditions
from tasks.status import has_life


@dataclass(frozen=True, slots=True)
class DueGroup:
    """The open tasks of one duty with one due day."""

    decision: str
    duty: str
    text: str
    deadline: str
    due: date
    tasks: int


def open_by_duty(
    session: Session, view: AsOf, first: date | None, last: date, wanted: TaskFilter = EVERYTHING
) -> list[DueGroup]:
    """Return what is open and due from `first` (None: ever) to `last`, both inclusive, the longest due first."""
    tasks = view.tasks()
    met: list[Any] = [
        *conditions(wanted, tasks, view), has_life(tasks, *OPEN_LIVES), tasks.waits.is_(False), tasks.due <= last,
    ]  # fmt: skip
    if first is not None:
        met.append(tasks.due >= first)
    counted = (
        select(tasks.duty_id, tasks.due, func.count().label("number"))
        .where(*met)
        .group_by(tasks.duty_id, tasks.due)
        .subquery()
        .c
    )
    rows = (
        select(
            Decision.key, Duty.decision_id, Duty.code, Duty.text, Duty.deadline, counted.due, counted.number
        )
        .join(Duty, Duty.id == counted.duty_id)
        .join(Decision, Decision.id == Duty.decision_id)
        .order_by(counted.due, Duty.decision_id, Duty.position)
    )
    return [_group(row, view) for row in session.execute(rows)]


def _group(row: Any, view: AsOf) -> DueGroup:
    words = view.words_of(row)
    return DueGroup(row.key, row.code, words.text, words.deadline, row.due, row.number)

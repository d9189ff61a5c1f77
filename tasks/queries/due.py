"""What is due in a span of days, gathered by duty: one line for a duty however many agencies lead it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.among import among
from tasks.asof import AsOf
from tasks.models import OPEN_LIVES, Decision, Duty
from tasks.queries.filters import EVERYTHING, TaskFilter, conditions
from tasks.queries.segments import segments
from tasks.queries.tallies import State, while_unchanged
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
    parts = segments(session, view, wanted)
    if parts is not None and (wanted.group or wanted.search or view.wordings):
        return _of_states(session, view, parts.states, first, last)
    if parts is not None:
        states, key = parts.states, ("due", view.today, tuple(view.soon.items()), wanted, first, last)
        return while_unchanged(session, key, lambda: _of_states(session, view, states, first, last))
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


def _of_states(
    session: Session, view: AsOf, states: Mapping[State, int], first: date | None, last: date
) -> list[DueGroup]:
    counted: Counter[tuple[int, date]] = Counter()
    for state, number in states.items():
        owed = state.life in OPEN_LIVES and not state.waits and state.due is not None
        if owed and state.due is not None and (first or date.min) <= state.due <= last:
            counted[state.duty, state.due] += number
    columns = (Decision.key, Duty.id, Duty.decision_id, Duty.code, Duty.position)
    words = (Duty.text, Duty.deadline)
    rows = select(*columns, *words).join(Decision, Decision.id == Duty.decision_id)
    found = {
        row.id: row for row in session.execute(rows.where(among(Duty.id, {duty for duty, _ in counted})))
    }
    in_order = sorted(counted, key=lambda key: (key[1], found[key[0]].decision_id, found[key[0]].position))
    groups = []
    for duty, due in in_order:
        row = found[duty]
        words_then = view.words_of(row)
        groups.append(
            DueGroup(row.key, row.code, words_then.text, words_then.deadline, due, counted[duty, due])
        )
    return groups


def _group(row: Any, view: AsOf) -> DueGroup:
    words = view.words_of(row)
    return DueGroup(row.key, row.code, words.text, words.deadline, row.due, row.number)

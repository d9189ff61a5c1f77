"""How many tasks have each status as of an instant: grouped in SQL by what decides it."""

from collections import Counter
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.asof import AsOf
from tasks.database import is_steady
from tasks.models import TaskEvent
from tasks.queries.filters import EVERYTHING, TaskFilter, conditions
from tasks.queries.segments import segments
from tasks.queries.tallies import State, tally, tally_of_agencies
from tasks.status import Facts, Status, status_case, status_of


def status_counts(session: Session, view: AsOf, wanted: TaskFilter = EVERYTHING) -> dict[Status, int]:
    """Return the count of every status, zeros included, in the order of domain.md. One statement.

    Grouped by what decides the status, in the order of an index, so that neither rows are read nor statuses worked out
    a million times; the pure function names each group.
    """
    parts = segments(session, view, wanted)
    if parts is not None:
        return parts.statuses()
    tasks = view.tasks()
    deciding = (tasks.decision_id, tasks.life, tasks.due, tasks.waits, tasks.counted_on)
    met = conditions(wanted, tasks, view, by_decision=True)
    counts: Counter[Status] = Counter()
    for decision, *state, number in session.execute(
        select(*deciding, func.count()).where(*met).group_by(*deciding)
    ):
        counts[status_of(Facts(*state), view.today, view.soon.get(decision, view.today))] += number
    return {status: counts[status] for status in Status}


def counts_by(
    session: Session, view: AsOf, column: str, wanted: TaskFilter = EVERYTHING
) -> dict[int, dict[Status, int]]:
    """Return the counts of the statuses that occur, for each value of "agency_id" or "duty_id". One statement."""
    if wanted == EVERYTHING and not view.tasks_changed and is_steady(session):
        return _tallied_by(session, view, column)
    tasks = view.tasks()
    by: Any = getattr(tasks, column)
    status = status_case(tasks, view.today, view.soon_of(tasks)).label("status")
    grouped = select(by, status, func.count()).where(*conditions(wanted, tasks, view)).group_by(by, status)
    found: dict[int, dict[Status, int]] = {}
    for number, word, count in session.execute(grouped).tuples():
        found.setdefault(number, {})[Status(word)] = count
    return found


def _tallied_by(session: Session, view: AsOf, column: str) -> dict[int, dict[Status, int]]:
    if column == "agency_id":
        return {
            agency: {status: number for status, number in counts.items() if number}
            for agency, counts in tally_of_agencies(session, view.today, view.soon).items()
            if any(counts.values())
        }
    found: dict[int, dict[Status, int]] = {}
    known: dict[State, Status] = {}
    for state, number in (tally(session, view.today) or {}).items():
        counts = found.setdefault(state.duty, {})
        alike = State(state.decision, 0, *state[2:])
        status = known.get(alike) or known.setdefault(alike, state.status(view.today, view.soon))
        counts[status] = counts.get(status, 0) + number
    return found


def actions_between(session: Session, before: AsOf, after: AsOf) -> dict[str, int]:
    """Return how often each action was recorded after `before` and by `after`, by the words of `Action`."""
    counted = (
        select(TaskEvent.action, func.count())
        .where(TaskEvent.recorded_at > before.moment, TaskEvent.recorded_at <= after.moment)
        .group_by(TaskEvent.action)
    )
    return dict(session.execute(counted).tuples().all())

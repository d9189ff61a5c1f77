"""How many tasks have each status as of an instant: grouped in SQL by what decides it, named by the pure function."""

from collections import Counter
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.asof import AsOf
from tasks.models import TaskEvent
from tasks.queries import EVERYTHING, TaskFilter, conditions
from tasks.status import Facts, Status, status_case, status_of


def status_counts(session: Session, view: AsOf, wanted: TaskFilter = EVERYTHING) -> dict[Status, int]:
    """Return the count of every status, zeros included, in the order of domain.md. One statement."""
    tasks = view.tasks()
    deciding = (tasks.decision_id, tasks.life, tasks.due, tasks.waits, tasks.counted_on)
    grouped = select(*deciding, func.count()).where(*conditions(wanted, tasks, view)).group_by(*deciding)
    counts: Counter[Status] = Counter()
    for decision, life, due, waits, counted_on, number in session.execute(grouped).tuples():
        facts = Facts(life, due, waits, counted_on)
        counts[status_of(facts, view.today, view.soon.get(decision, view.today))] += number
    return {status: counts[status] for status in Status}


def counts_by(
    session: Session, view: AsOf, column: str, wanted: TaskFilter = EVERYTHING
) -> dict[int, dict[Status, int]]:
    """Return the counts of the statuses that occur, for each value of "agency_id" or "duty_id". One statement."""
    tasks = view.tasks()
    by: Any = getattr(tasks, column)
    status = status_case(tasks, view.today, view.soon_of(tasks)).label("status")
    grouped = select(by, status, func.count()).where(*conditions(wanted, tasks, view)).group_by(by, status)
    found: dict[int, dict[Status, int]] = {}
    for number, word, count in session.execute(grouped).tuples():
        found.setdefault(number, {})[Status(word)] = count
    return found


def actions_between(session: Session, before: AsOf, after: AsOf) -> dict[str, int]:
    """Return how often each action was recorded after `before` and by `after`, by the words of `Action`."""
    counted = (
        select(TaskEvent.action, func.count())
        .where(TaskEvent.recorded_at > before.moment, TaskEvent.recorded_at <= after.moment)
        .group_by(TaskEvent.action)
    )
    return dict(session.execute(counted).tuples().all())

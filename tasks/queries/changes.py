"""What changed between two instants: how many tasks went from which status to which, and the tasks themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select, union_all
from sqlalchemy.orm import Session, aliased

from tasks.asof import AsOf
from tasks.models import TaskEvent
from tasks.queries.lists import EVERYTHING, Listing, Page, TaskFilter, conditions, tasks_by_id
from tasks.queries.tallies import while_unchanged
from tasks.status import Status, any_status, status_case


@dataclass(frozen=True, slots=True)
class Move:
    """How many tasks had `before` (None: did not exist yet) and have `after`."""

    before: Status | None
    after: Status
    count: int


def moves(session: Session, before: AsOf, after: AsOf, wanted: TaskFilter = EVERYTHING) -> list[Move]:
    """Return every pair of different statuses that occurs, most frequent first; `wanted` filters the later state."""
    then, now = _aliased(before.tasks(), "before"), after.tasks()
    was = status_case(then, before.today, before.soon_of(then)).label("was")
    became = status_case(now, after.today, after.soon_of(now)).label("became")
    pairs = _joined(select(was, became, func.count()), now, then).where(*conditions(wanted, now, after))
    return sorted(
        (
            Move(Status(one) if one else None, Status(two), count)
            for one, two, count in session.execute(pairs.group_by(was, became)).tuples()
            if one != two
        ),
        key=lambda move: (-move.count, move.after),
    )


def newly(
    session: Session,
    before: AsOf,
    after: AsOf,
    statuses: Sequence[Status],
    wanted: TaskFilter = EVERYTHING,
    page: Page | None = None,
) -> Listing:
    """Return the tasks that have one of `statuses` in the later view and had none of them before, by due day."""
    page = page or Page()
    if not after.tasks_changed and tuple(statuses) == (Status.OVERDUE,) and before.moment <= after.moment:
        key = ("newly overdue", before.moment, after.today, wanted, page)
        return while_unchanged(session, key, lambda: _newly_overdue(session, before, after, wanted, page))
    then, now = _aliased(before.tasks(), "before"), after.tasks()
    had = select(then.id).where(
        then.id == now.id, any_status(tuple(statuses), then, before.today, before.soon_of(then))
    )
    met = [
        *conditions(wanted, now, after),
        any_status(tuple(statuses), now, after.today, after.soon_of(now)),
        ~had.exists(),
    ]
    total = session.scalar(select(func.count(now.id)).where(*met)) or 0
    ids = select(now.id).where(*met).order_by(now.due, now.id).limit(page.limit).offset(page.offset)
    return Listing(total, tuple(tasks_by_id(session, after, session.scalars(ids).all())))


def _newly_overdue(session: Session, before: AsOf, after: AsOf, wanted: TaskFilter, page: Page) -> Listing:
    """Return what became overdue, from what passed its due day and from what has changed since: both lie in an index."""
    task, event = after.tasks(), aliased(TaskEvent)
    late = [
        *conditions(wanted, task, after, by_decision=True),
        any_status((Status.OVERDUE,), task, after.today, after.today),
    ]
    was = _StateBefore(event.from_life, event.from_due, event.from_waits, event.from_counted_on)
    was_late = select(event.id).where(
        event.task_id == task.id, event.recorded_at > before.moment, event.from_since <= before.moment,
        any_status((Status.OVERDUE,), was, before.today, before.today),
    )  # fmt: skip
    passed = select(task.id, task.due).where(*late, task.due >= before.today, task.since <= before.moment)
    changed = select(task.id, task.due).where(*late, task.since > before.moment, ~was_late.exists())
    found = union_all(passed, changed).subquery().c
    total = session.scalar(select(func.count(found.id))) or 0
    ids = select(found.id).order_by(found.due, found.id).limit(page.limit).offset(page.offset)
    return Listing(total, tuple(tasks_by_id(session, after, session.scalars(ids).all())))


class _StateBefore(NamedTuple):
    """The columns of an event that decide the status before it."""

    life: Any
    due: Any
    waits: Any
    counted_on: Any


def _joined(rows: Select[Any], now: Any, then: Any) -> Select[Any]:
    return rows.select_from(_source(now).outerjoin(_source(then), then.id == now.id))


def _source(tasks: Any) -> Any:
    return tasks.id.table


def _aliased(tasks: Any, name: str) -> Any:
    """Return the earlier state under a name of its own, so that it can stand beside the later one."""
    return _source(tasks).alias(name).c

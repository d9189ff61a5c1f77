"""What changed between two instants: how many tasks went from which status to which, and the tasks themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tasks.asof import AsOf
from tasks.queries.lists import EVERYTHING, Listing, Page, TaskFilter, conditions, tasks_by_id
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


def _joined(rows: Select[Any], now: Any, then: Any) -> Select[Any]:
    return rows.select_from(_source(now).outerjoin(_source(then), then.id == now.id))


def _source(tasks: Any) -> Any:
    return tasks.id.table


def _aliased(tasks: Any, name: str) -> Any:
    """Return the earlier state under a name of its own, so that it can stand beside the later one."""
    return _source(tasks).alias(name).c

"""Lists of tasks as of an instant: filtered, paged and ordered in SQL, with the total beside the page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, false, func, or_, select
from sqlalchemy.orm import Session

from tasks.among import among
from tasks.asof import AsOf
from tasks.models import Agency, Decision, Duty, Life, Task
from tasks.queries.filters import EVERYTHING, TaskFilter, check_codes, conditions
from tasks.queries.segments import Segments, segments
from tasks.status import Facts, Status, days_late, status_of

__all__ = [
    "EVERYTHING",
    "Listing",
    "Order",
    "Page",
    "TaskFilter",
    "TaskRow",
    "check_codes",
    "conditions",
    "list_tasks",
    "overdue",
    "tasks_by_id",
]


class Order(StrEnum):
    """The decision's own order with agencies by name, or the longest due first."""

    LIST = "list"
    DUE = "due"


_PRESENT = cast("Table", Task.__table__).c
_DATED = {Status.OVERDUE, Status.DUE_SOON, Status.DONE_LATE}


@dataclass(frozen=True, slots=True)
class Page:
    limit: int = 50
    offset: int = 0
    order: Order = Order.LIST


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task with its status as of the view's day. `days_late` are calendar days, 0 in time."""

    id: int
    decision: str
    duty: str
    section: str
    text: str
    deadline: str
    agency: str
    agency_name: str
    directory: str
    life: Life
    status: Status
    start: date | None
    due: date | None
    original_due: date | None
    declared_on: date | None
    counted_on: date | None
    declares_not_applicable: bool
    days_late: int


@dataclass(frozen=True, slots=True)
class Listing:
    total: int
    items: tuple[TaskRow, ...]


def list_tasks(
    session: Session, view: AsOf, wanted: TaskFilter = EVERYTHING, page: Page | None = None
) -> Listing:
    """Return a page of tasks. Raises NotFoundError naming every code of the filter that does not exist."""
    page = page or Page()
    check_codes(session, wanted)
    parts = segments(session, view, wanted)
    if parts is not None:
        return Listing(parts.total, tuple(_of_segments(session, view, wanted, parts, page)))
    tasks = view.tasks()
    met = conditions(wanted, tasks, view, by_decision=bool(wanted.statuses))
    total = session.scalar(select(func.count(tasks.id)).where(*met)) or 0
    if page.order is Order.DUE:
        return Listing(
            total, tuple(tasks_by_id(session, view, _longest_due(session, tasks, wanted, met, page)))
        )
    in_order = (Duty.decision_id, Duty.position, Agency.sort_key, tasks.id)
    rows = _rows(tasks).where(*met).order_by(*in_order).limit(page.limit).offset(page.offset)
    return Listing(total, tuple(_row(entry, view) for entry in session.execute(rows)))


def overdue(
    session: Session, view: AsOf, wanted: TaskFilter = EVERYTHING, page: Page | None = None
) -> Listing:
    """Return a page of what is overdue, the longest first."""
    page = page or Page()
    late = replace(wanted, statuses=(Status.OVERDUE,))
    return list_tasks(session, view, late, Page(page.limit, page.offset, Order.DUE))


def tasks_by_id(session: Session, view: AsOf, ids: Sequence[int]) -> list[TaskRow]:
    """Return the tasks in the order asked; those that did not exist at the instant are left out."""
    tasks = view.tasks()
    rows = session.execute(_rows(tasks).where(among(tasks.id, ids)))
    found = {entry.id: _row(entry, view) for entry in rows}
    return [found[number] for number in ids if number in found]


def _rows(tasks: Any) -> Select[Any]:
    return _present_rows() if tasks is _PRESENT else _rows_of(tasks)


@cache
def _present_rows() -> Select[Any]:
    return _rows_of(_PRESENT)


def _rows_of(tasks: Any) -> Select[Any]:
    of_task = (
        tasks.id, tasks.decision_id, tasks.life, tasks.start, tasks.due, tasks.original_due, tasks.waits,
        tasks.declared_on, tasks.counted_on, tasks.declares_not_applicable,
    )  # fmt: skip
    named = (
        Decision.key.label("decision"), Duty.code.label("duty"), Duty.section, Duty.text, Duty.deadline,
        Agency.code.label("agency"), Agency.name.label("agency_name"), Agency.directory,
    )  # fmt: skip
    return (
        select(*of_task, *named)
        .join(Duty, Duty.id == tasks.duty_id)
        .join(Decision, Decision.id == tasks.decision_id)
        .join(Agency, Agency.id == tasks.agency_id)
    )


def _of_segments(
    session: Session, view: AsOf, wanted: TaskFilter, parts: Segments, page: Page
) -> Iterator[TaskRow]:
    """Yield a page, reading the tasks of those duties alone in which the tally says that it lies."""
    window = parts.window(page.offset, page.limit, by_due=page.order is Order.DUE)
    if not window.duties:
        return
    tasks = view.tasks()
    met = conditions(replace(wanted, decision=None, section=None, duty=None, search=""), tasks, view)
    if wanted.search:  # told by numbers: so an index serves each half
        met.append(or_(tasks.duty_id.in_(parts.found), among(tasks.agency_id, parts.named)))
    rows = _rows(tasks).where(*met, tasks.duty_id.in_(window.duties))
    in_order = (Duty.decision_id, Duty.position, Agency.sort_key, tasks.id)
    if page.order is Order.DUE:
        dated = [due for due in window.dues if due is not None]
        rows = rows.where(or_(tasks.due.in_(dated), tasks.due.is_(None) if None in window.dues else false()))
        rows = rows.order_by(tasks.due.nulls_last(), *in_order)
    else:
        rows = rows.order_by(*in_order)
    for entry in session.execute(rows.limit(page.limit).offset(window.offset)):
        yield _row(entry, view)


def _longest_due(
    session: Session, tasks: Any, wanted: TaskFilter, met: list[ColumnElement[bool]], page: Page
) -> Sequence[int]:
    """Return the ids of a page by due day, from an index alone where every status asked for has a due day."""
    dated = bool(wanted.statuses) and set(wanted.statuses) <= _DATED
    by_due = tasks.due if dated else tasks.due.nulls_last()
    rows = select(tasks.id).where(*met).order_by(by_due, tasks.id).limit(page.limit).offset(page.offset)
    return session.scalars(rows).all()


def _row(entry: Any, view: AsOf) -> TaskRow:
    facts = Facts(entry.life, entry.due, entry.waits, entry.counted_on)
    words = view.wordings.get(entry.decision_id, {}).get(entry.duty, entry)
    return TaskRow(
        id=entry.id,
        decision=entry.decision,
        duty=entry.duty,
        section=words.section,
        text=words.text,
        deadline=words.deadline,
        agency=entry.agency,
        agency_name=entry.agency_name,
        directory=entry.directory,
        life=entry.life,
        status=status_of(facts, view.today, view.soon.get(entry.decision_id, view.today)),
        start=entry.start,
        due=entry.due,
        original_due=entry.original_due,
        declared_on=entry.declared_on,
        counted_on=entry.counted_on,
        declares_not_applicable=entry.declares_not_applicable,
        days_late=days_late(facts, view.today),
    )

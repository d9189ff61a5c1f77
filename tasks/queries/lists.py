"""Lists of tasks as of an instant: filtered, paged and ordered in SQL, with the total beside the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from catalog.text import search_key
from tasks.asof import AsOf
from tasks.errors import NotFoundError, refuse_all
from tasks.models import Agency, Decision, Duty, Group, Life, Membership
from tasks.status import Facts, Status, any_status, days_late, status_of


class Order(StrEnum):
    """The decision's own order with agencies by name, or the longest due first."""

    LIST = "list"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """What to list; empty means everything. Codes as people write them; `search` needs no accents."""

    decision: str | None = None
    agency: str | None = None
    duty: str | None = None
    section: str | None = None
    group: str | None = None
    statuses: tuple[Status, ...] = ()
    search: str = ""


EVERYTHING = TaskFilter()
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
    late = TaskFilter(
        decision=wanted.decision, agency=wanted.agency, duty=wanted.duty, section=wanted.section,
        group=wanted.group, search=wanted.search, statuses=(Status.OVERDUE,),
    )  # fmt: skip
    return list_tasks(session, view, late, Page(page.limit, page.offset, Order.DUE))


def tasks_by_id(session: Session, view: AsOf, ids: Sequence[int]) -> list[TaskRow]:
    """Return the tasks in the order asked; those that did not exist at the instant are left out."""
    tasks = view.tasks()
    rows = session.execute(_rows(tasks).where(tasks.id.in_(ids)))
    found = {entry.id: _row(entry, view) for entry in rows}
    return [found[number] for number in ids if number in found]


def conditions(
    wanted: TaskFilter, tasks: Any, view: AsOf, *, by_decision: bool = False
) -> list[ColumnElement[bool]]:
    """Return the filter as conditions on the columns of `tasks` alone, so that a count needs no join.

    `by_decision` says that the caller wants the indexes that begin with the decision, which a narrower filter does not:
    SQLite would take them first, and read all of the decision's tasks.
    """
    found: list[ColumnElement[bool]] = []
    narrow = any((wanted.agency, wanted.duty, wanted.section, wanted.group, wanted.search))
    only = next(iter(view.decisions)) if len(view.decisions) == 1 else None
    if by_decision and not narrow and (wanted.decision or only):
        found.append(tasks.decision_id == view.decisions.get(wanted.decision or only or ""))
    elif wanted.decision and wanted.decision != only:
        found.append(tasks.decision_id + 0 == view.decisions.get(wanted.decision))
    if wanted.duty:
        found.append(tasks.duty_id.in_(select(Duty.id).where(Duty.code == wanted.duty)))
    if wanted.section:
        found.append(tasks.duty_id.in_(select(Duty.id).where(Duty.section == wanted.section)))
    if wanted.agency:
        found.append(tasks.agency_id.in_(select(Agency.id).where(Agency.code == wanted.agency)))
    if wanted.group:
        members = select(Membership.agency_id).join(Group, Group.id == Membership.group_id)
        found.append(tasks.agency_id.in_(members.where(Group.code == wanted.group)))
    if wanted.statuses:
        found.append(any_status(wanted.statuses, tasks, view.today, view.soon_of(tasks)))
    key = search_key(wanted.search)
    if key:
        found.append(
            or_(
                tasks.duty_id.in_(select(Duty.id).where(Duty.search_key.contains(key))),
                tasks.agency_id.in_(select(Agency.id).where(Agency.search_key.contains(key))),
            )
        )
    return found


def check_codes(session: Session, wanted: TaskFilter) -> None:
    """Raise NotFoundError for every code of the filter that names nothing, so that a slip is not an empty list."""
    named: tuple[tuple[str, str | None, Any], ...] = (
        ("quyết định", wanted.decision, Decision.key),
        ("cơ quan", wanted.agency, Agency.code),
        ("nhiệm vụ", wanted.duty, Duty.code),
        ("phần", wanted.section, Duty.section),
        ("nhóm cơ quan", wanted.group, Group.code),
    )
    refuse_all(
        [
            NotFoundError(f"Không có {what} nào có mã {code}.")
            for what, code, column in named
            if code and session.scalar(select(column).where(column == code).limit(1)) is None
        ]
    )


def _rows(tasks: Any) -> Select[Any]:
    of_task = (
        tasks.id, tasks.decision_id, tasks.life, tasks.start, tasks.due, tasks.original_due, tasks.waits,
        tasks.declared_on, tasks.counted_on, tasks.declares_not_applicable,
    )  # fmt: skip
    named = (
        Decision.key.label("decision"), Duty.code.label("duty"), Duty.section, Duty.text, Duty.deadline,
        Agency.code.label("agency"), Agency.name.label("agency_name"),
    )  # fmt: skip
    return (
        select(*of_task, *named)
        .join(Duty, Duty.id == tasks.duty_id)
        .join(Decision, Decision.id == tasks.decision_id)
        .join(Agency, Agency.id == tasks.agency_id)
    )


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

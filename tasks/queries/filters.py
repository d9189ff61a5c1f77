"""Which tasks a list, a count or an export is about, and the same said in SQL."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from catalog.text import search_key
from tasks.asof import AsOf
from tasks.errors import NotFoundError, refuse_all
from tasks.models import Agency, Decision, Duty, Group, Membership
from tasks.status import Status, any_status


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """What to list; empty means everything. Codes as people write them; `search` needs no accents.

    Codes belong to a directory: `agency` means whoever bears the code anywhere, `agency_id` one agency and no other.
    `due_from` and `due_to` are inclusive; a task without a due day lies in no span.
    """

    decision: str | None = None
    agency: str | None = None
    duty: str | None = None
    section: str | None = None
    group: str | None = None
    statuses: tuple[Status, ...] = ()
    search: str = ""
    due_from: date | None = None
    due_to: date | None = None
    agency_id: int | None = None


EVERYTHING = TaskFilter()


def conditions(
    wanted: TaskFilter, tasks: Any, view: AsOf, *, by_decision: bool = False
) -> list[ColumnElement[bool]]:
    """Return the filter as conditions on the columns of `tasks` alone, so that a count needs no join.

    `by_decision` says that the caller wants the indexes that begin with the decision, which a narrower filter does not:
    SQLite would take them first, and read all of the decision's tasks.
    """
    found: list[ColumnElement[bool]] = []
    narrow = any(
        (
            wanted.agency,
            wanted.duty,
            wanted.section,
            wanted.group,
            wanted.search,
            wanted.agency_id is not None,
        )
    )
    only = next(iter(view.decisions)) if len(view.decisions) == 1 else None
    if by_decision and not narrow and (wanted.decision or only):
        found.append(tasks.decision_id == view.decisions.get(wanted.decision or only or ""))
    elif wanted.decision and wanted.decision != only:
        listed = select(Duty.id).where(Duty.decision_id == view.decisions.get(wanted.decision))
        found.append(tasks.duty_id.in_(listed))  # read by duty: a small decision beside a large one
    if wanted.duty:
        found.append(tasks.duty_id.in_(select(Duty.id).where(Duty.code == wanted.duty)))
    if wanted.section:
        found.append(tasks.duty_id.in_(select(Duty.id).where(Duty.section == wanted.section)))
    if wanted.agency:
        found.append(tasks.agency_id.in_(select(Agency.id).where(Agency.code == wanted.agency)))
    if wanted.agency_id is not None:
        found.append(tasks.agency_id == wanted.agency_id)
    if wanted.group:
        members = select(Membership.agency_id).join(Group, Group.id == Membership.group_id)
        found.append(tasks.agency_id.in_(members.where(Group.code == wanted.group)))
    if wanted.statuses:
        found.append(any_status(wanted.statuses, tasks, view.today, view.soon_of(tasks)))
    found.extend(_due_within(wanted, tasks))
    key = search_key(wanted.search)
    if key:
        found.append(
            or_(
                tasks.duty_id.in_(select(Duty.id).where(Duty.search_key.contains(key))),
                tasks.agency_id.in_(select(Agency.id).where(Agency.search_key.contains(key))),
            )
        )
    return found


def _due_within(wanted: TaskFilter, tasks: Any) -> Iterator[ColumnElement[bool]]:
    if wanted.due_from is not None:
        yield tasks.due >= wanted.due_from
    if wanted.due_to is not None:
        yield tasks.due <= wanted.due_to


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

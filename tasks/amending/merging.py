"""Agencies that merge into another (sáp nhập): open work moves to the heir, what is finished stays where it was done.

The merged agency keeps its row and its history. Where the heir has the same duty or report to do already, the merged
agency's own is ended. Mail that waits goes to the heir.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from catalog.days import day_of
from tasks.amending.merging_groups import NO_GROUPS, GroupsTaken, take_groups
from tasks.amending.merging_notices import readdress
from tasks.amending.merging_rounds import hand_over_reports
from tasks.errors import DomainError, NotFoundError, refuse_all
from tasks.models import OPEN_LIVES, Agency, Decision, Duty, Life, Supporter, Task
from tasks.tracking.bulk import Entry, change_all
from tasks.tracking.transitions import Action

RUNNING = (*OPEN_LIVES, Life.DECLARED)


@dataclass(frozen=True, slots=True)
class Merger:
    """What was decided: which agencies (codes of one directory) go into which, why, since which day, and who records it."""

    directory: str
    codes: tuple[str, ...]
    into: str
    reason: str
    on: date
    by: str


@dataclass(frozen=True, slots=True)
class Merged:
    """What one agency's merger did: tasks handed over or ended, reports handed over or ended."""

    code: str
    tasks: int = 0
    tasks_ended: int = 0
    reports: int = 0
    reports_ended: int = 0
    tasks_kept: int = 0  # finished ones, which stay as its history
    groups: GroupsTaken = NO_GROUPS


def merge_agencies(session: Session, merger: Merger, now: datetime) -> tuple[Merged, ...]:
    """Merge the agencies one after the other. Raises what is wrong with the request, all of it, before anything changes."""
    heir, merged = _checked(session, merger, day_of(now))
    return tuple(_merge(session, agency, heir, merger, now) for agency in merged)


def _checked(session: Session, merger: Merger, today: date) -> tuple[Agency, list[Agency]]:
    rows = session.scalars(select(Agency).where(Agency.directory == merger.directory))
    found = {agency.code: agency for agency in rows}
    refusals: list[DomainError] = [
        NotFoundError(f"Danh bạ {merger.directory} không có cơ quan mang mã {code}.")
        for code in (*merger.codes, merger.into)
        if code not in found
    ]
    refusals += [
        DomainError(f"{found[code].name} đã sáp nhập vào cơ quan khác; hãy dùng mã của cơ quan hiện nay.")
        for code in (*merger.codes, merger.into)
        if code in found and found[code].heir_id is not None
    ]
    if merger.into in merger.codes:
        refusals.append(DomainError(f"Cơ quan {merger.into} không thể sáp nhập vào chính nó."))
    if not merger.reason.strip():
        refusals.append(
            DomainError("Muốn sáp nhập phải ghi lý do (--reason), ví dụ số, ký hiệu của văn bản.")
        )
    if merger.on > today:
        message = (
            f"Ngày sáp nhập {merger.on:%d/%m/%Y} ở sau hôm nay {today:%d/%m/%Y}; hãy thực hiện từ ngày đó."
        )
        refusals.append(DomainError(message))
    refuse_all(refusals)
    return found[merger.into], [found[code] for code in dict.fromkeys(merger.codes)]


def _merge(session: Session, agency: Agency, heir: Agency, merger: Merger, now: datetime) -> Merged:
    number, heir_id, code = agency.id, heir.id, agency.code
    reason = f"Đã sáp nhập vào {heir.name}: {merger.reason}"
    gained = _decisions_of(session, number)
    groups = take_groups(session, number, heir_id)
    moved, ended = _hand_over_tasks(session, number, heir_id, _entry(merger, reason, now))
    reports, reports_ended = hand_over_reports(session, number, heir_id, reason, merger.by, now)
    _hand_over_support(session, number, heir_id)
    _hand_over_offices(session, number, heir_id)
    session.execute(
        update(Agency)
        .where(
            or_(Agency.id == number, Agency.heir_id == number)
        )  # who had merged into it before goes on with it
        .values(heir_id=heir_id)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
    agency.merged_on, agency.merged_reason = merger.on, merger.reason
    session.flush()
    readdress(session, number, heir_id, gained, now)
    kept = select(func.count()).select_from(Task).where(Task.agency_id == number, Task.life != Life.CANCELLED)
    return Merged(code, moved, ended, reports, reports_ended, session.scalar(kept) or 0, groups)


def _entry(merger: Merger, reason: str, now: datetime) -> Entry:
    return Entry(Action.TRANSFER, merger.by, now, reason=reason, document_date=merger.on)


def _decisions_of(session: Session, agency: int) -> Sequence[int]:
    """Return the decisions that give the agency something still to do, by itself or beside others."""
    leads = select(Task.decision_id).where(Task.agency_id == agency, Task.life.in_(RUNNING))
    beside = select(Duty.decision_id).join(Supporter).where(Supporter.agency_id == agency)
    return session.scalars(leads.union(beside)).all()


def _hand_over_tasks(session: Session, agency: int, heir: int, entry: Entry) -> tuple[int, int]:
    """Move the running tasks; end those whose duty the heir has already. Return how many of each."""
    other = aliased(Task)
    same_duty = exists().where(other.duty_id == Task.duty_id, other.agency_id == heir)
    running: ColumnElement[bool] = and_(Task.agency_id == agency, Task.life.in_(RUNNING))
    ending = Entry(Action.CANCEL, entry.by, entry.now, reason=entry.reason, document_date=entry.document_date)
    ended = change_all(session, _fixed(session, and_(running, same_duty)), {"life": Life.CANCELLED}, ending)
    moved = change_all(session, _fixed(session, running), {"agency_id": heir}, entry)
    return moved, ended


def _fixed(session: Session, which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition by ids: an agency has few tasks, and what is written must not change what is meant."""
    return Task.id.in_(session.scalars(select(Task.id).where(which)).all())


def _hand_over_support(session: Session, agency: int, heir: int) -> None:
    """Put the heir beside the duties the agency stood beside, save where it stands already."""
    other = aliased(Supporter)
    mine = Supporter.agency_id == agency
    beside = select(other.duty_id).where(other.agency_id == heir).scalar_subquery()
    _write(session, delete(Supporter).where(mine, Supporter.duty_id.in_(beside)))
    _write(session, update(Supporter).where(mine).values(agency_id=heir))


def _hand_over_offices(session: Session, agency: int, heir: int) -> None:
    """Let the heir coordinate, confirm and lead where the agency did."""
    for column in (Decision.coordinator_id, Decision.confirmer_id, Decision.leaders_id):
        _write(session, update(Decision).where(column == agency).values({column.key: heir}))


def _write(session: Session, statement: object) -> None:
    session.execute(statement.execution_options(synchronize_session=False))  # type: ignore[attr-defined]  # update or delete

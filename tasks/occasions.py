"""Days nobody knew when the decision was loaded. Setting one dates the duties that wait for it, and their tasks."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Update, and_, exists, or_, select, update
from sqlalchemy.orm import Session

from catalog.calendar import WorkingCalendar
from catalog.deadlines import Kind, read_deadline
from tasks.actors import Actor, require_coordinator
from tasks.calendars import calendar_of
from tasks.errors import DomainError, NotFoundError
from tasks.models import OPEN_LIVES, Decision, Duty, Extension, Life, Occasion, Task
from tasks.tracking.bulk import Entry, change_all
from tasks.tracking.transitions import Action


@dataclass(frozen=True, slots=True)
class Awaited:
    """An occasion, its day once it is known, and the codes of the duties that wait for it."""

    decision: str
    code: str
    name: str
    day: date | None
    duties: tuple[str, ...]


def list_occasions(session: Session, decision: Decision | None = None) -> list[Awaited]:
    """Return the occasions of one decision, or of all, in the decision's order."""
    rows = select(Occasion, Decision.key).join(Decision).order_by(Decision.id, Occasion.id)
    waiting = select(Duty.occasion_id, Duty.code).where(Duty.occasion_id.is_not(None)).order_by(Duty.position)
    if decision is not None:
        rows = rows.where(Occasion.decision_id == decision.id)
    duties: dict[int | None, list[str]] = {}
    for occasion_id, code in session.execute(waiting).tuples():
        duties.setdefault(occasion_id, []).append(code)
    return [
        Awaited(key, occasion.code, occasion.name, occasion.day, tuple(duties.get(occasion.id, ())))
        for occasion, key in session.execute(rows).tuples()
    ]


def set_occasion(
    session: Session, decision: Decision, code: str, day: date, actor: Actor, now: datetime
) -> Awaited:
    """Give the occasion its day, or move it: unfinished tasks get it as their last on-time day, the ladder anew.

    A task that was granted a later day keeps it; what is finished keeps the day it was judged by.
    """
    require_coordinator(actor, decision, "đặt ngày của sự kiện")
    occasion = session.scalar(
        select(Occasion).where(Occasion.decision_id == decision.id, Occasion.code == code).with_for_update()
    )
    if occasion is None:
        known = ", ".join(entry.code for entry in list_occasions(session, decision)) or "không có sự kiện nào"
        raise NotFoundError(f"Quyết định {decision.key} không có sự kiện {code} (hiện có: {known}).")
    if decision.issued_on is not None and day < decision.issued_on:
        raise DomainError(
            f"Sự kiện {code}: ngày {day:%d/%m/%Y} ở trước ngày ban hành quyết định {decision.issued_on:%d/%m/%Y}."
        )
    if occasion.day != day:
        _date_tasks(session, occasion, day, Entry(Action.REDATE, actor.login, now, _why(occasion, day)))
        occasion = session.get_one(Occasion, occasion.id)
        occasion.day, occasion.set_at, occasion.set_by = day, now, actor.login
        session.flush()
    return next(entry for entry in list_occasions(session, decision) if entry.code == code)


def _why(occasion: Occasion, day: date) -> str:
    if occasion.day is None:
        return f"{occasion.name}: xác định ngày {day:%d/%m/%Y}."
    return f"{occasion.name}: chuyển từ ngày {occasion.day:%d/%m/%Y} sang ngày {day:%d/%m/%Y}."


def _date_tasks(session: Session, occasion: Occasion, day: date, entry: Entry) -> None:
    """Give each waiting duty its last day: the occasion's own, or counted from it ("10 ngày kể từ ngày …")."""
    calendar = calendar_of(session)
    by_due: dict[date, list[int]] = {}
    for duty in session.scalars(select(Duty).where(Duty.occasion_id == occasion.id)):
        due = _due_after(duty, day, calendar)
        by_due.setdefault(due, []).append(duty.id)
    for due, duties in by_due.items():
        _date_duties(session, duties, due, entry)


def _due_after(duty: Duty, day: date, calendar: WorkingCalendar) -> date:
    reading = read_deadline(duty.deadline, calendar=calendar, happened=day)
    return reading.due if reading.kind is Kind.RELATIVE and reading.due else day


def _date_duties(session: Session, duties: list[int], due: date, entry: Entry) -> None:
    prolonged = exists().where(
        Extension.task_id == Task.id, Extension.granted.is_(True), Extension.due_asked == Task.due
    )
    which = and_(
        Task.duty_id.in_(duties),
        Task.life.in_((*OPEN_LIVES, Life.DECLARED)),
        or_(Task.due.is_(None), Task.due != due),
        or_(Task.due.is_(None), ~prolonged, Task.due < due),
    )
    undated = and_(Task.duty_id.in_(duties), Task.original_due.is_(None), Task.due == due)
    change_all(session, which, {"due": due, "waits": False}, entry)
    _write(session, update(Task).where(undated).values(original_due=due))
    _write(session, update(Duty).where(Duty.id.in_(duties)).values(due=due))
    session.expire_all()


def _write(session: Session, statement: Update) -> None:
    session.execute(statement.execution_options(synchronize_session=False))

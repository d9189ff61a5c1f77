"""Activating a decision starts the speaking: every step gets its day, and each agency is owed its assignment."""

from datetime import datetime

from sqlalchemy import Select, literal, or_, select, update
from sqlalchemy.orm import Session

from catalog.calendar import WorkingCalendar
from catalog.days import day_of
from tasks.database import insert_new
from tasks.errors import DomainError
from tasks.keys import notice_key
from tasks.ladder import first_step_on
from tasks.models import (
    OPEN_LIVES,
    Agency,
    Decision,
    Duty,
    Notice,
    NoticeState,
    Round,
    Stream,
    Supporter,
    Task,
)
from tasks.policies import stored_policies
from tasks.status import has_life


def activate(session: Session, decision: Decision, now: datetime, calendar: WorkingCalendar, by: str) -> bool:
    """Start the speaking as of `now`; return whether it had not started before. Idempotent.

    Raises DomainError when `now` lies before the decision's issue date.
    """
    if decision.active_since is not None:
        return False
    today = day_of(now)
    if decision.issued_on is not None and today < decision.issued_on:
        message = (
            f"Quyết định {decision.key} ban hành ngày {decision.issued_on:%d/%m/%Y}, "
            f"chưa thể kích hoạt ngày {today:%d/%m/%Y}; hãy chọn ngày không sớm hơn ngày ban hành."
        )
        raise DomainError(message)
    decision.active_since, decision.activated_by = now, by
    schedule_steps(session, decision, now, calendar)
    _owe_assignments(session, decision, now)
    return True


def schedule_steps(session: Session, decision: Decision, now: datetime, calendar: WorkingCalendar) -> None:
    """Give every open task of the decision the day of its first step; one statement for each due day and ladder."""
    policies = stored_policies(session)
    alike = select(Task.ladder_id, Task.due, Duty.close_out).join(Duty, Duty.id == Task.duty_id)
    alike = alike.where(
        Task.decision_id == decision.id, Task.due.is_not(None), Task.life.in_(OPEN_LIVES)
    ).distinct()
    for ladder_id, due, close_out in session.execute(alike).all():
        rungs = policies[ladder_id].task_rungs(close_out=close_out)
        duties = select(Duty.id).where(Duty.decision_id == decision.id, Duty.close_out.is_(close_out))
        session.execute(
            update(Task)
            .where(  # in the words of the index of open tasks by due day: SQLite would go through every duty instead
                Task.decision_id == decision.id,
                Task.due == due,
                has_life(Task, *OPEN_LIVES),
                Task.ladder_id == ladder_id,
                Task.duty_id.in_(duties),
            )
            .values(next_step_on=first_step_on(rungs, due, day_of(now), calendar))
            .execution_options(synchronize_session=False)
        )


def _owe_assignments(session: Session, decision: Decision, now: datetime) -> None:
    """Note for every agency that leads, supports by name or reports that it has to be told, once."""
    leads = select(Task.agency_id).where(Task.decision_id == decision.id)
    duties = select(Duty.id).where(Duty.decision_id == decision.id)
    supports = select(Supporter.agency_id).where(Supporter.duty_id.in_(duties), Supporter.role == "support")
    rounds = session.scalars(select(Round.expected).where(Round.decision_id == decision.id))
    reporters = sorted({code for expected in rounds for code in expected})
    told = or_(Agency.id.in_(leads), Agency.id.in_(supports), Agency.code.in_(reporters))
    # the key's last part is the agency's code, which follows the same prefix in every row
    prefix = notice_key("assignment", f"decision:{decision.key}", 0, None, "")
    rows: Select[tuple[object, ...]] = select(
        literal(prefix) + Agency.code,
        literal("assignment"),
        literal(0),
        literal(Stream.ROUTINE, Notice.stream.type),
        Agency.id,
        literal(value=True),
        literal(value=False),
        literal(decision.id),
        literal(day_of(now)),
        literal(NoticeState.PENDING, Notice.state.type),
        literal(""),
    ).where(Agency.directory == decision.directory, Agency.heir_id.is_(None), told)
    columns = [
        "key", "kind", "step", "stream", "agency_id", "to_officer", "to_head", "decision_id", "on_day", "state",
        "reason",
    ]  # fmt: skip
    session.execute(insert_new(session, Notice).from_select(columns, rows))

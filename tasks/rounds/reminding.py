"""A reminder that the coordinator sends by hand to everybody whose report is still missing.

Its step is today's distance from the due day in working days, the ladder's own measure: where the ladder speaks today
too, both are one notice.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CursorResult, literal, select
from sqlalchemy.orm import Session

from catalog.calendar import WorkingCalendar
from catalog.days import day_of
from tasks.actors import Actor, require_coordinator
from tasks.calendars import calendar_of
from tasks.database import insert_new
from tasks.errors import DomainError
from tasks.keys import notice_key_of
from tasks.models import AWAITED, Agency, Notice, NoticeState, Round, RoundState, Standing, Stream


def remind_missing(session: Session, round_: Round, actor: Actor, now: datetime) -> int:
    """Note a reminder for every agency that still owes its report; return how many are new today."""
    require_coordinator(actor, round_.decision, "nhắc nộp báo cáo")
    if round_.state is RoundState.PLANNED:
        raise DomainError(f"{round_.text}: lần báo cáo này chưa mở nên chưa nhắc được.")
    today, calendar = day_of(now), calendar_of(session)
    owed = select(Standing.due).where(Standing.round_id == round_.id, Standing.state.in_(AWAITED)).distinct()
    return sum(_note(session, round_, due, today, calendar) for due in session.scalars(owed).all())


def step_today(due: date, today: date, calendar: WorkingCalendar) -> int:
    """Return today as a step of the ladder: working days to go, negative; 0 on the last day; working days past."""
    if today > due:
        return max(1, calendar.working_days_between(due, today))
    return -calendar.working_days_between(today, calendar.working_day_on_or_before(due))


def _note(session: Session, round_: Round, due: date, today: date, calendar: WorkingCalendar) -> int:
    step = step_today(due, today, calendar)
    kind = "overdue" if step > 0 else "round_reminder" if step else "round_last_day"
    said: dict[str, Any] = {
        "key": notice_key_of(kind, ("standing", Standing.id), step, due, Agency.code),
        "kind": literal(kind),
        "step": literal(step),
        "stream": literal(Stream.ROUTINE, Notice.stream.type),
        "agency_id": Agency.id,
        "to_officer": literal(value=True),
        "to_head": literal(value=False),
        "decision_id": literal(round_.decision_id),
        "standing_id": Standing.id,
        "due": literal(due),
        "on_day": literal(today),
        "state": literal(NoticeState.PENDING, Notice.state.type),
        "reason": literal(""),
    }
    rows = (
        select(*said.values())
        .join_from(Standing, Agency, Agency.id == Standing.agency_id)
        .where(Standing.round_id == round_.id, Standing.due == due, Standing.state.in_(AWAITED))
    )
    fresh = insert_new(session, Notice).from_select(list(said), rows)
    result = session.execute(fresh.execution_options(preserve_rowcount=True))
    assert isinstance(result, CursorResult)
    return result.rowcount

"""Plays what the agencies of a scenario do on one day, through the same functions that people use."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.calendar import WorkingCalendar
from catalog.days import day_of
from tasks.actors import Actor, Role
from tasks.calendars import calendar_of
from tasks.models import OPEN_LIVES, Agency, Life, Round, RoundState, Standing, Submission, Task
from tasks.reporting.answering import accept_report
from tasks.reporting.content import Content, Line
from tasks.reporting.reports import Deed, save_draft, submit
from tasks.scenario import Behaviour, Scenario, behaviour_of, dues_acted_on
from tasks.status import awaited, has_life
from tasks.tracking import tracker

# One login speaks for the agencies and another confirms: nobody confirms what the same person declared.
AGENCIES = Actor("kich-ban.co-quan", Role.ADMINISTRATOR)
CONFIRMERS = Actor("kich-ban.xac-nhan", Role.ADMINISTRATOR)
_RESULT = "Đã thực hiện theo kế hoạch (số liệu diễn tập)."


def act(session: Session, scenario: Scenario, now: datetime) -> None:
    """Do what the scenario's agencies do on the day of `now`; what they sent the day before is confirmed first."""
    if scenario is Scenario.SILENT:
        return
    _confirm(session, now)
    calendar = calendar_of(session)
    for behaviour in (Behaviour.ON_TIME, Behaviour.LATE):
        _declare(session, scenario, behaviour, calendar, now)
        _report(session, scenario, behaviour, calendar, now)


def _confirm(session: Session, now: datetime) -> None:
    waiting = session.scalars(select(Task.id).where(has_life(Task, Life.DECLARED))).all()
    if waiting:
        tracker.confirm(session, waiting, CONFIRMERS, now)
    for standing in session.scalars(select(Standing).where(Standing.state == Submission.SUBMITTED)).all():
        accept_report(session, standing, Deed(CONFIRMERS, now))


def _declare(
    session: Session, scenario: Scenario, behaviour: Behaviour, calendar: WorkingCalendar, now: datetime
) -> None:
    open_tasks = (has_life(Task, *OPEN_LIVES), Task.due.is_not(None))
    dues = _dues_today(session, select(Task.due).where(*open_tasks).distinct(), behaviour, calendar, now)
    if not dues:
        return
    rows = session.execute(
        select(Task.id, Agency.code)
        .join(Agency, Agency.id == Task.agency_id)
        .where(*open_tasks, Task.due.in_(dues))
        .order_by(Task.id)
    )
    ids = [number for number, code in rows.tuples() if behaviour_of(code, scenario) is behaviour]
    if ids:
        tracker.declare(session, ids, AGENCIES, now)


def _report(
    session: Session, scenario: Scenario, behaviour: Behaviour, calendar: WorkingCalendar, now: datetime
) -> None:
    owed = (awaited(Standing), Round.state != RoundState.PLANNED)
    dues = _dues_today(
        session, select(Standing.due).join(Round).where(*owed).distinct(), behaviour, calendar, now
    )
    if not dues:
        return
    standings = session.scalars(
        select(Standing).join(Round).where(*owed, Standing.due.in_(dues)).order_by(Standing.id)
    ).all()
    for standing in standings:
        if behaviour_of(standing.agency.code, scenario) is behaviour:
            save_draft(session, standing, _content(session, standing), Deed(AGENCIES, now))
            submit(session, standing, Deed(AGENCIES, now))


def _content(session: Session, standing: Standing) -> Content:
    tasks = select(Task.id).where(
        Task.agency_id == standing.agency_id,
        Task.decision_id == standing.round.decision_id,
        Task.life != Life.CANCELLED,
    )
    lines = tuple(Line(task=number, result=_RESULT) for number in session.scalars(tasks.order_by(Task.id)))
    return Content(lines=lines)


def _dues_today(
    session: Session, dues: Any, behaviour: Behaviour, calendar: WorkingCalendar, now: datetime
) -> Sequence[date]:
    return dues_acted_on(behaviour, session.scalars(dues).all(), day_of(now), calendar)

"""Plays what the agencies of a scenario do on one day, through the same functions that people use."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.calendar import WorkingCalendar
from catalog.days import day_of
from tasks import tracker
from tasks.actors import Actor, Role
from tasks.calendars import calendar_of
from tasks.models import OPEN_LIVES, Agency, Life, Round, RoundState, Standing, Submission, Task
from tasks.scenario import Behaviour, Scenario, behaviour_of, dues_acted_on
from tasks.status import awaited, has_life

# One login speaks for the agencies and another confirms: nobody confirms what the same person declared.
AGENCIES = Actor("kich-ban.co-quan", Role.ADMINISTRATOR)
CONFIRMERS = Actor("kich-ban.xac-nhan", Role.ADMINISTRATOR)


def act(session: Session, scenario: Scenario, now: datetime) -> None:
    """Do what the scenario's agencies do on the day of `now`; what they declared or sent before is confirmed first."""
    if scenario is Scenario.SILENT:
        return
    today, calendar = day_of(now), calendar_of(session)
    _confirm(session, now)
    session.flush()
    for behaviour in (Behaviour.ON_TIME, Behaviour.LATE):
        _declare(session, scenario, behaviour, calendar, now)
        _report(session, scenario, behaviour, calendar, now)
    del today


def _confirm(session: Session, now: datetime) -> None:
    waiting = session.scalars(select(Task.id).where(has_life(Task, Life.DECLARED))).all()
    if waiting:
        tracker.confirm(session, waiting, CONFIRMERS, now)

"""Plays what the agencies of a scenario do on one day, through the same functions that people use."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from catalog.days import day_of
from tasks.actors import Actor, Role
from tasks.among import among
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
_OPEN = (has_life(Task, *OPEN_LIVES), Task.due.is_not(None))
_OWED = (awaited(Standing), Round.state != RoundState.PLANNED)
_OPEN_DUES = select(Task.due).where(*_OPEN).distinct()
_OWED_DUES = select(Standing.due).join(Round).where(*_OWED).distinct()
_DECLARED = select(Task.id).where(has_life(Task, Life.DECLARED))
_SUBMITTED = (
    select(Standing)
    .where(Standing.state == Submission.SUBMITTED)
    .options(
        joinedload(Standing.agency),
        joinedload(Standing.round).joinedload(Round.decision),
        joinedload(Standing.report),
    )
)
_RESULT = "Đã thực hiện theo kế hoạch (số liệu diễn tập)."


def act(session: Session, scenario: Scenario, now: datetime) -> None:
    """Do what the scenario's agencies do on the day of `now`; what they sent the day before is confirmed first."""
    if scenario is Scenario.SILENT:
        return
    _confirm(session, now)
    calendar, today = calendar_of(session), day_of(now)
    of_tasks = [due for due in session.scalars(_OPEN_DUES) if due is not None]
    of_rounds = session.scalars(_OWED_DUES).all()
    for behaviour in (Behaviour.ON_TIME, Behaviour.LATE):
        if dues := dues_acted_on(behaviour, of_tasks, today, calendar):
            _declare(session, scenario, behaviour, dues, now)
        if dues := dues_acted_on(behaviour, of_rounds, today, calendar):
            _report(session, scenario, behaviour, dues, now)


def _confirm(session: Session, now: datetime) -> None:
    waiting = session.scalars(_DECLARED).all()
    if waiting:
        tracker.confirm(session, waiting, CONFIRMERS, now)
    for standing in session.scalars(_SUBMITTED).all():
        accept_report(session, standing, Deed(CONFIRMERS, now))


def _declare(
    session: Session, scenario: Scenario, behaviour: Behaviour, dues: Sequence[date], now: datetime
) -> None:
    rows = session.execute(
        select(Task.id, Agency.code)
        .join(Agency, Agency.id == Task.agency_id)
        .where(*_OPEN, Task.due.in_(dues))
        .order_by(Task.id)
    )
    ids = [number for number, code in rows.tuples() if behaviour_of(code, scenario) is behaviour]
    if ids:
        tracker.declare(session, ids, AGENCIES, now)


def _report(
    session: Session, scenario: Scenario, behaviour: Behaviour, dues: Sequence[date], now: datetime
) -> None:
    standings = session.scalars(
        select(Standing)
        .join(Round)
        .where(*_OWED, Standing.due.in_(dues))
        .order_by(Standing.id)
        .options(joinedload(Standing.agency), joinedload(Standing.report), contains_eager(Standing.round))
    ).all()
    of_scenario = [one for one in standings if behaviour_of(one.agency.code, scenario) is behaviour]
    contents = _contents(session, of_scenario)
    for standing in of_scenario:
        content = contents[standing.agency_id, standing.round.decision_id]
        save_draft(session, standing, content, Deed(AGENCIES, now))
        submit(session, standing, Deed(AGENCIES, now))


def _contents(session: Session, standings: Sequence[Standing]) -> dict[tuple[int, int], Content]:
    """Return what each agency reports of each decision: a line for every task it leads."""
    agencies = {standing.agency_id for standing in standings}
    tasks = select(Task.id, Task.agency_id, Task.decision_id).where(
        among(Task.agency_id, agencies), Task.life != Life.CANCELLED
    )
    lines: dict[tuple[int, int], list[Line]] = defaultdict(list)
    for number, agency, decision in session.execute(tasks.order_by(Task.id)).tuples():
        lines[agency, decision].append(Line(task=number, result=_RESULT))
    return {
        (one.agency_id, one.round.decision_id): Content(
            lines=tuple(lines[one.agency_id, one.round.decision_id])
        )
        for one in standings
    }

"""The mails of the coming days, played from today's state on a copy in memory, kept until the state changes."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.days import HANOI, day_of
from notifications.mailing import read_letterhead
from notifications.rehearsal import MORNING, Rehearsal, RehearsedDay, copy_in_memory, rehearse
from tasks.models import (
    CalendarOverride,
    Contact,
    Decision,
    Ladder,
    Message,
    Notice,
    Occasion,
    Round,
    StandingEvent,
    Task,
    TaskEvent,
)
from tasks.scenario import Scenario
from web.portal import Portal

SPANS = (14, 30, 45)  # days that may be asked for: a month of 1,700 tasks takes about two seconds
MOST_TASKS = 6_000  # above it the play belongs on the command line


@dataclass(frozen=True, slots=True)
class Forecast:
    """The days to play: from the next morning whose sweep is still to come."""

    start: date
    span: int
    scenario: Scenario

    @property
    def end(self) -> date:
        """The last day played."""
        return self.start + timedelta(days=self.span - 1)


def next_morning(now: datetime) -> date:
    """Return the day of the next sweep: today before it, else tomorrow."""
    today = day_of(now)
    return today if now.astimezone(HANOI).time() < MORNING else today + timedelta(days=1)


def too_many(session: Session) -> bool:
    """Tell whether there are more tasks than a page can play."""
    found = select(Task.id).limit(MOST_TASKS + 1).subquery()
    return (session.scalar(select(func.count()).select_from(found)) or 0) > MOST_TASKS


def forecast(portal: Portal, session: Session, asked: Forecast) -> list[RehearsedDay]:
    """Return the days with the mails of each. Takes seconds the first time; nothing real is written or sent."""
    mark = _state(session)
    days: list[RehearsedDay] = portal.memory.remembered(
        ("forecast", asked), lambda kept: kept == mark, lambda: (mark, _play(portal, asked))
    )
    return days


def _play(portal: Portal, asked: Forecast) -> list[RehearsedDay]:
    letterhead = read_letterhead(portal.settings.mail_from, portal.settings.base_url)
    copy = copy_in_memory(portal.engine)
    try:
        return list(rehearse(copy, Rehearsal(asked.start, asked.end, asked.scenario), letterhead))
    finally:
        copy.dispose()


def _state(session: Session) -> Hashable:
    """Return what changes whenever something is recorded, said, dated or corrected."""
    tables: tuple[Any, ...] = (TaskEvent, StandingEvent, Notice, Message, Task, Ladder, Contact, Round)
    asked: tuple[Any, ...] = (
        *(func.max(table.id) for table in tables),
        func.count(Decision.active_since),
        func.max(Occasion.set_at),
        func.max(Contact.bounced_at),
        func.count(CalendarOverride.day),
    )
    return tuple(session.scalar(select(column)) for column in asked)

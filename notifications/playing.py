"""Plays days on a real database: the morning's sweep, delivery, and in the afternoon what a scenario's agencies do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Engine

from catalog.days import HANOI
from notifications.delivering.delivery import Options, deliver
from notifications.delivering.transport import Transport
from notifications.mailing import Letterhead
from notifications.rehearsal import AFTERNOON, MORNING
from notifications.sweep import Swept, sweep
from tasks.acting import act
from tasks.database import writing
from tasks.scenario import Scenario

_AFTER_THE_SWEEP = time(8, 5)


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the play takes place, and by which scenario."""

    engine: Engine
    letterhead: Letterhead
    transport: Transport
    scenario: Scenario


@dataclass(frozen=True, slots=True)
class PlayedDay:
    """One day: what its sweep queued, and how many mails left."""

    swept: Swept
    sent: int


def play(
    stage: Stage, start: date, end: date, progress: Callable[[int, int], None] | None = None
) -> Iterator[PlayedDay]:
    """Play every day from `start` to `end`, both inclusive, as if each were today."""
    days = (end - start).days + 1
    for number in range(days):
        yield _play(stage, start + timedelta(days=number))
        if progress:
            progress(number + 1, days)


def _play(stage: Stage, day: date) -> PlayedDay:
    morning, sending, afternoon = (
        datetime.combine(day, hour, HANOI) for hour in (MORNING, _AFTER_THE_SWEEP, AFTERNOON)
    )
    with writing(stage.engine) as session:
        swept = sweep(session, morning, stage.letterhead)
    sent = deliver(stage.engine, stage.transport, lambda: sending, Options()).sent if swept.mails else 0
    if swept.working_day:
        with writing(stage.engine) as session:
            act(session, stage.scenario, afternoon)
    return PlayedDay(swept, sent)

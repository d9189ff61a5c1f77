"""Reading the state as of an instant: what was recorded by then, with the due days then in force.

A view of the present reads the tables alone; a view of the past adds, for what has changed since, the state that its
event kept. Both have the same columns, so that a query is written once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Table, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from catalog.calendar import WorkingCalendar
from catalog.days import day_of
from tasks.calendars import calendar_of
from tasks.models import Amendment, Decision, Ladder, Standing, StandingEvent, Task, TaskEvent
from tasks.policies import kept_policy
from tasks.status import soon_until
from tasks.wordings import Wordings, wordings_at

# What a view must know of the whole database before it reads, in one statement.
_NEWEST = select(
    select(func.max(Task.since)).scalar_subquery(),
    select(func.max(Standing.since)).scalar_subquery(),
    select(func.max(Amendment.applied_at)).scalar_subquery(),
)
_WINDOWS = select(Decision.id, Decision.key, Ladder.digest).join(Ladder, Ladder.id == Decision.ladder_id)


@dataclass(frozen=True, slots=True)
class AsOf:
    """An instant, its day in Asia/Ho_Chi_Minh, and what statuses are judged by on it.

    `soon` holds for each decision, by its id, the last due day within its reminder window; `decisions` are ids by key. `tasks_changed` and `standings_changed`
    say whether something was recorded after the instant; `wordings` hold the lists that were amended after it, as they read.
    `calendar` is the one in force.
    """

    moment: datetime
    today: date
    soon: Mapping[int, date] = field(default_factory=dict)
    decisions: Mapping[str, int] = field(default_factory=dict)
    tasks_changed: bool = False
    standings_changed: bool = False
    wordings: Wordings = field(default_factory=dict)
    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)

    def tasks(self) -> Any:
        """Return the tasks as they stood: columns id, decision_id, duty_id, agency_id, start, due, original_due, life,
        waits, declared_on, counted_on, since.
        """
        return _past_tasks(self.moment) if self.tasks_changed else cast("Table", Task.__table__).c

    def standings(self) -> Any:
        """Return the standings as they stood: columns id, round_id, agency_id, state, due, extended, nil, received_on,
        on_time, since.
        """
        return _past_standings(self.moment) if self.standings_changed else cast("Table", Standing.__table__).c

    def words_of(self, duty: Any) -> Any:
        """Return what a row of the list said: `duty` (columns decision_id, code, and the words) where it says so still."""
        return self.wordings.get(duty.decision_id, {}).get(duty.code, duty)

    def soon_of(self, tasks: Any) -> date | ColumnElement[date]:
        """Return the last due day within the window: one day, or one for each row where decisions differ."""
        days = set(self.soon.values())
        if len(days) <= 1:
            return next(iter(days), self.today)
        return case(
            {key: literal(day) for key, day in self.soon.items()},
            value=tasks.decision_id,
            else_=literal(self.today),
        )


class _Newest(NamedTuple):
    """When something of each kind was last recorded."""

    task: datetime | None
    standing: datetime | None
    amendment: datetime | None


def as_of(session: Session, moment: datetime) -> AsOf:
    """Return the view of `moment`, in three short statements; in four where a list was amended after it."""
    today, calendar = day_of(moment), calendar_of(session)
    soon, decisions = {}, {}
    for number, key, digest in session.connection().execute(_WINDOWS).all():
        soon[number] = soon_until(today, kept_policy(session, digest).due_soon, calendar)
        decisions[key] = number
    newest = _newest(session)
    tasks, standings, amended = (at is not None and at > moment for at in newest)
    words = wordings_at(session, moment) if amended else {}
    return AsOf(moment, today, soon, decisions, tasks, standings, words, calendar)


def after_acting(session: Session, now: datetime) -> AsOf:
    """Return the view of what was just recorded, which may stand a moment after `now`; its day is that of `now`."""
    newest = _newest(session)
    moment = max(at for at in (now, newest.task, newest.standing) if at is not None)
    view = as_of(session, now)
    return AsOf(moment, view.today, view.soon, view.decisions, calendar=view.calendar)


def _newest(session: Session) -> _Newest:
    session.flush()  # what this very transaction recorded counts
    return _Newest(*session.connection().execute(_NEWEST).one())


def _past_tasks(moment: datetime) -> Any:
    fixed = (Task.decision_id, Task.duty_id, Task.ladder_id)
    names = (
        "agency_id", "life", "start", "due", "original_due", "waits", "declared_on", "declared_by",
        "declares_not_applicable", "counted_on", "since",
    )  # fmt: skip
    still = select(Task.id, *fixed, *(getattr(Task, name) for name in names)).where(Task.since <= moment)
    kept = [getattr(TaskEvent, f"from_{name}").label(name) for name in names]
    then = (
        select(TaskEvent.task_id, *fixed, *kept)
        .join(Task, Task.id == TaskEvent.task_id)
        .where(TaskEvent.recorded_at > moment, TaskEvent.from_since <= moment)
    )
    return union_all(still, then).subquery("tasks_then").c


def _past_standings(moment: datetime) -> Any:
    names = ("agency_id", "state", "due", "extended", "nil", "received_on", "on_time", "since")
    still = select(Standing.id, Standing.round_id, *(getattr(Standing, name) for name in names))
    kept = [getattr(StandingEvent, f"from_{name}").label(name) for name in names]
    then = (
        select(StandingEvent.standing_id, Standing.round_id, *kept)
        .join(Standing, Standing.id == StandingEvent.standing_id)
        .where(StandingEvent.recorded_at > moment, StandingEvent.from_since <= moment)
    )
    return union_all(still.where(Standing.since <= moment), then).subquery("standings_then").c

"""Reading the state as of an instant: what was recorded by then, with the due days then in force.

A view of the present reads the tables alone; a view of the past adds, for what has changed since, the state that its
event kept. Both have the same columns, so that a query is written once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from catalog.days import day_of
from catalog.policy import Policy
from tasks.calendars import calendar_of
from tasks.models import Decision, Ladder, Standing, StandingEvent, Task, TaskEvent
from tasks.status import soon_until
from tasks.wordings import Wordings, wordings_at


@dataclass(frozen=True, slots=True)
class AsOf:
    """An instant, its day in Asia/Ho_Chi_Minh, and what statuses are judged by on it.

    `soon` holds for each decision, by its id, the last due day within its reminder window; `decisions` are ids by key. `tasks_changed` and `standings_changed`
    say whether something was recorded after the instant; `wordings` hold the lists that were amended after it, as they read.
    """

    moment: datetime
    today: date
    soon: Mapping[int, date] = field(default_factory=dict)
    decisions: Mapping[str, int] = field(default_factory=dict)
    tasks_changed: bool = False
    standings_changed: bool = False
    wordings: Wordings = field(default_factory=dict)

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


def as_of(session: Session, moment: datetime) -> AsOf:
    """Return the view of `moment`, in five short statements."""
    today, calendar = day_of(moment), calendar_of(session)
    windows = select(Decision.id, Decision.key, Ladder.body).join(Ladder, Ladder.id == Decision.ladder_id)
    soon, decisions = {}, {}
    for number, key, body in session.execute(windows).tuples():
        soon[number] = soon_until(today, Policy.model_validate(body).due_soon, calendar)
        decisions[key] = number
    tasks, standings = (_changed(session, table, moment) for table in (Task, Standing))
    return AsOf(moment, today, soon, decisions, tasks, standings, wordings_at(session, moment))


def after_acting(session: Session, now: datetime) -> AsOf:
    """Return the view of what was just recorded, which may stand a moment after `now`; its day is that of `now`."""
    newest = [_newest(session, table) for table in (Task, Standing)]
    moment = max([now, *(instant for instant in newest if instant is not None)])
    view = as_of(session, now)
    return AsOf(moment, view.today, view.soon, view.decisions)


def _changed(session: Session, table: Any, moment: datetime) -> bool:
    newest = _newest(session, table)
    return newest is not None and newest > moment


def _newest(session: Session, table: Any) -> datetime | None:
    return session.scalar(select(func.max(table.since)))


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

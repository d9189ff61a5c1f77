"""Reads what was recorded since a webhook's cursors, as what it is to be told."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from catalog.calendar import WorkingCalendar
from catalog.days import day_of
from notifications.webhooks.horizon import Heads
from notifications.webhooks.kinds import REPORT_KINDS, TASK_KINDS, Kind
from notifications.webhooks.payloads import Telling, day, message_id
from tasks.calendars import calendar_of
from tasks.models import (
    Agency,
    Decision,
    Duty,
    Round,
    RoundState,
    Standing,
    StandingEvent,
    Task,
    TaskEvent,
    Webhook,
)
from tasks.policies import stored_policies
from tasks.status import Facts, soon_until, status_of

CHUNK = 500  # events read at once, so that no transaction is long


class Reader:
    """Reads for any number of webhooks in one session; the calendar and the policies are read once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._windows = {number: policy.due_soon for number, policy in stored_policies(session).items()}
        self._soon = cache(_soon_of(calendar_of(session)))

    def tasks(self, webhook: Webhook, heads: Heads) -> tuple[list[Telling], int]:
        """Return the next changes of tasks and the cursor after them."""
        actions = _wanted(TASK_KINDS, webhook)
        if not actions:
            return [], heads.task
        rows = (
            select(TaskEvent, Task.id, Decision.key, Decision.ladder_id, Duty.code, Agency.code)
            .join(Task, Task.id == TaskEvent.task_id)
            .join(Duty, Duty.id == Task.duty_id)
            .join(Decision, Decision.id == Task.decision_id)
            .join(Agency, Agency.id == TaskEvent.from_agency_id)
            .where(
                TaskEvent.id > webhook.task_cursor, TaskEvent.id <= heads.task, TaskEvent.action.in_(actions)
            )
        )
        found = self._session.execute(_limited(rows, webhook, Task, TaskEvent)).all()
        told = [self._of_task(*row) for row in found]
        return told, found[-1][0].id if len(found) == CHUNK else heads.task

    def standings(self, webhook: Webhook, heads: Heads) -> tuple[list[Telling], int]:
        """Return the next changes of reports and the cursor after them."""
        actions = _wanted(REPORT_KINDS, webhook)
        if not actions:
            return [], heads.standing
        rows = (
            select(StandingEvent, Round.code, Decision.key, Agency.code)
            .join(Standing, Standing.id == StandingEvent.standing_id)
            .join(Round, Round.id == Standing.round_id)
            .join(Decision, Decision.id == Round.decision_id)
            .join(Agency, Agency.id == StandingEvent.from_agency_id)
            .where(
                StandingEvent.id > webhook.standing_cursor,
                StandingEvent.id <= heads.standing,
                StandingEvent.action.in_(actions),
            )
        )
        found = self._session.execute(_limited(rows, webhook, Round, StandingEvent)).all()
        told = [_of_standing(*row) for row in found]
        return told, found[-1][0].id if len(found) == CHUNK else heads.standing

    def rounds(self, webhook: Webhook) -> tuple[list[Telling], dict[str, str]]:
        """Return the rounds that opened or closed since they were last seen, and how all of them stand now.

        Rounds have no record of their own, and are few: how each was last seen is compared with how it is.
        """
        seen = {}
        told: list[Telling] = []
        expects = exists().where(Standing.round_id == Round.id, Standing.agency_id == webhook.agency_id)
        rows = select(Round, Decision.key, expects).join(Decision).order_by(Round.id)
        for round_, key, concerned in self._session.execute(rows).tuples():
            number = str(round_.id)
            seen[number] = round_.state.value
            before = webhook.rounds_seen.get(number, RoundState.PLANNED.value)
            wanted = webhook.decision_id in (None, round_.decision_id)
            if wanted and (concerned or webhook.agency_id is None) and before != round_.state.value:
                told += (one for one in _of_round(round_, key, before) if one.kind in webhook.kinds)
        return told, seen

    def _of_task(
        self, event: TaskEvent, number: int, decision: str, ladder: int, duty: str, agency: str
    ) -> Telling:
        before = Facts(event.from_life, event.from_due, event.from_waits, event.from_counted_on)
        waits = event.from_waits and event.to_due is None
        after = Facts(event.to_life, event.to_due, waits, event.to_counted_on)
        on = day_of(event.recorded_at)
        soon = self._soon(on, self._windows[ladder])
        data = {
            "decision": decision,
            "duty": duty,
            "agency": agency,
            "task": number,
            "action": event.action,
            "from": _state(before, on, soon),
            "to": _state(after, on, soon),
            "by": event.by,
        }
        made = message_id("task", event.id, event.recorded_at)
        return Telling(TASK_KINDS[event.action], made, event.recorded_at, data)


def _soon_of(calendar: WorkingCalendar) -> Any:
    return lambda on, window: soon_until(on, window, calendar)


def _wanted(kinds: Mapping[str, Kind], webhook: Webhook) -> list[str]:
    return [action for action, kind in kinds.items() if kind.value in webhook.kinds]


def _limited(rows: Select[Any], webhook: Webhook, owner: Any, event: Any) -> Select[Any]:
    """Return the rows of what the webhook is limited to, the next ones first."""
    if webhook.decision_id is not None:
        rows = rows.where(owner.decision_id == webhook.decision_id)
    if webhook.agency_id is not None:
        rows = rows.where(event.from_agency_id == webhook.agency_id)
    return rows.order_by(event.id).limit(CHUNK)


def _state(facts: Facts, on: date, soon: date) -> dict[str, str | None]:
    return {
        "life": facts.life.value,
        "status": status_of(facts, on, soon).value,
        "due": day(facts.due),
        "counted_on": day(facts.counted_on),
    }


def _of_standing(event: StandingEvent, round_: str, decision: str, agency: str) -> Telling:
    data = {
        "decision": decision,
        "round": round_,
        "agency": agency,
        "action": event.action,
        "from": {"state": event.from_state.value, "due": day(event.from_due)},
        "to": {"state": event.to_state.value, "due": day(event.to_due)},
        "by": event.by,
    }
    made = message_id("report", event.id, event.recorded_at)
    return Telling(REPORT_KINDS[event.action], made, event.recorded_at, data)


def _of_round(round_: Round, decision: str, before: str) -> Iterator[Telling]:
    """Yield the steps from `before` to now; one that opened and closed between two looks tells both."""
    if before != RoundState.OPEN.value and round_.opened_at and round_.state is not RoundState.PLANNED:
        yield _round_step(round_, decision, Kind.ROUND_OPENED, before, RoundState.OPEN)
        before = RoundState.OPEN.value
    if round_.state is RoundState.CLOSED:
        yield _round_step(round_, decision, Kind.ROUND_CLOSED, before, RoundState.CLOSED)


def _round_step(round_: Round, decision: str, kind: Kind, before: str, after: RoundState) -> Telling:
    at = round_.opened_at if after is RoundState.OPEN else round_.closed_at
    assert at is not None
    data = {
        "decision": decision,
        "round": round_.code,
        "from": {"state": before},
        "to": {"state": after.value},
        "due": day(round_.due),
        "by": (round_.opened_by or "") if after is RoundState.OPEN else "",
    }
    return Telling(kind, message_id(kind.value.replace(".", "-"), round_.id, at), at, data)

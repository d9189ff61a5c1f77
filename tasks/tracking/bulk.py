"""Changing whole sets of tasks alike, each with its event, in a bounded number of statements.

For what comes from the decision's side (an occasion gets its day, an amendment), not for what people say of one task.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, insert, literal, select, update
from sqlalchemy.orm import Session

from catalog.days import day_of
from tasks.calendars import calendar_of
from tasks.ladder import first_step_on
from tasks.models import Decision, Duty, Task, TaskEvent
from tasks.policies import stored_policies
from tasks.tracking.changes import KEPT, recording_instant
from tasks.tracking.transitions import Action


@dataclass(frozen=True, slots=True)
class Entry:
    """What is recorded with each of the tasks."""

    action: Action
    by: str
    now: datetime
    reason: str = ""
    document_number: str = ""
    document_date: date | None = None


def change_all(session: Session, which: ColumnElement[bool], values: Mapping[str, Any], entry: Entry) -> int:
    """Give every task of `which` the same `values`, by column name, and record it; return how many there were.

    A new `due` sets the ladder anew, where the decision speaks already. The rows are locked before they are read, so
    that no conflict can arise. Raises DomainError where a task was changed more than an hour after `entry.now`.
    """
    session.flush()
    locked = session.execute(select(Task.id, Task.since).where(which).with_for_update(of=Task)).tuples().all()
    if not locked:
        return 0
    instant = recording_instant(max(since for _, since in locked), entry.now, "Một nhiệm vụ trong số này")
    record_all(session, which, values, entry, instant)
    if "due" in values:
        set_steps(session, which, values["due"], entry.now)
    _write(session, which, {**values, "since": instant})
    session.expire_all()
    return len(locked)


def record_all(
    session: Session, which: ColumnElement[bool], values: Mapping[str, Any], entry: Entry, instant: datetime
) -> None:
    """Write the event of each task of `which`, as they stand; `values` are what they are about to become."""
    said = {
        "task_id": Task.id,
        "recorded_at": literal(instant, TaskEvent.recorded_at.type),
        "by": literal(entry.by),
        "action": literal(entry.action.value),
        "reason": literal(entry.reason),
        "document_number": literal(entry.document_number),
        "document_date": literal(entry.document_date, TaskEvent.document_date.type),
        "to_life": _after(values, "life"),
        "to_due": _after(values, "due"),
        "to_counted_on": _after(values, "counted_on"),
        **{f"from_{name}": getattr(Task, name) for name in KEPT},
    }
    session.execute(insert(TaskEvent).from_select(list(said), select(*said.values()).where(which)))


def _after(values: Mapping[str, Any], name: str) -> Any:
    column = getattr(Task, name)
    return literal(values[name], column.type) if name in values else column


def set_steps(session: Session, which: ColumnElement[bool], due: date | None, now: datetime) -> None:
    """Set the next step of tasks that are due on `due`; what is alike in ladder and close-out moves together."""
    policies, calendar = stored_policies(session), calendar_of(session)
    alike = (
        select(Task.ladder_id, Duty.close_out, Task.decision_id, Decision.active_since)
        .join(Duty, Duty.id == Task.duty_id)
        .join(Decision, Decision.id == Task.decision_id)
        .where(which)
        .distinct()
    )
    for ladder_id, close_out, decision_id, active_since in session.execute(alike).tuples().all():
        rungs = policies[ladder_id].task_rungs(close_out=close_out)
        step = first_step_on(rungs, due, day_of(now), calendar) if active_since is not None else None
        duties = select(Duty.id).where(Duty.decision_id == decision_id, Duty.close_out.is_(close_out))
        _write(
            session,
            which & (Task.ladder_id == ladder_id) & Task.duty_id.in_(duties),
            {"next_step_on": step},
        )


def _write(session: Session, which: ColumnElement[bool], values: Mapping[str, Any]) -> None:
    session.execute(update(Task).where(which).values(**values).execution_options(synchronize_session=False))

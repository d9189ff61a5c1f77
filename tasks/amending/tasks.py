"""The tasks an amendment touches, each with its event: whole sets alike, one statement for each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import exists, insert, select
from sqlalchemy.orm import Session

from catalog.days import day_of
from tasks.amending.plan import Difference, TaskChange
from tasks.amending.rows import Target
from tasks.among import among
from tasks.calendars import calendar_of
from tasks.ladder import first_step_on
from tasks.models import Agency, Duty, Life, Task, TaskEvent
from tasks.policies import stored_policies
from tasks.tracking.bulk import Entry, change_all, record_all
from tasks.tracking.transitions import Action

_ACTIONS = {
    "moved": Action.AMEND,
    "reworded": Action.AMEND,
    "cancelled": Action.CANCEL,
    "restored": Action.REOPEN,
}
_UNSAID: dict[str, Any] = {
    "declared_on": None,
    "declared_by": None,
    "declares_not_applicable": False,
    "counted_on": None,
}


def change_tasks(
    session: Session, target: Target, difference: Difference, by: str, now: datetime
) -> Difference:
    """Carry the plan out and return it with the ids of the new tasks. The rows of the list must be stored before."""
    entry = Entry(
        Action.ADD, by, now, document_number=target.number, document_date=target.amendment.issued_on
    )
    _add(session, target, [change for change in difference.tasks if change.what == "added"], entry)
    alike: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for change in difference.tasks:
        if change.what in _ACTIONS and change.task is not None:
            alike[change.what, change.timing, change.reason].append(change.task)
    for (what, timing, reason), ids in alike.items():
        values = _values(what, timing)
        some = among(Task.id, ids)
        change_all(session, some, values, replace(entry, action=_ACTIONS[what], reason=reason))
    return replace(difference, tasks=_with_ids(session, target, difference.tasks))


def _values(what: str, timing: Any) -> dict[str, Any]:
    dated = {
        "start": timing.start,
        "due": timing.due,
        "original_due": timing.due,  # the list itself says so now; what it said before is in the event
        "waits": timing.waits,
    }
    by_what: Mapping[str, dict[str, Any]] = {
        "moved": dated,
        "restored": {"life": Life.IN_PROGRESS, **_UNSAID, **dated},
        "cancelled": {"life": Life.CANCELLED},
        "reworded": {},
    }
    return by_what[what]


def _add(session: Session, target: Target, changes: Iterable[TaskChange], entry: Entry) -> None:
    """Make the new tasks, with their first step where the decision speaks, and note how they came to be."""
    duties = {duty.code: duty for duty in target.row.duties}
    by_duty: dict[str, list[TaskChange]] = defaultdict(list)
    for change in changes:
        by_duty[change.duty].append(change)
    policy, calendar = stored_policies(session)[target.row.ladder_id], calendar_of(session)
    for code, alike in by_duty.items():
        duty, timing, step = duties[code], alike[0].timing, None
        if target.row.active_since is not None:
            rungs = policy.task_rungs(close_out=duty.close_out)
            step = first_step_on(rungs, timing.due, day_of(entry.now), calendar)
        columns = {
            "decision_id": target.row.id, "duty_id": duty.id, "ladder_id": target.row.ladder_id,
            "life": Life.NOT_STARTED, "start": timing.start, "due": timing.due, "original_due": timing.due,
            "waits": timing.waits, "declares_not_applicable": False, "since": entry.now, "next_step_on": step,
        }  # fmt: skip
        agencies = [target.ids[change.agency] for change in alike]
        session.execute(insert(Task), [columns | {"agency_id": agency} for agency in agencies])
        unheard = ~exists().where(TaskEvent.task_id == Task.id)
        which = (Task.duty_id == duty.id) & Task.agency_id.in_(agencies) & unheard
        # nothing was in force before: the event's own span of time is empty
        record_all(session, which, {}, replace(entry, reason=alike[0].reason), entry.now)


def _with_ids(session: Session, target: Target, changes: Iterable[TaskChange]) -> tuple[TaskChange, ...]:
    added = {change.duty for change in changes if change.what == "added"}
    rows = session.execute(
        select(Duty.code, Agency.code, Task.id)
        .join_from(Task, Duty, Duty.id == Task.duty_id)
        .join(Agency, Agency.id == Task.agency_id)
        .where(Task.decision_id == target.row.id, Duty.code.in_(added))
    )
    ids = {(duty, agency): number for duty, agency, number in rows.tuples()}
    return tuple(
        replace(change, task=ids[change.duty, change.agency]) if change.what == "added" else change
        for change in changes
    )

"""Writing a change of tasks: the new state, and an event that keeps the whole state before it.

What is recorded comes strictly after what was recorded before, so that the past can be read back and a state read by
somebody is known by its `since`: whoever writes on a state that is no longer there gets a ConflictError.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from tasks.among import among
from tasks.errors import ConflictError, DomainError, NotFoundError, refuse_all
from tasks.models import Standing, Task, TaskEvent
from tasks.tracking.transitions import Action

SKEW = timedelta(hours=1)  # how far behind the last change a clock may be and still write
_TICK = timedelta(microseconds=1)  # what both databases tell apart


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why, by which document, and on which day, when that is not the day it is recorded."""

    reason: str = ""
    document_number: str = ""
    document_date: date | None = None
    on: date | None = None


NO_GROUNDS = Grounds()


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one task: the columns that change, by name."""

    task: Task
    action: Action
    values: Mapping[str, Any] = field(default_factory=dict)
    grounds: Grounds = NO_GROUNDS


def name_of(task: Task) -> str:
    """Return how a sentence names a task."""
    return f"Nhiệm vụ {task.duty.code} của {task.agency.name}"


def recording_instant(since: datetime, now: datetime, subject: str) -> datetime:
    """Return when a change is recorded: now, or just after the last one where the clock lags by an hour at most.

    Raises DomainError when it lags by more.
    """
    if since - now > SKEW:
        message = (
            f"{subject} đã có thay đổi ghi lúc {since.astimezone(now.tzinfo):%H:%M ngày %d/%m/%Y}, sau thời điểm "
            f"{now:%H:%M ngày %d/%m/%Y} của lần ghi này; hãy kiểm tra đồng hồ hoặc --as-of."
        )
        raise DomainError(message)
    return max(now, since + _TICK)


def load_tasks(session: Session, ids: Sequence[int]) -> list[Task]:
    """Return the tasks in the order asked, with duty, agency and decision. Raises NotFoundError naming what is missing."""
    wanted = list(dict.fromkeys(ids))
    found: dict[int, Task] = {}
    rows = select(Task).where(among(Task.id, wanted)).options(joinedload(Task.duty), joinedload(Task.agency))
    for task in session.scalars(rows.execution_options(populate_existing=True)):
        found[task.id] = task
    refuse_all(
        [
            NotFoundError(f"Không có nhiệm vụ số {number}; xem số bằng dondoc tasks list.")
            for number in wanted
            if number not in found
        ]
    )
    return [found[number] for number in wanted]


def apply_changes(session: Session, changes: Iterable[Change], by: str, now: datetime) -> None:
    """Write the changes and their events; the tasks at hand then say so. Raises ConflictError when one changed meanwhile."""
    session.flush()
    written = list(changes)
    instants = [recording_instant(c.task.since, now, name_of(c.task)) for c in written]
    events = [_event(change, by, instant) for change, instant in zip(written, instants, strict=True)]
    for names, rows in _alike(written, instants).items():
        _update(session, names, rows)
    if events:
        session.execute(insert(cast("Table", TaskEvent.__table__)), events)
    for change, instant in zip(written, instants, strict=True):
        show_written(session, change.task, {**change.values, "since": instant})


def show_written(session: Session, row: Task | Standing, values: Mapping[str, Any]) -> None:
    """Let a row at hand say what was just written of it; nothing else of it changed, or its `since` would have.

    Only the sweep moves `next_step_on` without a trace: that, and what hangs on the row, is read again when asked for.
    """
    for name, value in values.items():
        set_committed_value(row, name, value)
    moved = ["agency"] if "agency_id" in values else []
    session.expire(row, ["events", *moved, *({"next_step_on"} - values.keys())])


def _alike(
    changes: Sequence[Change], instants: Sequence[datetime]
) -> dict[tuple[str, ...], list[dict[str, Any]]]:
    """Group by the columns that change: only those are written, so that what a sweep moved meanwhile stays."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for change, instant in zip(changes, instants, strict=True):
        row = {f"new_{name}": value for name, value in change.values.items()}
        known = {"known_id": change.task.id, "known_since": change.task.since, "new_since": instant}
        groups[tuple(sorted(change.values))].append(row | known)
    return groups


def _update(session: Session, names: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    table = cast("Table", Task.__table__)
    statement = (
        update(table)
        .where(table.c.id == bindparam("known_id"), table.c.since == bindparam("known_since"))
        .values({name: bindparam(f"new_{name}") for name in (*names, "since")})
    )
    done = session.connection().execute(statement, rows).rowcount
    if done != len(rows):
        message = "Nhiệm vụ vừa được người khác cập nhật; hãy xem lại tình trạng mới rồi thực hiện lại."
        raise ConflictError(message)


def _event(change: Change, by: str, instant: datetime) -> dict[str, Any]:
    task, values, grounds = change.task, change.values, change.grounds
    return {
        "task_id": task.id,
        "recorded_at": instant,
        "by": by,
        "action": change.action.value,
        "reason": grounds.reason,
        "document_number": grounds.document_number,
        "document_date": grounds.document_date,
        "happened_on": grounds.on,
        "to_life": values.get("life", task.life),
        "to_due": values.get("due", task.due),
        "to_counted_on": values.get("counted_on", task.counted_on),
        **{f"from_{name}": getattr(task, name) for name in KEPT},
    }


KEPT = (
    "since", "agency_id", "life", "start", "due", "original_due", "waits", "declared_on", "declared_by",
    "declares_not_applicable", "counted_on",
)  # fmt: skip
"""The columns of a task that an event keeps as `from_…`."""

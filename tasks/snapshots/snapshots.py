"""Frozen, dated views of one decision that digests are made from. Once stored they are never rewritten."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session

from catalog.days import end_of
from tasks.models import (
    OPEN_LIVES,
    Agency,
    Decision,
    Duty,
    Round,
    RoundState,
    Snapshot,
    Standing,
    Submission,
    Task,
    TaskEvent,
)
from tasks.status import Facts, has_life, status_of

SHOWN = 30  # rows of a list that a snapshot keeps; the totals beside them count all
_CHANGES = {"completed": "confirm", "declared": "declare", "returned": "return", "extended": "grant"}

# Each of these is asked for every digest: made once.
_deciding = (Task.life, Task.due, Task.waits, Task.counted_on)
_DECIDING = (
    select(*_deciding, func.count()).where(Task.decision_id == bindparam("decision")).group_by(*_deciding)
)
_ACTIONS = (
    select(TaskEvent.action, func.count())
    .join(Task, Task.id == TaskEvent.task_id)
    .where(
        Task.decision_id == bindparam("decision"),
        TaskEvent.recorded_at >= bindparam("begin"),
        TaskEvent.recorded_at < bindparam("end"),
    )
    .group_by(TaskEvent.action)
)
_late_here = func.count().filter(has_life(Task, *OPEN_LIVES), Task.due < bindparam("today"))
_LATE_AGENCIES = (
    select(Agency.code, Agency.name, _late_here.label("late"), func.count().label("tasks"))
    .join(Task, Task.agency_id == Agency.id)
    .where(Task.decision_id == bindparam("decision"))
    .group_by(Agency.id, Agency.code, Agency.name, Agency.sort_key)
    .having(_late_here > 0)
    .order_by(_late_here.desc(), Agency.sort_key)
)

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Frame:
    """The day a snapshot shows, the day of the one before, and the days its words turn on.

    `named_until` is the last due day of what is late enough to be named to the leaders.
    """

    today: date
    now: datetime
    soon_until: date
    named_until: date
    since: date | None


def take_snapshot(session: Session, decision: Decision, kind: str, frame: Frame) -> Snapshot:
    """Freeze the decision's state as of `frame.today` and store it."""
    newly_late = _late(session, decision, _newly(frame), frame)
    body = {
        "since": frame.since.isoformat() if frame.since else None,
        "counts": _counts(session, decision, frame),
        "changes": {"newly_late": newly_late["total"], **_changes(session, decision, frame)},
        "newly_late": newly_late,
        "longest_late": _late(session, decision, Task.due < frame.today, frame),
        "named": _late(session, decision, Task.due <= frame.named_until, frame),
        "agencies": _agencies(session, decision, frame),
        "rounds": _rounds(session, decision),
    }
    snapshot = Snapshot(kind=kind, decision_id=decision.id, as_of=frame.today, made_at=frame.now, body=body)
    session.add(snapshot)
    session.flush()
    return snapshot


def last_snapshot(session: Session, decision: Decision, kind: str, before: date) -> Snapshot | None:
    """Return the newest snapshot of the kind that shows a day before `before`."""
    rows = select(Snapshot).where(
        Snapshot.decision_id == decision.id, Snapshot.kind == kind, Snapshot.as_of < before
    )
    return session.scalar(rows.order_by(Snapshot.as_of.desc()).limit(1))


def tells_something_new(snapshot: Snapshot, before: Snapshot | None, *, late_only: bool) -> bool:
    """Tell whether a digest of `snapshot` says anything that the one before did not.

    With `late_only` only lateness is news: of tasks, and of rounds whose deadline has passed.
    """
    if snapshot.body["newly_late"]["total"]:
        return True
    if _lateness(snapshot) != _lateness(before):
        return True
    if late_only:
        return False
    return (
        before is None
        or snapshot.body["counts"] != before.body["counts"]
        or snapshot.body["rounds"] != before.body["rounds"]
    )


def _lateness(snapshot: Snapshot | None) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """Return what is late in a snapshot: tasks by agency, and the rounds that had ended by its day."""
    if snapshot is None:
        return {}, []
    late = {row["code"]: row["late"] for row in snapshot.body["agencies"]["all"]}
    return late, [row for row in snapshot.body["rounds"] if date.fromisoformat(row["due"]) < snapshot.as_of]


def _counts(session: Session, decision: Decision, frame: Frame) -> dict[str, int]:
    """Count by status: grouped in SQL by what decides it, named by the pure function."""
    counts: Counter[str] = Counter()
    for life, due, waits, counted_on, number in session.execute(_DECIDING, {"decision": decision.id}):
        counts[status_of(Facts(life, due, waits, counted_on), frame.today, frame.soon_until).value] += number
    return dict(counts)


def _changes(session: Session, decision: Decision, frame: Frame) -> dict[str, int]:
    begin = end_of(frame.since) if frame.since else decision.active_since
    between = {"decision": decision.id, "begin": begin, "end": end_of(frame.today)}
    by_action: dict[str, int] = dict(session.execute(_ACTIONS, between).tuples().all())
    return {name: by_action.get(action, 0) for name, action in _CHANGES.items()}


def _open(decision: Decision) -> Any:
    return and_(Task.decision_id == decision.id, has_life(Task, *OPEN_LIVES))


def _newly(frame: Frame) -> Any:
    """Return the condition that something became late after the digest before."""
    return (
        Task.due < frame.today
        if frame.since is None
        else and_(Task.due >= frame.since, Task.due < frame.today)
    )


def _late(session: Session, decision: Decision, which: Any, frame: Frame) -> dict[str, Any]:
    condition = and_(_open(decision), Task.due < frame.today, which)
    rows = (
        select(Task.id, Agency.name, Duty.code, Duty.text, Task.due)
        .join(Agency, Agency.id == Task.agency_id)
        .join(Duty, Duty.id == Task.duty_id)
        .where(condition)
        .order_by(Task.due, Duty.position, Agency.sort_key)
        .limit(SHOWN)
    )
    shown = [_late_row(row) for row in session.execute(rows)]
    counted = select(func.count()).select_from(Task).where(condition)
    total = len(shown) if len(shown) < SHOWN else session.scalar(counted)
    return {"total": total, "rows": shown}


def _late_row(row: Row[Any]) -> dict[str, Any]:
    return {
        "task": row.id,
        "agency": row.name,
        "code": row.code,
        "text": row.text,
        "due": row.due.isoformat(),
    }


def _agencies(session: Session, decision: Decision, frame: Frame) -> dict[str, Any]:
    rows = session.execute(_LATE_AGENCIES, {"decision": decision.id, "today": frame.today}).all()
    shown = [{"code": row.code, "name": row.name, "late": row.late, "tasks": row.tasks} for row in rows]
    return {"total": len(shown), "all": shown}


def _rounds(session: Session, decision: Decision) -> list[dict[str, Any]]:
    return [_round_row(row) for row in session.execute(_round_counts(decision.id))]


def _round_counts(decision_id: int) -> Select[Any]:
    received = Standing.state.in_((Submission.SUBMITTED, Submission.ACCEPTED))
    exempt = Standing.state == Submission.EXEMPT
    return (
        select(
            Round.code,
            Round.text,
            Round.due,
            func.count().label("expected"),
            func.count().filter(received, Standing.on_time.is_(other=True)).label("on_time"),
            func.count().filter(received, Standing.on_time.is_(other=False)).label("late"),
            func.count().filter(received, Standing.nil).label("nil"),
            func.count().filter(exempt).label("exempt"),
        )
        .join(Standing, Standing.round_id == Round.id)
        .where(Round.decision_id == decision_id, Round.state != RoundState.PLANNED)
        .group_by(Round.id, Round.code, Round.text, Round.due)
        .order_by(Round.due)
    )


def _round_row(row: Row[Any]) -> dict[str, Any]:
    counts = {name: getattr(row, name) for name in ("expected", "on_time", "late", "nil", "exempt")}
    missing = counts["expected"] - counts["on_time"] - counts["late"] - counts["exempt"]
    return {"code": row.code, "text": row.text, "due": row.due.isoformat(), **counts, "missing": missing}

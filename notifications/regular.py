"""What is put to the coordinator on no task's ladder: old declarations, undated events, the close-out, the digests."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, select, update
from sqlalchemy.orm import Session, joinedload

from catalog.calendar import WorkingCalendar
from catalog.days import day_of
from notifications.noticing import Day
from tasks.database import insert_new
from tasks.keys import notice_key
from tasks.models import OPEN_LIVES, Agency, Decision, Duty, Life, Notice, NoticeState, Occasion, Stream, Task

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
_ANSWERED = "Không còn phải nhắc: đã được trả lời, đã có ngày hoặc đã kết thúc."

# Asked on every working day for every decision, of which few have an answer: made once.
_ACTIVE = (
    select(Decision)
    .where(Decision.active_since.is_not(None))
    .order_by(Decision.id)
    .options(joinedload(Decision.coordinator), joinedload(Decision.leaders))
)
_UNDATED = select(Occasion.id).where(Occasion.decision_id == bindparam("decision"), Occasion.day.is_(None))
_CLOSED_OUT = (
    select(Duty.due)
    .where(
        Duty.decision_id == bindparam("decision"),
        Duty.close_out.is_(other=True),
        Duty.due < bindparam("today"),
    )
    .distinct()
    .order_by(Duty.due)
)
Row = dict[str, Any]


def close_answered(session: Session, day: Day) -> None:
    """Close the waiting notices of this module whose reason ended before they were said."""
    for kind, alive in (
        ("unanswered", _still_declared()),
        (
            "set_date",
            exists(select(Occasion.id).where(Occasion.id == Notice.occasion_id, Occasion.day.is_(None))),
        ),
    ):
        over = and_(Notice.state == NoticeState.PENDING, Notice.kind == kind, ~alive)
        session.execute(
            update(Notice)
            .where(over)
            .values(state=NoticeState.SKIPPED, reason=_ANSWERED, settled_at=day.now)
            .execution_options(synchronize_session=False)
        )


def note_regular(session: Session, day: Day) -> None:
    """Note what of these has come due by the day; each has a key, so a second run notes nothing."""
    for decision in session.scalars(_ACTIVE):
        rows = [
            *_unanswered(session, decision, day),
            *_undated(session, decision, day),
            *_close_outs(session, decision, day),
            *_digests(decision, day),
        ]
        _put(session, decision, rows, day)


def week_day(today: date, weekday: str, calendar: WorkingCalendar) -> date:
    """Return the day of `today`'s week on which something weekly is said: the weekday, or the next working day after a day off.

    It may lie in the next week where the rest of this one is off.
    """
    monday = today - timedelta(days=today.weekday())
    return calendar.working_day_on_or_after(monday + timedelta(days=_WEEKDAYS.index(weekday)))


def _unanswered(session: Session, decision: Decision, day: Day) -> Iterator[Row]:
    """Yield a notice for each declaration without an answer, to who confirms it: the coordinator's own to the confirmer."""
    waited = day.policies[decision.ladder_id].unanswered_after
    since = day.calendar.add_working_days(day.today, -waited)
    for row in session.execute(_without_answer(), {"decision": decision.id, "since": since}):
        key = notice_key("unanswered", f"task:{row.id}", waited, row.declared_on, row.code)
        yield _row(key, "unanswered", row.agency_id, step=waited, task_id=row.id, due=row.declared_on)


@cache
def _without_answer() -> Select[Any]:
    told = case(
        (Task.agency_id == Decision.coordinator_id, Decision.confirmer_id), else_=Decision.coordinator_id
    )
    noted = exists(
        select(Notice.id).where(
            Notice.task_id == Task.id, Notice.kind == "unanswered", Notice.due == Task.declared_on
        )
    )
    return (
        select(Task.id, Task.declared_on, Agency.id.label("agency_id"), Agency.code)
        .join_from(Task, Decision, Decision.id == Task.decision_id)
        .join(Agency, Agency.id == told)
        .where(
            Task.decision_id == bindparam("decision"),
            Task.life == Life.DECLARED,
            Task.declared_on <= bindparam("since"),
            ~noted,
        )
    )


def _undated(session: Session, decision: Decision, day: Day) -> Iterator[Row]:
    """Yield the month's question for each event that has no date."""
    month = day.today.replace(day=1)
    for occasion in session.scalars(_UNDATED, {"decision": decision.id}):
        key = notice_key("set_date", f"occasion:{occasion}", 0, month, decision.coordinator.code)
        yield _row(key, "set_date", decision.coordinator_id, occasion_id=occasion, due=month)


def _close_outs(session: Session, decision: Decision, day: Day) -> Iterator[Row]:
    """Yield the bulk close-out of the tasks whose last day came after the last report, once its day has come."""
    rung = day.policies[decision.ladder_id].close_out
    for due in session.scalars(_CLOSED_OUT, {"decision": decision.id, "today": day.today}):
        if (
            due is not None
            and rung.day(due, day.calendar) <= day.today
            and _left_open(session, decision, due)
        ):
            key = notice_key(
                "close_out", f"decision:{decision.key}", rung.step, due, decision.coordinator.code
            )
            yield _row(key, "close_out", decision.coordinator_id, step=rung.step, due=due)


def _left_open(session: Session, decision: Decision, due: date) -> bool:
    open_task = select(Task.id).where(
        Task.decision_id == decision.id, Task.due == due, Task.life.in_(OPEN_LIVES)
    )
    return session.scalar(open_task.limit(1)) is not None


def _digests(decision: Decision, day: Day) -> Iterator[Row]:
    """Yield the week's digests once their day has come; the key is the week's Monday, so a late run sends one, once."""
    policy = day.policies[decision.ladder_id]
    monday = day.today - timedelta(days=day.today.weekday())
    started = date.max if decision.active_since is None else day_of(decision.active_since)
    wanted = (
        (Stream.DIGEST_COORDINATOR, policy.coordinator_digest, decision.coordinator),
        (Stream.DIGEST_LEADERS, policy.leaders_digest, decision.leaders),
    )
    for stream, weekday, agency in wanted:
        if started < week_day(day.today, weekday, day.calendar) <= day.today:
            key = notice_key(stream.value, f"decision:{decision.key}", 0, monday, agency.code)
            head = stream is Stream.DIGEST_LEADERS
            yield _row(
                key, stream.value, agency.id, stream=stream, due=monday, to_officer=not head, to_head=head
            )


def _row(key: str, kind: str, agency_id: int, **columns: Any) -> Row:
    usual = {"step": 0, "stream": Stream.COORDINATION, "to_officer": True, "to_head": False}
    usual |= {"task_id": None, "occasion_id": None}
    return {"key": key, "kind": kind, "agency_id": agency_id, **usual, **columns}


def _put(session: Session, decision: Decision, rows: Iterable[Row], day: Day) -> None:
    every = {"decision_id": decision.id, "on_day": day.today, "state": NoticeState.PENDING, "reason": ""}
    wanted = {row["key"]: row | every for row in rows}
    if not wanted:
        return
    noted = set(session.scalars(select(Notice.key).where(Notice.key.in_(wanted))))
    fresh = [row for key, row in wanted.items() if key not in noted]
    if fresh:
        session.execute(insert_new(session, Notice), fresh)


def _still_declared() -> ColumnElement[bool]:
    declared = Task.declared_on == Notice.due
    return exists(select(Task.id).where(Task.id == Notice.task_id, Task.life == Life.DECLARED, declared))

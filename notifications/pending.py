"""What still waits to be said: mails whose day passed give their notices back, and notices whose reason ended are closed.

A declared task keeps its notices waiting: confirmed, their reason ends; returned, they are said.
"""

from datetime import date, datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Select, and_, bindparam, case, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from tasks.models import (
    AWAITED,
    OPEN_LIVES,
    Life,
    Message,
    MessageState,
    Notice,
    NoticeState,
    Standing,
    Task,
)

_OUT_OF_DAY = "Chưa gửi được trong ngày của thư; nội dung được soạn lại theo tình hình của ngày làm việc sau."
_ENDED = "Lý do nhắc không còn: việc đã xong, đã hủy, không phát sinh hoặc đã đổi hạn."
_NEWER = "Đã nói bằng bậc mới hơn của cùng việc."
_ONE_WAITS = select(Notice.id).where(Notice.state == NoticeState.PENDING).limit(1)
_UNSENT = (MessageState.PLANNED, MessageState.DEFERRED)


def supersede_messages(session: Session, today: date, now: datetime) -> int:
    """Put aside every mail that speaks for an earlier day and has not left; its notices wait again. Returns how many."""
    stale = _stale(today, now)
    if session.scalar(_unsent_before(), {"today": today, "now": now}) is None:
        return 0
    _update(
        session, update(Notice).where(_in_messages(stale)).values(state=NoticeState.PENDING, message_id=None)
    )
    return _update(
        session,
        update(Message)
        .where(stale)
        .values(
            # where some of its recipients have it, it counts as sent: its notices are told
            state=case((Message.sent_at.is_not(None), MessageState.SENT), else_=MessageState.SUPERSEDED),
            reason=_OUT_OF_DAY,
            lease_until=None,
        ),
    )


def anything_waits(session: Session) -> bool:
    """Tell whether notices of an earlier pass still wait to be said."""
    return session.scalar(_ONE_WAITS) is not None


@cache
def _unsent_before() -> Select[tuple[int]]:
    return select(Message.id).where(_stale(bindparam("today"), bindparam("now"))).limit(1)


def _stale(today: Any, now: Any) -> ColumnElement[bool]:
    held = and_(Message.state == MessageState.CLAIMED, Message.lease_until < now)
    return and_(Message.speaks_for < today, or_(Message.state.in_(_UNSENT), held))


def close_ended(session: Session, now: datetime) -> None:
    """Close the waiting notices whose reason ended, and those that a later step of the same thing has overtaken."""
    for about, alive in (
        (Notice.task_id, _task_alive()),
        (Notice.standing_id, _standing_alive()),
        (Notice.duty_id, _duty_alive()),
    ):
        ended = and_(Notice.state == NoticeState.PENDING, _of_the_ladder(), about.is_not(None), ~alive)
        _close(session, ended, NoticeState.SKIPPED, _ENDED, now)
        _close(session, _overtaken(about), NoticeState.SUPERSEDED, _NEWER, now)


def sayable() -> ColumnElement[bool]:
    """Return the condition that a waiting notice can be said now: not while its task's declaration waits for an answer."""
    declared = select(Task.id).where(Task.life == Life.DECLARED, Task.id == Notice.task_id)
    paused = and_(_of_the_ladder(), exists(declared))
    submitted = select(Standing.id).where(Standing.id == Notice.standing_id, Standing.state.not_in(AWAITED))
    return and_(Notice.state == NoticeState.PENDING, ~paused, ~and_(_of_the_ladder(), exists(submitted)))


def _of_the_ladder() -> ColumnElement[bool]:
    return Notice.kind.in_(
        ("reminder", "last_day", "overdue", "escalation", "round_open", "round_reminder", "round_last_day")
    )


def _in_messages(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(
        Notice.state == NoticeState.QUEUED, Notice.message_id.in_(select(Message.id).where(condition))
    )


def _task_alive() -> ColumnElement[bool]:
    lives = (*OPEN_LIVES, Life.DECLARED)
    return exists(
        select(Task.id).where(Task.id == Notice.task_id, Task.life.in_(lives), Task.due == Notice.due)
    )


def _standing_alive() -> ColumnElement[bool]:
    return exists(
        select(Standing.id).where(
            Standing.id == Notice.standing_id, Standing.state.in_(AWAITED), Standing.due == Notice.due
        )
    )


def _duty_alive() -> ColumnElement[bool]:
    return exists(
        select(Task.id).where(
            Task.duty_id == Notice.duty_id, Task.life.in_(OPEN_LIVES), Task.due == Notice.due
        )
    )


def _overtaken(about: Any) -> ColumnElement[bool]:
    later = aliased(Notice)
    same = getattr(later, about.key)
    newer = select(later.id).where(
        same == about,
        later.agency_id == Notice.agency_id,
        later.stream == Notice.stream,
        later.due == Notice.due,
        later.step > Notice.step,
        later.state == NoticeState.PENDING,
    )
    return and_(Notice.state == NoticeState.PENDING, _of_the_ladder(), about.is_not(None), exists(newer))


def _close(
    session: Session, which: ColumnElement[bool], state: NoticeState, reason: str, now: datetime
) -> None:
    _update(session, update(Notice).where(which).values(state=state, reason=reason, settled_at=now))


def _update(session: Session, statement: Any) -> int:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", result).rowcount

"""What people ask of the outbox: pages of it, one mail whole, another try, and room after some months."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from email import message_from_bytes
from email.policy import default
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, String, func, or_, select, update
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session, selectinload, undefer

from catalog.days import day_of
from tasks.errors import ConflictError, NotFoundError
from tasks.models import Decision, Message, MessageState, Notice, NoticeState, Recipient

RETRIABLE = (MessageState.DEFERRED, MessageState.REFUSED, MessageState.DEAD)
_SETTLED = (
    MessageState.SENT,
    MessageState.REFUSED,
    MessageState.DEAD,
    MessageState.SKIPPED,
    MessageState.SUPERSEDED,
)
_ASKED_AGAIN = "Gửi lại theo yêu cầu."
_OUT_OF_DAY = "Đã yêu cầu gửi lại sau ngày của thư; nội dung được soạn lại ở lần quét sau."


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which mails: each that is given narrows. `since` is the first day the mail may speak for."""

    status: MessageState | None = None
    kind: str | None = None
    since: date | None = None
    decision: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some mails and how many there are in all."""

    total: int
    items: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Retried:
    """How many mails wait again, and how many passed their day: those are composed anew by the next sweep."""

    waiting: int
    recomposed: int


def find(session: Session, wanted: Wanted, limit: int, offset: int = 0) -> Page:
    """Return a page of the outbox, the newest first, with agencies and recipients but without the bodies."""
    conditions = _conditions(wanted)
    total = session.scalar(select(func.count()).select_from(Message).where(*conditions)) or 0
    rows = session.scalars(
        select(Message)
        .where(*conditions)
        .order_by(Message.speaks_for.desc(), Message.id.desc())
        .limit(limit)
        .offset(offset)
        .options(selectinload(Message.agency), selectinload(Message.recipients))
    )
    return Page(total, tuple(rows))


def read(session: Session, key: str) -> Message:
    """Return one mail with its body. Raises NotFoundError."""
    found = session.scalar(
        select(Message)
        .where(or_(Message.key == key, Message.message_id == key))
        .options(undefer(Message.mime), selectinload(Message.agency), selectinload(Message.recipients))
    )
    if found is None:
        raise NotFoundError(f"Hộp thư đi không có thư «{key}»; xem dondoc outbox list.")
    return found


def notices_of(session: Session, message: Message) -> Sequence[Notice]:
    """Return what the mail tells, in the order it was decided."""
    return session.scalars(select(Notice).where(Notice.message_id == message.id).order_by(Notice.id)).all()


def plain_text(mime: bytes) -> str:
    """Return the text of a stored mail, empty once its body was purged or where it cannot be read."""
    part = message_from_bytes(mime, policy=default).get_body(("plain",))
    return "\n".join(cast("str", part.get_content()).splitlines()).strip() if part else ""


def retry(session: Session, keys: Sequence[str], wanted: Wanted, now: datetime) -> Retried:
    """Let mails be tried again at once: those named, else all that failed among the wanted, today's unless `since` is given.

    A mail that was sent gets another try for its refused addresses only. One whose day has passed is superseded and its
    notices wait for the next sweep, which composes what is true then. Raises NotFoundError, and ConflictError for a mail
    that is not held back by a failure.
    """
    chosen = [read(session, key).id for key in keys] if keys else _failed(session, wanted, day_of(now))
    for key, reason in session.execute(
        select(Message.key, Message.state).where(Message.id.in_(chosen), ~_retriable())
    ):
        raise ConflictError(
            f"Thư «{key}» đang ở trạng thái {reason}, không phải thư gửi hỏng nên không gửi lại."
        )
    today = Message.id.in_(chosen), Message.speaks_for == day_of(now)
    past = Message.id.in_(chosen), Message.speaks_for != day_of(now)
    _update(
        session,
        update(Recipient)
        .where(Recipient.message_id.in_(select(Message.id).where(*today)), Recipient.outcome == "refused")
        .values(outcome=""),
    )
    waiting = _update(
        session,
        update(Message)
        .where(*today)
        .values(state=MessageState.PLANNED, next_attempt_at=now, reason=_ASKED_AGAIN),
    )
    unsaid = Notice.message_id.in_(select(Message.id).where(*past)), Notice.state == NoticeState.QUEUED
    _update(session, update(Notice).where(*unsaid).values(state=NoticeState.PENDING, message_id=None))
    recomposed = _update(
        session, update(Message).where(*past).values(state=MessageState.SUPERSEDED, reason=_OUT_OF_DAY)
    )
    return Retried(waiting, recomposed)


def purge(session: Session, before: date) -> int:
    """Empty the bodies of settled mails that spoke for a day before `before`; who was told what, when, and that it was sent stays.

    Returns how many bodies went.
    """
    old = Message.speaks_for < before, Message.state.in_(_SETTLED), func.length(Message.mime) > 0
    return _update(session, update(Message).where(*old).values(mime=b""))


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.status is not None:
        conditions.append(Message.state == wanted.status)
    if wanted.kind is not None:  # the column is a JSON list of words, which both databases can show as text
        conditions.append(sql_cast(Message.kinds, String).contains(f'"{wanted.kind}"', autoescape=True))
    if wanted.since is not None:
        conditions.append(Message.speaks_for >= wanted.since)
    if wanted.decision is not None:
        conditions.append(
            Message.decision_id
            == select(Decision.id).where(Decision.key == wanted.decision).scalar_subquery()
        )
    return conditions


def _retriable() -> ColumnElement[bool]:
    refused_somewhere = (
        select(Recipient.id)
        .where(Recipient.message_id == Message.id, Recipient.outcome == "refused")
        .exists()
    )
    return or_(Message.state.in_(RETRIABLE), (Message.state == MessageState.SENT) & refused_somewhere)


def _failed(session: Session, wanted: Wanted, today: date) -> list[int]:
    wanted = wanted if wanted.since else replace(wanted, since=today)
    return list(session.scalars(select(Message.id).where(*_conditions(wanted), Message.state.in_(RETRIABLE))))


def _update(session: Session, statement: Any) -> int:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", result).rowcount

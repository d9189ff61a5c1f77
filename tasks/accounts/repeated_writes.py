"""Writes of other systems that carry an Idempotency-Key: carried out once, answered alike however often they are sent.

A write is claimed in a transaction of its own, so that a second one at the same time is told to wait; its answer is
stored in the transaction that does it. A claim whose holder died is taken over after LEASE: without an answer it has
done nothing. What was refused gives its key back, so that the same request may be sent again once the reason has ended.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, update
from sqlalchemy.orm import Session

from tasks.database import insert_new
from tasks.errors import ConflictError
from tasks.models import ApiWrite

KEPT = timedelta(hours=25)  # how long an answer can be had again: a day, and an hour for clocks that differ
LEASE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Sent:
    """One write as it was sent: whose, under which key, and the SHA-256 of what it asks."""

    token: int
    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to carry a write out."""

    sent: Sent
    holder: str

    @property
    def held(self) -> ColumnElement[bool]:
        """The condition that the claim still stands."""
        return (
            (ApiWrite.token_id == self.sent.token)
            & (ApiWrite.key == self.sent.key)
            & (ApiWrite.holder == self.holder)
            & ApiWrite.status.is_(None)
        )


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered the first time."""

    status: int
    etag: str
    body: str


class KeyReusedError(ConflictError):
    """The key was used for another request."""


class UnderWayError(ConflictError):
    """The same write is being carried out at this moment."""


def claim_write(session: Session, sent: Sent, now: datetime) -> Claim | Answered:
    """Return the right to carry the write out, or the answer it had. Raises KeyReusedError and UnderWayError."""
    session.execute(delete(ApiWrite).where(ApiWrite.started_at < now - KEPT))
    holder = secrets.token_hex(8)
    row = {
        "token_id": sent.token,
        "key": sent.key,
        "digest": sent.digest,
        "holder": holder,
        "started_at": now,
    }
    new = insert_new(session, ApiWrite).values(**row, etag="", answer="")
    counted = new.execution_options(preserve_rowcount=True)  # else PostgreSQL's driver does not say
    if session.connection().execute(counted).rowcount == 1:
        return Claim(sent, holder)
    found = session.get_one(ApiWrite, (sent.token, sent.key))
    if found.digest != sent.digest:
        raise KeyReusedError(
            f"Idempotency-Key {sent.key} đã dùng cho một yêu cầu khác; hãy dùng chuỗi mới cho mỗi yêu cầu mới."
        )
    if found.status is not None:
        return Answered(found.status, found.etag, found.answer)
    return _take_over(session, Claim(sent, holder), now)


def settle_write(session: Session, claim: Claim, answered: Answered) -> None:
    """Store the answer with what was done. Raises ConflictError when the claim was taken over, which undoes it."""
    done = update(ApiWrite).where(claim.held)
    values = {"status": answered.status, "etag": answered.etag, "answer": answered.body}
    if session.connection().execute(done.values(**values)).rowcount != 1:
        raise ConflictError("Yêu cầu đã được một lần gửi khác nhận xử lý; hãy gửi lại để nhận câu trả lời.")


def release_write(session: Session, claim: Claim) -> None:
    """Give the key back after a refusal."""
    session.execute(delete(ApiWrite).where(claim.held))


def _take_over(session: Session, claim: Claim, now: datetime) -> Claim:
    stale = update(ApiWrite).where(
        ApiWrite.token_id == claim.sent.token,
        ApiWrite.key == claim.sent.key,
        ApiWrite.status.is_(None),
        ApiWrite.started_at <= now - LEASE,
    )
    taken = stale.values(holder=claim.holder, started_at=now)
    if session.connection().execute(taken).rowcount != 1:
        raise UnderWayError(
            f"Yêu cầu có Idempotency-Key {claim.sent.key} đang được xử lý; hãy gửi lại sau ít giây để nhận câu trả lời."
        )
    return claim

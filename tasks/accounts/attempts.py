"""Bounds on what may not be tried without end: counted in the database, so that several machines share them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from tasks.models import Attempt

KEPT = timedelta(days=1)  # how long attempts are kept


@dataclass(frozen=True, slots=True)
class Bound:
    """So many of one kind by one subject within a span."""

    kind: str
    most: int
    span: timedelta


PASSWORD_OF_LOGIN = Bound("password", 5, timedelta(minutes=15))
PASSWORD_FROM_NETWORK = Bound("password-network", 50, timedelta(minutes=15))
LINK_FOR_ADDRESS = Bound("link", 3, timedelta(minutes=15))
LINK_FROM_NETWORK = Bound("link-network", 20, timedelta(minutes=15))
REDEEM_FROM_NETWORK = Bound("redeem-network", 30, timedelta(minutes=15))


def is_spent(session: Session, bound: Bound, subject: str, now: datetime) -> bool:
    """Tell whether `subject` has used up the bound."""
    recent = select(func.count()).where(
        Attempt.kind == bound.kind, Attempt.subject == subject, Attempt.at > now - bound.span
    )
    return (session.scalar(recent) or 0) >= bound.most


def count(session: Session, bound: Bound, subject: str, now: datetime) -> None:
    """Count one attempt, and clear away what is too old to matter."""
    session.execute(delete(Attempt).where(Attempt.at < now - KEPT))
    session.add(Attempt(kind=bound.kind, subject=subject, at=now))
    session.flush()


def forgive(session: Session, bound: Bound, subject: str) -> None:
    """Forget the attempts of `subject`, once it has succeeded."""
    session.execute(delete(Attempt).where(Attempt.kind == bound.kind, Attempt.subject == subject))

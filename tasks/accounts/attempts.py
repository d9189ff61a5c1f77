"""Bounds on what may not be tried without end: counted in the database, so that several machines share them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from tasks.errors import TooManyError
from tasks.models import Attempt

KEPT = timedelta(days=1)  # how long attempts are kept


@dataclass(frozen=True, slots=True)
class Bound:
    """So many of one kind by one subject within a span."""

    kind: str
    most: int
    span: timedelta


# Of an account or an address: what one person may need on a busy day. From a network address: what a building behind one
# address may, hence far more; it stops a machine, not people. docs/operations.md lists them.
PASSWORD_OF_LOGIN = Bound("password", 5, timedelta(minutes=15))
PASSWORD_FROM_NETWORK = Bound("password-network", 50, timedelta(minutes=15))
LINK_FOR_ADDRESS = Bound("link", 3, timedelta(minutes=15))
LINK_FROM_NETWORK = Bound("link-network", 20, timedelta(minutes=15))
REDEEM_FROM_NETWORK = Bound("redeem-network", 30, timedelta(minutes=15))
OPEN_ID_START_FROM_NETWORK = Bound("open-id-start-network", 200, timedelta(minutes=15))
OPEN_ID_FAILURE_FROM_NETWORK = Bound("open-id-failure-network", 30, timedelta(minutes=15))
PASSWORD_CHANGE_OF_LOGIN = Bound("password-change", 10, timedelta(minutes=15))
PASSWORD_CHANGE_FROM_NETWORK = Bound("password-change-network", 100, timedelta(minutes=15))
UPLOAD_OF_LOGIN = Bound("upload", 60, timedelta(minutes=10))
UPLOAD_FROM_NETWORK = Bound("upload-network", 600, timedelta(minutes=10))
EXPORT_OF_LOGIN = Bound("export", 30, timedelta(minutes=10))
EXPORT_FROM_NETWORK = Bound("export-network", 300, timedelta(minutes=10))


def is_spent(session: Session, bound: Bound, subject: str, now: datetime) -> bool:
    """Tell whether `subject` has used up the bound."""
    recent = select(func.count()).where(
        Attempt.kind == bound.kind, Attempt.subject == subject, Attempt.at > now - bound.span
    )
    return (session.scalar(recent) or 0) >= bound.most


def wait_for(session: Session, bound: Bound, subject: str, now: datetime) -> timedelta:
    """Return how long `subject` must wait until the bound lets it try again; zero while it may."""
    recent = select(Attempt.at).where(
        Attempt.kind == bound.kind, Attempt.subject == subject, Attempt.at > now - bound.span
    )
    decisive = session.scalar(recent.order_by(Attempt.at.desc()).offset(bound.most - 1).limit(1))
    return timedelta() if decisive is None else decisive + bound.span - now


def spend(session: Session, uses: Sequence[tuple[Bound, str]], now: datetime) -> None:
    """Count one attempt under each bound. Raises TooManyError, and counts nothing, where one of them is used up."""
    wait = max(wait_for(session, bound, subject, now) for bound, subject in uses)
    if wait > timedelta():
        raise TooManyError(wait)
    for bound, subject in uses:
        count(session, bound, subject, now)


def count(session: Session, bound: Bound, subject: str, now: datetime) -> None:
    """Count one attempt, and clear away what is too old to matter."""
    session.execute(delete(Attempt).where(Attempt.at < now - KEPT))
    session.add(Attempt(kind=bound.kind, subject=subject, at=now))
    session.flush()


def forgive(session: Session, bound: Bound, subject: str) -> None:
    """Forget the attempts of `subject`, once it has succeeded."""
    session.execute(delete(Attempt).where(Attempt.kind == bound.kind, Attempt.subject == subject))

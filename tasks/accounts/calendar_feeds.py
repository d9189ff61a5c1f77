"""The secret address of an agency's calendar: one at a time, made again or revoked at will; only its digest is kept."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from tasks.accounts.deeds import About, record
from tasks.accounts.sign_ins import digest_of
from tasks.models import Agency, CalendarFeed

NOTED = timedelta(hours=1)  # how far `fetched_at` may lag behind


def current_feed(session: Session, agency: int) -> CalendarFeed | None:
    """Return the agency's address in force, None without one."""
    live = select(CalendarFeed).where(CalendarFeed.agency_id == agency, CalendarFeed.revoked_at.is_(None))
    return session.scalars(live.order_by(CalendarFeed.id.desc()).limit(1)).first()


def make_feed(session: Session, agency: Agency, by: str, now: datetime) -> str:
    """Return the token of a new address; the one before stops working. It cannot be shown again."""
    _revoke(session, agency, by, now)
    token = secrets.token_urlsafe(32)
    session.add(CalendarFeed(digest=digest_of(token), agency_id=agency.id, made_at=now, made_by=by))
    record(session, by, "feed.made", now, About(agency.code))
    return token


def revoke_feed(session: Session, agency: Agency, by: str, now: datetime) -> bool:
    """Let the address stop working; return whether there was one."""
    revoked = _revoke(session, agency, by, now)
    if revoked:
        record(session, by, "feed.revoked", now, About(agency.code))
    return revoked


def find_feed(session: Session, token: str) -> CalendarFeed | None:
    """Return the feed of a token in force; an agency that merged into another has none any longer."""
    return session.scalar(
        select(CalendarFeed)
        .join(Agency, Agency.id == CalendarFeed.agency_id)
        .where(
            CalendarFeed.digest == digest_of(token),
            CalendarFeed.revoked_at.is_(None),
            Agency.heir_id.is_(None),
        )
        .options(joinedload(CalendarFeed.agency))
    )


def note_fetched(session: Session, number: int, now: datetime) -> None:
    """Note that the feed is in use."""
    session.execute(update(CalendarFeed).where(CalendarFeed.id == number).values(fetched_at=now))


def _revoke(session: Session, agency: Agency, by: str, now: datetime) -> bool:
    found = current_feed(session, agency.id)
    if found is None:
        return False
    found.revoked_at, found.revoked_by = now, by
    session.flush()
    return True

"""Links that sign an agency in: made on request, valid for a quarter of an hour (by hand: three days), used once."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from tasks.accounts.deeds import About, record
from tasks.accounts.sign_ins import Origin, digest_of, open_sign_in
from tasks.models import Agency, Contact, SignInLink

BY_MAIL = timedelta(minutes=15)
BY_HAND = timedelta(days=3)


def contact_with(session: Session, address: str) -> Contact | None:
    """Return the registered contact with that address; of several agencies' the first."""
    rows = select(Contact).where(Contact.email == address.strip().lower()).options(joinedload(Contact.agency))
    return session.scalars(rows.order_by(Contact.id).limit(1)).first()


def make_link(session: Session, agency: Agency, login: str, by: str, now: datetime, valid: timedelta) -> str:
    """Return the secret of a new link; only its digest is kept. `login` is who will be recorded as acting."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignInLink(
            digest=digest_of(token),
            agency_id=agency.id,
            login=login,
            made_at=now,
            made_by=by,
            valid_until=now + valid,
        )
    )
    record(session, by, "link.made" if valid == BY_HAND else "link.asked", now, About(agency.code, login))
    return token


def redeem(session: Session, token: str, origin: Origin, now: datetime) -> str | None:
    """Use a link up and return the token of the sign-in; None when it was used, has lapsed or never was."""
    link = session.scalar(
        select(SignInLink).where(SignInLink.digest == digest_of(token)).options(joinedload(SignInLink.agency))
    )
    if link is None or link.valid_until <= now:
        return None
    claim = (
        update(SignInLink).where(SignInLink.id == link.id, SignInLink.used_at.is_(None)).values(used_at=now)
    )
    if session.connection().execute(claim).rowcount != 1:
        return None
    record(session, link.login, "sign_in.link", now, About(link.agency.code, network=origin.network))
    return open_sign_in(session, link.login, origin, now, agency=link.agency)

"""Signing in: by password, by a link that an agency asked for, or vouched for by a provider; and who is signed in.

A sign-in ends after 12 hours, or after 2 hours without a request. One sentence answers every failure, so that nobody
learns which accounts exist.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session, joinedload

from tasks.accounts.accounts import as_actor
from tasks.accounts.attempts import PASSWORD_FROM_NETWORK, PASSWORD_OF_LOGIN, Bound, count, forgive, is_spent
from tasks.accounts.deeds import About, record
from tasks.accounts.passwords import matches
from tasks.actors import Actor, Role
from tasks.models import Agency, SignIn, User

LONGEST = timedelta(hours=12)
IDLE = timedelta(hours=2)
NOTED = timedelta(minutes=5)  # how far `seen_at` may lag behind
FAILED = "Tên đăng nhập hoặc mật khẩu không đúng. Hãy nhập lại; quên mật khẩu thì báo quản trị viên."
LOCKED = "Đăng nhập sai quá nhiều lần. Hãy đợi 15 phút rồi thử lại, hoặc báo quản trị viên."

# Every page asks this first, so it is made once.
_IN_FORCE = (
    select(SignIn)
    .where(
        SignIn.digest == bindparam("digest"), SignIn.ended_at.is_(None), SignIn.expires_at > bindparam("now")
    )
    .options(joinedload(SignIn.user).joinedload(User.agency), joinedload(SignIn.agency))
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from: its network address, what the browser calls itself, which OpenID provider vouches."""

    network: str = ""
    device: str = ""
    issuer: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Why nobody was signed in: the sentence for the person."""

    sentence: str


def digest_of(token: str) -> str:
    """Return what is stored of a token."""
    return sha256(token.encode()).hexdigest()


def sign_in(session: Session, login: str, password: str, origin: Origin, now: datetime) -> str | Refused:
    """Return the token of a new sign-in, or the refusal; the failed attempt is counted, so commit either way."""
    login = login.strip().lower()[:64]
    bounds: tuple[tuple[Bound, str], ...] = (
        (PASSWORD_OF_LOGIN, login),
        (PASSWORD_FROM_NETWORK, origin.network),
    )
    if any(is_spent(session, bound, subject, now) for bound, subject in bounds):
        record(
            session, login, "sign_in.failed", now, About(detail="đang bị khóa tạm", network=origin.network)
        )
        return Refused(LOCKED)
    user = session.scalar(
        select(User).where(User.login == login, User.disabled_at.is_(None)).options(joinedload(User.agency))
    )
    if not matches(password, user.password if user else "") or user is None:
        for bound, subject in bounds:
            count(session, bound, subject, now)
        record(session, login, "sign_in.failed", now, About(network=origin.network))
        return Refused(FAILED)
    forgive(session, PASSWORD_OF_LOGIN, login)
    record(session, login, "sign_in", now, About(network=origin.network))
    return open_sign_in(session, login, origin, now, user=user)


def open_sign_in(
    session: Session,
    login: str,
    origin: Origin,
    now: datetime,
    *,
    user: User | None = None,
    agency: Agency | None = None,
) -> str:
    """Return the token of a new sign-in of an account, or of an agency."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            digest=digest_of(token),
            login=login,
            user_id=user.id if user else None,
            agency_id=agency.id if agency else None,
            device=origin.device[:200],
            issuer=origin.issuer,
            opened_at=now,
            seen_at=now,
            expires_at=now + LONGEST,
        )
    )
    session.flush()
    return token


def find_sign_in(session: Session, token: str, now: datetime) -> SignIn | None:
    """Return the sign-in in force that the token belongs to."""
    found = session.scalar(_IN_FORCE, {"digest": digest_of(token), "now": now})
    if found is None or found.seen_at <= now - IDLE:
        return None
    if found.user is not None and found.user.disabled_at is not None:
        return None
    return found


def person_of(found: SignIn) -> Actor:
    """Return who acts in a sign-in: the account as it is now, or the agency's officer who followed a link."""
    if found.user is not None:
        return as_actor(found.user)
    agency = found.agency
    assert agency is not None
    return Actor(found.login, Role.AGENCY, agency.code, agency.directory)


def note_seen(session: Session, found: SignIn, now: datetime) -> None:
    """Note that the sign-in is in use."""
    session.execute(update(SignIn).where(SignIn.id == found.id).values(seen_at=now))


def end_sign_in(session: Session, number: int, by: str, now: datetime) -> None:
    """End one sign-in."""
    session.execute(
        update(SignIn).where(SignIn.id == number, SignIn.ended_at.is_(None)).values(ended_at=now, ended_by=by)
    )

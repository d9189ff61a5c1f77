"""Who can act for one agency: its accounts, the addresses that get links, the links asked for, the open sign-ins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, selectinload

from tasks.accounts.deeds import About, record
from tasks.accounts.sign_ins import IDLE, end_sign_in
from tasks.errors import NotFoundError
from tasks.models import Agency, Contact, SignIn, SignInLink, User

LINKS = 20  # the newest links that are shown


@dataclass(frozen=True, slots=True)
class Access:
    """What `agency_access` found; sign-ins are those still in force, the last used first."""

    accounts: Sequence[User]
    contacts: Sequence[Contact]
    links: Sequence[SignInLink]
    sign_ins: Sequence[SignIn]


def agency_access(session: Session, agency: int, now: datetime) -> Access:
    """Return everybody who may sign in for the agency and who has; four statements."""
    accounts = (
        select(User).where(User.agency_id == agency).order_by(User.disabled_at.is_not(None), User.login)
    )
    contacts = select(Contact).where(Contact.agency_id == agency).order_by(Contact.role.desc(), Contact.id)
    links = (
        select(SignInLink).where(SignInLink.agency_id == agency).order_by(SignInLink.id.desc()).limit(LINKS)
    )
    in_force = (SignIn.ended_at.is_(None), SignIn.expires_at > now, SignIn.seen_at > now - IDLE)
    open_ones = select(SignIn).where(_of_agency(agency), *in_force).order_by(SignIn.seen_at.desc()).limit(100)
    return Access(
        session.scalars(accounts).all(),
        session.scalars(contacts).all(),
        session.scalars(links).all(),
        session.scalars(open_ones.options(selectinload(SignIn.user))).all(),
    )


def end_for_agency(session: Session, agency: Agency, number: int, by: str, now: datetime) -> None:
    """End a sign-in of the agency, by link or by one of its accounts. Raises NotFoundError for any other."""
    found = session.scalar(select(SignIn).where(SignIn.id == number, _of_agency(agency.id)))
    if found is None:
        raise NotFoundError("Không có phiên đăng nhập này của đơn vị.")
    end_sign_in(session, number, by, now)
    record(session, by, "sign_in.end", now, About(agency.code, found.login))


def _of_agency(agency: int) -> ColumnElement[bool]:
    accounts = select(User.id).where(User.agency_id == agency)
    return or_(SignIn.agency_id == agency, SignIn.user_id.in_(accounts))

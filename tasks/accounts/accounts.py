"""Accounts: made, given a password, disabled; each recorded. Logins are lower case, without spaces or accents."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session, selectinload

from catalog.text import search_key
from tasks.accounts.deeds import About, record
from tasks.accounts.passwords import faults_of, hash_of
from tasks.actors import Actor, Role
from tasks.errors import DomainError, NotFoundError, refuse_all
from tasks.models import Agency, SignIn, User

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")


@dataclass(frozen=True, slots=True)
class NewUser:
    """An account to be made. `agency` is a code, needed save for administrators; `directory` only where codes repeat."""

    login: str
    role: Role
    agency: str | None = None
    name: str = ""
    password: str = ""  # empty: it can sign in only once it is given one
    directory: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What an account shall be for from now on; the same words as those of a new one."""

    role: Role
    agency: str | None = None
    name: str = ""
    directory: str | None = None


def add_user(session: Session, new: NewUser, by: str, now: datetime) -> User:
    """Make an account. Raises DomainError with every fault."""
    login = new.login.strip().lower()
    refuse_all([DomainError(fault) for fault in _faults(session, new, login)])
    agency = find_agency(session, new.agency, new.directory) if new.agency else None
    user = User(
        login=login,
        name=new.name.strip(),
        role=new.role.value,
        agency_id=agency.id if agency else None,
        password=hash_of(new.password) if new.password else "",
        password_set_at=now if new.password else None,
        created_at=now,
        created_by=by,
    )
    session.add(user)
    session.flush()
    record(session, by, "user.add", now, About(login, f"{new.role.value} {new.agency or ''}".strip()))
    return user


def set_password(session: Session, login: str, password: str, by: str, now: datetime) -> User:
    """Give an account a new password and end its sign-ins. Raises NotFoundError, or DomainError with every fault."""
    user = find_user(session, login)
    refuse_all([DomainError(fault) for fault in faults_of(password, user.login)])
    user.password, user.password_set_at = hash_of(password), now
    end_sign_ins(session, user, by, now)
    record(session, by, "user.password", now, About(user.login))
    return user


def disable_user(session: Session, login: str, by: str, now: datetime) -> User:
    """Disable an account and end its sign-ins; what it did stays. The last administrator cannot be disabled."""
    user = find_user(session, login)
    if user.disabled_at is not None:
        return user
    if user.role == Role.ADMINISTRATOR and not _other_administrators(session, user):
        raise DomainError(
            f"{user.login} là quản trị viên duy nhất nên không khóa được; hãy thêm quản trị viên khác trước."
        )
    user.disabled_at = now
    end_sign_ins(session, user, by, now)
    record(session, by, "user.disable", now, About(user.login))
    return user


def enable_user(session: Session, login: str, by: str, now: datetime) -> User:
    """Let a disabled account sign in again, with the password that it had. Raises NotFoundError."""
    user = find_user(session, login)
    if user.disabled_at is not None:
        user.disabled_at = None
        record(session, by, "user.enable", now, About(user.login))
    return user


def change_user(session: Session, login: str, change: Change, by: str, now: datetime) -> User:
    """Change what an account is for; who is signed in acts as the changed account. Raises DomainError with every fault."""
    user = find_user(session, login)
    refuse_all([DomainError(fault) for fault in _faults_of_change(session, user, change)])
    agency = find_agency(session, change.agency, change.directory) if change.agency else None
    user.role, user.name = change.role.value, change.name.strip()
    user.agency = agency
    about = About(user.login, f"{change.role.value} {change.agency or ''}".strip())
    record(session, by, "user.change", now, about)
    return user


def sign_out_user(session: Session, login: str, by: str, now: datetime) -> User:
    """End every sign-in of an account. Raises NotFoundError."""
    user = find_user(session, login)
    end_sign_ins(session, user, by, now)
    record(session, by, "user.sign_out", now, About(user.login))
    return user


def list_users(session: Session) -> Sequence[User]:
    """Return every account with its agency, by login."""
    return session.scalars(select(User).order_by(User.login).options(selectinload(User.agency))).all()


def find_users(session: Session, words: str, skipped: int, most: int) -> tuple[int, Sequence[User]]:
    """Return how many accounts have the words in their login, name or agency, and one page of them, by login."""
    rows = select(User).outerjoin(Agency, Agency.id == User.agency_id)
    if words.strip():
        found = [
            User.login.contains(words.strip().lower(), autoescape=True),
            User.name.contains(words.strip(), autoescape=True),
        ]
        if key := search_key(words):  # empty where nothing but signs was typed
            found.append(Agency.search_key.contains(key, autoescape=True))
        rows = rows.where(or_(*found))
    total = session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    page = rows.order_by(User.login).options(selectinload(User.agency)).offset(skipped).limit(most)
    return total, session.scalars(page).all()


def find_user(session: Session, login: str) -> User:
    """Return an account. Raises NotFoundError."""
    user = session.scalar(select(User).where(User.login == login.strip().lower()))
    if user is None:
        raise NotFoundError(f"Không có tài khoản {login}; xem dondoc user list.")
    return user


def as_actor(user: User) -> Actor:
    """Return the account as somebody at work."""
    agency = user.agency
    return Actor(
        user.login,
        Role(user.role),
        agency.code if agency else None,
        agency.directory if agency else None,
    )


def end_sign_ins(session: Session, user: User, by: str, now: datetime) -> None:
    """End every sign-in of an account."""
    open_ones = update(SignIn).where(SignIn.user_id == user.id, SignIn.ended_at.is_(None))
    session.execute(open_ones.values(ended_at=now, ended_by=by))


def find_agency(session: Session, code: str, directory: str | None = None) -> Agency:
    """Return an agency by its code, which may be written "directory/code".

    Raises NotFoundError, and DomainError where several directories have the code.
    """
    place, _, own = code.strip().rpartition("/")
    directory = directory or place or None
    rows = select(Agency).where(Agency.code == own)
    if directory is not None:
        rows = rows.where(Agency.directory == directory)
    found = session.scalars(rows).all()
    if not found:
        raise NotFoundError(f"Danh bạ không có cơ quan nào có mã {code}; xem dondoc agencies list.")
    if len(found) > 1:
        names = ", ".join(agency.directory for agency in found)
        example = f"{found[0].directory}/{own}"
        raise DomainError(f"Mã {own} có trong nhiều danh bạ ({names}); hãy nêu rõ danh bạ, ví dụ {example}.")
    return found[0]


def _faults(session: Session, new: NewUser, login: str) -> list[str]:
    found = []
    if not _LOGIN.fullmatch(login):
        found.append(
            f"Tên đăng nhập «{new.login}» chưa đúng: dùng 2 đến 64 chữ thường không dấu, chữ số và các dấu . _ @ -"
        )
    elif session.scalar(select(User.id).where(User.login == login)) is not None:
        found.append(f"Đã có tài khoản {login}; hãy chọn tên khác.")
    if new.role is not Role.ADMINISTRATOR and not new.agency:
        found.append(_needs_agency(login))
    if new.password:
        found.extend(faults_of(new.password, login))
    return found


def _faults_of_change(session: Session, user: User, change: Change) -> list[str]:
    found = []
    if change.role is not Role.ADMINISTRATOR and not change.agency:
        found.append(_needs_agency(user.login))
    demoted = user.role == Role.ADMINISTRATOR and change.role is not Role.ADMINISTRATOR
    if demoted and user.disabled_at is None and not _other_administrators(session, user):
        found.append(
            f"{user.login} là quản trị viên duy nhất nên không đổi vai trò được; hãy thêm quản trị viên khác trước."
        )
    return found


def _needs_agency(login: str) -> str:
    return f"Tài khoản {login} phải thuộc một cơ quan; hãy nêu mã cơ quan."


def _other_administrators(session: Session, user: User) -> bool:
    others = select(User.id).where(
        User.role == Role.ADMINISTRATOR.value, User.disabled_at.is_(None), User.id != user.id
    )
    return session.scalar(others.limit(1)) is not None

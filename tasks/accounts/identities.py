"""Accounts bound to who their person is at an OpenID provider; an account is never made by signing in.

An administrator binds an account to what the provider calls the person (the subject), or to an address that the provider
must have verified: the first person who proves the address is bound for good, whoever has the address later.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.orm import Session, joinedload

from catalog.text import normalize
from tasks.accounts.accounts import find_user
from tasks.accounts.deeds import About, record
from tasks.accounts.sign_ins import Origin, Refused, open_sign_in
from tasks.errors import DomainError, NotFoundError
from tasks.models import Identity, SignIn, User

LONGEST = 255  # characters of a subject (OpenID Connect Core, section 2) and of an address
DISABLED = "Tài khoản của anh/chị trên hệ thống này đã bị khóa. Hãy liên hệ quản trị viên."


@dataclass(frozen=True, slots=True)
class Proof:
    """What a provider has proved of somebody; `email` only where it says that it has verified the address."""

    issuer: str
    subject: str
    email: str = ""


def issuer_key(address: str) -> str:
    """Return the address under which a provider's identities are kept."""
    return address.strip().rstrip("/")


def bind_subject(session: Session, login: str, proof: Proof, by: str, now: datetime) -> Identity:
    """Bind an account to a subject. Raises NotFoundError and DomainError."""
    subject = proof.subject.strip()
    if not 0 < len(subject) <= LONGEST:
        raise DomainError(f"Mã định danh phải có từ 1 đến {LONGEST} ký tự, đúng như nhà cung cấp ghi.")
    user = _unbound(session, login, proof.issuer)
    _require_free(session, proof.issuer, Identity.subject == subject, f"Mã định danh {subject}")
    made = Identity(user=user, issuer=proof.issuer, subject=subject, made_at=now, made_by=by, bound_at=now)
    return _added(session, made, About(user.login, f"{proof.issuer} {subject}"))


def await_address(session: Session, login: str, proof: Proof, by: str, now: datetime) -> Identity:
    """Let the first person who proves the address be bound to an account. Raises NotFoundError and DomainError."""
    email = address_key(proof.email)
    if email.count("@") != 1 or not 3 <= len(email) <= LONGEST or " " in email:
        raise DomainError(f"Địa chỉ thư «{proof.email[:80]}» chưa đúng; hãy ghi dạng ten@co-quan.example.")
    user = _unbound(session, login, proof.issuer)
    _require_free(session, proof.issuer, Identity.email == email, f"Địa chỉ {email}")
    made = Identity(user=user, issuer=proof.issuer, email=email, made_at=now, made_by=by)
    return _added(session, made, About(user.login, f"{proof.issuer} {email}"))


def unbind(session: Session, login: str, issuer: str, by: str, now: datetime) -> None:
    """Take an account's identity at a provider away, and end the sign-ins that it opened. Raises NotFoundError."""
    user = find_user(session, login)
    found = identity_of(session, user, issuer)
    if found is None:
        raise NotFoundError(f"Tài khoản {user.login} chưa liên kết với nhà cung cấp này.")
    session.delete(found)
    opened = update(SignIn).where(
        SignIn.user_id == user.id, SignIn.issuer == issuer, SignIn.ended_at.is_(None)
    )
    session.execute(opened.values(ended_at=now, ended_by=by))
    record(session, by, "user.unlink", now, About(user.login, f"{issuer} {found.subject or found.email}"))


def identity_of(session: Session, user: User, issuer: str) -> Identity | None:
    """Return the account's identity at a provider."""
    return session.scalar(select(Identity).where(Identity.user_id == user.id, Identity.issuer == issuer))


def bound_users(session: Session, issuer: str) -> set[int]:
    """Return the ids of the accounts with an identity at a provider."""
    return set(session.scalars(select(Identity.user_id).where(Identity.issuer == issuer)))


def sign_in_proved(session: Session, proof: Proof, origin: Origin, now: datetime) -> str | Refused:
    """Return the token of a new sign-in of the account bound to the proof, or the refusal; recorded, so commit either way."""
    found = session.scalar(_bound_to(proof)) or _bind_first(session, proof, now)
    if found is None:
        about = About(detail=f"chưa liên kết: {proof.issuer} {proof.subject}", network=origin.network)
        record(session, (proof.email or proof.subject)[:64], "sign_in.failed", now, about)
        return Refused(_unknown(proof))
    login = found.user.login
    if found.user.disabled_at is not None:
        record(session, login, "sign_in.failed", now, About(detail="đã bị khóa", network=origin.network))
        return Refused(DISABLED)
    found.used_at = now
    record(session, login, "sign_in.open_id", now, About(proof.issuer, network=origin.network))
    return open_sign_in(session, login, replace(origin, issuer=proof.issuer), now, user=found.user)


def address_key(email: str) -> str:
    """Return an address as it is kept and compared."""
    return normalize(email).strip().lower()


def _bound_to(proof: Proof) -> Select[tuple[Identity]]:
    rows = select(Identity).where(Identity.issuer == proof.issuer, Identity.subject == proof.subject)
    return rows.options(joinedload(Identity.user))


def _bind_first(session: Session, proof: Proof, now: datetime) -> Identity | None:
    """Bind the identity that awaits the proved address; another process may be first, so look again."""
    if not proof.email:
        return None
    awaiting = select(Identity.id).join(User).where(
        Identity.issuer == proof.issuer,
        Identity.email == address_key(proof.email),
        Identity.subject.is_(None),
        User.disabled_at.is_(None),
    )  # fmt: skip
    claim = update(Identity).where(Identity.id.in_(awaiting.scalar_subquery()), Identity.subject.is_(None))
    session.execute(claim.values(subject=proof.subject, bound_at=now))
    return session.scalar(_bound_to(proof))


def _unbound(session: Session, login: str, issuer: str) -> User:
    user = find_user(session, login)
    if identity_of(session, user, issuer) is not None:
        raise DomainError(
            f"Tài khoản {user.login} đã liên kết với nhà cung cấp này; hãy gỡ liên kết cũ trước."
        )
    return user


def _require_free(session: Session, issuer: str, met: ColumnElement[bool], what: str) -> None:
    taken = select(User.login).join(Identity).where(Identity.issuer == issuer, met)
    login = session.scalar(taken)
    if login is not None:
        raise DomainError(f"{what} đã liên kết với tài khoản {login}; hãy kiểm tra lại.")


def _added(session: Session, made: Identity, about: About) -> Identity:
    session.add(made)
    record(session, made.made_by, "user.link", made.made_at, about)
    return made


def _unknown(proof: Proof) -> str:
    return (
        "Tài khoản đăng nhập một lần này chưa được liên kết với tài khoản nào của hệ thống. "
        f"Hãy gửi quản trị viên mã định danh sau để được liên kết: {proof.subject}"
    )

"""Tokens of other systems: made by an administrator, shown once, used until they expire or are revoked.

A token acts as one agency, or as the coordinator, and only as far as its scopes go. It is recorded as "api:NAME", which
no account can be called.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from tasks.accounts.accounts import find_agency
from tasks.accounts.deeds import About, record
from tasks.accounts.sign_ins import digest_of
from tasks.actors import Actor, Role
from tasks.errors import DomainError, NotFoundError, refuse_all
from tasks.models import Agency, ApiToken, Decision

PREFIX = "dondoc_"  # by which scanners of source code recognise a secret of ours
NOTED = timedelta(minutes=1)  # how far `used_at` may lag behind
LONGEST_DAYS = 730
PER_MINUTE = 300  # requests a minute, unless the token says otherwise
MOST_PER_MINUTE = 100_000
_SHOWN = len(PREFIX) + 6
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")


class Scope(StrEnum):
    """One thing a token may do."""

    CATALOG_READ = "catalog:read"
    AGENCIES_READ = "agencies:read"
    TASKS_READ = "tasks:read"
    TASKS_WRITE = "tasks:write"
    TASKS_CONFIRM = "tasks:confirm"
    ROUNDS_READ = "rounds:read"
    REPORTS_READ = "reports:read"
    REPORTS_WRITE = "reports:write"
    REPORTS_CONFIRM = "reports:confirm"

    @property
    def label(self) -> str:
        """What it allows, in the administration's words."""
        return _LABELS[self]


_LABELS = {
    Scope.CATALOG_READ: "đọc quyết định và danh mục nhiệm vụ",
    Scope.AGENCIES_READ: "đọc danh bạ cơ quan",
    Scope.TASKS_READ: "đọc nhiệm vụ và lịch sử",
    Scope.TASKS_WRITE: "bắt đầu, báo hoàn thành, xin gia hạn",
    Scope.TASKS_CONFIRM: "xác nhận, trả lại, cho gia hạn, hủy, mở lại",
    Scope.ROUNDS_READ: "đọc các lần báo cáo và tình hình nộp",
    Scope.REPORTS_READ: "đọc báo cáo và tệp đính kèm",
    Scope.REPORTS_WRITE: "soạn và nộp báo cáo",
    Scope.REPORTS_CONFIRM: "xác nhận, trả lại báo cáo",
}


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token to be made. `coordinator`: it acts as the coordinator that `agency` is."""

    name: str
    agency: str
    scopes: tuple[Scope, ...]
    days: int = 365
    coordinator: bool = False
    per_minute: int = PER_MINUTE
    note: str = ""
    directory: str | None = None


def make_token(session: Session, new: NewToken, by: str, now: datetime) -> tuple[ApiToken, str]:
    """Return the token and its secret, which is kept nowhere. Raises DomainError with every fault."""
    agency = find_agency(session, new.agency, new.directory) if new.agency.strip() else None
    refuse_all([DomainError(fault) for fault in _faults(session, new, agency)])
    assert agency is not None
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        name=new.name.strip().lower(),
        note=new.note.strip(),
        shown=secret[:_SHOWN],
        digest=digest_of(secret),
        role=(Role.COORDINATOR if new.coordinator else Role.AGENCY).value,
        agency_id=agency.id,
        scopes=[scope.value for scope in Scope if scope in new.scopes],
        per_minute=new.per_minute,
        made_at=now,
        made_by=by,
        expires_at=now + timedelta(days=new.days),
    )
    session.add(token)
    session.flush()
    about = About(token.name, f"{token.role} {agency.code}: {', '.join(token.scopes)}")
    record(session, by, "token.add", now, about)
    return token, secret


def revoke_token(session: Session, number: int, by: str, now: datetime) -> ApiToken:
    """Revoke a token at once; revoking it again changes nothing. Raises NotFoundError."""
    token = session.get(ApiToken, number)
    if token is None:
        raise NotFoundError("Không có khóa truy cập này.")
    if token.revoked_at is None:
        token.revoked_at, token.revoked_by = now, by
        record(session, by, "token.revoke", now, About(token.name))
    return token


def token_named(session: Session, name: str) -> ApiToken:
    """Return the token called `name`. Raises NotFoundError."""
    found = session.scalar(select(ApiToken).where(ApiToken.name == name.strip().lower()))
    if found is None:
        raise NotFoundError(f"Không có khóa truy cập {name}; xem dondoc token list.")
    return found


def list_tokens(session: Session) -> Sequence[ApiToken]:
    """Return every token ever made, the newest first."""
    return session.scalars(
        select(ApiToken).order_by(ApiToken.id.desc()).options(joinedload(ApiToken.agency))
    ).all()


def find_token(session: Session, secret: str, now: datetime) -> ApiToken | None:
    """Return the token in force that the secret belongs to."""
    return session.scalar(
        select(ApiToken)
        .where(ApiToken.digest == digest_of(secret), ApiToken.revoked_at.is_(None), ApiToken.expires_at > now)
        .options(joinedload(ApiToken.agency))
    )


def note_used(session: Session, number: int, now: datetime) -> None:
    """Note that a token is in use."""
    session.execute(update(ApiToken).where(ApiToken.id == number).values(used_at=now))


def token_actor(token: ApiToken) -> Actor:
    """Return the token as somebody at work."""
    return Actor(f"api:{token.name}", Role(token.role), token.agency.code, token.agency.directory)


def _faults(session: Session, new: NewToken, agency: Agency | None) -> list[str]:
    found, name = [], new.name.strip().lower()
    if not _NAME.fullmatch(name):
        found.append(
            f"Tên khóa «{new.name[:64]}» chưa đúng: dùng 2 đến 64 chữ thường không dấu, chữ số và các dấu . _ -"
        )
    elif session.scalar(select(ApiToken.id).where(ApiToken.name == name)) is not None:
        found.append(f"Đã có khóa {name}, kể cả khi đã thu hồi; hãy chọn tên khác để nhật ký không lẫn.")
    if not new.scopes:
        found.append("Chưa chọn quyền nào cho khóa; hãy chọn ít nhất một quyền.")
    if not 1 <= new.days <= LONGEST_DAYS:
        found.append(f"Thời hạn của khóa phải từ 1 đến {LONGEST_DAYS} ngày.")
    if not 1 <= new.per_minute <= MOST_PER_MINUTE:
        found.append(f"Số yêu cầu mỗi phút phải từ 1 đến {MOST_PER_MINUTE}.")
    if agency is None:
        found.append("Khóa phải thuộc một cơ quan; hãy nêu mã cơ quan.")
    elif new.coordinator and not _coordinates(session, agency):
        found.append(
            f"{agency.name} không đôn đốc quyết định nào; hãy chọn cơ quan đôn đốc, hoặc bỏ quyền đôn đốc."
        )
    return found


def _coordinates(session: Session, agency: Agency) -> bool:
    own = select(Decision.id).where(Decision.coordinator_id == agency.id)
    return session.scalar(own.limit(1)) is not None

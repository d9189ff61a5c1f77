"""Who may sign in and who is signed in, what was tried, and what people did in the portal. No secret is kept, only digests."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tasks.models.base import Base
from tasks.models.directory import Agency


class User(Base):
    """An account. `role` is a word of `tasks.actors.Role`; only administrators belong to no agency."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    role: Mapped[str]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"), index=True)
    password: Mapped[str] = mapped_column(default="")  # an argon2 hash; empty where the account has none
    password_set_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    disabled_at: Mapped[datetime | None]

    agency: Mapped[Agency | None] = relationship()


class SignIn(Base):
    """One signed-in browser, by account or by an agency's link. The cookie holds the token, the table its SHA-256."""

    __tablename__ = "sign_ins"
    __table_args__ = (
        Index(None, "user_id"),  # read when an account's sign-ins are ended
        Index(None, "agency_id"),  # read by an agency's page of who is signed in
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    login: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    device: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    issuer: Mapped[str | None]  # the OpenID provider that vouched for the person, where one did

    user: Mapped[User | None] = relationship()
    agency: Mapped[Agency | None] = relationship()


class SignInLink(Base):
    """A link that signs an agency in, once, until `valid_until` (exclusive). `login` is who is recorded as acting."""

    __tablename__ = "sign_in_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    login: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    valid_until: Mapped[datetime]
    used_at: Mapped[datetime | None]

    agency: Mapped[Agency] = relationship()


class Attempt(Base):
    """Something that may not be tried without end: of what kind, by or for whom, when."""

    __tablename__ = "attempts"
    __table_args__ = (
        Index(None, "kind", "subject", "at"),  # read before the next attempt
        Index(None, "at"),  # read when old ones are cleared away
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]
    at: Mapped[datetime]


class Deed(Base):
    """What somebody did in the portal or with accounts: who, when, what, to what, from which network address."""

    __tablename__ = "deeds"
    __table_args__ = (
        Index(None, "at"),  # read by the record, the newest first
        Index(None, "by", "at"),  # read by the record of one person
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(default="")
    network: Mapped[str] = mapped_column(default="")


class FormReceipt(Base):
    """A form that was carried out, by its one-time number, and the page that followed: sent twice, it is done once."""

    __tablename__ = "form_receipts"

    number: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)  # read when old ones are cleared away
    location: Mapped[str]

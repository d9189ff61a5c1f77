"""The tokens with which other systems use the API, and what they wrote, so that a repeated request is done once."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tasks.models.base import Base
from tasks.models.directory import Agency


class ApiToken(Base):
    """Another system's key. `role` is agency or coordinator; it acts as `agency`. Only the secret's SHA-256 is kept.

    `shown` is the beginning of the secret, by which people tell tokens apart. Valid until `expires_at` (exclusive).
    """

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)  # never given twice: the record names tokens by it
    note: Mapped[str] = mapped_column(default="")
    shown: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    scopes: Mapped[list[str]]
    per_minute: Mapped[int]  # requests that one process answers in a minute
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]

    agency: Mapped[Agency] = relationship()


class ApiWrite(Base):
    """A write that carried an Idempotency-Key: claimed by `holder` at `started_at`, with its answer once it is done.

    `digest` is the SHA-256 of the request. The answer is stored in the transaction of the write itself, so that a claim
    without an answer has done nothing.
    """

    __tablename__ = "api_writes"
    __table_args__ = (Index(None, "started_at"),)  # read when old ones are cleared away

    token_id: Mapped[int] = mapped_column(ForeignKey("api_tokens.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    holder: Mapped[str]
    started_at: Mapped[datetime]
    status: Mapped[int | None]
    etag: Mapped[str] = mapped_column(default="")
    answer: Mapped[str] = mapped_column(default="")

"""Decisions to speak, and the mails made of them. A fact and the notice about it are written in one transaction."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tasks.models.base import Base, word
from tasks.models.directory import Agency


class NoticeState(StrEnum):
    """Pending until it stands in a mail; told once that mail left; superseded or skipped with the reason recorded."""

    PENDING = "pending"
    QUEUED = "queued"
    TOLD = "told"
    SUPERSEDED = "superseded"
    SKIPPED = "skipped"


class Stream(StrEnum):
    """Which mail a notice goes into. Each agency gets at most one mail a day of each stream, save the transactional."""

    ROUTINE = "routine"
    COORDINATION = "coordination"
    DIGEST_COORDINATOR = "digest_coordinator"
    DIGEST_LEADERS = "digest_leaders"
    TRANSACTIONAL = "transactional"


class MessageState(StrEnum):
    """The life of a mail in the outbox (interface.md, `outbox`)."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    DEFERRED = "deferred"
    SENT = "sent"
    REFUSED = "refused"
    DEAD = "dead"
    SKIPPED = "skipped"
    SUPERSEDED = "superseded"


class Notice(Base):
    """One decision to speak: to whom, about what, at which step of which ladder. `key` is spelled by `tasks.keys`.

    Exactly one of the subject columns is set, beside `decision_id`; `due` is the due day the step was counted from.
    `step` counts working days from it, negative before, 0 on it.
    """

    __tablename__ = "notices"
    __table_args__ = (
        # read by the sweep: what waits to be said
        Index(
            "ix_notices_pending",
            "agency_id",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index(None, "message_id"),  # read when a message settles
        Index(None, "task_id"),  # read by a task's page: who was told what
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    step: Mapped[int] = mapped_column(default=0)
    stream: Mapped[Stream] = mapped_column(word(Stream))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    to_officer: Mapped[bool] = mapped_column(default=True)
    to_head: Mapped[bool] = mapped_column(default=False)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"))
    duty_id: Mapped[int | None] = mapped_column(
        ForeignKey("duties.id")
    )  # a supporter is told of the duty, once
    standing_id: Mapped[int | None] = mapped_column(ForeignKey("standings.id"))
    occasion_id: Mapped[int | None] = mapped_column(ForeignKey("occasions.id"))
    snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("snapshots.id"))
    due: Mapped[date | None]
    on_day: Mapped[date]  # the day it became due to be said
    state: Mapped[NoticeState] = mapped_column(word(NoticeState), default=NoticeState.PENDING)
    reason: Mapped[str] = mapped_column(default="")
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    settled_at: Mapped[datetime | None]


class Message(Base):
    """One rendered mail. `speaks_for` is the only day on which it may leave; its Message-ID is the same on every attempt."""

    __tablename__ = "messages"
    __table_args__ = (
        # read by delivery: what may be claimed now
        Index(
            "ix_messages_waiting",
            "speaks_for",
            "next_attempt_at",
            "id",
            sqlite_where=text("state IN ('planned', 'deferred', 'claimed')"),
            postgresql_where=text("state IN ('planned', 'deferred', 'claimed')"),
        ),
        Index(None, "agency_id", "speaks_for"),  # read by the sweep (one mail a day) and an agency's page
        Index(
            None, "state", "speaks_for"
        ),  # read by the outbox list of one state, and by the count of a day's mails
        Index(None, "speaks_for", "id"),  # read by the outbox list, the newest first
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    stream: Mapped[Stream] = mapped_column(word(Stream))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"))
    kinds: Mapped[list[str]]
    about: Mapped[list[str]] = mapped_column(default=list)  # task ids and round codes, most urgent first
    subject: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)  # the RFC 5322 header, angle brackets included
    mime: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    speaks_for: Mapped[date]
    state: Mapped[MessageState] = mapped_column(word(MessageState), default=MessageState.PLANNED)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    claimed_by: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")

    agency: Mapped[Agency] = relationship()
    recipients: Mapped[list["Recipient"]] = relationship(
        back_populates="message", cascade="all, delete-orphan"
    )


class Recipient(Base):
    """One address of a message and what became of it: "" while unsettled, "sent", or "refused" with the server's words."""

    __tablename__ = "recipients"
    __table_args__ = (UniqueConstraint("message_id", "address"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    address: Mapped[str]
    outcome: Mapped[str] = mapped_column(default="")
    reply: Mapped[str] = mapped_column(default="")

    message: Mapped[Message] = relationship(back_populates="recipients")

"""Addresses of other systems that are told of status changes, and what each is told, until it has answered."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tasks.models.base import Base, word
from tasks.models.decisions import Decision
from tasks.models.directory import Agency

_UNSETTLED = text("state IN ('waiting', 'claimed')")


class DeliveryState(StrEnum):
    """How far one telling has come; a dead one is tried again only when a person says so."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    DELIVERED = "delivered"
    DEAD = "dead"


class Webhook(Base):
    """One address that wants to be told. `kinds` are words of `notifications.webhooks.kinds.Kind`.

    `task_cursor` and `standing_cursor` are the last events that became deliveries, `rounds_seen` the state last seen of
    each round, by its id as text (docs/adr/0005). `sequence` is the number of its newest delivery. The secret is kept as
    it is, for signing needs it; it vouches for nothing but what is said to this address. `failing_since` is the first
    failure since the last success, None while all goes well.
    """

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    address: Mapped[str]
    kinds: Mapped[list[str]]
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    secret: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    disabled_at: Mapped[datetime | None]
    disabled_reason: Mapped[str] = mapped_column(default="")
    task_cursor: Mapped[int] = mapped_column(default=0)
    standing_cursor: Mapped[int] = mapped_column(default=0)
    rounds_seen: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    sequence: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]

    decision: Mapped[Decision | None] = relationship()
    agency: Mapped[Agency | None] = relationship()


class WebhookDelivery(Base):
    """One change as one address is told it: the same body and the same `message_id` on every attempt.

    `sequence` counts from 1 without a gap for each webhook. While a claim stands `next_attempt_at` is the end of its
    lease. `waiting_since` is when it first could be sent, or was put back by a person: what is given up is measured from it.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("webhook_id", "message_id"),
        UniqueConstraint("webhook_id", "sequence"),  # read by the page, the newest first
        # read by the sender: only what is not settled
        Index(
            "ix_webhook_deliveries_due",
            "webhook_id",
            "next_attempt_at",
            sqlite_where=_UNSETTLED,
            postgresql_where=_UNSETTLED,
        ),
        Index(None, "state", "settled_at"),  # read when old ones are cleared away, and by doctor
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    message_id: Mapped[str]
    sequence: Mapped[int]
    kind: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[DeliveryState] = mapped_column(word(DeliveryState), default=DeliveryState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    waiting_since: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    claimed_by: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    answer: Mapped[int | None]  # the HTTP status of the last answer, None where there was none
    reason: Mapped[str] = mapped_column(default="")

    webhook: Mapped[Webhook] = relationship()

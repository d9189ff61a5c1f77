"""Deliveries as people look at them: what was told, what waits, what failed and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.models import DeliveryState, WebhookDelivery


@dataclass(frozen=True, slots=True)
class Counts:
    """How many deliveries of one webhook stand how."""

    waiting: int = 0
    delivered: int = 0
    dead: int = 0


def deliveries_of(
    session: Session, webhook_id: int, state: DeliveryState | None, limit: int, offset: int
) -> tuple[int, Sequence[WebhookDelivery]]:
    """Return how many deliveries a webhook has and one page of them, the newest first."""
    met = [WebhookDelivery.webhook_id == webhook_id]
    if state is not None:
        met.append(WebhookDelivery.state == state)
    total = session.scalar(select(func.count()).select_from(WebhookDelivery).where(*met)) or 0
    rows = select(WebhookDelivery).where(*met).order_by(WebhookDelivery.sequence.desc())
    return total, session.scalars(rows.limit(limit).offset(offset)).all()


def counts(session: Session) -> dict[int, Counts]:
    """Return the counts of every webhook that has deliveries; what is being sent counts as waiting."""
    rows = select(WebhookDelivery.webhook_id, WebhookDelivery.state, func.count()).group_by(
        WebhookDelivery.webhook_id, WebhookDelivery.state
    )
    found: dict[int, dict[DeliveryState, int]] = {}
    for webhook_id, state, number in session.execute(rows).tuples():
        found.setdefault(webhook_id, {})[state] = number
    return {
        webhook_id: Counts(
            of.get(DeliveryState.WAITING, 0) + of.get(DeliveryState.CLAIMED, 0),
            of.get(DeliveryState.DELIVERED, 0),
            of.get(DeliveryState.DEAD, 0),
        )
        for webhook_id, of in found.items()
    }

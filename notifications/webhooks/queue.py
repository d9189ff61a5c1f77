"""Deliveries that wait: claimed with a lease one by one, settled, put off, never lost between the two.

As in the outbox of mails, a claim is one compare-and-set, and while it stands `next_attempt_at` is the end of its lease,
so that a claim whose worker died is simply due again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Select, delete, exists, select, text, update
from sqlalchemy.orm import Session

from notifications.webhooks.retry import GIVEN_UP_AFTER, when_away
from tasks.models import DeliveryState, Webhook, WebhookDelivery

KEPT_DELIVERED = timedelta(days=30)
KEPT_DEAD = timedelta(days=90)
GONE = "Bên nhận trả lời HTTP 410: địa chỉ không còn nhận."
_UNSETTLED = text(
    "webhook_deliveries.state IN ('waiting', 'claimed')"
)  # as the partial index says it, so that it serves


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that one worker holds, with the address and the secret as they were when it was claimed."""

    id: int
    webhook_id: int
    worker: str
    message_id: str
    body: str
    attempts: int  # this one included
    waiting_since: datetime
    address: str
    secret: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of a claimed delivery at `at`: DELIVERED, WAITING until `next_attempt_at`, or DEAD. `gone`: wants nothing more."""

    claim: Claim
    state: DeliveryState
    at: datetime
    answer: int | None = None
    reason: str = ""
    next_attempt_at: datetime | None = None
    gone: bool = False


def due_webhooks(session: Session, now: datetime) -> list[int]:
    """Return the webhooks that have something to be sent now."""
    return list(session.scalars(_due(now).with_only_columns(WebhookDelivery.webhook_id).distinct()))


def has_due(session: Session, now: datetime) -> bool:
    """Tell whether anything is to be sent now."""
    return session.scalar(select(_due(now).exists())) is True


def claim(
    session: Session, webhook_id: int, worker: str, now: datetime, lease: timedelta, only: int | None = None
) -> Claim | None:
    """Claim the webhook's next delivery; `only` names one.

    In the order of the changes, those that never failed first: a few that a receiver cannot digest hold up no others.
    """
    due = _due(now).where(WebhookDelivery.webhook_id == webhook_id)
    if only is not None:
        due = due.where(WebhookDelivery.id == only)
    chosen = (
        due.with_only_columns(WebhookDelivery.id)
        .order_by(WebhookDelivery.attempts, WebhookDelivery.sequence)
        .limit(1)
        .with_for_update(skip_locked=True, of=WebhookDelivery)
    )
    statement = (
        update(WebhookDelivery)
        .where(WebhookDelivery.id == chosen.scalar_subquery())
        .values(
            state=DeliveryState.CLAIMED,
            claimed_by=worker,
            next_attempt_at=now + lease,
            attempts=WebhookDelivery.attempts + 1,
        )
        .returning(
            WebhookDelivery.id,
            WebhookDelivery.message_id,
            WebhookDelivery.body,
            WebhookDelivery.attempts,
            WebhookDelivery.waiting_since,
        )
        .execution_options(synchronize_session=False)
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        return None
    webhook = session.get_one(Webhook, webhook_id, populate_existing=True)
    return Claim(
        row.id, webhook_id, worker, row.message_id, row.body, row.attempts, row.waiting_since, webhook.address,
        webhook.secret,
    )  # fmt: skip


def settle(session: Session, settlement: Settlement) -> bool:
    """Record what became of a claimed delivery; return False when the claim had passed to another worker.

    That a receiver took it is recorded even then, for it is a fact.
    """
    of_claim = settlement.claim
    taken = settlement.state is DeliveryState.DELIVERED
    still = (
        WebhookDelivery.state != DeliveryState.DELIVERED
        if taken
        else (WebhookDelivery.state == DeliveryState.CLAIMED)
        & (WebhookDelivery.claimed_by == of_claim.worker)
    )
    settled = settlement.state in {DeliveryState.DELIVERED, DeliveryState.DEAD}
    held = _rows(
        session,
        update(WebhookDelivery)
        .where(WebhookDelivery.id == of_claim.id, still)
        .values(
            state=settlement.state,
            claimed_by=None,
            next_attempt_at=settlement.next_attempt_at or settlement.at,
            settled_at=settlement.at if settled else None,
            answer=settlement.answer,
            reason=settlement.reason,
        ),
    )
    _note_health(session, settlement, taken=taken)
    return held == 1


def _note_health(session: Session, settlement: Settlement, *, taken: bool) -> None:
    webhook = update(Webhook).where(Webhook.id == settlement.claim.webhook_id)
    if taken:
        _rows(session, webhook.where(Webhook.failing_since.is_not(None)).values(failing_since=None))
    else:
        _rows(session, webhook.where(Webhook.failing_since.is_(None)).values(failing_since=settlement.at))
    if settlement.gone:
        gone = webhook.where(Webhook.disabled_at.is_(None))
        _rows(session, gone.values(disabled_at=settlement.at, disabled_reason=GONE))


def put_off(session: Session, settlement: Settlement, luck: float) -> int:
    """Put off everything of a webhook that is due and nobody holds, for its receiver is away; `settlement` is the last failure.

    What has waited for too long is given up with the reason of that failure. Returns how many were given up.
    """
    webhook_id, now = settlement.claim.webhook_id, settlement.at
    due = update(WebhookDelivery).where(
        _UNSETTLED,
        WebhookDelivery.webhook_id == webhook_id,
        WebhookDelivery.state == DeliveryState.WAITING,
        WebhookDelivery.next_attempt_at <= now,
    )
    too_old = due.where(WebhookDelivery.waiting_since <= now - GIVEN_UP_AFTER)
    given_up = _rows(
        session, too_old.values(state=DeliveryState.DEAD, settled_at=now, reason=settlement.reason)
    )
    failing_since = session.scalar(select(Webhook.failing_since).where(Webhook.id == webhook_id)) or now
    _rows(session, due.values(next_attempt_at=when_away(failing_since, now, luck)))
    return given_up


def clear_old(session: Session, now: datetime) -> int:
    """Delete deliveries settled long ago; return how many."""
    return sum(
        _rows(
            session,
            delete(WebhookDelivery).where(
                WebhookDelivery.state == state, WebhookDelivery.settled_at < now - kept
            ),
        )
        for state, kept in ((DeliveryState.DELIVERED, KEPT_DELIVERED), (DeliveryState.DEAD, KEPT_DEAD))
    )


def _due(now: datetime) -> Select[tuple[WebhookDelivery]]:
    on = exists().where(Webhook.id == WebhookDelivery.webhook_id, Webhook.disabled_at.is_(None))
    return select(WebhookDelivery).where(_UNSETTLED, WebhookDelivery.next_attempt_at <= now, on)


def _rows(session: Session, statement: Any) -> int:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", result).rowcount

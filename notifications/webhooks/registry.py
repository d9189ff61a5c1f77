"""Webhooks made, disabled, taken up again, removed; each recorded. The secret is told once, where it is made."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, selectinload

from catalog.text import normalize
from notifications.webhooks.addresses import Network, fault_of
from notifications.webhooks.feeding import rounds_as_they_stand
from notifications.webhooks.horizon import newest_heads
from notifications.webhooks.kinds import CHOICES
from notifications.webhooks.signing import new_secret
from tasks.accounts.accounts import find_agency
from tasks.accounts.deeds import About, record
from tasks.errors import DomainError, NotFoundError, refuse_all
from tasks.models import Decision, DeliveryState, Webhook, WebhookDelivery

LONGEST_NAME = 100  # characters
BY_HAND = "Tạm dừng theo yêu cầu."


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A webhook to be made. No `kinds` means every kind; `decision` is a key and `agency` a code, to be told of nothing else."""

    name: str
    address: str
    kinds: Sequence[str] = ()
    decision: str | None = None
    agency: str | None = None


def add_webhook(
    session: Session, new: NewWebhook, opened: Sequence[Network], by: str, now: datetime
) -> Webhook:
    """Make a webhook, told of what is recorded from now on. Raises DomainError with every fault."""
    new = replace(new, name=normalize(new.name).strip(), address=new.address.strip())
    refuse_all([DomainError(fault) for fault in _faults(session, new, opened)])
    heads = newest_heads(session.connection())
    webhook = Webhook(
        name=new.name,
        address=new.address,
        kinds=[kind.value for kind in CHOICES if not new.kinds or kind.value in new.kinds],
        decision_id=_decision_id(session, new.decision),
        agency_id=find_agency(session, new.agency).id if new.agency else None,
        secret=new_secret(),
        made_at=now,
        made_by=by,
        task_cursor=heads.task,
        standing_cursor=heads.standing,
        rounds_seen=rounds_as_they_stand(session),
    )
    session.add(webhook)
    session.flush()
    record(session, by, "webhook.add", now, About(webhook.name, webhook.address))
    return webhook


def disable_webhook(session: Session, webhook_id: int, by: str, now: datetime) -> Webhook:
    """Stop telling an address; what is recorded meanwhile is kept in mind by the cursors."""
    webhook = find_webhook(session, webhook_id)
    if webhook.disabled_at is None:
        webhook.disabled_at, webhook.disabled_reason = now, BY_HAND
        record(session, by, "webhook.disable", now, About(webhook.name))
    return webhook


def enable_webhook(session: Session, webhook_id: int, by: str, now: datetime) -> Webhook:
    """Tell an address again, from where it was stopped: nothing between is left out, and what waited is sent at once."""
    webhook = find_webhook(session, webhook_id)
    if webhook.disabled_at is not None:
        webhook.disabled_at, webhook.disabled_reason, webhook.failing_since = None, "", None
        waiting = update(WebhookDelivery).where(
            WebhookDelivery.webhook_id == webhook_id, WebhookDelivery.state == DeliveryState.WAITING
        )
        session.execute(waiting.values(next_attempt_at=now, waiting_since=now))
        record(session, by, "webhook.enable", now, About(webhook.name))
    return webhook


def remove_webhook(session: Session, webhook_id: int, by: str, now: datetime) -> str:
    """Remove a webhook with everything it was told; return its name."""
    webhook = find_webhook(session, webhook_id)
    name = webhook.name
    record(session, by, "webhook.remove", now, About(name, webhook.address))
    # In the order in which a worker that settles takes its locks.
    session.execute(delete(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook_id))
    session.execute(delete(Webhook).where(Webhook.id == webhook_id))
    return name


def list_webhooks(session: Session) -> Sequence[Webhook]:
    """Return every webhook with what it is limited to, by name."""
    rows = select(Webhook).order_by(Webhook.name)
    return session.scalars(rows.options(selectinload(Webhook.decision), selectinload(Webhook.agency))).all()


def find_webhook(session: Session, webhook_id: int) -> Webhook:
    """Return a webhook. Raises NotFoundError."""
    webhook = session.get(Webhook, webhook_id)
    if webhook is None:
        raise NotFoundError(
            f"Không có kết nối báo thay đổi (webhook) số {webhook_id}; xem dondoc webhook list."
        )
    return webhook


def send_again(session: Session, delivery_id: int, now: datetime) -> WebhookDelivery:
    """Send a delivery again at once, under the same webhook-id; one that waits is brought forward. Raises NotFoundError."""
    delivery = session.get(WebhookDelivery, delivery_id)
    if delivery is None:
        raise NotFoundError(f"Không có lần báo số {delivery_id}; các lần báo cũ được xóa sau 30 đến 90 ngày.")
    if delivery.webhook.disabled_at is not None:
        raise DomainError(f"Kết nối «{delivery.webhook.name}» đang dừng; hãy bật lại rồi gửi.")
    if delivery.state is not DeliveryState.CLAIMED:
        delivery.state, delivery.settled_at = DeliveryState.WAITING, None
        delivery.attempts, delivery.next_attempt_at, delivery.waiting_since = 0, now, now
    session.flush()
    return delivery


def _decision_id(session: Session, key: str | None) -> int | None:
    return session.scalar(select(Decision.id).where(Decision.key == key)) if key else None


def _faults(session: Session, new: NewWebhook, opened: Sequence[Network]) -> list[str]:
    found = []
    if not new.name or len(new.name) > LONGEST_NAME:
        found.append(f"Hãy đặt tên cho kết nối, không quá {LONGEST_NAME} ký tự.")
    elif session.scalar(select(Webhook.id).where(Webhook.name == new.name)) is not None:
        found.append(f"Đã có kết nối tên «{new.name}»; hãy chọn tên khác.")
    if fault := fault_of(new.address, opened):
        found.append(fault)
    known = {kind.value for kind in CHOICES}
    if unknown := [kind for kind in new.kinds if kind not in known]:
        found.append(f"Không có loại thay đổi {', '.join(unknown)}; các loại là {', '.join(CHOICES)}.")
    if new.decision and _decision_id(session, new.decision) is None:
        found.append(f"Không có quyết định {new.decision}; xem dondoc catalog list.")
    try:
        if new.agency:
            find_agency(session, new.agency)
    except DomainError as refusal:
        found.append(str(refusal))
    return found

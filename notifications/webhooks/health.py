"""Whether other systems hear what they asked for: webhooks that were given up, fail for long, or lost deliveries."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.days import HANOI
from notifications.webhooks.registry import BY_HAND
from tasks.health import Check
from tasks.models import DeliveryState, Webhook, WebhookDelivery

PATIENCE = timedelta(hours=1)  # a receiver that restarts, or is being upgraded
LOOKED_BACK = timedelta(days=7)
_REMEDY = (
    "Xem lý do bằng dondoc webhook deliveries SỐ hoặc trang Kết nối báo thay đổi; sửa bên nhận rồi gửi lại "
    "(dondoc webhook resend), bật lại (enable) hoặc xóa kết nối không còn dùng (remove)."
)


def check_webhooks(session: Session, now: datetime) -> Check:
    """Look at every webhook; one that a person stopped is well."""
    webhooks = session.scalars(select(Webhook).order_by(Webhook.name)).all()
    if not webhooks:
        return Check("webhooks", ok=True, detail="Không có hệ thống nào nhận báo thay đổi.")
    lost = _dead(session, now)
    faults = [fault for webhook in webhooks if (fault := _fault(webhook, lost.get(webhook.id, 0), now))]
    if not faults:
        return Check(
            "webhooks", ok=True, detail=f"{len(webhooks)} kết nối báo thay đổi, không kết nối nào hỏng."
        )
    return Check("webhooks", ok=False, detail=f"{'; '.join(faults)}.", remedy=_REMEDY)


def _fault(webhook: Webhook, lost: int, now: datetime) -> str:
    name = f"Kết nối «{webhook.name}» (số {webhook.id})"
    if webhook.disabled_at is not None:
        reason = webhook.disabled_reason.rstrip(".")
        return "" if webhook.disabled_reason == BY_HAND else f"{name} đã dừng: {reason}"
    if webhook.failing_since is not None and now - webhook.failing_since > PATIENCE:
        return f"{name} không báo được từ {webhook.failing_since.astimezone(HANOI):%H:%M ngày %d/%m/%Y}"
    return f"{name} có {lost} lần báo bị gác lại trong 7 ngày" if lost else ""


def _dead(session: Session, now: datetime) -> dict[int, int]:
    rows = (
        select(WebhookDelivery.webhook_id, func.count())
        .where(WebhookDelivery.state == DeliveryState.DEAD, WebhookDelivery.settled_at >= now - LOOKED_BACK)
        .group_by(WebhookDelivery.webhook_id)
    )
    return dict(session.execute(rows).tuples().all())

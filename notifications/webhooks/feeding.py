"""Makes deliveries of what was recorded: each webhook moves its cursors and gets its rows in one transaction.

Nothing is written where the change itself is made, so that set-based changes cost what they cost without webhooks. A
second feeder at the same time waits for the webhook's row, and finds its cursors moved.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from sqlalchemy import Engine, Select, Table, insert, select
from sqlalchemy.orm import Session

from notifications.webhooks.horizon import Heads, newest_heads, settled_heads
from notifications.webhooks.kinds import Kind
from notifications.webhooks.payloads import Telling
from notifications.webhooks.reading import CHUNK, Reader
from tasks.database import reading, writing
from tasks.models import DeliveryState, Round, RoundState, Webhook, WebhookDelivery


def feed(engine: Engine, now: datetime) -> int:
    """Make deliveries of everything that is settled; return how many. Where nothing is settled yet, the next run does it."""
    with reading(engine) as session:
        numbers = session.scalars(_active().with_only_columns(Webhook.id)).all()
    heads = settled_heads(engine) if numbers else None
    if heads is None:
        return 0
    made = 0
    for number in numbers:
        more = True
        while more:
            with writing(engine) as session:
                some, more = _feed_one(session, number, heads, now)
                made += some
    return made


def has_news(session: Session) -> bool:
    """Tell whether a webhook that is on has not read to the end of the record."""
    webhooks = session.scalars(_active()).all()
    if not webhooks:
        return False
    heads = newest_heads(session.connection())
    stand = rounds_as_they_stand(session)
    return any(
        webhook.task_cursor < heads.task
        or webhook.standing_cursor < heads.standing
        or _as_seen(webhook, stand) != stand
        for webhook in webhooks
    )


def rounds_as_they_stand(session: Session) -> dict[str, str]:
    """Return the state of every round by its id as text."""
    rounds = select(Round.id, Round.state).order_by(Round.id)
    return {str(number): state.value for number, state in session.execute(rounds).tuples()}


def add_deliveries(session: Session, webhook: Webhook, told: Iterable[Telling], now: datetime) -> int:
    """Give a webhook its next deliveries, numbered on; return how many."""
    rows = [
        {
            "webhook_id": webhook.id,
            "message_id": telling.message_id,
            "sequence": number,
            "kind": telling.kind.value,
            "body": telling.body(number),
            "state": DeliveryState.WAITING,
            "attempts": 0,
            "waiting_since": now,
            "next_attempt_at": now,
            "reason": "",
        }
        for number, telling in enumerate(told, webhook.sequence + 1)
    ]
    if rows:
        session.execute(insert(cast("Table", WebhookDelivery.__table__)), rows)
        webhook.sequence += len(rows)
        session.flush()
    return len(rows)


def add_test(session: Session, webhook: Webhook, now: datetime) -> WebhookDelivery:
    """Give a webhook a delivery that tells nothing, to try it."""
    made = f"test-{webhook.id}-{int(now.timestamp() * 1_000_000)}-{webhook.sequence + 1}"
    add_deliveries(session, webhook, [Telling(Kind.TEST, made, now, {"name": webhook.name})], now)
    return session.scalars(select(WebhookDelivery).where(WebhookDelivery.message_id == made)).one()


def _feed_one(session: Session, number: int, heads: Heads, now: datetime) -> tuple[int, bool]:
    """Return how many deliveries were made, and whether there may be more."""
    webhook = session.scalar(_active().where(Webhook.id == number).with_for_update(key_share=True))
    if webhook is None:
        return 0, False
    reader = Reader(session)
    tasks, task_cursor = reader.tasks(webhook, heads)
    standings, standing_cursor = reader.standings(webhook, heads)
    rounds, seen = reader.rounds(webhook)
    told = sorted([*tasks, *standings, *rounds], key=lambda telling: telling.at)
    # Another feeder may have read further while this one waited for its heads.
    webhook.task_cursor = max(webhook.task_cursor, task_cursor)
    webhook.standing_cursor = max(webhook.standing_cursor, standing_cursor)
    webhook.rounds_seen = seen
    return add_deliveries(session, webhook, told, now), max(len(tasks), len(standings)) == CHUNK


def _active() -> Select[tuple[Webhook]]:
    return select(Webhook).where(Webhook.disabled_at.is_(None)).order_by(Webhook.id)


def _as_seen(webhook: Webhook, stand: dict[str, str]) -> dict[str, str]:
    return {number: webhook.rounds_seen.get(number, RoundState.PLANNED.value) for number in stand}

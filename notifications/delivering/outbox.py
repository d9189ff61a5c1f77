"""The outbox: mails are claimed with a lease, settled one by one, and never lost between the two.

A claim is one compare-and-set, right for several workers on both databases: PostgreSQL steps over rows that another
worker is claiming, SQLite lets one writer in at a time. While a claim stands `next_attempt_at` is the end of its lease,
so that a claim whose worker died is simply due again. Everything here runs on the connection of the caller's transaction:
one mail is too little work for the ORM's bookkeeping.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    Connection,
    Table,
    Update,
    and_,
    any_,
    bindparam,
    case,
    func,
    select,
    text,
    update,
)

from catalog.days import day_of
from tasks.models import Contact, Message, MessageState, Notice, NoticeState, Recipient

_MESSAGES = cast(
    "Table", Message.__table__
)  # statements on tables: a mail is not worth the ORM's bookkeeping
_RECIPIENTS = cast("Table", Recipient.__table__)
_NOTICES = cast("Table", Notice.__table__)
_CONTACTS = cast("Table", Contact.__table__)
_NO_SUCH_ADDRESS = re.compile(
    r"5\d\d 5\.1\."
)  # RFC 3463, 3.2: the address itself is at fault, not the mail or the sender
_WAITING = text(
    "state IN ('planned', 'deferred', 'claimed')"
)  # as the partial index says it, so that it serves
_UNCLAIMED = text("state IN ('planned', 'deferred')")


@dataclass(frozen=True, slots=True)
class Claim:
    """A mail that one worker holds. `recipients` are the addresses not settled yet; `reached` says that some already are."""

    id: int
    key: str
    message_id: str
    worker: str
    until: datetime  # when the lease ends
    attempts: int  # this one included
    mime: bytes
    recipients: tuple[str, ...]
    reached: bool


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of a claimed mail at `at`: SENT, REFUSED, DEFERRED or DEAD. `refused` pairs an address with the server's words.

    `next_attempt_at` is needed for DEFERRED; a mail deferred for one address may carry others that were sent.
    """

    claim: Claim
    state: MessageState
    at: datetime
    sent: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    next_attempt_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Today's mails that have not left: `due` may be tried now, `deferred` failed before, `held` are claimed by a worker."""

    due: int
    deferred: int
    held: int


def claim(
    connection: Connection, worker: str, now: datetime, lease: timedelta, limit: int = 1
) -> tuple[Claim, ...]:
    """Claim up to `limit` mails that speak for today and may be tried now, the longest waiting first."""
    values = {
        "b_worker": worker,
        "b_until": now + lease,
        "b_now": now,
        "b_today": day_of(now),
        "b_most": limit,
    }
    statement = _CLAIM_ON_POSTGRES if connection.dialect.name == "postgresql" else _CLAIM
    rows = connection.execute(statement, values).all()
    addresses: dict[int, list[str]] = {row.id: [] for row in rows}
    if rows:
        for message, address in connection.execute(_UNSETTLED, {"b_ids": list(addresses)}):
            addresses[message].append(address)
    return tuple(
        Claim(
            id=row.id,
            key=row.key,
            message_id=row.message_id,
            worker=worker,
            until=now + lease,
            attempts=row.attempts,
            mime=row.mime,
            recipients=tuple(addresses[row.id]),
            reached=row.sent_at is not None,
        )
        for row in rows
    )


def settle_at_once(connection: Connection, settlement: Settlement) -> bool:
    """Record in one statement of PostgreSQL that a claimed mail reached everybody, as most do; return False where that is not so.

    Nothing is then recorded, and `settle` has to. One statement is a transaction of its own: `connection` may commit by itself.
    """
    if len(settlement.sent) < len(settlement.claim.recipients):
        return False
    return _count(connection, _SETTLE_AT_ONCE, _settled_values(settlement)) == 1


def settle(connection: Connection, settlement: Settlement) -> bool:
    """Record what became of a claimed mail; return False when the claim had passed to another worker.

    What a server took is recorded even then, for it is a fact; the rest is left to the worker that holds the mail now.
    """
    if connection.dialect.name == "postgresql" and settle_at_once(connection, settlement):
        return True
    values = _settled_values(settlement)
    held = _count(connection, _SETTLE_HELD, values) == 1
    if not held and settlement.state is MessageState.SENT:
        _count(connection, _SETTLE_LOST, values)
    if not held and not settlement.sent:
        return False
    _settle_recipients(connection, settlement)
    if settlement.sent:
        connection.execute(_TELL, values)
    return held


def release(connection: Connection, claims: Iterable[Claim], now: datetime) -> None:
    """Give back claimed mails that were never tried; each is as it was before."""
    for given in claims:
        connection.execute(_RELEASE, {"b_id": given.id, "b_worker": given.worker, "b_now": now})


def defer_all(connection: Connection, now: datetime, until: datetime, reason: str) -> int:
    """Put off every unclaimed mail that is due now, in one statement: the server is away. Returns how many."""
    return _count(
        connection,
        update(_MESSAGES)
        .where(_UNCLAIMED, _MESSAGES.c.next_attempt_at <= now, _MESSAGES.c.speaks_for == day_of(now))
        .values(state=MessageState.DEFERRED, next_attempt_at=until, reason=reason),
        {},
    )


def waiting(connection: Connection, now: datetime) -> Waiting:
    """Return how many of today's mails have not left; one that is due may also be deferred."""
    due = _MESSAGES.c.next_attempt_at <= now
    deferred = _MESSAGES.c.state == MessageState.DEFERRED
    held = and_(_MESSAGES.c.state == MessageState.CLAIMED, ~due)
    counts = (func.count(case((which, 1))) for which in (due, deferred, held))
    return Waiting(
        *connection.execute(select(*counts).where(_WAITING, _MESSAGES.c.speaks_for == day_of(now))).one()
    )


def used_of_rate(connection: Connection, now: datetime) -> int:
    """Return how many mails left in the last minute or are leaving, whichever worker sends them."""
    today = _MESSAGES.c.speaks_for == day_of(now)
    left = select(func.count()).where(
        _MESSAGES.c.state == MessageState.SENT, today, _MESSAGES.c.sent_at > now - timedelta(minutes=1)
    )
    leaving = select(func.count()).where(
        _MESSAGES.c.state == MessageState.CLAIMED, today, _MESSAGES.c.next_attempt_at > now
    )
    return connection.scalar(select(left.scalar_subquery() + leaving.scalar_subquery())) or 0


def _settled_values(settlement: Settlement) -> dict[str, Any]:
    return {
        "b_id": settlement.claim.id,
        "b_worker": settlement.claim.worker,
        "b_state": settlement.state,
        "b_reason": settlement.reason,
        "b_next": settlement.next_attempt_at or settlement.at,
        "b_sent": settlement.at if settlement.sent else None,
        "b_at": settlement.at,
    }


def _settle_recipients(connection: Connection, settlement: Settlement) -> None:
    mail = {"b_id": settlement.claim.id}
    if len(settlement.sent) == len(settlement.claim.recipients):
        connection.execute(_ALL_REACHED, mail)
        return
    outcomes = [(address, "sent", "") for address in settlement.sent]
    outcomes += [(address, "refused", words) for address, words in settlement.refused]
    for address, outcome, words in outcomes:
        values = {"b_address": address, "b_outcome": outcome, "b_words": words}
        connection.execute(_SETTLE_RECIPIENT, mail | values)
        if _NO_SUCH_ADDRESS.match(words):
            connection.execute(_MARK_CONTACTS, values | {"b_at": settlement.at})


def _count(connection: Connection, statement: Update, values: dict[str, Any]) -> int:
    return cast("Any", connection.execute(statement, values)).rowcount  # type: ignore[no-any-return]  # the driver's count


def _claiming(*, on_postgres: bool) -> Any:
    due = (
        select(_MESSAGES.c.id)
        .where(
            _WAITING,
            _MESSAGES.c.next_attempt_at <= bindparam("b_now"),
            _MESSAGES.c.speaks_for == bindparam("b_today"),
        )
        .order_by(_MESSAGES.c.next_attempt_at, _MESSAGES.c.id)
        .limit(bindparam("b_most"))
    )
    # As an array the rows are chosen once; as IN (…) PostgreSQL may run a locking subquery again for each row.
    chosen = (
        _MESSAGES.c.id == any_(func.array(due.with_for_update(skip_locked=True).scalar_subquery()))
        if on_postgres
        else _MESSAGES.c.id.in_(due)
    )
    return (
        update(_MESSAGES)
        .where(chosen)
        .values(
            state=MessageState.CLAIMED,
            claimed_by=bindparam("b_worker"),
            lease_until=bindparam("b_until"),
            next_attempt_at=bindparam("b_until"),
            attempts=_MESSAGES.c.attempts + 1,
        )
        .returning(
            *(_MESSAGES.c[name] for name in ("id", "key", "message_id", "attempts", "mime", "sent_at")),
        )
    )


def _settling() -> Update:
    return (
        update(_MESSAGES)
        .where(_MESSAGES.c.id == bindparam("b_id"))
        .values(
            state=bindparam("b_state"),
            reason=bindparam("b_reason"),
            sent_at=func.coalesce(_MESSAGES.c.sent_at, bindparam("b_sent", type_=_MESSAGES.c.sent_at.type)),
            next_attempt_at=bindparam("b_next"),
            claimed_by=None,
            lease_until=None,
        )
    )


_CLAIM, _CLAIM_ON_POSTGRES = _claiming(on_postgres=False), _claiming(on_postgres=True)
_UNSETTLED = (
    select(_RECIPIENTS.c.message_id, _RECIPIENTS.c.address)
    .where(_RECIPIENTS.c.message_id.in_(bindparam("b_ids", expanding=True)), _RECIPIENTS.c.outcome == "")
    .order_by(_RECIPIENTS.c.id)
)
_SETTLE_HELD = _settling().where(
    _MESSAGES.c.state == MessageState.CLAIMED, _MESSAGES.c.claimed_by == bindparam("b_worker")
)
_SETTLE_LOST = _settling().where(_MESSAGES.c.state != MessageState.SENT)
_MARK_CONTACTS = (
    update(_CONTACTS)
    .where(
        func.lower(_CONTACTS.c.email) == func.lower(bindparam("b_address")), _CONTACTS.c.bounced_at.is_(None)
    )
    .values(bounced_at=bindparam("b_at"), bounce_reason=bindparam("b_words"))
)
_RELEASE = (
    update(_MESSAGES)
    .where(
        _MESSAGES.c.id == bindparam("b_id"),
        _MESSAGES.c.state == MessageState.CLAIMED,
        _MESSAGES.c.claimed_by == bindparam("b_worker"),
    )
    .values(
        state=case((_MESSAGES.c.attempts > 1, MessageState.DEFERRED), else_=MessageState.PLANNED),
        attempts=_MESSAGES.c.attempts - 1,
        next_attempt_at=bindparam("b_now"),
        claimed_by=None,
        lease_until=None,
    )
)
_ALL_REACHED = (
    update(_RECIPIENTS)
    .where(_RECIPIENTS.c.message_id == bindparam("b_id"), _RECIPIENTS.c.outcome == "")
    .values(outcome="sent", reply="")
)
_SETTLE_RECIPIENT = (
    update(_RECIPIENTS)
    .where(_RECIPIENTS.c.message_id == bindparam("b_id"), _RECIPIENTS.c.address == bindparam("b_address"))
    .values(outcome=bindparam("b_outcome"), reply=bindparam("b_words"))
)
_TELL = (
    update(_NOTICES)
    .where(_NOTICES.c.message_id == bindparam("b_id"), _NOTICES.c.state == NoticeState.QUEUED)
    .values(state=NoticeState.TOLD, settled_at=bindparam("b_at"))
)
# What every mail that leaves as it should needs, in one round trip; PostgreSQL counts the row of the message.
_SETTLE_AT_ONCE = _SETTLE_HELD.add_cte(_ALL_REACHED.cte("reached"), _TELL.cte("told"))

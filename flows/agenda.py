"""What the embedded clock runs now. Pure: it is shown the time, what ran before and what waits.

A run missed while the office's machine was off is made up for once: the sweep then says what is true on the day.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from catalog.days import HANOI, day_of

BACKUP_AT, OPENING_AT, SWEEP_AT, DIGEST_AT = (
    time(1, 15),
    time(7),
    time(7, 30),
    time(7, 45),
)  # Asia/Ho_Chi_Minh
PATIENCE = timedelta(minutes=5)  # between a run that failed and the next attempt
DELIVERING = timedelta(minutes=1)  # between two deliveries
TELLING = timedelta(seconds=20)  # between two runs that tell other systems of changes
READING = timedelta(minutes=30)  # between two readings of the mailbox of returned mail


@dataclass(frozen=True, slots=True)
class Ran:
    """How one regular run went last; `succeeded_at` is None when it never did its job."""

    started_at: datetime
    ok: bool | None
    succeeded_at: datetime | None


@dataclass(frozen=True, slots=True)
class Seen:
    """What the clock sees: the instant, the last runs by name, and how much waits. `to_tell`: something for other systems."""

    now: datetime
    ran: Mapping[str, Ran] = field(default_factory=dict)
    rounds_to_open: int = 0
    rounds_to_collect: int = 0
    mails_due: int = 0
    mailbox: bool = False
    to_tell: bool = False


def due_now(seen: Seen) -> list[str]:
    """Return the flows to run now, in the order in which they should."""
    return [name for name in _called_for(seen) if not _just_failed(seen, name)]


def _called_for(seen: Seen) -> Iterator[str]:
    local = seen.now.astimezone(HANOI)
    if seen.rounds_to_open and local.time() >= OPENING_AT:
        yield "open-rounds"
    if seen.rounds_to_collect:
        yield "collect-rounds"
    if local.time() >= SWEEP_AT and not _succeeded_on(seen, "sweep", local):
        yield "sweep"
    if seen.mails_due and not _succeeded_since(seen, "deliver", seen.now - DELIVERING):
        yield "deliver"
    if seen.to_tell and not _succeeded_since(seen, "webhooks", seen.now - TELLING):
        yield "webhooks"
    if _digest_is_due(seen, local):
        yield "digest"
    if seen.mailbox and not _succeeded_since(seen, "bounces", seen.now - READING):
        yield "bounces"
    if local.time() >= BACKUP_AT and not _succeeded_on(seen, "backup", local):
        yield "backup"


def _digest_is_due(seen: Seen, local: datetime) -> bool:
    """Tell whether the week's digest is to be shown: from Monday's hour on, once a week."""
    today = day_of(local)
    monday = datetime.combine(today - timedelta(days=today.weekday()), DIGEST_AT, HANOI)
    return local >= monday and not _succeeded_since(seen, "digest", monday)


def _succeeded_on(seen: Seen, name: str, local: datetime) -> bool:
    return _succeeded_since(seen, name, datetime.combine(day_of(local), time(), HANOI))


def _succeeded_since(seen: Seen, name: str, since: datetime) -> bool:
    ran = seen.ran.get(name)
    return ran is not None and ran.succeeded_at is not None and since <= ran.succeeded_at <= seen.now


def _just_failed(seen: Seen, name: str) -> bool:
    """Tell whether the last attempt failed, or its process died, a moment ago."""
    ran = seen.ran.get(name)
    return ran is not None and not ran.ok and timedelta() <= seen.now - ran.started_at < PATIENCE

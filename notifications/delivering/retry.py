"""When a mail that could not leave is tried again, and when none may leave. Pure: the moment and the luck are given."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from catalog.days import HANOI, day_of, end_of
from catalog.policy import QuietHours

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=30)
OUTAGE_WAIT = timedelta(minutes=2)  # the server itself is away: nothing is held against any one mail


@dataclass(frozen=True, slots=True)
class Wait:
    """When the next attempt may be made. Where that is not `today`, the mail is left to be superseded."""

    until: datetime
    today: bool


def after_refusal(attempts: int, now: datetime, luck: float) -> Wait:
    """Return the wait after the `attempts`-th attempt (from 1) was put off: doubled each time, less up to half by `luck` in [0, 1)."""
    doubled = FIRST_WAIT * 2 ** min(attempts - 1, 16)
    return _within_the_day(now, min(doubled, LONGEST_WAIT) * (1 - luck / 2))


def after_outage(now: datetime) -> Wait:
    """Return the wait after the server could not be used at all; one connection asks for everybody, so no jitter."""
    return _within_the_day(now, OUTAGE_WAIT)


def is_quiet(hours: QuietHours, now: datetime) -> bool:
    """Return whether `now` falls in the quiet hours of Asia/Ho_Chi_Minh."""
    begin, end = time.fromisoformat(hours.from_), time.fromisoformat(hours.to)
    at = now.astimezone(HANOI).time()
    return begin <= at < end if begin <= end else at >= begin or at < end


def _within_the_day(now: datetime, wait: timedelta) -> Wait:
    midnight = end_of(day_of(now))
    return Wait(min(now + wait, midnight), now + wait < midnight)

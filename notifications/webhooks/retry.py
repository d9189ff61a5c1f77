"""When a webhook that was not answered is tried again, and when it is given up. Pure: the moment and the luck are given."""

from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
LONGEST_AWAY = timedelta(hours=1)  # between two looks at a receiver that answers nothing at all
GIVEN_UP_AFTER = timedelta(days=3)  # a weekend, and the Monday on which somebody looks


def next_attempt(
    attempts: int, waiting_since: datetime, now: datetime, luck: float, asked: timedelta = timedelta()
) -> datetime | None:
    """Return when to try again after the `attempts`-th attempt (from 1) failed at `now`; None to give up.

    The wait doubles each time and is less up to a quarter by `luck` in [0, 1), so that receivers that fell together are
    not asked together. `asked` is what the receiver's Retry-After said: waited at least, up to the longest wait. The last
    attempt is made when `GIVEN_UP_AFTER` is over, however the waits fall.
    """
    end = waiting_since + GIVEN_UP_AFTER
    if now >= end:
        return None
    doubled: timedelta = min(FIRST_WAIT * 2 ** min(attempts - 1, 16), LONGEST_WAIT) * (1 - luck / 4)
    return min(now + max(doubled, min(asked, LONGEST_WAIT)), end)


def when_away(failing_since: datetime, now: datetime, luck: float) -> datetime:
    """Return when a receiver that answers nothing is asked again: after as long as it has been failing, within bounds."""
    return now + min(max(now - failing_since, FIRST_WAIT), LONGEST_AWAY) * (1 - luck / 4)

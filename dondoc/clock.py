"""The only reader of the wall clock. Everything below the entry points takes `now` or `today` as an argument."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from time import monotonic
from zoneinfo import ZoneInfo

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")  # days begin and end here, whatever the host's zone
ACTING_HOUR = time(8)  # a bare date given to an acting command means this hour of it

Clock = Callable[[], datetime]


class SenselessMomentError(ValueError):
    """`--as-of` is neither a date nor an instant with an offset."""


def system_clock() -> datetime:
    """Return the current instant in Hanoi time."""
    return datetime.now(HANOI)


@dataclass(frozen=True, slots=True)
class RunningClock:
    """Shows `start` when the machine's steady clock shows `origin` (seconds); every process of the machine sees the same."""

    start: datetime
    origin: float

    def __call__(self) -> datetime:
        """Return the instant that it shows now."""
        return self.start + timedelta(seconds=monotonic() - self.origin)


def running_from(start: datetime) -> Clock:
    """Return a clock that shows `start` now and runs on at the pace of real time."""
    return RunningClock(start, monotonic())


def acting_moment(as_of: str | None) -> datetime:
    """Return the instant at which an acting command acts: 08:00 of a bare date. Raises SenselessMomentError."""
    return _moment(as_of, ACTING_HOUR)


def reading_moment(as_of: str | None) -> datetime:
    """Return the instant a reading command shows: the last microsecond of a bare date. Raises SenselessMomentError."""
    return _moment(as_of, time.max)


def _moment(as_of: str | None, hour: time) -> datetime:
    if as_of is None:
        return system_clock()
    try:
        if len(as_of) == len("2025-07-25"):
            return datetime.combine(date.fromisoformat(as_of), hour, HANOI)
        moment = datetime.fromisoformat(as_of)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        message = (
            f"Thời điểm «{as_of}» của --as-of không đọc được; hãy ghi ngày dạng 2025-09-05 "
            "hoặc thời điểm kèm múi giờ dạng 2025-09-05T08:00:00+07:00."
        )
        raise SenselessMomentError(message)
    return moment.astimezone(HANOI)

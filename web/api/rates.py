"""How often a token may ask: so many requests at once, refilled evenly over a minute. Each process counts its own."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from threading import Lock


@dataclass(slots=True)
class _Bucket:
    left: float
    at: datetime


class Rates:
    """Counts in memory: a bound on load, not an account. Several processes each allow the whole bound."""

    def __init__(self) -> None:
        self._buckets: dict[int, _Bucket] = {}
        self._lock = Lock()

    def seconds_to_wait(self, token: int, per_minute: int, now: datetime) -> int:
        """Count one request; return 0, or, uncounted, after how many seconds the next one is answered."""
        with self._lock:
            bucket = self._buckets.setdefault(token, _Bucket(float(per_minute), now))
            gained = max(0.0, (now - bucket.at).total_seconds()) * per_minute / 60
            bucket.left, bucket.at = min(float(per_minute), bucket.left + gained), max(now, bucket.at)
            if bucket.left >= 1:
                bucket.left -= 1
                return 0
            return ceil((1 - bucket.left) * 60 / per_minute)

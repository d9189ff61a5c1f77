"""Days off and days worked that the Government moves late in a year, which no library knows yet."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """One day that differs from the plain week: off, or worked in place of another day; `source` says who ordered it."""

    day: date
    off: bool
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the coordinator sets over the library's calendar; a day stands here once at most, and wins."""

    days: tuple[SpecialDay, ...] = ()

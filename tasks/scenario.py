"""How the agencies of a rehearsal or demonstration behave: on time, late or silent, by a rule that never changes.

Days of acting are counted in working days from the last on-time day, like the rungs of a ladder.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from zlib import crc32

from catalog.calendar import WorkingCalendar


class Behaviour(StrEnum):
    """What an agency does about what it owes."""

    ON_TIME = "on_time"
    LATE = "late"
    SILENT = "silent"


class Scenario(StrEnum):
    """Which behaviours there are: nobody does anything, everybody is on time, or 60 % on time, 25 % late, 15 % silent."""

    SILENT = "silent"
    PUNCTUAL = "punctual"
    MIXED = "mixed"


_DAYS = {Behaviour.ON_TIME: -2, Behaviour.LATE: 2}  # working days from the last on-time day
_ON_TIME_BELOW, _LATE_BELOW = 60, 85  # of 100


def behaviour_of(agency_code: str, scenario: Scenario) -> Behaviour:
    """Return how the agency behaves; in `mixed` it follows from its code alone."""
    if scenario is Scenario.SILENT:
        return Behaviour.SILENT
    if scenario is Scenario.PUNCTUAL:
        return Behaviour.ON_TIME
    share = crc32(agency_code.encode()) % 100
    if share < _ON_TIME_BELOW:
        return Behaviour.ON_TIME
    return Behaviour.LATE if share < _LATE_BELOW else Behaviour.SILENT


def dues_acted_on(
    behaviour: Behaviour, dues: Iterable[date], today: date, calendar: WorkingCalendar
) -> tuple[date, ...]:
    """Return the due days that agencies of this behaviour act on `today`."""
    if behaviour is Behaviour.SILENT:
        return ()
    offset = _DAYS[behaviour]
    return tuple(due for due in dues if _acting_day(due, offset, calendar) == today)


def _acting_day(due: date, offset: int, calendar: WorkingCalendar) -> date:
    base = due if offset > 0 else calendar.working_day_on_or_before(due)
    return calendar.add_working_days(base, offset)

"""When the ladder speaks about one due day. Pure: the stored `next_step_on` of tasks and standings comes from here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from catalog.calendar import WorkingCalendar
from catalog.policy import Rung


@dataclass(frozen=True, slots=True)
class Due:
    """The rungs that have come between the stored next step and today, both inclusive."""

    said: tuple[Rung, ...]  # the rungs of the latest step that came: the truth of today
    passed: tuple[Rung, ...]  # rungs of earlier steps whose day went by unspoken
    next_step_on: date | None  # the first rung day after today


def first_step_on(
    rungs: Sequence[Rung], due: date | None, today: date, calendar: WorkingCalendar
) -> date | None:
    """Return the day on which something that starts to be followed on `today` is first spoken about.

    Reminders whose day went by before are dropped; what is overdue already is still said, at the next sweep.
    """
    if due is None:
        return None
    days = ((rung.day(due, calendar), rung) for rung in rungs)
    return min((day for day, rung in days if day >= today or rung.step > 0), default=None)


def rungs_due(
    rungs: Sequence[Rung], due: date, next_step_on: date, today: date, calendar: WorkingCalendar
) -> Due:
    """Split the rungs from `next_step_on` to `today` into the one step to be said today and what it supersedes."""
    days = [(rung.day(due, calendar), rung) for rung in rungs]
    come = [(day, rung) for day, rung in days if next_step_on <= day <= today]
    latest = max((rung.step for _, rung in come), default=0)
    return Due(
        said=tuple(rung for _, rung in come if rung.step == latest),
        passed=tuple(rung for _, rung in come if rung.step != latest),
        next_step_on=min((day for day, _ in days if day > today), default=None),
    )


def moved_step_on(
    rungs: Sequence[Rung], due: date, next_step_on: date, before: WorkingCalendar, after: WorkingCalendar
) -> date | None:
    """Return where the stored next step stands once the calendar changed: the same rung, on its new day."""
    waiting = [rung for rung in rungs if rung.day(due, before) >= next_step_on]
    return min((rung.day(due, after) for rung in waiting), default=None)

"""What is due to be said about things alike, on a day. Pure: state, policy, calendar and day in; speeches out."""

from dataclasses import dataclass
from datetime import date

from catalog.calendar import WorkingCalendar
from catalog.policy import Audience, Policy, Rung
from tasks.ladder import rungs_due


@dataclass(frozen=True, slots=True)
class Watched:
    """What the ladder has to know of tasks or standings alike. `next_step_on` is the earliest rung day not yet spoken.

    `close_out` marks tasks that end after the last report: nothing is said to the agency once they are late.
    """

    of_round: bool
    due: date
    next_step_on: date
    close_out: bool = False


@dataclass(frozen=True, slots=True)
class Speech:
    """One thing to say to one audience, or, where `said` is False, the record that its day went by unspoken."""

    kind: str
    step: int
    audience: Audience
    to_head: bool
    said: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to say now and when to look again; None when the ladder has ended."""

    speeches: tuple[Speech, ...]
    next_step_on: date | None


def notices_due(watched: Watched, policy: Policy, today: date, calendar: WorkingCalendar) -> Verdict:
    """Decide what is said on `today`, a working day.

    Of several steps whose day has come only the latest is said, in the words that are true today; the earlier are
    recorded as superseded, so that after an outage nothing stale and nothing twice goes out.
    """
    rungs = policy.rounds if watched.of_round else policy.task_rungs(close_out=watched.close_out)
    come = rungs_due(rungs, watched.due, watched.next_step_on, today, calendar)
    speeches = [speech for rung in come.said for speech in _speeches(rung, said=True)]
    speeches += [speech for rung in come.passed for speech in _speeches(rung, said=False)]
    return Verdict(tuple(speeches), come.next_step_on)


def _speeches(rung: Rung, *, said: bool) -> list[Speech]:
    heads = {Audience.AGENCY: Audience.AGENCY_HEAD, Audience.COORDINATOR: Audience.COORDINATOR_HEAD}
    return [
        Speech(rung.kind, rung.step, audience, heads.get(audience) in rung.tell, said)
        for audience in (Audience.AGENCY, Audience.SUPPORTERS, Audience.COORDINATOR)
        if audience in rung.tell
    ]

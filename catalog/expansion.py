"""From a decision to its plan: every duty with its dates and agencies, every round with who is expected.

Pure, and the same each time: a task is one duty as one of its leads must do it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from catalog.agencies import Directory
from catalog.calendar import WorkingCalendar
from catalog.deadlines import Reading
from catalog.decision import Decision, Duty
from catalog.decision_checks import (
    Finding,
    check_agencies,
    check_expected,
    check_roles,
    check_round,
    check_timing,
)
from catalog.errors import Fault
from catalog.plan_notes import plan_notes
from catalog.roles import DutyRoles, RoleReader
from catalog.timing import Timing, duty_timing, round_due

ROUND_OPENS_BEFORE = 20  # working days before the last on-time day


@dataclass(frozen=True, slots=True)
class PlannedDuty:
    """A duty ready to become tasks: one for each of `leads`.

    Days are inclusive; without `due` the duty waits for `event`, or has no end where that is None too. `candidates`
    are the leads among whom the coordinator still has to choose. `supporters` are named one by one,
    `support_groups` are codes of groups, whose members are not written to.
    """

    duty: Duty
    reading: Reading
    start: date | None
    due: date | None
    leads: tuple[str, ...]
    candidates: tuple[str, ...]
    supporters: tuple[str, ...]
    support_groups: tuple[str, ...]
    monitors: tuple[str, ...]
    invited: tuple[str, ...]
    event: str | None

    @property
    def candidates_marked(self) -> bool:
        return bool(self.candidates)


@dataclass(frozen=True, slots=True)
class PlannedRound:
    """One reporting deadline: `due` is the last on-time day, inclusive; `expected` the agencies that report."""

    code: str
    text: str
    opens: date
    due: date
    expected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a decision asks for; `notes` are Vietnamese sentences that block nothing."""

    duties: tuple[PlannedDuty, ...]
    rounds: tuple[PlannedRound, ...]
    notes: tuple[str, ...]

    @property
    def task_count(self) -> int:
        return sum(len(planned.leads) for planned in self.duties)


def expand(
    decision: Decision,
    directory: Directory,
    *,
    issued_on: date | None = None,
    calendar: WorkingCalendar | None = None,
) -> tuple[Plan, tuple[Fault, ...]]:
    """Return the plan and what is wrong with it; a plan with faults must not be loaded.

    `issued_on` wins over the file's own date. `calendar` counts periods of working days and the days that a round
    opens before its deadline; without it, the one with the shipped overrides.
    """
    expansion = _Expansion(decision.issued_as(issued_on), directory, calendar or WorkingCalendar())
    return expansion.plan(), tuple(finding.fault() for finding in expansion.findings())


def findings_of(
    decision: Decision, directory: Directory, calendar: WorkingCalendar | None = None
) -> tuple[Finding, ...]:
    """Return what `expand` would refuse, with its paths in the decision's file."""
    return tuple(_Expansion(decision, directory, calendar or WorkingCalendar()).findings())


class _Expansion:
    """One decision against one directory; cells and deadlines are read once and then checked and planned from."""

    def __init__(self, decision: Decision, directory: Directory, calendar: WorkingCalendar) -> None:
        self._decision = decision
        self._directory = directory
        self._calendar = calendar
        self._timings = [duty_timing(duty, decision, calendar) for duty in decision.duties]
        self._round_dues = [round_due(planned, decision, calendar) for planned in decision.rounds]
        reader = RoleReader(directory)
        self._roles = [reader.roles_of(duty) for duty in decision.duties]
        self._expected, self._unresolved = reader.agencies_in(decision.expected)
        if not decision.expected:
            self._expected = reader.in_order(code for roles in self._roles for code in roles.leads)

    def findings(self) -> Iterator[Finding]:
        decision, directory = self._decision, self._directory
        yield from check_agencies(decision, directory)
        for index, duty in enumerate(decision.duties):
            yield from check_timing(index, duty, self._timings[index], duty.issued_on or decision.issued_on)
            yield from check_roles(index, duty, self._roles[index], directory)
        for index, planned in enumerate(decision.rounds):
            issued_on = planned.issued_on or decision.issued_on
            yield from check_round(index, planned, self._round_dues[index], issued_on)
        yield from check_expected(decision, self._expected, self._unresolved, directory)

    def plan(self) -> Plan:
        duties = tuple(map(_planned_duty, self._decision.duties, self._timings, self._roles))
        notes = plan_notes(self._decision, self._directory, self._timings, self._roles, self._expected)
        return Plan(duties, tuple(self._rounds()), notes)

    def _rounds(self) -> Iterator[PlannedRound]:
        for planned, due in zip(self._decision.rounds, self._round_dues, strict=True):
            if due is None:
                continue  # told by check_round
            counted_from = self._calendar.working_day_on_or_before(due)
            opens = planned.opens or self._calendar.add_working_days(counted_from, -ROUND_OPENS_BEFORE)
            yield PlannedRound(planned.code, planned.text, opens, due, self._expected)


def _planned_duty(duty: Duty, timing: Timing, roles: DutyRoles) -> PlannedDuty:
    return PlannedDuty(
        duty=duty,
        reading=timing.reading,
        start=timing.start,
        due=timing.due,
        leads=roles.leads,
        candidates=roles.candidates,
        supporters=roles.supporters,
        support_groups=roles.support_groups,
        monitors=roles.monitors,
        invited=roles.invited,
        event=timing.event,
    )

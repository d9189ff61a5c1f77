"""What the coordinator grants single agencies in a round: more time, an exemption, a second chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from catalog.calendar import WorkingCalendar
from catalog.days import day_of
from catalog.policy import Policy
from tasks.actors import Actor, require_coordinator
from tasks.calendars import calendar_of
from tasks.errors import DomainError, refuse_all
from tasks.models import AWAITED, Round, Standing, Submission
from tasks.policies import stored_policies
from tasks.rounds.rounds import round_step
from tasks.rounds.standing_changes import (
    StandingChange,
    apply_standing_changes,
    load_standings,
    standing_name,
)
from tasks.tracking.changes import Grounds


@dataclass(frozen=True, slots=True)
class Ruling:
    """Who rules about agencies of a round, when, and why."""

    actor: Actor
    now: datetime
    reason: str


def extend_agencies(
    session: Session, round_: Round, agencies: Sequence[str], to: date, ruling: Ruling
) -> list[Standing]:
    """Give agencies until the end of `to`; a report that came in the meantime is then on time."""
    require_coordinator(ruling.actor, round_.decision, "gia hạn báo cáo")
    standings = load_standings(session, round_, agencies)
    steps = _Steps(session, round_, ruling.now)
    refuse_all(
        _without_reason(round_, ruling.reason, "gia hạn")
        + [f for s in standings for f in _extension_faults(s, to)]
    )
    changes = [
        StandingChange(
            s,
            "extend",
            {**_extended(s, to, ruling.reason), "next_step_on": steps.of(to)},
            Grounds(ruling.reason),
        )
        for s in standings
    ]
    apply_standing_changes(session, changes, ruling.actor.login, ruling.now)
    return standings


def exempt_agencies(
    session: Session, round_: Round, agencies: Sequence[str], ruling: Ruling
) -> list[Standing]:
    """Ask no report of agencies; who has reported already is not exempted."""
    require_coordinator(ruling.actor, round_.decision, "miễn báo cáo")
    standings = load_standings(session, round_, agencies)
    refuse_all(
        _without_reason(round_, ruling.reason, "miễn")
        + [
            DomainError(f"{standing_name(s)} đã nộp hoặc đã được miễn nên không miễn được.")
            for s in standings
            if s.state not in AWAITED
        ]
    )
    values = {"state": Submission.EXEMPT, "reason": ruling.reason}
    changes = [StandingChange(s, "exempt", values, Grounds(ruling.reason)) for s in standings]
    apply_standing_changes(session, changes, ruling.actor.login, ruling.now)
    return standings


def reopen_agencies(
    session: Session, round_: Round, agencies: Sequence[str], ruling: Ruling
) -> list[Standing]:
    """Let agencies report (again): the exemption ends, what was submitted or accepted counts as returned.

    The punctuality of the first submission stays.
    """
    require_coordinator(ruling.actor, round_.decision, "mở lại báo cáo")
    standings = load_standings(session, round_, agencies)
    steps = _Steps(session, round_, ruling.now)
    refuse_all(
        _without_reason(round_, ruling.reason, "mở lại")
        + [
            DomainError(f"{standing_name(s)} đang chờ cơ quan nộp nên không cần mở lại.")
            for s in standings
            if s.state in AWAITED
        ]
    )
    changes = [
        StandingChange(
            s,
            "reopen",
            {
                "state": Submission.MISSING if s.state is Submission.EXEMPT else Submission.RETURNED,
                "reason": ruling.reason,
                "next_step_on": steps.of(s.due),
            },
            Grounds(ruling.reason),
        )
        for s in standings
    ]
    apply_standing_changes(session, changes, ruling.actor.login, ruling.now)
    return standings


class _Steps:
    """Works out next steps in one round without asking the database each time."""

    def __init__(self, session: Session, round_: Round, now: datetime) -> None:
        self._round = round_
        self._today = day_of(now)
        self._policies: dict[int, Policy] = stored_policies(session)
        self._calendar: WorkingCalendar = calendar_of(session)

    def of(self, due: date) -> date | None:
        return round_step(self._round, due, self._today, self._policies, self._calendar)


def _extended(standing: Standing, to: date, reason: str) -> dict[str, Any]:
    values: dict[str, Any] = {"due": to, "extended": True, "reason": reason}
    if standing.received_on is not None:
        values["on_time"] = standing.received_on <= to
    return values


def _extension_faults(standing: Standing, to: date) -> list[DomainError]:
    name = standing_name(standing)
    if standing.state is Submission.EXEMPT:
        return [DomainError(f"{name} đã được miễn nên không cần gia hạn.")]
    if to <= standing.due:
        return [DomainError(f"{name}: ngày gia hạn {to:%d/%m/%Y} phải sau hạn {standing.due:%d/%m/%Y}.")]
    return []


def _without_reason(round_: Round, reason: str, deed: str) -> list[DomainError]:
    return [] if reason.strip() else [DomainError(f"{round_.text}: muốn {deed} phải ghi lý do.")]

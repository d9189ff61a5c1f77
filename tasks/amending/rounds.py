"""The reporting deadlines an amendment moves or adds. Reports already received keep the punctuality they were judged by."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.days import day_of, end_of
from catalog.expansion import PlannedRound
from tasks.amending.rows import Target
from tasks.calendars import calendar_of
from tasks.errors import DomainError
from tasks.models import AWAITED, Agency, Round, RoundState, Standing
from tasks.policies import stored_policies
from tasks.rounds.rounds import round_step
from tasks.rounds.standing_changes import StandingChange, apply_standing_changes
from tasks.tracking.changes import Grounds


def round_refusals(session: Session, target: Target) -> list[DomainError]:
    """Return why rounds of the amendment cannot be moved or added."""
    stored = _stored(session, target)
    refusals = []
    for entry in target.amendment.rounds:
        found = stored.get(entry.code)
        if found is None:
            continue
        if found.ad_hoc:
            message = f"Mã lần báo cáo {entry.code} đã dùng cho một lần báo cáo đột xuất; hãy đặt mã khác."
            refusals.append(DomainError(message))
        elif found.state is RoundState.CLOSED:
            message = (
                f"{found.text}: lần báo cáo này đã đóng nên không dời hạn được; "
                "hãy gia hạn hoặc mở lại cho từng cơ quan bằng dondoc rounds."
            )
            refusals.append(DomainError(message))
    return refusals


def change_rounds(session: Session, target: Target, by: str, now: datetime) -> set[int]:
    """Move and add the rounds; return the ids of the agencies that have to be told."""
    stored = _stored(session, target)
    named = {entry.code for entry in target.amendment.rounds}
    told: set[int] = set()
    for planned in target.plan.rounds:
        found = stored.get(planned.code)
        if planned.code in named:
            told |= _changed(session, target, found, planned, by, now)
        elif found is not None and found.state is RoundState.PLANNED and not target.after.expected:
            found.expected = list(planned.expected)  # every lead reports, and the leads have changed
    session.flush()
    return told


def agencies_reporting(session: Session, target: Target) -> set[int]:
    """Return the ids of the agencies whose reports `change_rounds` would move or add; nothing is written."""
    stored = _stored(session, target)
    named = {entry.code for entry in target.amendment.rounds}
    told: set[int] = set()
    for planned in target.plan.rounds:
        if planned.code not in named:
            continue
        found = stored.get(planned.code)
        if found is not None and found.state is RoundState.OPEN:
            told |= {standing.agency_id for standing in _moving(session, found, planned.due)}
        else:
            told |= _living(session, target, planned.expected if found is None else found.expected)
    return told


def _stored(session: Session, target: Target) -> dict[str, Round]:
    rows = session.scalars(select(Round).where(Round.decision_id == target.row.id))
    return {entry.code: entry for entry in rows}


def _changed(
    session: Session, target: Target, found: Round | None, planned: PlannedRound, by: str, now: datetime
) -> set[int]:
    if found is None:
        found = Round(
            decision_id=target.row.id,
            ladder_id=target.row.ladder_id,
            code=planned.code,
            expected=list(planned.expected),
        )
    found.text, found.opens, found.due = planned.text, planned.opens, planned.due
    found.closes_at = end_of(planned.due)
    session.add(found)
    session.flush()
    if found.state is RoundState.OPEN:
        return _move_standings(session, target, found, by, now)
    return _living(session, target, found.expected)


def _move_standings(session: Session, target: Target, round_: Round, by: str, now: datetime) -> set[int]:
    """Give the agencies that still owe the report its new last day; a later one granted to an agency stays."""
    step = round_step(round_, round_.due, day_of(now), stored_policies(session), calendar_of(session))
    values: dict[str, Any] = {"due": round_.due, "next_step_on": step}
    grounds = Grounds(f"Điều chỉnh theo {target.amendment.name}.", target.number, target.amendment.issued_on)
    moving = list(_moving(session, round_, round_.due))
    changes = [StandingChange(standing, "amend", values, grounds) for standing in moving]
    agencies = {standing.agency_id for standing in moving}
    apply_standing_changes(session, changes, by, now)
    return agencies


def _moving(session: Session, round_: Round, due: date) -> Iterator[Standing]:
    owed = (Standing.round_id == round_.id, Standing.state.in_(AWAITED), Standing.due != due)
    for standing in session.scalars(select(Standing).where(*owed)):
        if not (standing.extended and standing.due > due):
            yield standing


def _living(session: Session, target: Target, codes: Iterable[str]) -> set[int]:
    living = select(Agency.id).where(
        Agency.directory == target.row.directory, Agency.code.in_(list(codes)), Agency.heir_id.is_(None)
    )
    return set(session.scalars(living))

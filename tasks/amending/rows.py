"""The rows of a decision's list brought to an amendment: duties, their order, who stands beside them, occasions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

import catalog.decision as said
from catalog.amendment import Amendment
from catalog.deadlines import Kind
from catalog.expansion import Plan, PlannedDuty
from catalog.text import search_key
from tasks.amending.plan import timing_of
from tasks.loading import closes_out, roles_beside
from tasks.models import OPEN_LIVES, Decision, Duty, Occasion, Supporter, Task
from tasks.tracking.bulk import set_steps


@dataclass(frozen=True, slots=True)
class Target:
    """What a decision becomes: its document and plan once amended, the amendment, and the directory's agencies by code."""

    row: Decision
    amendment: Amendment
    after: said.Decision
    plan: Plan
    ids: Mapping[str, int]

    @property
    def planned(self) -> dict[str, PlannedDuty]:
        return {entry.duty.code: entry for entry in self.plan.duties}

    @property
    def number(self) -> str:
        return self.amendment.number or ""


def store_rows(session: Session, target: Target, now: datetime) -> None:
    """Add, change and cancel the rows. Tasks are not touched, save that their next steps follow a changed close-out."""
    occasions = _store_occasions(session, target)
    duties = {duty.code: duty for duty in target.row.duties}
    before = list(duties)
    for cancelled in target.amendment.cancel:
        duties[cancelled.code].cancelled_at, duties[cancelled.code].amended_by = now, target.number
    for changed in target.amendment.change:
        columns = _cells(target.planned[changed.code])
        if changed.dates_anew:
            columns |= _dates(target.planned[changed.code], occasions)
        for name, value in (columns | {"amended_by": target.number}).items():
            setattr(duties[changed.code], name, value)
    for added in target.amendment.add:
        planned = target.planned[added.code]
        duties[added.code] = Duty(
            decision_id=target.row.id, code=added.code, position=0, amended_by=target.number,
            **_cells(planned), **_dates(planned, occasions),
        )  # fmt: skip
        session.add(duties[added.code])
    _put_in_order(target, duties, before)
    session.flush()
    _store_supporters(session, target, duties)
    _store_close_outs(session, target, duties, now)
    session.expire(target.row, ["duties"])


def _cells(planned: PlannedDuty) -> dict[str, Any]:
    duty = planned.duty
    names = ("section", "text", "lead", "support", "deadline", "closed_by")
    return {name: getattr(duty, name) for name in names} | {
        "search_key": search_key(f"{duty.code} {duty.text}")
    }


def _dates(planned: PlannedDuty, occasions: Mapping[str, Occasion]) -> dict[str, Any]:
    days = {code: occasion.day for code, occasion in occasions.items() if occasion.day is not None}
    timing = timing_of(planned, days)
    occasion = None if planned.event is None else occasions[planned.event].id
    return {
        "kind": planned.reading.kind.value,
        "start": timing.start,
        "due": timing.due,
        "occasion_id": occasion,
    }


def _store_occasions(session: Session, target: Target) -> dict[str, Occasion]:
    stored = {
        occasion.code: occasion
        for occasion in session.scalars(select(Occasion).where(Occasion.decision_id == target.row.id))
    }
    names = {event.code: event.name for event in target.after.events}
    for planned in target.plan.duties:
        if planned.event is not None:
            names.setdefault(planned.event, planned.duty.deadline)
    for code in names.keys() - stored.keys():
        stored[code] = Occasion(decision_id=target.row.id, code=code, name=names[code])
        session.add(stored[code])
    session.flush()
    return stored


def _put_in_order(target: Target, duties: Mapping[str, Duty], before: Sequence[str]) -> None:
    """Give the rows the order of the amended list; a cancelled one stays behind its old neighbour, on a place of its own."""
    order = [entry.code for entry in target.after.duties]
    for index, code in enumerate(before):
        if code not in order:
            order.insert(order.index(before[index - 1]) + 1 if index else 0, code)
    for position, code in enumerate(order):
        duties[code].position = position


def _store_supporters(session: Session, target: Target, duties: Mapping[str, Duty]) -> None:
    named = {entry.code for entry in target.amendment.change if entry.named & {"lead", "support"}}
    fresh = named | {entry.code for entry in target.amendment.add}
    numbers = [duties[code].id for code in fresh]
    session.execute(delete(Supporter).where(Supporter.duty_id.in_(numbers)))
    beside = [
        {"duty_id": duties[code].id, "agency_id": agency, "role": role}
        for code in sorted(fresh)
        for agency, role in roles_beside(target.planned[code], target.ids).items()
    ]
    if beside:
        session.execute(insert(Supporter), beside)


def _store_close_outs(session: Session, target: Target, duties: Mapping[str, Duty], now: datetime) -> None:
    """Say anew which duties end after the last report, for it may have moved, and which steps their tasks then have."""
    last = max((planned.due for planned in target.plan.rounds), default=None)
    turned = []
    for duty in duties.values():
        wanted = closes_out(Kind(duty.kind), duty.due, duty.closed_by, last)
        if duty.close_out is not wanted:
            duty.close_out = wanted
            turned.append(duty.id)
    session.flush()
    which = (Task.duty_id.in_(turned), Task.life.in_(OPEN_LIVES), Task.due.is_not(None))
    for due in session.scalars(select(Task.due).where(*which).distinct()).all() if turned else ():
        set_steps(session, which[0] & which[1] & (Task.due == due), due, now)

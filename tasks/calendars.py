"""The working calendar with the corrections that this database's coordinator entered over the shipped ones."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import CursorResult, Row, select, update
from sqlalchemy.orm import Session

from catalog.calendar import Overrides, SpecialDay, WorkingCalendar, shipped_overrides
from catalog.policy import Policy, Rung
from tasks.ladder import moved_step_on
from tasks.models import AWAITED, OPEN_LIVES, CalendarOverride, Duty, Round, Standing, Task
from tasks.policies import stored_policies

_OWN = select(CalendarOverride.day, CalendarOverride.off, CalendarOverride.name, CalendarOverride.source)


def calendar_of(session: Session) -> WorkingCalendar:
    """Return the calendar in force: the library's days, the shipped corrections, then the coordinator's, which win."""
    session.flush()
    own = session.connection().execute(_OWN).all()
    if not own:
        return _calendar(shipped_overrides())
    days = {special.day: special for special in shipped_overrides().days}
    for row in own:
        days[row[0]] = SpecialDay(*row)
    return _calendar(Overrides(tuple(days[day] for day in sorted(days))))


@lru_cache(maxsize=8)
def _calendar(overrides: Overrides) -> WorkingCalendar:
    """Return one calendar for one set of corrections: working out a year costs more than asking it."""
    return WorkingCalendar(overrides)


def store_overrides(session: Session, overrides: Overrides) -> int:
    """Keep the corrections and move every step not yet spoken to its day in the new calendar; return how many steps moved."""
    before = calendar_of(session)
    for special in overrides.days:
        row = CalendarOverride(day=special.day, off=special.off, name=special.name, source=special.source)
        session.merge(row)
    session.flush()
    after = calendar_of(session)
    policies = stored_policies(session)
    return _move_tasks(session, policies, before, after) + _move_standings(session, policies, before, after)


def _move_tasks(
    session: Session, policies: dict[int, Policy], before: WorkingCalendar, after: WorkingCalendar
) -> int:
    columns = (Task.ladder_id, Duty.close_out, Task.due, Task.next_step_on)
    waiting = (
        select(*columns).join(Duty, Duty.id == Task.duty_id).where(Task.next_step_on.is_not(None)).distinct()
    )
    moved = 0
    for alike in session.execute(waiting).all():
        rungs = policies[alike.ladder_id].task_rungs(close_out=alike.close_out)
        day = _moved(rungs, alike, before, after)
        if day == alike.next_step_on:
            continue
        duties = select(Duty.id).where(Duty.close_out.is_(alike.close_out))
        moved += _rows(
            session,
            update(Task)
            .where(
                Task.ladder_id == alike.ladder_id,
                Task.due == alike.due,
                Task.next_step_on == alike.next_step_on,
            )
            .where(Task.duty_id.in_(duties), Task.life.in_(OPEN_LIVES))
            .values(next_step_on=day),
        )
    return moved


def _move_standings(
    session: Session, policies: dict[int, Policy], before: WorkingCalendar, after: WorkingCalendar
) -> int:
    columns = (Round.ladder_id, Standing.due, Standing.next_step_on)
    waiting = (
        select(*columns).join(Round, Round.id == Standing.round_id).where(Standing.next_step_on.is_not(None))
    )
    moved = 0
    for alike in session.execute(waiting.distinct()).all():
        day = _moved(policies[alike.ladder_id].rounds, alike, before, after)
        if day == alike.next_step_on:
            continue
        rounds = select(Round.id).where(Round.ladder_id == alike.ladder_id)
        moved += _rows(
            session,
            update(Standing)
            .where(Standing.due == alike.due, Standing.next_step_on == alike.next_step_on)
            .where(Standing.round_id.in_(rounds), Standing.state.in_(AWAITED))
            .values(next_step_on=day),
        )
    return moved


def _moved(rungs: Sequence[Rung], alike: Row[Any], before: WorkingCalendar, after: WorkingCalendar) -> Any:
    return moved_step_on(rungs, alike.due, alike.next_step_on, before, after)


def _rows(session: Session, statement: Any) -> int:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", result).rowcount

"""Turns the steps whose day has come into notices: whole sets alike, a bounded number of statements, never row by row."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from catalog.calendar import WorkingCalendar
from catalog.policy import Audience, Policy
from notifications.policy import Speech, Verdict, Watched, notices_due
from tasks.database import insert_new
from tasks.keys import notice_key_of
from tasks.models import (
    OPEN_LIVES,
    Agency,
    Decision,
    Duty,
    Notice,
    NoticeState,
    Round,
    RoundState,
    Standing,
    Stream,
    Supporter,
    Task,
)
from tasks.status import awaited, has_life

_PASSED = "Ngày của bậc này đã qua khi chưa được nói; đã nói bằng bậc mới hơn."
_COLUMNS = (
    "key", "kind", "step", "stream", "agency_id", "to_officer", "to_head", "decision_id", "task_id", "duty_id",
    "standing_id", "due", "on_day", "state", "reason", "settled_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Day:
    """One sweep's day, the instant it records, and what it judges by."""

    today: date
    now: datetime
    calendar: WorkingCalendar
    policies: dict[int, Policy]


def note_tasks(session: Session, day: Day) -> None:
    """Note every step of a task whose day has come, and move the tasks on to their next step."""
    for alike in session.execute(_tasks_alike(), {"today": day.today}).all():
        watched = Watched(
            of_round=False, due=alike.due, next_step_on=alike.next_step_on, close_out=alike.close_out
        )
        verdict = notices_due(watched, day.policies[alike.ladder_id], day.today, day.calendar)
        members = _members(alike)
        for speech in verdict.speeches:
            _note(session, _about_tasks(speech, alike, members), speech, day)
        _move(session, Task, members, verdict)


def note_standings(session: Session, day: Day) -> None:
    """Note every step of a round whose day has come for the agencies that still owe the report."""
    for alike in session.execute(_standings_alike(), {"today": day.today}).all():
        watched = Watched(of_round=True, due=alike.due, next_step_on=alike.next_step_on)
        verdict = notices_due(watched, day.policies[alike.ladder_id], day.today, day.calendar)
        members = and_(
            Standing.round_id == alike.round_id,
            Standing.due == alike.due,
            Standing.next_step_on == alike.next_step_on,
            awaited(Standing),
        )
        for speech in verdict.speeches:
            _note(session, _about_standings(speech, alike, members), speech, day)
        _move(session, Standing, members, verdict)


def note_openings(session: Session, day: Day) -> None:
    """Note, once for each open round, that the agencies expected to report have to be told of it."""
    for entry in session.scalars(_untold_rounds()).all():
        step = -day.calendar.working_days_between(day.today, entry.due)
        speech = Speech("round_open", step, Audience.AGENCY, to_head=False, said=True)
        members = and_(Standing.round_id == entry.id, awaited(Standing))
        for due in session.scalars(select(Standing.due).where(members).distinct()).all():
            alike = _Opened(entry.id, entry.decision_id, due, entry.decision.coordinator_id)
            _note(session, _about_standings(speech, alike, and_(members, Standing.due == due)), speech, day)


@cache
def _untold_rounds() -> Select[tuple[Round]]:
    told = select(Notice.id).join(Standing, Standing.id == Notice.standing_id)
    told = told.where(Standing.round_id == Round.id, Notice.kind == "round_open")
    return select(Round).where(Round.state == RoundState.OPEN, ~exists(told)).order_by(Round.id)


class _Opened(NamedTuple):
    """What `_about_standings` reads of standings alike."""

    round_id: int
    decision_id: int
    due: date
    coordinator_id: int


@cache
def _tasks_alike() -> Select[Any]:
    columns = (Task.decision_id, Task.ladder_id, Duty.close_out, Task.due, Task.next_step_on)
    extra = (func.max(Decision.coordinator_id).label("coordinator_id"),)
    return (
        select(*columns, *extra)
        .join(Duty, Duty.id == Task.duty_id)
        .join(Decision, Decision.id == Task.decision_id)
        .where(
            Task.next_step_on <= bindparam("today"),
            has_life(Task, *OPEN_LIVES),
            Decision.active_since.is_not(None),
        )
        .group_by(*columns)
        .order_by(*columns)
    )


def _members(alike: Row[Any]) -> ColumnElement[bool]:
    duties = select(Duty.id).where(Duty.decision_id == alike.decision_id, Duty.close_out.is_(alike.close_out))
    return and_(
        Task.next_step_on == alike.next_step_on,
        Task.due == alike.due,
        Task.ladder_id == alike.ladder_id,
        has_life(Task, *OPEN_LIVES),
        Task.duty_id.in_(duties),
    )


@cache
def _standings_alike() -> Select[Any]:
    columns = (Standing.round_id, Round.ladder_id, Round.decision_id, Standing.due, Standing.next_step_on)
    return (
        select(*columns, func.max(Decision.coordinator_id).label("coordinator_id"))
        .join(Round, Round.id == Standing.round_id)
        .join(Decision, Decision.id == Round.decision_id)
        .where(
            Standing.next_step_on <= bindparam("today"), awaited(Standing), Decision.active_since.is_not(None)
        )
        .group_by(*columns)
        .order_by(*columns)
    )


def _about_tasks(speech: Speech, alike: Row[Any], members: ColumnElement[bool]) -> Select[Any]:
    """Select what a notice about each of the tasks needs; a supporter is told of the duty, once."""
    none = null()
    if speech.audience is Audience.SUPPORTERS:
        duties = select(Task.duty_id).where(members)
        key = notice_key_of(speech.kind, ("duty", Supporter.duty_id), speech.step, alike.due, Agency.code)
        return (
            select(
                *_opening(key, speech, Stream.ROUTINE, Agency.id), literal(value=True), literal(value=False)
            )
            .add_columns(literal(alike.decision_id), none, Supporter.duty_id, none, literal(alike.due))
            .join_from(Supporter, Agency, Agency.id == Supporter.agency_id)
            .where(Supporter.duty_id.in_(duties), Supporter.role == "support")
        )
    subject = ("task", Task.id)
    if speech.audience is Audience.AGENCY:
        key = notice_key_of(speech.kind, subject, speech.step, alike.due, Agency.code)
        told: Any = Task.agency_id
        officer: Any = literal(value=True)
        head: Any = literal(speech.to_head)
        stream, recipient = Stream.ROUTINE, Agency.id == Task.agency_id
    else:
        # the coordinator's own lateness starts at its leaders, not at the officer who is late
        own = Task.agency_id == alike.coordinator_id
        key = notice_key_of(speech.kind, subject, speech.step, alike.due, Agency.code)
        told, officer, head = Agency.id, ~own, or_(own, literal(speech.to_head))
        stream, recipient = Stream.COORDINATION, Agency.id == alike.coordinator_id
    return (
        select(*_opening(key, speech, stream, told), officer, head)
        .add_columns(literal(alike.decision_id), Task.id, none, none, literal(alike.due))
        .join_from(Task, Agency, recipient)
        .where(members)
    )


def _about_standings(speech: Speech, alike: Row[Any] | _Opened, members: ColumnElement[bool]) -> Select[Any]:
    none = null()
    to_coordinator = speech.audience is Audience.COORDINATOR
    recipient = Agency.id == (alike.coordinator_id if to_coordinator else Standing.agency_id)
    own = Standing.agency_id == alike.coordinator_id
    officer = ~own if to_coordinator else literal(value=True)
    head = or_(own, literal(speech.to_head)) if to_coordinator else literal(speech.to_head)
    stream = Stream.COORDINATION if to_coordinator else Stream.ROUTINE
    key = notice_key_of(speech.kind, ("standing", Standing.id), speech.step, alike.due, Agency.code)
    return (
        select(*_opening(key, speech, stream, Agency.id), officer, head)
        .add_columns(literal(alike.decision_id), none, none, Standing.id, literal(alike.due))
        .join_from(Standing, Agency, recipient)
        .where(members)
    )


def _opening(key: ColumnElement[str], speech: Speech, stream: Stream, told: Any) -> tuple[Any, ...]:
    return key, literal(speech.kind), literal(speech.step), literal(stream, Notice.stream.type), told


def _note(session: Session, about: Select[Any], speech: Speech, day: Day) -> None:
    state = NoticeState.PENDING if speech.said else NoticeState.SUPERSEDED
    rows = about.add_columns(
        literal(day.today),
        literal(state, Notice.state.type),
        literal("" if speech.said else _PASSED),
        literal(None if speech.said else day.now, Notice.settled_at.type),
    )
    session.execute(insert_new(session, Notice).from_select(list(_COLUMNS), rows))


def _move(session: Session, table: Any, members: ColumnElement[bool], verdict: Verdict) -> None:
    statement = update(table).where(members).values(next_step_on=verdict.next_step_on)
    session.execute(statement.execution_options(synchronize_session=False))

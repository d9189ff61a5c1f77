"""An agency's deadlines as of an instant, for the calendar file and for the feed: tasks it leads, reports it owes.

UIDs are those of the file that goes with the assignment, so that a later file moves or cancels the same events.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from documents.calendar_ics import Deadline, calendar_file
from tasks.asof import AsOf
from tasks.errors import NotFoundError
from tasks.models import (
    Agency,
    Amendment,
    Decision,
    Duty,
    Life,
    Round,
    Standing,
    StandingEvent,
    Submission,
    Task,
    TaskEvent,
)

REFRESH = timedelta(hours=6)  # how often programs are asked to fetch the feed
_GONE = (Life.CANCELLED, Life.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Links:
    """Where events lead to, and what completes their UIDs. `base_url` has no slash at its end."""

    base_url: str
    domain: str


def agency_calendar(
    session: Session, view: AsOf, code: str, links: Links, decision: str | None = None
) -> tuple[bytes, int]:
    """Return the calendar file of one agency and the number of its events. Raises NotFoundError."""
    found = select(Agency).where(Agency.code == code).order_by(Agency.id).limit(1)
    if decision is not None:
        found = found.join(Decision, Decision.directory == Agency.directory).where(Decision.key == decision)
    agency = session.scalar(found)
    if agency is None:
        raise NotFoundError(f"Không có cơ quan nào có mã {code}.")
    wanted = () if decision is None else (Decision.key == decision,)
    deadlines = _deadlines(session, view, agency, links, wanted)
    content = calendar_file(f"Thời hạn của {agency.name}", deadlines, stamp=view.moment, domain=links.domain)
    return content, len(deadlines)


def agency_feed(session: Session, view: AsOf, agency: Agency, links: Links) -> tuple[bytes, datetime]:
    """Return the calendar that programs of an agency fetch again and again, and when anything in it last changed.

    It has the active decisions only. The same state gives the same bytes: the stamp of each event is that last change.
    """
    speaking = (Decision.active_since <= view.moment,)
    changed = _last_change(session, view, agency)
    content = calendar_file(
        f"Thời hạn của {agency.name}",
        _deadlines(session, view, agency, links, speaking),
        stamp=changed,
        domain=links.domain,
        refresh=REFRESH,
    )
    return content, changed


def _last_change(session: Session, view: AsOf, agency: Agency) -> datetime:
    """Return the last instant at which a task, a report, a list or the activation of the agency's place changed."""
    of_decisions = (Decision.directory == agency.directory, Decision.active_since <= view.moment)
    instants = (
        select(func.max(Task.since)).where(Task.agency_id == agency.id),
        select(func.max(TaskEvent.recorded_at)).where(TaskEvent.from_agency_id == agency.id),
        select(func.max(Standing.since)).where(Standing.agency_id == agency.id),
        select(func.max(StandingEvent.recorded_at)).where(StandingEvent.from_agency_id == agency.id),
        select(func.max(Decision.active_since)).where(*of_decisions),
        select(func.max(Amendment.applied_at)).join(Decision).where(*of_decisions),
    )
    found = session.execute(select(*(one.scalar_subquery() for one in instants))).one()
    return max((instant for instant in found if instant is not None), default=view.moment)


def _deadlines(
    session: Session, view: AsOf, agency: Agency, links: Links, wanted: tuple[ColumnElement[bool], ...]
) -> list[Deadline]:
    """Return what is due of the agency in the decisions that are `wanted`."""
    return [
        *_tasks(session, view, agency, links, wanted),
        *_reports(session, view, agency, links, wanted),
    ]


def _tasks(
    session: Session, view: AsOf, agency: Agency, links: Links, wanted: tuple[ColumnElement[bool], ...]
) -> Iterator[Deadline]:
    row = view.tasks()
    rows = (
        select(row.id, row.due, row.life, row.decision_id, Duty.code, Duty.text, Duty.deadline)
        .join(Duty, Duty.id == row.duty_id)
        .join(Decision, Decision.id == row.decision_id)
        .where(row.agency_id == agency.id, row.due.is_not(None), *wanted)
        .order_by(row.due, row.id)
    )
    found = session.execute(rows).all()
    changes = _changes(session, view, TaskEvent.task_id, TaskEvent, [each.id for each in found])
    for each in found:
        said = view.words_of(each)
        yield Deadline(
            uid=f"task-{each.id}",
            summary=f"Hạn nhiệm vụ {each.code}",
            due=each.due,
            sequence=changes.get(each.id, 0),
            description=f"{said.text}\nThời gian thực hiện: {said.deadline}",
            url=f"{links.base_url}/viec/{each.id}",
            cancelled=each.life in _GONE,
        )


def _reports(
    session: Session, view: AsOf, agency: Agency, links: Links, wanted: tuple[ColumnElement[bool], ...]
) -> Iterator[Deadline]:
    row = view.standings()
    standings = select(row.id, row.round_id, row.due, row.state).where(row.agency_id == agency.id)
    opened = {each.round_id: each for each in session.execute(standings)}
    changes = _changes(
        session, view, StandingEvent.standing_id, StandingEvent, [each.id for each in opened.values()]
    )
    rounds = (
        select(Round)
        .join(Decision)
        .where(Decision.directory == agency.directory, *wanted)
        .order_by(Round.due, Round.id)
    )
    for round_ in session.scalars(rounds):
        own = opened.get(round_.id)
        if own is None and agency.code not in round_.expected:
            continue
        yield Deadline(
            uid=f"round-{round_.id}-agency-{agency.id}",
            summary=f"Hạn báo cáo {round_.text}",
            due=own.due if own else round_.due,
            sequence=changes.get(own.id, 0) if own else 0,
            url=f"{links.base_url}/bao-cao/{round_.id}",
            cancelled=own is not None and own.state is Submission.EXEMPT,
        )


def _changes(session: Session, view: AsOf, of: Any, event: Any, numbers: list[int]) -> dict[int, int]:
    """Return how often each was changed by the instant: a number that rises with every change."""
    rows = select(of, func.count()).where(of.in_(numbers), event.recorded_at <= view.moment).group_by(of)
    return dict(session.execute(rows).tuples().all())

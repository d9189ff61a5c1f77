"""An agency's deadlines as of an instant, for the calendar file and for the feed: tasks it leads, reports it owes.

UIDs are those of the file that goes with the assignment, so that a later file moves or cancels the same events.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from documents.calendar_ics import Deadline, calendar_file
from tasks.asof import AsOf
from tasks.errors import NotFoundError
from tasks.models import Agency, Decision, Duty, Life, Round, StandingEvent, Submission, TaskEvent

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
    deadlines = [
        *_tasks(session, view, agency, links, decision),
        *_reports(session, view, agency, links, decision),
    ]
    content = calendar_file(f"Thời hạn của {agency.name}", deadlines, stamp=view.moment, domain=links.domain)
    return content, len(deadlines)


def _tasks(
    session: Session, view: AsOf, agency: Agency, links: Links, decision: str | None
) -> Iterator[Deadline]:
    row = view.tasks()
    rows = (
        select(row.id, row.due, row.life, Duty.code, Duty.text, Duty.deadline)
        .join(Duty, Duty.id == row.duty_id)
        .join(Decision, Decision.id == row.decision_id)
        .where(row.agency_id == agency.id, row.due.is_not(None))
        .order_by(row.due, row.id)
    )
    if decision is not None:
        rows = rows.where(Decision.key == decision)
    found = session.execute(rows).all()
    changes = _changes(session, view, TaskEvent.task_id, TaskEvent, [each.id for each in found])
    for each in found:
        yield Deadline(
            uid=f"task-{each.id}",
            summary=f"Hạn nhiệm vụ {each.code}",
            due=each.due,
            sequence=changes.get(each.id, 0),
            description=f"{each.text}\nThời gian thực hiện: {each.deadline}",
            url=f"{links.base_url}/viec/{each.id}",
            cancelled=each.life in _GONE,
        )


def _reports(
    session: Session, view: AsOf, agency: Agency, links: Links, decision: str | None
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
        .where(Decision.directory == agency.directory)
        .order_by(Round.due, Round.id)
    )
    if decision is not None:
        rounds = rounds.where(Decision.key == decision)
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

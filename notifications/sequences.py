"""How often a deadline moved: the SEQUENCE that lets a later calendar file overrule an earlier one (RFC 5545, 3.8.7.4)."""

from collections import Counter
from collections.abc import Iterable, Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from tasks.among import among
from tasks.models import Amendment, StandingEvent, Task, TaskEvent
from tasks.models.rounds import Standing
from tasks.tracking.transitions import Action

_TURNS = (Action.CANCEL.value, Action.REOPEN.value, Action.TRANSFER.value)


def task_sequences(session: Session, decision: int, agencies: Sequence[int]) -> dict[int, int]:
    """Return for tasks of the agencies how often they moved, ended or came back; those that never did are left out."""
    moved = or_(TaskEvent.from_due.is_distinct_from(TaskEvent.to_due), TaskEvent.action.in_(_TURNS))
    rows = (
        select(TaskEvent.task_id, func.count())
        .join(Task, Task.id == TaskEvent.task_id)
        .where(Task.decision_id == decision, among(Task.agency_id, agencies), moved)
        .group_by(TaskEvent.task_id)
    )
    return dict(session.execute(rows).tuples().all())


def round_sequences(
    session: Session, decision: int, agencies: Iterable[int]
) -> tuple[Counter[str], Counter[tuple[int, int]]]:
    """Return how often amendments moved each round, by code, and how often each agency's own day moved, by (round, agency)."""
    changes = session.scalars(select(Amendment.changes).where(Amendment.decision_id == decision))
    by_code = Counter(row["code"] for each in changes for row in each["rounds"] if row["what"] == "changed")
    rows = session.execute(
        select(Standing.round_id, Standing.agency_id, func.count())
        .join(StandingEvent, StandingEvent.standing_id == Standing.id)
        .where(among(Standing.agency_id, agencies), StandingEvent.from_due != StandingEvent.to_due)
        .group_by(Standing.round_id, Standing.agency_id)
    )
    own = Counter({(round_id, agency): count for round_id, agency, count in rows.tuples()})
    return by_code, own

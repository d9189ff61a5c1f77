"""What each regular run did last, written as it begins and as it ends, for the page and for `dondoc doctor`."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.models import LastRun


def begin_run(session: Session, name: str, place: str, now: datetime) -> None:
    """Record that a run began; when it succeeded last is kept."""
    row = session.get(LastRun, name) or LastRun(name=name, succeeded_at=None)
    row.place, row.started_at, row.ended_at, row.ok, row.said = place, now, None, None, ""
    session.add(row)


def end_run(session: Session, name: str, now: datetime, *, ok: bool, said: str) -> None:
    """Record how the run ended, in one Vietnamese sentence."""
    row = session.get_one(LastRun, name)
    row.ended_at, row.ok, row.said = now, ok, said
    if ok:
        row.succeeded_at = now


def last_runs(session: Session) -> dict[str, LastRun]:
    """Return the last run of each name."""
    return {row.name: row for row in session.scalars(select(LastRun))}

"""The leaders' one page: who is late, what became late, where the rounds stand, how it went since the start."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse
from sqlalchemy import func, select

from catalog.days import HANOI, day_of
from notifications.views import decision_name
from tasks.asof import AsOf, as_of
from tasks.models import Decision, Round, RoundState
from tasks.queries.changes import newly
from tasks.queries.counts import status_counts
from tasks.queries.league import Standing, league
from tasks.queries.lists import Page, overdue
from tasks.rounds.standing import standings_of_rounds
from tasks.status import Status
from web.dates import day_from
from web.viewer import OVERSEERS
from web.visit import Visit, visit_of

router = APIRouter()

FEW = 10  # rows of each list
POINTS = 8  # days that the trend shows, the page's own included
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Point:
    """How it stood at the end of one day."""

    day: date
    counts: dict[Status, int]

    @property
    def done(self) -> int:
        """What is settled: finished, and what did not arise."""
        return sum(self.counts[s] for s in (Status.DONE_ON_TIME, Status.DONE_LATE, Status.NOT_APPLICABLE))


@router.get("/lanh-dao")
def leader(
    visit: Annotated[Visit, Depends(visit_of(*OVERSEERS))],
    since: Annotated[str, Query(alias="tu", max_length=10)] = "",
) -> HTMLResponse:
    """Show the page as of the day asked, with what changed since another."""
    session, view = visit.session, visit.view
    before = day_from(since) or visit.today - WEEK
    before = min(before, visit.today)
    then = _view(visit, before)
    table = league(session, view)
    rounds = session.scalars(
        select(Round).where(Round.state != RoundState.PLANNED).order_by(Round.due, Round.id)
    ).all()
    counts = status_counts(session, view)
    return visit.page(
        "leader.html",
        decisions=[decision_name(row) for row in session.scalars(select(Decision).order_by(Decision.id))],
        since=before,
        counts=counts,
        total=sum(counts.values()),
        worst=[entry for entry in sorted(table, key=_lateness) if entry.overdue][:FEW],
        late_agencies=sum(1 for entry in table if entry.overdue),
        new=newly(session, then, view, (Status.OVERDUE,), page=Page(limit=FEW)),
        longest=overdue(session, view, page=Page(limit=FEW)),
        rounds=[
            (round_.decision.key, standing)
            for round_, standing in zip(rounds, standings_of_rounds(session, rounds, view), strict=True)
        ],
        trend=_trend(visit),
        rate=_rate(table),
        overdue_status=Status.OVERDUE,
    )


def _lateness(entry: Standing) -> tuple[int, float]:
    return -entry.overdue, entry.rate or 0.0


def _rate(table: list[Standing]) -> float | None:
    """Return the on-time rate of all: on time over judged."""
    judged = sum(entry.done_on_time + entry.done_late + entry.overdue for entry in table)
    return sum(entry.done_on_time for entry in table) / judged if judged else None


def _view(visit: Visit, day: date) -> AsOf:
    return as_of(visit.session, datetime.combine(day, time.max, HANOI))


def _trend(visit: Visit) -> list[Point]:
    """Return the weeks since the first activation, the newest at most, oldest first."""
    started = visit.session.scalar(select(func.min(Decision.active_since)))
    if started is None:
        return []
    first = day_of(started)
    days = [visit.today - WEEK * back for back in range(POINTS) if visit.today - WEEK * back >= first]
    return [
        Point(day, status_counts(visit.session, visit.view if day == visit.today else _view(visit, day)))
        for day in reversed(days)
    ]

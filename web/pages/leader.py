"""The leaders' one page: who is late, what became late, where the rounds stand, how it went since the start."""

from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse
from sqlalchemy import select

from catalog.days import HANOI
from notifications.views import decision_name
from tasks.asof import AsOf, as_of
from tasks.models import Decision, Round, RoundState
from tasks.queries.changes import newly
from tasks.queries.counts import status_counts
from tasks.queries.league import Standing, league
from tasks.queries.lists import Page, overdue
from tasks.queries.sections import section_rates
from tasks.rounds.standing import standings_of_rounds
from tasks.status import Status
from web.dates import day_from
from web.paging import PageNumber, Place, offset
from web.trend import trend
from web.viewer import OVERSEERS
from web.visit import Visit, visit_of

router = APIRouter()

FEW = 10  # rows of each list
PAGE = 50  # rows of a list of its own
WEEK = timedelta(days=7)


@router.get("/lanh-dao")
def leader(
    visit: Annotated[Visit, Depends(visit_of(*OVERSEERS))],
    since: Annotated[str, Query(alias="tu", max_length=10)] = "",
) -> HTMLResponse:
    """Show the page as of the day asked, with what changed since another."""
    session, view = visit.session, visit.view
    before = _before(visit, since)
    then = _view(visit, before)
    table = league(session, view, medians=False)
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
            for round_, standing in zip(
                rounds, standings_of_rounds(session, rounds, view, named=False), strict=True
            )
        ],
        trend=trend(visit, counts),
        sections=section_rates(session, view),
        rate=_rate(table),
        overdue_status=Status.OVERDUE,
    )


@router.get("/lanh-dao/moi-qua-han")
def newly_late(
    visit: Annotated[Visit, Depends(visit_of(*OVERSEERS))],
    since: Annotated[str, Query(alias="tu", max_length=10)] = "",
    number: PageNumber = 1,
) -> HTMLResponse:
    """Show everything that became overdue after a day, the longest first."""
    before = _before(visit, since)
    page = Page(PAGE, offset(number, PAGE))
    found = newly(visit.session, _view(visit, before), visit.view, (Status.OVERDUE,), page=page)
    return visit.page("newly_late.html", since=before, new=found, place=Place(number, PAGE, found.total))


def _before(visit: Visit, since: str) -> date:
    """Return the day to compare with: the one asked for, else a week ago."""
    return min(day_from(since) or visit.today - WEEK, visit.today)


def _lateness(entry: Standing) -> tuple[int, float]:
    return -entry.overdue, entry.rate or 0.0


def _rate(table: list[Standing]) -> float | None:
    """Return the on-time rate of all: on time over judged."""
    judged = sum(entry.done_on_time + entry.done_late + entry.overdue for entry in table)
    return sum(entry.done_on_time for entry in table) / judged if judged else None


def _view(visit: Visit, day: date) -> AsOf:
    return as_of(visit.session, datetime.combine(day, time.max, HANOI))

"""The first page: what is late now, what falls due this week, where the rounds stand, what was sent."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select

from notifications.content.kinds import KIND_NAMES
from notifications.delivering.outbox_counts import MailDay, held_back, mails_by_day
from notifications.views import decision_name
from tasks.directory_editing import open_wishes
from tasks.models import Decision, Round, RoundState
from tasks.queries.counts import status_counts
from tasks.queries.due import open_by_duty
from tasks.queries.lists import Page, overdue
from tasks.rounds.standing import RoundStanding, standings_of_rounds
from web.pages.directory import KEEPERS, kept_keys
from web.trend import trend
from web.viewer import EVERYBODY, OVERSEERS
from web.visit import Visit, visit_of

router = APIRouter()

LONGEST = 5  # rows of what is longest overdue
MAIL_DAYS = 45  # days back of the table of mails


@router.get("/")
def overview(visit: Annotated[Visit, Depends(visit_of(*EVERYBODY))]) -> Response:
    """Show everything at a glance; an agency's people are led to their own page."""
    if visit.own_agency:
        return RedirectResponse(visit.link(f"/co-quan/{visit.own_agency}"), status_code=303)
    session, view = visit.session, visit.view
    decisions = session.scalars(select(Decision).order_by(Decision.id)).all()
    rounds = session.scalars(select(Round).order_by(Round.due, Round.id)).all()
    standings = standings_of_rounds(session, rounds, view, named=False)
    week_end = end_of_week(visit.today)
    counts = status_counts(session, view)
    days = mails_by_day(session, visit.today - timedelta(days=MAIL_DAYS), visit.today)
    found = [(round_.decision.key, standing) for round_, standing in zip(rounds, standings, strict=True)]
    return visit.page(
        "overview.html",
        decisions=[(row, decision_name(row)) for row in decisions],
        counts=counts,
        trend=trend(visit, counts),
        late=overdue(session, view, page=Page(limit=LONGEST)),
        late_duties=open_by_duty(session, view, None, visit.today - timedelta(days=1)),
        week=open_by_duty(session, view, visit.today, week_end),
        week_end=week_end,
        rounds=found,
        watched=watched(found),
        wishes=_wishes(visit),
        keeps=visit.viewer.role in KEEPERS,
        mail_days=days,
        kinds=kinds_of(days),
        held_back=held_back(session, visit.today),
    )


@router.get("/dieu-phoi")
def coordination(visit: Annotated[Visit, Depends(visit_of(*OVERSEERS))]) -> RedirectResponse:
    """Lead from the address that the coordinator's mails carry to the first page."""
    return RedirectResponse(visit.link("/"), status_code=303)


def watched(rounds: list[tuple[str, RoundStanding]]) -> list[tuple[str, RoundStanding]]:
    """Return the rounds that still want reports; where none does, the next to open."""
    asked = [entry for entry in rounds if entry[1].state is not RoundState.PLANNED and entry[1].awaited]
    planned = [entry for entry in rounds if entry[1].state is RoundState.PLANNED]
    return asked or sorted(planned, key=lambda entry: entry[1].opens)[:1]


def _wishes(visit: Visit) -> int:
    """Return how many corrections of their entry agencies ask of the viewer."""
    if visit.viewer.role not in KEEPERS or visit.viewer.guest:
        return 0
    return sum(len(open_wishes(visit.session, key)) for key in kept_keys(visit.session, visit.viewer))


def end_of_week(day: date) -> date:
    """Return the Sunday of the week that `day` is in."""
    return day + timedelta(days=6 - day.weekday())


def kinds_of(days: list[MailDay]) -> list[str]:
    """Return the kinds that occur, in the order in which they are always shown."""
    found = {kind for entry in days for kind in entry.kinds}
    return [kind for kind in KIND_NAMES if kind in found] + sorted(found - set(KIND_NAMES))

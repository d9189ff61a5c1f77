"""The pictures: progress week by week, who is on time by agency and by section, how punctual the rounds were."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse
from sqlalchemy import select

from tasks.models import Round, RoundState
from tasks.queries.counts import status_counts
from tasks.queries.league import Standing, league
from tasks.queries.punctuality import EARLY, punctuality
from tasks.queries.sections import section_rates
from tasks.status import Status
from web import drawings
from web.paging import PageNumber, Place, offset
from web.trend import trend
from web.viewer import OVERSEERS
from web.visit import Visit, visit_of

router = APIRouter()

AGENCIES = 20  # rows of a page
SECTIONS = 24
ROUNDS = 12  # the newest


@router.get("/bieu-do")
def pictures(
    visit: Annotated[Visit, Depends(visit_of(*OVERSEERS))],
    order: Annotated[str, Query(alias="xep", max_length=10)] = "",
    page: PageNumber = 1,
) -> HTMLResponse:
    """Show the pictures as of the day asked, each with its table."""
    session, view = visit.session, visit.view
    table = league(session, view, medians=False)
    judged = [entry for entry in table if entry.rate is not None]
    best_first = order == "cao"
    ordered = judged if best_first else sorted(judged, key=_worst)
    first = offset(page, AGENCIES)
    sections = section_rates(session, view)
    opened = select(Round).where(Round.state != RoundState.PLANNED)
    newest = session.scalars(opened.order_by(Round.due.desc(), Round.id.desc()).limit(ROUNDS)).all()
    came = punctuality(session, newest, view)
    rounds = [(round_, came[round_.id]) for round_ in newest if round_.id in came]
    return visit.page(
        "pictures.html",
        points=trend(visit, status_counts(session, view)),
        agencies=ordered[first : first + AGENCIES],
        best_first=best_first,
        unjudged=len(table) - len(judged),
        place=Place(page, AGENCIES, len(judged)),
        sections=[entry for entry in sections if entry.judged][:SECTIONS],
        all_sections=sections,
        rounds=rounds,
        rounds_picture=drawings.rounds_picture([(round_.text, found) for round_, found in rounds]),
        early=EARLY,
        Status=Status,
    )


def _worst(entry: Standing) -> tuple[float, int]:
    return entry.rate or 0.0, -entry.overdue - entry.done_late

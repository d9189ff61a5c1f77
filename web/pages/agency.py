"""One agency: what it has to do, due first, where it stands in the rounds, and the mails it got."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tasks.models import Agency, Message
from tasks.queries import Order, Page, TaskFilter, list_tasks
from tasks.queries_agency import agency_page
from tasks.status import OPEN_STATUSES, Status
from web.paging import PageNumber, Place, offset
from web.viewer import OVERSEERS
from web.visit import Visit, visit_of

router = APIRouter()

SIZE = 50
MAILS = 15
_FINISHED = tuple(status for status in Status if status not in OPEN_STATUSES)


@router.get("/co-quan/{code}")
def agency(
    visit: Annotated[Visit, Depends(visit_of(*OVERSEERS))], code: str, number: PageNumber = 1
) -> HTMLResponse:
    """Show the agency."""
    session, view = visit.session, visit.view
    page = agency_page(session, view, code)
    row = session.scalars(
        select(Agency)
        .where(Agency.code == code)
        .options(selectinload(Agency.contacts), selectinload(Agency.groups))
    ).one()
    to_do = TaskFilter(agency=code, statuses=OPEN_STATUSES)
    done = TaskFilter(agency=code, statuses=_FINISHED)
    listing = list_tasks(session, view, to_do, Page(SIZE, offset(number, SIZE), Order.DUE))
    return visit.page(
        "agency.html",
        agency=row,
        counts=page.counts,
        rounds=page.rounds,
        listing=listing,
        place=Place(number, SIZE, listing.total),
        done=list_tasks(session, view, done, Page(SIZE, 0, Order.DUE)),
        mails=_mails(visit, row),
    )


def _mails(visit: Visit, agency: Agency) -> list[Message]:
    rows = (
        select(Message)
        .where(Message.agency_id == agency.id, Message.speaks_for <= visit.today)
        .order_by(Message.speaks_for.desc(), Message.id.desc())
        .limit(MAILS)
    )
    return list(visit.session.scalars(rows))

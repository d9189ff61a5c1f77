"""The list of tasks: filtered, searched without accents, sorted, paged."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from tasks.queries import Page, list_tasks
from tasks.queries_counts import status_counts
from tasks.status import Status
from web.paging import PageNumber, Place, offset
from web.task_filters import Asked, asked_filters, choices
from web.viewer import EVERYBODY
from web.visit import Visit, visit_of

router = APIRouter()

SIZE = 50  # rows of a page


@router.get("/viec")
def tasks(
    visit: Annotated[Visit, Depends(visit_of(*EVERYBODY))],
    asked: Annotated[Asked, Depends(asked_filters)],
    number: PageNumber = 1,
) -> HTMLResponse:
    """Show one page of the tasks that the filters leave; an agency's people see their own."""
    if visit.own_agency:
        asked = replace(asked, agency=visit.own_agency)
    page = Page(SIZE, offset(number, SIZE), asked.order)
    listing = list_tasks(visit.session, visit.view, asked.wanted, page)
    return visit.page(
        "tasks.html",
        asked=asked,
        choices=choices(visit.session, asked.decision),
        listing=listing,
        counts=status_counts(visit.session, visit.view, asked.wanted),
        place=Place(number, SIZE, listing.total),
        statuses=list(Status),
    )

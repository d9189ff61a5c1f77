"""The list of tasks: filtered, searched without accents, sorted, paged."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, Response

from documents.workbooks.workbook_exports import export_tasks
from tasks.actors import Role
from tasks.queries.counts import status_counts
from tasks.queries.lists import Page, list_tasks
from tasks.status import Status
from web.downloads import EXCEL, made
from web.limits import EXPORT
from web.paging import PageNumber, Place, offset
from web.task_deeds import BULK
from web.task_filters import Asked, choices, filters_of, with_agency_named
from web.viewer import EVERYBODY
from web.visit import Visit, visit_of

router = APIRouter()

SIZE = 50  # rows of a page
COORDINATING = (Role.ADMINISTRATOR, Role.COORDINATOR)


@router.get("/viec/excel", dependencies=[Depends(EXPORT)])
def workbook(
    visit: Annotated[Visit, Depends(visit_of(*EVERYBODY))], asked: Annotated[Asked, Depends(filters_of)]
) -> Response:
    """Return what the filters leave as a workbook; an agency's people get their own."""
    wanted = _within(visit, asked).wanted
    return made("nhiem-vu.xlsx", EXCEL, lambda path: export_tasks(visit.session, visit.view, wanted, path))


@router.get("/viec")
def tasks(
    visit: Annotated[Visit, Depends(visit_of(*EVERYBODY))],
    asked: Annotated[Asked, Depends(filters_of)],
    number: PageNumber = 1,
) -> HTMLResponse:
    """Show one page of the tasks that the filters leave; an agency's people see their own."""
    asked = _within(visit, asked)
    page = Page(SIZE, offset(number, SIZE), asked.order)
    listing = list_tasks(visit.session, visit.view, asked.wanted, page)
    return visit.page(
        "tasks.html",
        asked=asked,
        choices=choices(visit.session, asked.decision, visit.viewer),
        listing=listing,
        counts=status_counts(visit.session, visit.view, asked.wanted),
        place=Place(number, SIZE, listing.total),
        statuses=list(Status),
        bulk=() if visit.asked_day or visit.viewer.role not in COORDINATING else BULK,
        filters=visit.request.url.query,
    )


def _within(visit: Visit, asked: Asked) -> Asked:
    """Return the filters, for an agency's people those of their own."""
    if visit.viewer.own_id is not None:
        return asked.kept_to(visit.viewer.own_id)
    return with_agency_named(visit.session, asked)

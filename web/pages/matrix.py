"""The matrix of duties by agencies: colour and word in each cell, folded by group of agencies, paged."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import select

from documents.workbooks.workbook_exports import export_matrix
from notifications.views import decision_name
from tasks.errors import NotFoundError
from tasks.models import Decision
from tasks.queries.lists import Page
from tasks.queries.matrix import matrix
from tasks.status import Status
from web.downloads import EXCEL, made
from web.limits import EXPORT
from web.paging import PageNumber, Place, offset
from web.task_filters import Asked, choices, filters_of
from web.viewer import OVERSEERS
from web.visit import Visit, visit_of

router = APIRouter()

SIZE = 60  # agencies of a page: with 28 duties about 120 KB
SHORT = {
    Status.CANCELLED: "Hủy",
    Status.NOT_APPLICABLE: "KPS",
    Status.DONE_ON_TIME: "Xong",
    Status.DONE_LATE: "Xong trễ",
    Status.AWAITING_CONFIRMATION: "Chờ XN",
    Status.NO_DATE: "Chưa hạn",
    Status.OVERDUE: "Quá hạn",
    Status.DUE_SOON: "Sắp hạn",
    Status.OPEN: "Đang làm",
}


@router.get("/ma-tran")
def newest(visit: Annotated[Visit, Depends(visit_of(*OVERSEERS))]) -> RedirectResponse:
    """Lead to the newest decision's matrix."""
    key = visit.session.scalar(select(Decision.key).order_by(Decision.id.desc()).limit(1))
    if key is None:
        raise NotFoundError("Chưa có quyết định nào được nạp nên chưa có ma trận.")
    return RedirectResponse(visit.link(f"/ma-tran/{key}"), status_code=303)


@router.get("/ma-tran/{key}")
def one(
    visit: Annotated[Visit, Depends(visit_of(*OVERSEERS))],
    asked: Annotated[Asked, Depends(filters_of)],
    key: str,
    number: PageNumber = 1,
) -> HTMLResponse:
    """Show a page of a decision's matrix."""
    decision = _decision(visit, key)
    asked = asked.of_decision(key)
    found = matrix(visit.session, visit.view, asked.wanted, Page(SIZE, offset(number, SIZE)))
    return visit.page(
        "matrix.html",
        decision=decision,
        decision_name=decision_name(decision),
        asked=asked,
        choices=choices(visit.session, key),
        matrix=found,
        short=SHORT,
        statuses=list(Status),
        place=Place(number, SIZE, found.total),
        query=visit.request.url.query,
    )


@router.get("/ma-tran/{key}/excel", dependencies=[Depends(EXPORT)])
def workbook(
    visit: Annotated[Visit, Depends(visit_of(*OVERSEERS))],
    asked: Annotated[Asked, Depends(filters_of)],
    key: str,
) -> Response:
    """Return the whole matrix of the filter as a workbook."""
    _decision(visit, key)
    wanted = asked.of_decision(key).wanted
    return made(
        f"ma-tran-{key}.xlsx", EXCEL, lambda path: export_matrix(visit.session, visit.view, wanted, path)
    )


def _decision(visit: Visit, key: str) -> Decision:
    found = visit.session.scalar(select(Decision).where(Decision.key == key))
    if found is None:
        raise NotFoundError("Không có quyết định này.")
    return found

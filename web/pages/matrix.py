"""The matrix of duties by agencies: colour and word in each cell, folded by group; a group that is unfolded is paged."""

from collections.abc import Sequence
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import select

from documents.workbooks.workbook_exports import export_matrix
from notifications.views import decision_name
from tasks.errors import NotFoundError
from tasks.models import Decision
from tasks.queries.lists import Page
from tasks.queries.matrix import matrix
from tasks.queries.matrix_groups import NO_GROUP, agencies_of, group_lines
from tasks.status import Status
from web.downloads import EXCEL, made
from web.limits import EXPORT
from web.paging import PageNumber, Place, offset
from web.task_filters import Asked, choices, filters_of
from web.viewer import OVERSEERS
from web.visit import Visit, visit_of

router = APIRouter()

SIZE = 60  # agencies of a page: with 28 duties about 100 KB
ALL, NO_ONE = "tat-ca", "khac"  # unfolded in the address: every agency; those in no group
SHORT = {
    Status.CANCELLED: "Hủy",
    Status.NOT_APPLICABLE: "KPS",
    Status.DONE_ON_TIME: "Xong",
    Status.DONE_LATE: "Trễ",
    Status.AWAITING_CONFIRMATION: "Chờ",
    Status.NO_DATE: "Chưa",
    Status.OVERDUE: "Quá",
    Status.DUE_SOON: "Sắp",
    Status.OPEN: "Đang",
}
"""Words that 28 columns have room for on a laptop; the legend says them in full."""
MOST_TELLING = (
    Status.OVERDUE,
    Status.DUE_SOON,
    Status.AWAITING_CONFIRMATION,
    Status.NO_DATE,
    Status.OPEN,
    Status.DONE_LATE,
    Status.DONE_ON_TIME,
    Status.NOT_APPLICABLE,
    Status.CANCELLED,
)
"""What a folded group says of a duty: the first of these that any of its agencies has."""


@router.get("/ma-tran")
def newest(visit: Annotated[Visit, Depends(visit_of(*OVERSEERS))]) -> RedirectResponse:
    """Lead to the newest decision's matrix."""
    key = visit.session.scalar(select(Decision.key).order_by(Decision.id.desc()).limit(1))
    if key is None:
        raise NotFoundError(
            "Chưa có quyết định nào được nạp nên chưa có ma trận. Cơ quan đôn đốc nhập ở mục Quyết định › Nhập quyết định."
        )
    return RedirectResponse(visit.link(f"/ma-tran/{key}"), status_code=303)


@router.get("/ma-tran/{key}")
def one(
    visit: Annotated[Visit, Depends(visit_of(*OVERSEERS))],
    asked: Annotated[Asked, Depends(filters_of)],
    key: str,
    unfolded: Annotated[str, Query(alias="mo", max_length=80)] = "",
    number: PageNumber = 1,
) -> HTMLResponse:
    """Show a decision's matrix folded by groups, with the agencies of one group, or of all, unfolded."""
    decision = _decision(visit, key)
    asked = asked.of_decision(key)
    groups = group_lines(visit.session, visit.view, asked.wanted)
    if len(groups) == 1 or asked.group:
        unfolded = unfolded or ALL
    among = None if unfolded == ALL else agencies_of(NO_GROUP if unfolded == NO_ONE else unfolded)
    size = SIZE if unfolded else 0
    found = matrix(visit.session, visit.view, asked.wanted, Page(size, offset(number, size)), among)
    return visit.page(
        "matrix.html",
        decision=decision,
        decision_name=decision_name(decision),
        asked=asked,
        choices=choices(visit.session, key, visit.viewer),
        matrix=found,
        sections=_sections(found.sections, decision),
        groups=groups,
        unfolded=unfolded,
        agencies=sum(group.agencies for group in groups),
        telling=_telling,
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


def _telling(counts: dict[Status, int]) -> tuple[Status, int, int]:
    """Return what a group says of a duty: the status, how many of its agencies have it, and of how many."""
    status = next(status for status in MOST_TELLING if status in counts)
    return status, counts[status], sum(counts.values())


def _sections(codes: Sequence[str], decision: Decision) -> list[tuple[str, str, int]]:
    """Return the sections over the columns: code, title, how many columns each spans."""
    titles = {entry["code"]: entry["title"] for entry in decision.document.get("sections", ())}
    return [
        (section, titles.get(section, ""), sum(1 for _ in columns)) for section, columns in groupby(codes)
    ]


def _decision(visit: Visit, key: str) -> Decision:
    found = visit.session.scalar(select(Decision).where(Decision.key == key))
    if found is None:
        raise NotFoundError("Không có quyết định này.")
    return found

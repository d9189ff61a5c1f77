"""The directory: whole for the coordinator, for an agency itself."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from catalog.text import search_key
from tasks.accounts.tokens import Scope
from tasks.models import Agency as Stored
from tasks.models import Group
from tasks.queries.counts import status_counts
from tasks.queries.filters import TaskFilter
from web.api.calls import AskedSpan, ReadsNow, ReadsThen
from web.api.fields import AgencyCode, Code, InDirectory
from web.api.operations import operation
from web.api.schemas.agencies import Agency, AgencyDetail, AgencyPage, agency_columns
from web.reading import readable_agency

router = APIRouter(tags=["agencies"])


@router.get("/agencies", **operation("listAgencies", Scope.AGENCIES_READ, AgencyPage, "Liệt kê cơ quan"))
def agencies(
    call: ReadsNow,
    span: AskedSpan,
    group: Annotated[Code | None, Query(description="Mã nhóm cơ quan.")] = None,
    q: Annotated[str, Query(max_length=120, description="Tìm theo tên, không cần dấu.")] = "",
    directory: InDirectory = None,
) -> Response:
    """Trả về các cơ quan theo thứ tự chữ cái; khóa của một cơ quan chỉ thấy chính nó."""
    rows = select(Stored)
    if call.caller.viewer.own_id is not None:
        rows = rows.where(Stored.id == call.caller.viewer.own_id)
    if directory:
        rows = rows.where(Stored.directory == directory)
    if group:
        rows = rows.where(Stored.groups.any(Group.code == group))
    if key := search_key(q):
        rows = rows.where(Stored.search_key.contains(key))
    total = call.session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    in_order = rows.options(selectinload(Stored.groups)).order_by(Stored.sort_key, Stored.id)
    found = call.session.scalars(in_order.limit(span.limit).offset(span.offset))
    items = tuple(Agency(**agency_columns(row)) for row in found)
    return call.page(AgencyPage(total=total, next=span.next(total), items=items), span)


@router.get(
    "/agencies/{agency}", **operation("getAgency", Scope.AGENCIES_READ, AgencyDetail, "Đọc một cơ quan")
)
def agency(call: ReadsThen, agency: AgencyCode, directory: InDirectory = None) -> Response:
    """Trả về một cơ quan với số nhiệm vụ theo tình trạng; khóa của một cơ quan chỉ đọc được chính nó."""
    row = readable_agency(call.session, call.caller.viewer, agency, directory)
    counts = status_counts(call.session, call.view, TaskFilter(agency_id=row.id))
    return call.answer(AgencyDetail(**agency_columns(row), counts=counts))

"""The rows of the decisions' lists: all of them for the coordinator, for an agency those that it leads or supports."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from sqlalchemy import func, select

from catalog.text import search_key
from tasks.accounts.tokens import Scope
from tasks.errors import NotFoundError
from tasks.models import Agency, Decision, Supporter
from tasks.models import Duty as Stored
from tasks.queries.counts import status_counts
from tasks.queries.filters import TaskFilter
from tasks.queries.lists import Order
from web.api.calls import AskedSpan, Reading, ReadsNow, ReadsThen
from web.api.fields import Code, DecisionKey, DutyCode
from web.api.operations import operation
from web.api.resources.tasks import page_of
from web.api.schemas.catalog import Duty, DutyDetail, DutyPage, Supporting, duty_columns
from web.api.schemas.tasks import TaskPage
from web.reading import NO_TASK, readable_duties, reads_whole_duty

router = APIRouter(tags=["decisions"])


@router.get("/duties", **operation("listDuties", Scope.CATALOG_READ, DutyPage, "Liệt kê danh mục nhiệm vụ"))
def duties(
    call: ReadsNow,
    span: AskedSpan,
    decision: Annotated[Code | None, Query(description="Mã quyết định.")] = None,
    section: Annotated[Code | None, Query(description="Phần của danh mục.")] = None,
    q: Annotated[str, Query(max_length=120, description="Tìm trong nhiệm vụ, không cần dấu.")] = "",
) -> Response:
    """Trả về các dòng của danh mục theo thứ tự của quyết định."""
    met = readable_duties(call.caller.viewer)
    if decision:
        met.append(Decision.key == decision)
    if section:
        met.append(Stored.section == section)
    if key := search_key(q):
        met.append(Stored.search_key.contains(key))
    rows = select(Decision.key, Stored).join(Decision, Decision.id == Stored.decision_id).where(*met)
    total = call.session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    in_order = rows.order_by(Stored.decision_id, Stored.position, Stored.id)
    found = call.session.execute(in_order.limit(span.limit).offset(span.offset)).tuples()
    items = tuple(Duty(**duty_columns(*entry)) for entry in found)
    return call.page(DutyPage(total=total, next=span.next(total), items=items), span)


@router.get(
    "/duties/{decision}/{duty}",
    **operation("getDuty", Scope.CATALOG_READ, DutyDetail, "Đọc một dòng của danh mục"),
)
def duty(call: ReadsThen, decision: DecisionKey, duty: DutyCode) -> Response:
    """Trả về một dòng của danh mục với số nhiệm vụ theo tình trạng."""
    row = _find(call, decision, duty)
    whole, wanted = _readable(call, decision, row)
    return call.answer(
        DutyDetail(
            **duty_columns(decision, row),
            supporters=_supporters(call, row),
            whole=whole,
            counts=status_counts(call.session, call.view, wanted),
        )
    )


@router.get(
    "/duties/{decision}/{duty}/tasks",
    **operation("listDutyTasks", Scope.TASKS_READ, TaskPage, "Liệt kê nhiệm vụ của một dòng danh mục"),
)
def duty_tasks(call: ReadsThen, span: AskedSpan, decision: DecisionKey, duty: DutyCode) -> Response:
    """Trả về nhiệm vụ của mọi cơ quan chủ trì, khi cơ quan có khóa được nêu đích danh là phối hợp; nếu không, của riêng nó."""
    _, wanted = _readable(call, decision, _find(call, decision, duty))
    return page_of(call, span, wanted, Order.LIST)


def _find(call: Reading, decision: str, duty: str) -> Stored:
    rows = select(Stored).join(Decision).where(Decision.key == decision, Stored.code == duty)
    found = call.session.scalar(rows)
    if found is None:
        raise NotFoundError(NO_TASK)
    return found


def _readable(call: Reading, decision: str, row: Stored) -> tuple[bool, TaskFilter]:
    whole = reads_whole_duty(call.session, call.caller.viewer, row)
    own = None if whole else call.caller.viewer.own_id
    return whole, TaskFilter(decision=decision, duty=row.code, agency_id=own)


def _supporters(call: Reading, row: Stored) -> tuple[Supporting, ...]:
    found = (
        select(Agency.code, Agency.name, Supporter.role)
        .join(Supporter, Supporter.agency_id == Agency.id)
        .where(Supporter.duty_id == row.id)
        .order_by(Supporter.role.desc(), Agency.sort_key)
    )
    return tuple(
        Supporting(agency=code, agency_name=name, role=role)
        for code, name, role in call.session.execute(found).tuples()
    )

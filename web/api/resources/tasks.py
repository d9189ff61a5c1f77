"""Lists of tasks and one task with its history."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from sqlalchemy.orm import Session

from tasks.accounts.accounts import find_agency
from tasks.accounts.tokens import Scope
from tasks.asof import AsOf
from tasks.errors import NotFoundError
from tasks.queries.filters import TaskFilter
from tasks.queries.lists import Order, Page, list_tasks
from tasks.queries.task import task_history
from tasks.status import Status
from web.api.admission import Caller
from web.api.calls import AskedSpan, Reading, ReadsThen
from web.api.fields import AgencyWord, Code, Day, RowNumber
from web.api.operations import operation
from web.api.paging import Span
from web.api.problems import ApiProblem, Kind, ProblemFault
from web.api.schemas.tasks import TaskDetail, TaskPage, detail_of, task_of
from web.reading import readable_task

router = APIRouter(tags=["tasks"])


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of one request."""

    wanted: TaskFilter
    order: Order


def asked_of(
    status: Annotated[
        list[Status] | None, Query(description="Tình trạng tại ngày xem; ghi nhiều lần cho nhiều tình trạng.")
    ] = None,
    decision: Annotated[Code | None, Query(description="Mã quyết định.")] = None,
    section: Annotated[Code | None, Query(description="Phần của danh mục.")] = None,
    duty: Annotated[Code | None, Query(description="Mã nhiệm vụ trong danh mục.")] = None,
    agency: Annotated[
        AgencyWord | None,
        Query(
            description="Mã cơ quan chủ trì, có thể ghi danh bạ/mã khi mã có trong nhiều danh bạ; "
            "khóa của một cơ quan chỉ hỏi được chính cơ quan đó."
        ),
    ] = None,
    group: Annotated[Code | None, Query(description="Mã nhóm cơ quan.")] = None,
    due_from: Annotated[Day | None, Query(description="Hạn từ ngày này.")] = None,
    due_to: Annotated[Day | None, Query(description="Hạn đến hết ngày này.")] = None,
    q: Annotated[
        str, Query(max_length=120, description="Tìm trong nhiệm vụ và cơ quan, không cần dấu.")
    ] = "",
    order: Annotated[
        Order, Query(description="list: theo danh mục; due: hạn sớm nhất trước, không hạn ở cuối.")
    ] = Order.LIST,
) -> Asked:
    """Return the filters as the query knows them."""
    wanted = TaskFilter(
        decision, agency, duty, section, group, tuple(dict.fromkeys(status or ())), q, due_from, due_to
    )
    return Asked(wanted, order)


@router.get("/tasks", **operation("listTasks", Scope.TASKS_READ, TaskPage, "Liệt kê nhiệm vụ"))
def tasks(call: ReadsThen, span: AskedSpan, asked: Annotated[Asked, Depends(asked_of)]) -> Response:
    """Trả về một trang nhiệm vụ theo bộ lọc. Khóa của một cơ quan thấy nhiệm vụ mà cơ quan đó chủ trì."""
    return page_of(call, span, kept_to(_meant(call.session, asked.wanted), call.caller), asked.order)


@router.get("/tasks/{number}", **operation("getTask", Scope.TASKS_READ, TaskDetail, "Đọc một nhiệm vụ"))
def task(call: ReadsThen, number: RowNumber) -> Response:
    """Trả về một nhiệm vụ với lịch sử: của cơ quan, mà cơ quan xác nhận, hoặc được nêu đích danh là phối hợp."""
    return call.answer(readable_detail(call.session, call.view, call.caller, number))


def readable_detail(session: Session, view: AsOf, caller: Caller, number: int) -> TaskDetail:
    """Return the task. Raises NotFoundError, also for one that the caller may not read."""
    readable_task(session, caller.viewer, number)
    return detail_of(task_history(session, view, number))


def _meant(session: Session, wanted: TaskFilter) -> TaskFilter:
    """Return the filter with the one agency that "directory/code" names. Raises ApiProblem where there is none."""
    if "/" not in (wanted.agency or ""):
        return wanted
    try:
        return replace(wanted, agency=None, agency_id=find_agency(session, wanted.agency or "").id)
    except NotFoundError:
        said = f"Không có cơ quan nào có mã {wanted.agency}."
        raise ApiProblem(Kind.REFUSED, said, [ProblemFault(detail=said, parameter="agency")]) from None


def kept_to(wanted: TaskFilter, caller: Caller) -> TaskFilter:
    """Return the filter within what the caller reads. Raises ApiProblem when it names another agency."""
    own = caller.viewer.own_id
    if own is None:
        return wanted
    if wanted.agency not in {None, caller.own_agency} or wanted.agency_id not in {None, own}:
        raise ApiProblem(Kind.FORBIDDEN, f"Khóa này chỉ xem được nhiệm vụ của cơ quan {caller.own_agency}.")
    return replace(wanted, agency=None, agency_id=own)


def page_of(call: Reading, span: Span, wanted: TaskFilter, order: Order) -> Response:
    """Return a page of tasks. A code that names nothing is refused, so that a slip is not an empty list."""
    try:
        found = list_tasks(call.session, call.view, wanted, Page(span.limit, span.offset, order))
    except NotFoundError as unknown:
        raise ApiProblem(Kind.REFUSED, str(unknown).replace("\n", " ")) from None
    items = tuple(task_of(row) for row in found.items)
    return call.page(TaskPage(total=found.total, next=span.next(found.total), items=items), span)

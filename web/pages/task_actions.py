"""Forms about tasks: on a task's own page, and on many at once with a preview first."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from tasks.actors import Role
from tasks.errors import DomainError
from tasks.queries.lists import Page, list_tasks, tasks_by_id
from tasks.tracking.extensions import ask_extension, grant_extension, refuse_extension
from web.act import Act, Work, act_of
from web.auth import own_path
from web.errors import refusals_of as sentences_of
from web.errors import status_of_refusal
from web.forms import Typed
from web.pages.task import RowNumber, task_page
from web.reading import readable_task
from web.task_deeds import MOST, carry_out, read_request, refusals_of, stamp
from web.task_deeds import Request as Asked
from web.task_filters import filters_of, with_agency_named
from web.visit import visit_after
from web.words import ACTIONS

router = APIRouter()

DOERS = (Role.ADMINISTRATOR, Role.COORDINATOR, Role.AGENCY)
_SAID = {"declare": "bao", "declare_not_applicable": "bao", "confirm": "xac-nhan", "return": "tra-lai"}


@router.post("/viec/{number}/thao-tac")
def act_on_one(act: Annotated[Act, Depends(act_of(*DOERS))], number: RowNumber) -> Response:
    """Do what the form on a task's page asks."""
    typed = act.typed()
    with visit_after(act) as visit:
        readable_task(visit.session, act.viewer, number)
    request = read_request(act, typed, [number])
    if typed.faults:
        return _again(act, number, typed, 422)

    def work(session: Session) -> str:
        carry_out(session, request, act)
        return f"/viec/{number}?da={_SAID.get(request.action.value, 'xong')}"

    try:
        return act.perform(request.label, f"Nhiệm vụ số {number}", work, request.grounds.reason)
    except DomainError as refusal:
        typed.faults["chung"] = "\n".join(sentences_of(refusal))
        return _again(act, number, typed, status_of_refusal(refusal))


@router.post("/viec/xem-truoc")
def preview(act: Annotated[Act, Depends(act_of(*DOERS))]) -> Response:
    """Show what a deed asked of a list would do, task by task, and which it would be refused for."""
    typed = act.typed()
    request = read_request(act, typed, _chosen(act, typed))
    return _preview(act, typed, request, 422 if typed.faults else 200)


@router.post("/viec/thao-tac")
def act_on_many(act: Annotated[Act, Depends(act_of(*DOERS))]) -> Response:
    """Do what was previewed, to all or none."""
    typed = act.typed()
    request = read_request(act, typed, act.numbers("so"))
    back = own_path(typed.of("ve"))
    if typed.faults:
        return _preview(act, typed, request, 422)

    def work(session: Session) -> str:
        carry_out(session, request, act)
        return f"{back}{'&' if '?' in back else '?'}da=xong"

    try:
        return act.perform(
            request.label, f"{len(request.ids)} nhiệm vụ", work, ", ".join(map(str, request.ids))
        )
    except DomainError as refusal:
        typed.faults["chung"] = "\n".join(sentences_of(refusal)[:20])
        return _preview(act, typed, request, status_of_refusal(refusal))


@router.post("/viec/{number}/xin-gia-han")
def ask(act: Annotated[Act, Depends(act_of(*DOERS))], number: RowNumber) -> Response:
    """Ask for a later day."""
    typed = act.typed()
    to = typed.day("xin-den", "ngày xin gia hạn đến", required=True)
    reason = typed.text("ly-do-xin", "lý do xin gia hạn", required=True)
    if typed.faults or to is None:
        return _again(act, number, typed, 422)

    def work(session: Session) -> str:
        readable_task(session, act.viewer, number)
        ask_extension(session, number, to, reason, act.actor, act.now)
        return f"/viec/{number}?da=bao"

    return _extension(act, number, typed, "Xin gia hạn", work)


@router.post("/viec/{number}/tra-loi-gia-han")
def answer(act: Annotated[Act, Depends(act_of(*DOERS))], number: RowNumber) -> Response:
    """Grant or refuse the request that waits."""
    typed = act.typed()
    reason, granted = typed.text("tra-loi", "ý kiến trả lời"), typed.of("dong-y") == "1"

    def work(session: Session) -> str:
        readable_task(session, act.viewer, number)
        answering = grant_extension if granted else refuse_extension
        answering(session, number, act.actor, act.now, reason)
        return f"/viec/{number}?da=xong"

    return _extension(act, number, typed, "Cho gia hạn" if granted else "Từ chối gia hạn", work)


def _extension(act: Act, number: int, typed: Typed, deed: str, work: Work) -> Response:
    try:
        return act.perform(deed, f"Nhiệm vụ số {number}", work)
    except DomainError as refusal:
        typed.faults["gia-han"] = "\n".join(sentences_of(refusal))
        return _again(act, number, typed, status_of_refusal(refusal))


def _again(act: Act, number: int, typed: Typed, status: int) -> Response:
    with visit_after(act) as visit:
        return task_page(visit, number, typed, status)


def _chosen(act: Act, typed: Typed) -> list[int]:
    """Return the tasks ticked, or all that the list's filter leaves."""
    if typed.of("pham-vi") != "loc":
        return act.numbers("so")
    asked = filters_of(Request({"type": "http", "query_string": typed.of("loc").encode(), "headers": []}))
    with visit_after(act) as visit:
        asked = asked.kept_to(visit.viewer.own_id)
        wanted = with_agency_named(visit.session, asked).wanted
        found = list_tasks(visit.session, visit.view, wanted, Page(limit=MOST + 1))
    return [row.id for row in found.items]


def _preview(act: Act, typed: Typed, request: Asked, status: int) -> Response:
    with visit_after(act) as visit:
        rows = tasks_by_id(visit.session, visit.view, list(request.ids))
        stored = [readable_task(visit.session, act.viewer, row.id) for row in rows[:MOST]]
        refused = [] if typed.faults else refusals_of(visit.session, request, act.actor, act)
        return visit.page(
            "preview.html",
            status,
            typed=typed,
            request=request,
            rows=rows,
            stamps={task.id: stamp(task) for task in stored},
            refused=[str(one) for one in refused],
            back=own_path(typed.of("ve")),
            label=ACTIONS[request.action.value],
        )

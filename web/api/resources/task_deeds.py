"""What other systems do with a task: for the agency that leads it, or for the body that confirms it."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.accounts.tokens import Scope
from tasks.asof import AsOf, after_acting
from tasks.models import Task
from tasks.tracking import tracker
from tasks.tracking.changes import Grounds
from tasks.tracking.extending import extend
from tasks.tracking.extensions import ask_extension, grant_extension, refuse_extension
from tasks.tracking.transitions import Action
from web.api.calls import Writes, Writing
from web.api.fields import RowNumber
from web.api.operations import operation
from web.api.resources.tasks import readable_detail
from web.api.schemas.tasks import (
    Confirmation,
    Declaration,
    ExtensionAnswer,
    LaterDay,
    NotApplicable,
    SendingBack,
    Start,
    TaskDetail,
)
from web.words import ACTIONS

router = APIRouter(tags=["tasks"])


def _deed(name: str, scope: Scope, summary: str) -> dict[str, Any]:
    return operation(name, scope, TaskDetail, summary)


@router.post("/tasks/{number}/start", **_deed("startTask", Scope.TASKS_WRITE, "Bắt đầu thực hiện"))
def start(call: Writes, number: RowNumber, said: Start) -> Response:
    """Ghi rằng cơ quan đã bắt đầu."""
    return _tracked(call, number, Action.START, tracker.start, Grounds(said.reason))


@router.post("/tasks/{number}/declare", **_deed("declareTask", Scope.TASKS_WRITE, "Báo hoàn thành"))
def declare(call: Writes, number: RowNumber, said: Declaration) -> Response:
    """Thay cơ quan báo hoàn thành; chờ cơ quan đôn đốc xác nhận."""
    grounds = Grounds(said.reason, said.document_number, said.document_date)
    return _tracked(call, number, Action.DECLARE, tracker.declare, grounds)


@router.post(
    "/tasks/{number}/declare-not-applicable",
    **_deed("declareTaskNotApplicable", Scope.TASKS_WRITE, "Báo không phát sinh"),
)
def declare_not_applicable(call: Writes, number: RowNumber, said: NotApplicable) -> Response:
    """Thay cơ quan báo rằng nhiệm vụ không phát sinh; chờ cơ quan đôn đốc xác nhận."""
    action = Action.DECLARE_NOT_APPLICABLE
    return _tracked(call, number, action, tracker.declare_not_applicable, Grounds(said.reason))


@router.post("/tasks/{number}/confirm", **_deed("confirmTask", Scope.TASKS_CONFIRM, "Xác nhận"))
def confirm(call: Writes, number: RowNumber, said: Confirmation) -> Response:
    """Xác nhận điều cơ quan đã báo; người hay khóa đã báo không tự xác nhận được."""
    grounds = Grounds(said.reason, said.document_number, said.document_date, said.counted_on)
    return _tracked(call, number, Action.CONFIRM, tracker.confirm, grounds)


@router.post("/tasks/{number}/return", **_deed("returnTask", Scope.TASKS_CONFIRM, "Trả lại"))
def send_back(call: Writes, number: RowNumber, said: SendingBack) -> Response:
    """Trả lại điều cơ quan đã báo, có lý do; cơ quan được báo bằng thư."""
    return _tracked(call, number, Action.RETURN, tracker.return_, Grounds(said.reason))


@router.post("/tasks/{number}/cancel", **_deed("cancelTask", Scope.TASKS_CONFIRM, "Hủy nhiệm vụ"))
def cancel(call: Writes, number: RowNumber, said: SendingBack) -> Response:
    """Hủy nhiệm vụ chưa kết thúc, có lý do."""
    return _tracked(call, number, Action.CANCEL, tracker.cancel, Grounds(said.reason))


@router.post("/tasks/{number}/reopen", **_deed("reopenTask", Scope.TASKS_CONFIRM, "Mở lại nhiệm vụ"))
def reopen(call: Writes, number: RowNumber, said: SendingBack) -> Response:
    """Mở lại nhiệm vụ đã hoàn thành, không phát sinh hoặc đã hủy, có lý do; việc đôn đốc bắt đầu lại."""
    return _tracked(call, number, Action.REOPEN, tracker.reopen, Grounds(said.reason))


@router.post("/tasks/{number}/extend", **_deed("extendTask", Scope.TASKS_CONFIRM, "Cho gia hạn"))
def give_later_day(call: Writes, number: RowNumber, said: LaterDay) -> Response:
    """Cho một hạn muộn hơn khi cơ quan không xin; cơ quan được báo bằng thư."""
    return _changed(
        call,
        number,
        ACTIONS[Action.EXTEND.value],
        lambda session: extend(session, [number], said.to, said.reason, call.actor, call.now),
        said.reason,
    )


@router.post("/tasks/{number}/ask-extension", **_deed("askTaskExtension", Scope.TASKS_WRITE, "Xin gia hạn"))
def ask_later_day(call: Writes, number: RowNumber, said: LaterDay) -> Response:
    """Thay cơ quan xin gia hạn; chờ cơ quan đôn đốc trả lời."""
    return _changed(
        call,
        number,
        "Xin gia hạn",
        lambda session: ask_extension(session, number, said.to, said.reason, call.actor, call.now),
        said.reason,
    )


@router.post(
    "/tasks/{number}/answer-extension",
    **_deed("answerTaskExtension", Scope.TASKS_CONFIRM, "Trả lời đề nghị gia hạn"),
)
def answer_extension(call: Writes, number: RowNumber, said: ExtensionAnswer) -> Response:
    """Đồng ý hoặc từ chối (phải có lý do) đề nghị gia hạn đang chờ; cơ quan được báo bằng thư."""
    answering = grant_extension if said.granted else refuse_extension
    return _changed(
        call,
        number,
        "Cho gia hạn" if said.granted else "Từ chối gia hạn",
        lambda session: answering(session, number, call.actor, call.now, said.reason),
        said.reason,
    )


Tracked = Callable[..., list[Task]]


def _tracked(call: Writing, number: int, action: Action, do: Tracked, grounds: Grounds) -> Response:
    return _changed(
        call,
        number,
        ACTIONS[action.value],
        lambda session: do(session, [number], call.actor, call.now, grounds),
        grounds.reason,
    )


def _changed(call: Writing, number: int, deed: str, do: Callable[[Session], object], reason: str) -> Response:
    """Do it to a task that is still as If-Match says; the row is held meanwhile."""

    def current(session: Session, view: AsOf) -> TaskDetail:
        return readable_detail(session, view, call.caller, number)

    def work(session: Session) -> TaskDetail:
        session.scalar(select(Task.id).where(Task.id == number).with_for_update())
        current(session, after_acting(session, call.now))
        call.check_unchanged(lambda view: current(session, view), session)
        do(session)
        session.flush()
        return current(session, after_acting(session, call.now))

    return call.perform(deed, f"Nhiệm vụ số {number}", work, reason)

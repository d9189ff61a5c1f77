"""What people do with tasks, read from a form: tried first without writing, then done, one task or many alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from tasks.actors import Actor
from tasks.calendars import calendar_of
from tasks.errors import ConflictError, DomainError
from tasks.models import Task
from tasks.policies import stored_policies
from tasks.tracking import tracker
from tasks.tracking.changes import Grounds, load_tasks, name_of
from tasks.tracking.extending import Ruling, extend, extension_refusals
from tasks.tracking.tracker import Judge
from tasks.tracking.transitions import RULES, Action
from web.act import Act
from web.forms import Typed
from web.words import ACTIONS

MOST = 2_000  # tasks in one form
_DO = {
    Action.START: tracker.start,
    Action.DECLARE: tracker.declare,
    Action.DECLARE_NOT_APPLICABLE: tracker.declare_not_applicable,
    Action.CONFIRM: tracker.confirm,
    Action.RETURN: tracker.return_,
    Action.CANCEL: tracker.cancel,
    Action.REOPEN: tracker.reopen,
}
BULK = (Action.CONFIRM, Action.RETURN, Action.EXTEND, Action.CANCEL)
"""What may be asked of a whole list."""


@dataclass(frozen=True, slots=True)
class Request:
    """One deed asked of tasks. `seen` maps a task to the state that the person saw, as `stamp` spells it."""

    action: Action
    ids: tuple[int, ...]
    grounds: Grounds
    to: date | None
    seen: dict[int, str]

    @property
    def label(self) -> str:
        """What the deed is called."""
        return ACTIONS[self.action.value]


def read_request(act: Act, typed: Typed, ids: Sequence[int]) -> Request:
    """Return what the form asks; its faults are kept in `typed`."""
    known = [*_DO, Action.EXTEND]
    chosen = typed.choice("viec", "việc phải làm", [action.value for action in known])
    action = Action(chosen) if "viec" not in typed.faults else Action.START
    extends = action is Action.EXTEND
    grounds = Grounds(
        reason=typed.text("ly-do", "lý do", required=extends or RULES[action].needs_reason),
        document_number=typed.text("so-van-ban", "số, ký hiệu văn bản", longest=100),
        document_date=typed.day("ngay-van-ban", "ngày văn bản"),
        on=typed.day("ngay-tinh", "ngày tính"),
    )
    to = typed.day("den-ngay", "ngày gia hạn đến", required=extends)
    if not ids:
        typed.faults["so"] = "Chưa chọn nhiệm vụ nào; hãy đánh dấu ở danh sách rồi làm lại."
    elif len(ids) > MOST:
        typed.faults["so"] = f"Chọn nhiều nhất {MOST} nhiệm vụ một lần; hãy lọc hẹp hơn."
    seen = {int(name[4:]): value for name, value in typed.values.items() if _is_stamp(name)}
    return Request(action, tuple(dict.fromkeys(ids)), grounds, to, seen)


def refusals_of(session: Session, request: Request, actor: Actor, act: Act) -> list[DomainError]:
    """Return why the deed would be refused, without doing it."""
    tasks = load_tasks(session, request.ids)
    if request.action is Action.EXTEND:
        assert request.to is not None
        return extension_refusals(session, tasks, request.to, Ruling(request.grounds.reason, actor, act.now))
    judge = Judge(actor, act.now, stored_policies(session), calendar_of(session))
    return judge.each([(task, request.action, request.grounds) for task in tasks])[1]


def carry_out(session: Session, request: Request, act: Act) -> None:
    """Do it to all of them or none. Raises ConflictError where one is no longer as it was seen."""
    changed = [task for task in load_tasks(session, request.ids) if _moved(task, request.seen)]
    if changed:
        raise ConflictError(
            f"{name_of(changed[0])} vừa được người khác cập nhật; hãy xem lại tình trạng mới rồi thực hiện lại."
        )
    if request.action is Action.EXTEND:
        assert request.to is not None
        extend(session, request.ids, request.to, request.grounds.reason, act.actor, act.now)
    else:
        _DO[request.action](session, request.ids, act.actor, act.now, request.grounds)


def stamp(task: Task) -> str:
    """Return what tells this state of the task from a later one."""
    return task.since.isoformat()


def _moved(task: Task, seen: dict[int, str]) -> bool:
    return task.id in seen and seen[task.id] != stamp(task)


def _is_stamp(name: str) -> bool:
    return name.startswith("thay") and name[4:].isdecimal() and len(name) < 14

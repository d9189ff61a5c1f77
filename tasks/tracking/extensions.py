"""A later due day: the agency asks with a reason, whoever confirms its tasks answers. Every request stays visible."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.days import day_of
from tasks.actors import Actor, Capacity, capacities, confirmer_of
from tasks.errors import ConflictError, DomainError, NotAllowedError
from tasks.models import OPEN_LIVES, Extension, Task
from tasks.tracking.changes import Change, Grounds, apply_changes, load_tasks, name_of
from tasks.tracking.notices import owe_extension_answer
from tasks.tracking.steps import step_of
from tasks.tracking.transitions import LIFE_LABELS, RULES, Action


def ask_extension(
    session: Session, task_id: int, to: date, reason: str, actor: Actor, now: datetime
) -> Extension:
    """Ask for `to` as the last on-time day of an open task."""
    (task,) = load_tasks(session, [task_id])
    subject = name_of(task)
    if Capacity.AGENCY not in capacities(actor, task):
        raise NotAllowedError(
            f"{subject}: tài khoản {actor.login} không được xin gia hạn; việc này của {task.agency.name}."
        )
    _check_request(task, to, reason, day_of(now))
    if _pending(session, task_id) is not None:
        raise DomainError(f"{subject} đã có một đề nghị gia hạn đang chờ trả lời.")
    extension = Extension(
        task_id=task_id,
        due_before=task.due,
        due_asked=to,
        reason=reason,
        asked_at=now,
        asked_by=actor.login,
    )
    session.add(extension)
    session.flush()
    return extension


def grant_extension(
    session: Session, task_id: int, actor: Actor, now: datetime, answer: str = ""
) -> Extension:
    """Grant the waiting request: its day becomes the due day in force from now on, and the ladder starts anew."""
    task, extension = _to_answer(session, task_id, actor)
    rule = RULES[Action.EXTEND]
    if task.life not in rule.sources:
        raise DomainError(f"{name_of(task)} {LIFE_LABELS[task.life]} nên không thể gia hạn.")
    if task.due is None or extension.due_asked <= task.due:
        raise ConflictError(
            f"{name_of(task)}: hạn đã đổi từ khi xin gia hạn, ngày xin {extension.due_asked:%d/%m/%Y} không còn muộn hơn "
            "hạn đang có hiệu lực; hãy từ chối đề nghị này."
        )
    values = {
        "due": extension.due_asked,
        "next_step_on": step_of(session, task, extension.due_asked, now),
    }
    change = Change(task, Action.EXTEND, values, Grounds(answer or extension.reason))
    apply_changes(session, [change], actor.login, now)
    extension.granted, extension.answer = True, answer
    return _answer(session, task, extension, actor, now)


def refuse_extension(
    session: Session, task_id: int, actor: Actor, now: datetime, answer: str = ""
) -> Extension:
    """Refuse the waiting request, with the reason; the due day stays."""
    task, extension = _to_answer(session, task_id, actor)
    if not answer.strip():
        raise DomainError(f"{name_of(task)}: muốn từ chối gia hạn phải ghi lý do.")
    extension.granted, extension.answer = False, answer
    return _answer(session, task, extension, actor, now)


def _check_request(task: Task, to: date, reason: str, today: date) -> None:
    subject = name_of(task)
    if task.life not in OPEN_LIVES:
        raise DomainError(f"{subject} {LIFE_LABELS[task.life]} nên không cần gia hạn.")
    if task.due is None:
        raise DomainError(f"{subject} không có hạn nên không gia hạn được.")
    if to <= task.due:
        raise DomainError(
            f"{subject}: ngày xin gia hạn {to:%d/%m/%Y} phải sau hạn đang có hiệu lực {task.due:%d/%m/%Y}."
        )
    if to < today:
        raise DomainError(f"{subject}: ngày xin gia hạn {to:%d/%m/%Y} đã qua, hôm nay là {today:%d/%m/%Y}.")
    if not reason.strip():
        raise DomainError(f"{subject}: xin gia hạn phải ghi lý do.")


def _pending(session: Session, task_id: int) -> Extension | None:
    waiting = select(Extension).where(Extension.task_id == task_id, Extension.granted.is_(None))
    return session.scalar(waiting.with_for_update())


def _to_answer(session: Session, task_id: int, actor: Actor) -> tuple[Task, Extension]:
    (task,) = load_tasks(session, [task_id])
    if Capacity.CONFIRMER not in capacities(actor, task):
        raise NotAllowedError(
            f"{name_of(task)}: tài khoản {actor.login} không được trả lời đề nghị gia hạn; "
            f"việc này của {confirmer_of(task).name}."
        )
    extension = _pending(session, task_id)
    if extension is None:
        raise DomainError(f"{name_of(task)} không có đề nghị gia hạn nào đang chờ trả lời.")
    return task, extension


def _answer(session: Session, task: Task, extension: Extension, actor: Actor, now: datetime) -> Extension:
    extension.answered_at, extension.answered_by = now, actor.login
    session.flush()
    owe_extension_answer(session, extension, task, day_of(now))
    return extension

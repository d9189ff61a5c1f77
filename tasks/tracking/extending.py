"""A later due day that whoever confirms gives unasked, to one task or to many: kept as a request granted at once."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.days import day_of
from tasks.actors import Actor, Capacity, capacities, confirmer_of
from tasks.calendars import calendar_of
from tasks.errors import DomainError, NotAllowedError, refuse_all
from tasks.models import Extension, Task
from tasks.policies import stored_policies
from tasks.tracking.changes import Change, Grounds, apply_changes, load_tasks, name_of
from tasks.tracking.notices import owe_extension_answer
from tasks.tracking.steps import step_for
from tasks.tracking.transitions import LIFE_LABELS, RULES, Action


def extend(
    session: Session, ids: Sequence[int], to: date, reason: str, actor: Actor, now: datetime
) -> list[Task]:
    """Make `to` the last on-time day of each task, all or none; the agencies are written to. Raises with every refusal."""
    tasks = load_tasks(session, ids)
    refuse_all(extension_refusals(session, tasks, to, Ruling(reason, actor, now)))
    policies, calendar, today = stored_policies(session), calendar_of(session), day_of(now)
    before = {task.id: task.due for task in tasks}
    changes = [
        Change(
            task,
            Action.EXTEND,
            {"due": to, "next_step_on": step_for(task, to, today, policies, calendar)},
            Grounds(reason),
        )
        for task in tasks
    ]
    apply_changes(session, changes, actor.login, now)
    for task in tasks:
        extension = Extension(
            task_id=task.id, due_before=before[task.id], due_asked=to, reason=reason, asked_at=now,
            asked_by=actor.login, granted=True, answered_at=now, answered_by=actor.login, answer=reason,
        )  # fmt: skip
        session.add(extension)
        session.flush()
        owe_extension_answer(session, extension, task, today)
    return tasks


class Ruling:
    """Why, by whom and when a later day is given."""

    def __init__(self, reason: str, actor: Actor, now: datetime) -> None:
        self.reason, self.actor, self.today = reason, actor, day_of(now)


def extension_refusals(
    session: Session, tasks: Sequence[Task], to: date, ruling: Ruling
) -> list[DomainError]:
    """Return why `to` cannot be given, a sentence for each task that refuses; nothing is written."""
    waiting = select(Extension.task_id).where(
        Extension.task_id.in_([task.id for task in tasks]), Extension.granted.is_(None)
    )
    asked = set(session.scalars(waiting))
    found: list[DomainError] = []
    if not ruling.reason.strip():
        found.append(DomainError("Muốn gia hạn phải ghi lý do."))
    if to < ruling.today:
        found.append(DomainError(f"Ngày gia hạn {to:%d/%m/%Y} đã qua, hôm nay là {ruling.today:%d/%m/%Y}."))
    return found + [fault for task in tasks if (fault := _refusal(task, to, ruling.actor, asked))]


def _refusal(task: Task, to: date, actor: Actor, asked: set[int]) -> DomainError | None:
    subject = name_of(task)
    if Capacity.CONFIRMER not in capacities(actor, task):
        return NotAllowedError(
            f"{subject}: tài khoản {actor.login} không được gia hạn; việc này của {confirmer_of(task).name}."
        )
    if task.life not in RULES[Action.EXTEND].sources:
        return DomainError(f"{subject} {LIFE_LABELS[task.life]} nên không thể gia hạn.")
    if task.due is None:
        return DomainError(f"{subject} không có hạn nên không gia hạn được.")
    if to <= task.due:
        return DomainError(
            f"{subject}: ngày gia hạn {to:%d/%m/%Y} phải sau hạn đang có hiệu lực {task.due:%d/%m/%Y}."
        )
    if task.id in asked:
        return DomainError(f"{subject} có đề nghị gia hạn đang chờ; hãy trả lời đề nghị đó.")
    return None

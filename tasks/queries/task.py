"""One task with everything that happened to it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.asof import AsOf
from tasks.errors import NotFoundError
from tasks.models import Extension, TaskEvent
from tasks.queries.lists import TaskRow, tasks_by_id


@dataclass(frozen=True, slots=True)
class TaskHistory:
    """A task as of an instant, with its events and requests for a later day up to then, oldest first."""

    task: TaskRow
    events: tuple[TaskEvent, ...]
    extensions: tuple[Extension, ...]


def task_history(session: Session, view: AsOf, number: int) -> TaskHistory:
    """Return one task with its history. Raises NotFoundError."""
    return task_histories(session, view, [number])[0]


def task_histories(session: Session, view: AsOf, numbers: list[int]) -> list[TaskHistory]:
    """Return tasks with their histories in the order asked, in three statements. Raises NotFoundError."""
    rows = tasks_by_id(session, view, numbers)
    missing = sorted(set(numbers) - {row.id for row in rows})
    if missing:
        raise NotFoundError(f"Không có nhiệm vụ số {missing[0]}; xem số bằng dondoc tasks list.")
    events = select(TaskEvent).where(TaskEvent.task_id.in_(numbers), TaskEvent.recorded_at <= view.moment)
    asked = select(Extension).where(Extension.task_id.in_(numbers), Extension.asked_at <= view.moment)
    happened = session.scalars(events.order_by(TaskEvent.id)).all()
    extensions = session.scalars(asked.order_by(Extension.id)).all()
    return [
        TaskHistory(
            row,
            tuple(event for event in happened if event.task_id == row.id),
            tuple(extension for extension in extensions if extension.task_id == row.id),
        )
        for row in rows
    ]

"""Every task of a filter, one after the other, for lists too long to be held at once."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.asof import AsOf
from tasks.models import Agency, Duty
from tasks.queries.lists import EVERYTHING, TaskFilter, TaskRow, check_codes, conditions, tasks_by_id

_AT_ONCE = 1000  # tasks read by one statement


def every_task(session: Session, view: AsOf, wanted: TaskFilter = EVERYTHING) -> Iterator[TaskRow]:
    """Yield the tasks in the decision's order, agencies by name: one statement for the order, one for each thousand.

    Raises NotFoundError, before the first task, for a code of the filter that does not exist.
    """
    check_codes(session, wanted)
    tasks = view.tasks()
    ordered = (
        select(tasks.id)
        .join(Duty, Duty.id == tasks.duty_id)
        .join(Agency, Agency.id == tasks.agency_id)
        .where(*conditions(wanted, tasks, view))
        .order_by(Duty.decision_id, Duty.position, Agency.sort_key, tasks.id)
    )
    numbers = session.scalars(ordered).all()
    return (
        row
        for first in range(0, len(numbers), _AT_ONCE)
        for row in tasks_by_id(session, view, numbers[first : first + _AT_ONCE])
    )

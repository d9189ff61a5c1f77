"""The cells of a matrix that is small enough to be held: every task of a filter with its status, by agency and duty."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.asof import AsOf
from tasks.models import Duty
from tasks.queries.filters import TaskFilter, conditions
from tasks.queries.segments import segments
from tasks.queries.tallies import while_unchanged
from tasks.status import Facts, Status, days_late, status_of

MOST = 10_000  # cells


@dataclass(frozen=True, slots=True)
class Cell:
    task: int
    status: Status
    due: date | None
    days_late: int


Cells = Mapping[int, Mapping[str, Cell]]
"""By the agency's number and the duty's code."""


def held_cells(session: Session, view: AsOf, wanted: TaskFilter) -> Cells | None:
    """Return the cells of a filter of one decision; None where they are many, or of the past, or asked for by who writes.

    They are read again once a task has changed; those that the directory decides on too, each time.
    """
    parts = segments(session, view, wanted)
    if parts is None or wanted.decision is None or parts.total > MOST:
        return None
    if wanted.group or wanted.search:
        return _read(session, view, wanted)
    key = ("cells", view.today, tuple(view.soon.items()), wanted)
    return while_unchanged(session, key, lambda: _read(session, view, wanted))


def _read(session: Session, view: AsOf, wanted: TaskFilter) -> Cells:
    tasks = view.tasks()
    columns = (tasks.agency_id, Duty.code, tasks.id, tasks.decision_id)
    deciding = (tasks.life, tasks.due, tasks.waits, tasks.counted_on)
    rows = select(*columns, *deciding).join(Duty, Duty.id == tasks.duty_id)
    found: dict[int, dict[str, Cell]] = {}
    for agency, code, number, decision, *state in session.connection().execute(
        rows.where(*conditions(wanted, tasks, view))
    ):
        facts = Facts(*state)
        status = status_of(facts, view.today, view.soon.get(decision, view.today))
        cell = Cell(number, status, facts.due, days_late(facts, view.today))
        found.setdefault(agency, {})[code] = cell
    return found

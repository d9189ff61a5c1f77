"""The league of agencies: on-time rate and median days late, as of an instant.

Judged are tasks finished and confirmed, or overdue. What awaits confirmation is not: the coordinator's slowness is
never held against an agency.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, case, func, literal, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from tasks.asof import AsOf
from tasks.models import Agency, Life
from tasks.queries.counts import counts_by
from tasks.queries.lists import EVERYTHING, TaskFilter, check_codes, conditions
from tasks.queries.tallies import while_unchanged
from tasks.status import Status, any_status

_LATE = (Status.DONE_LATE, Status.OVERDUE)


@dataclass(frozen=True, slots=True)
class Standing:
    """One agency. `rate` is on time over judged, None while nothing is judged; `median_days_late` is of its late tasks."""

    agency: str
    agency_name: str
    tasks: int
    done_on_time: int
    done_late: int
    overdue: int
    awaiting: int
    rate: float | None
    median_days_late: float | None
    directory: str


def league(
    session: Session, view: AsOf, wanted: TaskFilter = EVERYTHING, *, medians: bool = True
) -> list[Standing]:
    """Return every agency that leads a task, best rate first, then the fewest overdue; in three statements.

    Without `medians` no median of the days late is worked out, which reads every late task. At a steady reading of the present it is worked out again only once a task has changed.
    """
    check_codes(session, wanted)
    if view.tasks_changed:
        return _league(session, view, wanted, medians=medians)
    key = ("league", view.today, tuple(view.soon.items()), wanted, medians)
    return while_unchanged(session, key, lambda: _league(session, view, wanted, medians=medians))


def _league(session: Session, view: AsOf, wanted: TaskFilter, *, medians: bool) -> list[Standing]:
    counts = counts_by(session, view, "agency_id", wanted)
    late = _medians(session, view, wanted) if medians else {}
    names = select(Agency.id, Agency.code, Agency.name, Agency.directory)
    found = [
        _standing((code, name, directory), counts[number], late.get(number))
        for number, code, name, directory in session.execute(
            names.order_by(Agency.sort_key, Agency.id)
        ).tuples()
        if number in counts
    ]
    return sorted(found, key=lambda s: (s.rate is None, -(s.rate or 0), s.overdue))


def _standing(named: tuple[str, str, str], counts: dict[Status, int], median: float | None) -> Standing:
    agency, name, directory = named
    on_time, late = counts.get(Status.DONE_ON_TIME, 0), counts.get(Status.DONE_LATE, 0)
    overdue = counts.get(Status.OVERDUE, 0)
    judged = on_time + late + overdue
    return Standing(
        agency=agency,
        agency_name=name,
        tasks=sum(counts.values()),
        done_on_time=on_time,
        done_late=late,
        overdue=overdue,
        awaiting=counts.get(Status.AWAITING_CONFIRMATION, 0),
        rate=on_time / judged if judged else None,
        median_days_late=median,
        directory=directory,
    )


def _medians(session: Session, view: AsOf, wanted: TaskFilter) -> dict[int, float]:
    tasks = view.tasks()
    until = case((tasks.life == Life.COMPLETED, tasks.counted_on), else_=literal(view.today))
    days = DaysBetween(until, tasks.due).label("days")
    of_agency: dict[str, Any] = {"partition_by": tasks.agency_id}
    ranked = (
        select(
            tasks.agency_id,
            days,
            func.row_number().over(**of_agency, order_by=days).label("place"),
            func.count().over(**of_agency).label("number"),
        )
        .where(*conditions(wanted, tasks, view), any_status(_LATE, tasks, view.today, view.today))
        .subquery()
        .c
    )
    middle = (ranked.place == (ranked.number + 1) // 2) | (ranked.place == (ranked.number + 2) // 2)
    rows = select(ranked.agency_id, func.avg(ranked.days)).where(middle).group_by(ranked.agency_id)
    return {agency: float(median) for agency, median in session.execute(rows).tuples()}


class DaysBetween(FunctionElement[int]):
    """The whole days from the second date to the first, in each database's own arithmetic."""

    name = "days_between"
    type = Integer()
    inherit_cache = True


@compiles(DaysBetween, "postgresql")
def _days_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    later, earlier = (compiler.process(part, **options) for part in element.clauses)
    return f"(CAST({later} AS DATE) - CAST({earlier} AS DATE))"


@compiles(DaysBetween, "sqlite")
def _days_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    later, earlier = (compiler.process(part, **options) for part in element.clauses)
    return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"

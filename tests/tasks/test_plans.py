"""No list that people open reads all tasks: what the databases say they will do, at 5,000 tasks that they have counted."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select, text
from sqlalchemy.orm import Session

from benchmarks.world import Cast, rows_for, write_world
from benchmarks.year import live
from catalog.calendar import WorkingCalendar
from catalog.days import HANOI
from tasks.activation import activate
from tasks.asof import AsOf, as_of
from tasks.database import steady_reading, writing
from tasks.intake import take_in
from tasks.models import Agency, Decision
from tasks.queries.agency import agency_page
from tasks.queries.counts import counts_by, status_counts
from tasks.queries.due import open_by_duty
from tasks.queries.filters import TaskFilter
from tasks.queries.league import league
from tasks.queries.lists import Order, Page, list_tasks, overdue, tasks_by_id
from tasks.queries.sections import section_rates
from tasks.status import Status

ISSUED = date(2025, 7, 25)
NOW = datetime(2025, 11, 12, 10, 0, tzinfo=HANOI)
CAST = Cast(departments=30, communes=180, service_units=25, enterprises=15)  # 250 agencies
TASKS = 5_000
DEEP = Page(50, TASKS - 200)

Reading = Callable[[Session, AsOf], object]
READINGS: dict[str, Reading] = {
    "all": list_tasks,
    "a late page": lambda session, view: list_tasks(session, view, page=DEEP),
    "by due day": lambda session, view: list_tasks(session, view, page=Page(50, 0, Order.DUE)),
    "overdue": overdue,
    "overdue, a late page": lambda session, view: overdue(session, view, page=Page(50, 400)),
    "done late": lambda session, view: _filtered(session, view, statuses=(Status.DONE_LATE,)),
    "of an agency": lambda session, view: _filtered(session, view, agency="so-tai-chinh"),
    "of a section": lambda session, view: _filtered(session, view, section="1"),
    "of a duty": lambda session, view: _filtered(session, view, duty="1.5"),
    "of a group": lambda session, view: _filtered(session, view, group="cap-xa"),
    "search": lambda session, view: _filtered(session, view, search="so tai chinh"),
    "the agency's page": lambda session, view: agency_page(session, view, _agency(session)),
    "due this week": lambda session, view: open_by_duty(session, view, view.today, date(2025, 11, 16)),
    "by number": lambda session, view: tasks_by_id(session, view, [1, 17, 3_000]),
    "league": lambda session, view: league(session, view, medians=False),
    "sections": section_rates,
    "by duty": lambda session, view: counts_by(session, view, "duty_id"),
}


@pytest.fixture
def country(engine: Engine, tmp_path: Path) -> Engine:
    file = write_world(tmp_path, CAST, rows_for(TASKS, CAST))
    loaded = datetime(2025, 7, 25, 9, 0, tzinfo=HANOI)
    with writing(engine) as session:
        take_in(session, str(file), ISSUED, "admin", loaded)
        activate(session, session.scalars(select(Decision)).one(), loaded, WorkingCalendar(), "admin")
    live(engine)
    with writing(engine) as session:
        session.execute(text("ANALYZE"))
    return engine


def test_no_list_reads_every_task(country: Engine) -> None:
    with steady_reading(country) as session:  # counts, once
        view = as_of(session, NOW)
        for read in READINGS.values():
            read(session, view)
    told: dict[str, list[tuple[str, Any]]] = {}
    with steady_reading(country) as session:
        for what, read in READINGS.items():
            told[what] = _asked(country, partial(read, session, as_of(session, NOW)))
    assert any(" tasks" in statement for asked in told.values() for statement, _ in asked)
    whole = [
        (what, statement, plan)
        for what, asked in told.items()
        for statement, parameters in asked
        if _reads_all_tasks(plan := _plan(country, statement, parameters))
    ]
    assert whole == []


def _filtered(session: Session, view: AsOf, **wanted: Any) -> object:
    filter_ = TaskFilter(**wanted)
    return list_tasks(session, view, filter_), status_counts(session, view, filter_)


def _agency(session: Session) -> Agency:
    return session.scalars(select(Agency).where(Agency.code == "so-tai-chinh")).one()


def _asked(engine: Engine, read: Callable[[], object]) -> list[tuple[str, Any]]:
    """Return the statements of a reading, with their parameters."""
    told: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        told.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    read()
    event.remove(engine, "before_cursor_execute", note)
    return told


def _plan(engine: Engine, statement: str, parameters: Any) -> str:
    how = "EXPLAIN" if engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    if not statement.lstrip().startswith("SELECT"):
        return ""
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(f"{how} {statement}", parameters)
        return "\n".join(str(row[-1]) for row in rows)


def _reads_all_tasks(plan: str) -> bool:
    lines = [line.strip(" ->") for line in plan.splitlines()]
    return any(
        line.startswith(("SCAN tasks", "Seq Scan on tasks ", "Parallel Seq Scan on tasks ")) for line in lines
    )

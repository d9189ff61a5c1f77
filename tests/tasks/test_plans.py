"""No list that people open reads all tasks: what the databases say they will do, at 5,000 tasks that they have counted."""

import json
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select, text, update
from sqlalchemy.orm import Session

from catalog.agencies import read_directory
from catalog.calendar import WorkingCalendar
from catalog.days import HANOI
from tasks.activation import activate
from tasks.asof import AsOf, as_of
from tasks.database import steady_reading, writing
from tasks.directories import load_directory
from tasks.intake import take_in
from tasks.models import OPEN_LIVES, Agency, Decision, Life, Task
from tasks.queries.agency import agency_page
from tasks.queries.counts import counts_by, status_counts
from tasks.queries.due import open_by_duty
from tasks.queries.filters import TaskFilter
from tasks.queries.league import league
from tasks.queries.lists import Order, Page, list_tasks, overdue, tasks_by_id
from tasks.queries.sections import section_rates
from tasks.status import Status

NOW = datetime(2025, 11, 12, 10, 0, tzinfo=HANOI)
AGENCIES, DUTIES = 250, 20
TASKS = AGENCIES * DUTIES
DEADLINES = ("Trong quý III/2025", "Tháng 10, 11/2025", "Hoàn thành trước ngày 15/10/2025", "Thường xuyên")
LIVES = (Life.COMPLETED, Life.DECLARED, Life.IN_PROGRESS, Life.NOT_STARTED)
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
    loaded = datetime(2025, 7, 25, 9, 0, tzinfo=HANOI)
    (tmp_path / "lon.yaml").write_text(json.dumps(_directory()), "utf-8")
    (tmp_path / "ke-hoach.yaml").write_text(json.dumps(_decision()), "utf-8")
    directory, faults = read_directory(tmp_path / "lon.yaml")
    assert directory is not None, faults
    with writing(engine) as session:
        load_directory(session, directory)
        take_in(session, str(tmp_path / "ke-hoach.yaml"), None, "admin", loaded)
        activate(session, session.scalars(select(Decision)).one(), loaded, WorkingCalendar(), "admin")
        for place, life in enumerate(LIVES):
            day = None if life in OPEN_LIVES else date(2025, 10, 2)
            chosen = update(Task).where(Task.id % (2 * len(LIVES)) == place)
            session.execute(chosen.values(life=life, counted_on=day, declared_on=day))
    with writing(engine) as session:
        session.execute(text("ANALYZE"))
    return engine


def _directory() -> dict[str, Any]:
    """Return a directory of departments and many communes, as a file of JSON, which YAML reads."""
    named = [("so-noi-vu", "Sở Nội vụ"), ("so-tai-chinh", "Sở Tài chính"), ("van-phong", "Văn phòng Ủy ban")]
    departments = [
        {"code": code, "name": name, "kind": "department", "groups": ["so"]} for code, name in named
    ]
    communes = [
        {
            "code": f"xa-{n}",
            "name": f"Ủy ban nhân dân xã số {n}",
            "kind": "commune",
            "groups": ["so", "cap-xa"],
        }
        for n in range(AGENCIES - len(named))
    ]
    leaders = {"code": "lanh-dao", "name": "Lãnh đạo Ủy ban nhân dân", "kind": "leadership"}
    groups = [
        {"code": "so", "name": "Các sở", "aliases": ["sở"]},
        {"code": "cap-xa", "name": "Ủy ban nhân dân cấp xã", "aliases": ["Ủy ban nhân dân cấp xã"]},
    ]
    return {
        "key": "lon",
        "name": "Thành phố Lớn",
        "groups": groups,
        "agencies": [leaders, *departments, *communes],
    }


def _decision() -> dict[str, Any]:
    who = {"coordinator": "so-noi-vu", "confirmer": "van-phong", "leaders": "lanh-dao", "issuer": "Ủy ban"}
    lead = "Các sở"
    duties = [
        {
            "code": f"1.{n + 1}",
            "section": "1",
            "text": f"Việc {n}",
            "lead": lead,
            "deadline": DEADLINES[n % 4],
        }
        for n in range(DUTIES)
    ]
    sections = [{"code": "1", "title": "Các nhiệm vụ"}]
    head = {"key": "ke-hoach", "directory": "lon", "number": "1/QĐ", "issued_on": "2025-07-25", "year": 2025}
    return {
        **head,
        **who,
        "title": "Kế hoạch",
        "place": "Lớn",
        "sections": sections,
        "duties": duties,
        "rounds": [],
    }


def test_no_list_reads_every_task(country: Engine) -> None:
    with steady_reading(country) as session:  # counts, once
        assert session.scalar(select(func.count(Task.id))) == TASKS
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

"""Whatever happens, in whatever order: the status each task had at the end of a day is what that day reads as for ever."""

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from catalog.errors import FaultyDataError
from tasks.actors import Actor, Role
from tasks.amending.merging import Merger, merge_agencies
from tasks.asof import as_of
from tasks.calendars import calendar_of
from tasks.database import open_engine, writing
from tasks.errors import DomainError
from tasks.intake import stored_decision
from tasks.models import Agency, Task
from tasks.occasions import set_occasion
from tasks.queries.counts import counts_by, status_counts
from tasks.queries.lists import Page, list_tasks
from tasks.status import Facts, Status, soon_until, status_of
from tasks.tracking import tracker
from tasks.tracking.changes import Grounds
from tasks.tracking.extensions import ask_extension, grant_extension
from tests.tasks.cast import ADMIN, at
from tests.tasks.small import amend, amendment, load_small

FIRST = date(2025, 10, 16)  # the day after the issue of what amends the list
HUYEN = Actor("huyen", Role.ADMINISTRATOR)
WHY = Grounds("Theo đề nghị")
AGENCIES = ("so-noi-vu", "so-xay-dung", "so-tai-chinh", "so-y-te")
ON_A_TASK = ("start", "declare", "declare_not_applicable", "confirm", "return_", "cancel", "reopen", "extend")
STEPS = st.lists(
    st.tuples(
        st.integers(0, 5),  # days since the step before
        st.sampled_from((*ON_A_TASK, *ON_A_TASK, "occasion", "amend", "merge")),
        st.integers(0, 7),
    ),
    max_size=12,
)
Recorded = dict[int, tuple[str, Status, date | None]]


def act(session: Session, folder: Path, action: str, which: int, day: date) -> None:
    now = at(day, 10)
    if action == "occasion":
        set_occasion(session, stored_decision(session, None), "ky-hop", day + timedelta(which), ADMIN, now)
    elif action == "amend":
        body = f"change:\n  - {{code: '2.1', deadline: 'Hoàn thành trước ngày {day + timedelta(which + 2):%d/%m/%Y}'}}\n"
        amend(session, amendment(folder, body, number=f"{day:%m%d}{which}/QĐ-UBND"), now)
    elif action == "merge":
        merger = Merger("nho", (AGENCIES[which % 4],), AGENCIES[which // 2], "Nghị quyết số 1", day, "huyen")
        merge_agencies(session, merger, now)
    elif action == "extend":
        task = session.scalars(select(Task.id).order_by(Task.id)).all()[which]
        ask_extension(session, task, day + timedelta(9), "Cần thêm thời gian", ADMIN, now)
        grant_extension(session, task, HUYEN, now)
    else:
        task = session.scalars(select(Task.id).order_by(Task.id)).all()[which]
        who = ADMIN if action in {"start", "declare", "declare_not_applicable"} else HUYEN
        getattr(tracker, action)(session, [task], who, now, WHY)


def recorded(session: Session, day: date) -> Recorded:
    """Return each task's agency, status and due day from the rows themselves, by the pure function."""
    soon = soon_until(day, 10, calendar_of(session))
    rows = select(Task, Agency.code).join(Agency, Agency.id == Task.agency_id)
    return {
        task.id: (
            code,
            status_of(Facts(task.life, task.due, task.waits, task.counted_on), day, soon),
            task.due,
        )
        for task, code in session.execute(rows.execution_options(populate_existing=True)).tuples()
    }


def read_back(session: Session, day: date) -> Recorded:
    rows = list_tasks(session, as_of(session, at(day, 23, 59)), page=Page(limit=100)).items
    return {row.id: (row.agency, row.status, row.due) for row in rows}


@pytest.fixture
def fresh(sqlite_template: Path, tmp_path: Path) -> Callable[[], tuple[Engine, Path]]:
    """Makes an empty SQLite database in a folder of its own at each call, for the histories of one property."""
    numbers = count()

    def make() -> tuple[Engine, Path]:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        shutil.copyfile(sqlite_template, folder / "dondoc.sqlite3")
        return open_engine(f"sqlite:///{folder / 'dondoc.sqlite3'}"), folder

    return make


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_each_past_day_reads_as_it_was_recorded_at_its_end(fresh, steps: list[tuple[int, str, int]]) -> None:
    engine, folder = fresh()
    with writing(engine) as session:
        load_small(session, folder)
        day, ends = FIRST, {}
        for wait, action, which in steps:
            for _ in range(wait):  # days pass, and with them what is soon due or late
                ends[day] = recorded(session, day)
                day += timedelta(1)
            try:
                with session.begin_nested():
                    act(session, folder, action, which, day)
            except (DomainError, FaultyDataError):
                session.expire_all()  # refused: nothing happened
        ends[day] = recorded(session, day)
        for then, tasks in ends.items():
            assert read_back(session, then) == tasks, then
            statuses = [status for _, status, _ in tasks.values()]
            view = as_of(session, at(then, 23, 59))
            assert status_counts(session, view) == {status: statuses.count(status) for status in Status}
            by_agency = counts_by(session, view, "agency_id")
            assert sum(sum(counts.values()) for counts in by_agency.values()) == len(tasks)
    engine.dispose()

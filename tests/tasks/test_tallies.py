"""What a page is told from the tally of its process is what SQL counts: after every kind of change, on both databases."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from tasks.actors import Actor, Role
from tasks.asof import as_of
from tasks.database import reading, steady_reading, writing
from tasks.intake import stored_decision
from tasks.models import Agency, Life, Task, TaskEvent
from tasks.occasions import set_occasion
from tasks.queries.changes import newly
from tasks.queries.counts import counts_by, status_counts
from tasks.queries.due import open_by_duty
from tasks.queries.league import league
from tasks.queries.lists import Order, Page, TaskFilter, list_tasks, overdue
from tasks.queries.matrix import matrix
from tasks.queries.matrix_groups import agencies_of, group_lines
from tasks.queries.segments import Segments
from tasks.queries.tallies import State
from tasks.status import Status
from tasks.tracking import tracker
from tasks.tracking.changes import Grounds
from tasks.tracking.extensions import ask_extension, grant_extension
from tests.tasks.cast import ADMIN, at, statements
from tests.tasks.small import amend, amendment, load_small

TODAY = date(2025, 11, 20)
HUYEN = Actor("huyen", Role.ADMINISTRATOR)
WHY = Grounds("Theo đề nghị")
FILTERS = (
    TaskFilter(),
    TaskFilter(decision="nho-2025"),
    TaskFilter(section="1"),
    TaskFilter(duty="2.1"),
    TaskFilter(group="so"),
    TaskFilter(search="tai chinh"),
    TaskFilter(search="doi thoai"),
    TaskFilter(search="so y te"),
    TaskFilter(search="khong co gi"),
    TaskFilter(group="so", search="xay dung", section="2"),
    TaskFilter(statuses=(Status.OVERDUE,)),
    TaskFilter(statuses=(Status.OPEN, Status.DUE_SOON, Status.NO_DATE)),
    TaskFilter(agency="so-y-te"),
    TaskFilter(due_from=date(2025, 9, 1), due_to=date(2025, 11, 30)),
)

MATRICES = (
    TaskFilter(decision="nho-2025"),
    TaskFilter(decision="nho-2025", search="tai chinh"),
    TaskFilter(decision="nho-2025", statuses=(Status.OPEN, Status.AWAITING_CONFIRMATION)),
)


@pytest.fixture
def small(engine: Engine, tmp_path: Path) -> Engine:
    with writing(engine) as session:
        load_small(session, tmp_path)
    return engine


def figures(session: Session) -> Iterator[object]:
    """Yield all that pages count and list; lists by due day without what orders tasks of one day."""
    view = as_of(session, at(TODAY, 17))
    before = as_of(session, at(TODAY - timedelta(days=10), 17))
    for wanted in FILTERS:
        yield wanted, status_counts(session, view, wanted)
        for limit, offset in ((2, 0), (3, 2), (50, 0), (5, 1_000)):
            found = list_tasks(session, view, wanted, Page(limit, offset))
            yield wanted, limit, offset, found
        due = list_tasks(session, view, wanted, Page(50, 0, Order.DUE))
        yield due.total, [row.due for row in due.items], sorted(row.id for row in due.items)
        yield open_by_duty(session, view, None, TODAY, wanted)
    for wanted in MATRICES:
        yield group_lines(session, view, wanted)
        yield (
            matrix(session, view, wanted, Page(2, 1)),
            matrix(session, view, wanted, Page(9), agencies_of("so")),
        )
    yield overdue(session, view, page=Page(limit=3)).total
    yield league(session, view)
    yield [(row.agency, row.overdue, row.rate) for row in league(session, view, medians=False)]
    yield counts_by(session, view, "agency_id"), counts_by(session, view, "duty_id")
    found = newly(session, before, view, (Status.OVERDUE,))
    yield found.total, sorted(row.id for row in found.items)


def assert_told_alike(engine: Engine) -> None:
    with reading(engine) as plain, steady_reading(engine) as steady:
        assert list(figures(steady)) == list(figures(plain))


def changes(folder: Path) -> Iterator[Callable[[Session], object]]:
    """Yield one change of each kind, in an order in which each is allowed."""
    day = at("2025-11-17")
    yield lambda session: tracker.declare(session, _tasks(session, 0, 1), ADMIN, at("2025-11-12"))
    yield lambda session: tracker.confirm(session, _tasks(session, 0), HUYEN, at("2025-11-13"))
    yield lambda session: tracker.return_(session, _tasks(session, 1), HUYEN, at("2025-11-14"), WHY)
    yield lambda session: tracker.reopen(session, _tasks(session, 0), ADMIN, day, WHY)
    yield lambda session: tracker.cancel(session, _tasks(session, 2), ADMIN, day, WHY)
    yield lambda session: _set_day(session, date(2025, 11, 18))
    yield lambda session: _extend(session, _tasks(session, 0)[0])
    yield lambda session: amend(session, amendment(folder, _AMENDING), day)


_AMENDING = """\
    add:
      - {code: "2.3", section: "2", text: Việc thêm, lead: Các sở, deadline: Chậm nhất ngày 18/11/2025}
    """


def _tasks(session: Session, *places: int) -> list[int]:
    found = session.scalars(select(Task.id).where(Task.life != Life.CANCELLED).order_by(Task.id)).all()
    return [found[place] for place in places]


def _set_day(session: Session, day: date) -> None:
    set_occasion(session, stored_decision(session, "nho-2025"), "ky-hop", day, HUYEN, at("2025-11-17"))


def _extend(session: Session, task: int) -> None:
    ask_extension(session, task, date(2025, 12, 1), "Cần thêm thời gian", ADMIN, at("2025-11-18"))
    grant_extension(session, task, HUYEN, at("2025-11-18"))


def test_each_change_moves_the_tally_to_what_is_counted(small: Engine, tmp_path: Path):
    assert_told_alike(small)
    for change in changes(tmp_path):
        with writing(small) as session:
            change(session)
        assert_told_alike(small)


def test_a_change_that_is_undone_is_never_told(small: Engine):
    assert_told_alike(small)
    with reading(small) as session:
        tracker.cancel(session, _tasks(session, 0), ADMIN, at("2025-11-17"), WHY)
        session.flush()
    assert_told_alike(small)


def test_another_database_in_its_place_is_counted_anew(small: Engine):
    with writing(small) as session:
        tracker.declare(session, _tasks(session, 0, 1), ADMIN, at("2025-11-12"))
    assert_told_alike(small)
    with writing(small) as session:  # as it was before that: the numbers go backwards
        _put_back(session)
    assert_told_alike(small)
    with writing(small) as session:
        tracker.declare(session, _tasks(session, 2, 3), ADMIN, at("2025-11-13"))
    assert_told_alike(small)
    with writing(small) as session:  # and on to the same numbers and further before anybody looks
        _put_back(session)
        tracker.declare(session, _tasks(session, 0, 1), ADMIN, at("2025-11-14"))
        tracker.confirm(session, _tasks(session, 0), HUYEN, at("2025-11-15"))
    assert_told_alike(small)


def _put_back(session: Session) -> None:
    """Undo all that was recorded, events and all, as a copy made before would."""
    for event in session.scalars(select(TaskEvent).order_by(TaskEvent.id.desc())):
        for column in ("life", "since", "due", "declared_on", "declared_by", "counted_on"):
            setattr(session.get_one(Task, event.task_id), column, getattr(event, f"from_{column}"))
        session.delete(event)
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT setval(pg_get_serial_sequence('task_events', 'id'), 1, false)"))


def test_once_counted_no_page_reads_all_tasks_again(small: Engine):
    assert_told_alike(small)
    with writing(small) as session:
        tracker.declare(session, _tasks(session, 0), ADMIN, at("2025-11-12"))
    with steady_reading(small) as session, statements(session) as told:
        view = as_of(session, at(TODAY, 17))
        status_counts(session, view)
        open_by_duty(session, view, None, TODAY)
        overdue(session, view, page=Page(limit=3))
        counts_by(session, view, "agency_id")
        list_tasks(session, view, TaskFilter(), Page(3, 4))
    told[:] = [" ".join(each.split()) for each in told]
    listed = [each for each in told if " FROM tasks" in each and "LIMIT" in each]
    assert len(listed) == 2
    assert all("tasks.duty_id IN" in each for each in listed)
    assert not [each for each in told if re.search(r"FROM tasks\b", each) and "GROUP BY" in each]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.postgres
def test_what_is_committed_later_with_an_earlier_number_is_told_too(small: Engine):
    with Session(small) as slow:
        tracker.declare(slow, _tasks(slow, 0), ADMIN, at("2025-11-12"))
        slow.flush()
        with writing(small) as quick:
            tracker.declare(quick, _tasks(quick, 3), ADMIN, at("2025-11-12"))
        assert_told_alike(small)  # counts while the first is still writing
        slow.commit()
    assert_told_alike(small)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.postgres
def test_a_steady_reading_cannot_write_and_sees_one_state(small: Engine):
    with steady_reading(small) as session:
        before = session.scalar(select(Agency.note).order_by(Agency.id).limit(1))
        with writing(small) as other:
            other.execute(text("UPDATE agencies SET note = 'khác'"))
        assert session.scalar(select(Agency.note).order_by(Agency.id).limit(1)) == before
        with pytest.raises(Exception, match="read-only"):
            session.execute(text("UPDATE agencies SET note = ''"))


STATES = st.dictionaries(
    st.builds(
        State,
        decision=st.just(1),
        duty=st.integers(1, 6),
        life=st.sampled_from(list(Life)),
        due=st.none() | st.dates(date(2025, 8, 1), date(2025, 8, 5)),
        waits=st.just(False),
        late=st.just(False),
    ),
    st.integers(1, 4),
    max_size=12,
)


@given(STATES, st.integers(0, 50), st.integers(1, 7), st.booleans())
def test_a_page_lies_where_the_window_says(states: dict[State, int], offset: int, limit: int, by_due: bool):
    places = {duty: -duty for duty in range(1, 7)}
    found = Segments(states, places, TODAY, {}).window(offset, limit, by_due=by_due)
    parts = Counter(states)
    rows = [(state.due if by_due else None, state.duty) for state in parts.elements()]
    rows.sort(key=lambda row: (row[0] or date.max, places[row[1]]))
    read = [row for row in rows if row[1] in found.duties and (not by_due or row[0] in found.dues)]
    assert read[found.offset : found.offset + limit] == rows[offset : offset + limit]

"""The cast in September: Alice on time, Bob late, Charlie silent; every figure below is worked out by hand."""

from datetime import date

import pytest

from tasks.accounts.accounts import find_agency
from tasks.asof import as_of
from tasks.errors import ManyRefusalsError
from tasks.models import Life
from tasks.queries.agency import agency_page
from tasks.queries.changes import moves, newly
from tasks.queries.counts import actions_between, status_counts
from tasks.queries.league import league
from tasks.queries.lists import Order, Page, TaskFilter, list_tasks, overdue
from tasks.queries.matrix import matrix
from tasks.queries.task import task_history
from tasks.status import Status
from tasks.tracking import tracker
from tasks.tracking.changes import Grounds
from tests.tasks.cast import ALICE, BOB, HOME, World, at, build, statements

WHY = Grounds("Thiếu minh chứng")


@pytest.fixture
def autumn(world: World) -> World:
    """1.1 due 14/8, 1.2 due 29/8, 2.1 ongoing, 3.1 waits for its occasion, 3.2 due 31/12."""
    first = world.duty("1.1", "2025-08-14")
    second = world.duty("1.2", "2025-08-29", "alice bob", words="đối thoại với Nhân dân")
    world.duty("2.1", None, "alice charlie")
    world.duty("3.1", None, "bob", occasion="hdnd")
    world.duty("3.2", "2025-12-31", "charlie")
    do = tracker
    do.declare(world.session, [first[0]], ALICE, at("2025-08-14"))  # on its last day
    do.declare(world.session, [first[1]], BOB, at("2025-08-18"))  # four days late
    do.confirm(world.session, [first[0]], HOME, at("2025-08-20"))
    do.return_(world.session, [first[1]], HOME, at("2025-08-20"), WHY)
    do.declare(world.session, [first[1]], BOB, at("2025-08-25"))
    do.confirm(world.session, [first[1]], HOME, at("2025-08-27"))
    do.declare(world.session, [second[0]], ALICE, at("2025-08-29"))
    return world


def told(world: World, day: str) -> dict[Status, int]:
    counts = status_counts(world.session, as_of(world.session, at(day, 23)))
    return {status: count for status, count in counts.items() if count}


def test_status_counts_of_each_day_as_it_was_recorded(autumn: World) -> None:
    rest = {Status.NO_DATE: 1, Status.OPEN: 3}
    assert told(autumn, "2025-08-14") == {
        Status.NO_DATE: 1,
        Status.OPEN: 5,  # 1.2 comes within ten working days on the 15th
        Status.AWAITING_CONFIRMATION: 1,
        Status.DUE_SOON: 2,
    }
    assert told(autumn, "2025-08-19") == rest | {
        Status.AWAITING_CONFIRMATION: 2,
        Status.OVERDUE: 1,
        Status.DUE_SOON: 2,
    }
    assert told(autumn, "2025-08-20") == rest | {
        Status.DONE_ON_TIME: 1,
        Status.OVERDUE: 2,
        Status.DUE_SOON: 2,
    }
    assert told(autumn, "2025-09-05") == rest | {
        Status.DONE_ON_TIME: 1,
        Status.DONE_LATE: 1,
        Status.AWAITING_CONFIRMATION: 1,
        Status.OVERDUE: 2,
    }


def test_before_the_decision_was_loaded_there_is_nothing(autumn: World) -> None:
    assert told(autumn, "2025-07-24") == {}


def test_overdue_are_listed_longest_first_with_their_days(autumn: World) -> None:
    found = overdue(autumn.session, as_of(autumn.session, at("2025-09-05")))
    assert [(row.duty, row.agency, row.days_late) for row in found.items] == [
        ("1.1", "charlie", 22),
        ("1.2", "bob", 7),
    ]
    first = overdue(autumn.session, as_of(autumn.session, at("2025-09-05")), page=Page(limit=1))
    assert (first.total, len(first.items)) == (2, 1)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (TaskFilter(agency="bob"), ["1.1 bob", "1.2 bob", "3.1 bob"]),
        (TaskFilter(duty="1.2"), ["1.2 alice", "1.2 bob"]),
        (TaskFilter(section="3"), ["3.1 bob", "3.2 charlie"]),
        (TaskFilter(group="so", section="1"), ["1.1 alice", "1.1 bob", "1.2 alice", "1.2 bob"]),
        (TaskFilter(search="doi THOAI"), ["1.2 alice", "1.2 bob"]),
        (TaskFilter(search="Cúc vàng"), ["1.1 charlie", "2.1 charlie", "3.2 charlie"]),
        (TaskFilter(search="không có"), []),
        (TaskFilter(statuses=(Status.NO_DATE, Status.DONE_LATE)), ["1.1 bob", "3.1 bob"]),
        (TaskFilter(decision="quyet-dinh", agency="charlie", statuses=(Status.OVERDUE,)), ["1.1 charlie"]),
    ],
)
def test_filters_narrow_the_list_in_the_decisions_own_order(
    autumn: World, wanted: TaskFilter, expected: list[str]
) -> None:
    found = list_tasks(autumn.session, as_of(autumn.session, at("2025-09-05")), wanted)
    assert [f"{row.duty} {row.agency}" for row in found.items] == expected
    assert found.total == len(expected)


def test_a_code_that_names_nothing_is_said_not_shown_as_an_empty_list(autumn: World) -> None:
    view = as_of(autumn.session, at("2025-09-05"))
    with pytest.raises(ManyRefusalsError) as refused:
        list_tasks(autumn.session, view, TaskFilter(agency="khong", duty="9.9"))
    assert str(refused.value).splitlines() == [
        "Không có cơ quan nào có mã khong.",
        "Không có nhiệm vụ nào có mã 9.9.",
    ]


def test_pages_follow_each_other_without_gap(autumn: World) -> None:
    view = as_of(autumn.session, at("2025-09-05"))
    whole = [row.id for row in list_tasks(autumn.session, view).items]
    for order in Order:
        pages = [
            list_tasks(autumn.session, view, page=Page(2, offset, order)).items for offset in range(0, 10, 2)
        ]
        assert sorted(row.id for page in pages for row in page) == sorted(whole)


def test_agencies_stand_in_vietnamese_order(world: World) -> None:
    world.duty("1.1", "2025-08-14", "charlie home bob alice seal")
    found = list_tasks(world.session, as_of(world.session, at("2025-08-01")))
    assert [row.agency for row in found.items] == ["alice", "bob", "home", "charlie", "seal"]


def test_the_matrix_has_a_cell_for_each_task_and_none_for_the_rest(autumn: World) -> None:
    view = as_of(autumn.session, at("2025-09-05"))
    found = matrix(autumn.session, view, TaskFilter(decision="quyet-dinh"), Page(limit=2))
    assert [code for code, _ in found.duties] == ["1.1", "1.2", "2.1", "3.1", "3.2"]
    assert (found.total, [line.agency for line in found.lines]) == (3, ["alice", "bob"])
    assert {code: cell.status for code, cell in found.lines[1].cells.items()} == {
        "1.1": Status.DONE_LATE,
        "1.2": Status.OVERDUE,
        "3.1": Status.NO_DATE,
    }


def test_the_league_by_rate_and_median_days_late(autumn: World) -> None:
    found = league(autumn.session, as_of(autumn.session, at("2025-09-05")))
    assert [(s.agency, s.rate, s.median_days_late, s.awaiting) for s in found] == [
        ("alice", 1.0, None, 1),  # one on time; the other awaits and is not judged
        ("bob", 0.0, 9.0, 0),  # done 11 days late, overdue by 7
        ("charlie", 0.0, 22.0, 0),
    ]


def test_the_median_of_an_odd_number_is_the_middle_one(world: World) -> None:
    for code, due in (("1.1", "2025-08-01"), ("1.2", "2025-08-11"), ("1.3", "2025-08-30")):
        world.duty(code, due, "bob")
    (bob,) = league(world.session, as_of(world.session, at("2025-08-31")))
    assert bob.median_days_late == 20.0


def test_what_changed_between_two_days(autumn: World) -> None:
    before, after = (as_of(autumn.session, at(day, 23)) for day in ("2025-08-19", "2025-09-05"))
    found = {(m.before, m.after): m.count for m in moves(autumn.session, before, after)}
    assert found == {
        (Status.AWAITING_CONFIRMATION, Status.DONE_ON_TIME): 1,
        (Status.AWAITING_CONFIRMATION, Status.DONE_LATE): 1,
        (Status.DUE_SOON, Status.AWAITING_CONFIRMATION): 1,
        (Status.DUE_SOON, Status.OVERDUE): 1,
    }
    late = newly(autumn.session, before, after, (Status.OVERDUE,))
    assert (late.total, [(row.duty, row.agency) for row in late.items]) == (1, [("1.2", "bob")])
    assert actions_between(autumn.session, before, after) == {"confirm": 2, "return": 1, "declare": 2}


def test_tasks_that_did_not_exist_before_come_from_nowhere(autumn: World) -> None:
    before, after = (as_of(autumn.session, at(day, 23)) for day in ("2025-07-01", "2025-07-25"))
    assert {m.before for m in moves(autumn.session, before, after)} == {None}


def test_one_agencys_page(autumn: World) -> None:
    page = agency_page(autumn.session, as_of(autumn.session, at("2025-09-05")), autumn.agencies["bob"])
    assert page.counts[Status.OVERDUE] == 1
    assert [row.duty for row in page.to_do.items] == ["1.2", "3.1"]  # what has no day comes last


def test_a_tasks_history_as_of_a_day_knows_nothing_of_later(autumn: World) -> None:
    view = as_of(autumn.session, at("2025-09-05"))
    number = list_tasks(autumn.session, view, TaskFilter(agency="bob", duty="1.1")).items[0].id
    then = task_history(autumn.session, as_of(autumn.session, at("2025-08-20", 23)), number)
    assert (then.task.life, then.task.counted_on) == (Life.IN_PROGRESS, None)
    assert [event.action for event in then.events] == ["declare", "return"]
    before = task_history(autumn.session, as_of(autumn.session, at("2025-08-19", 23)), number)
    assert (before.task.status, before.task.counted_on) == (Status.AWAITING_CONFIRMATION, date(2025, 8, 18))
    assert before.task.days_late == 4


def test_two_decisions_keep_their_own_window_and_filter(world: World) -> None:
    world.duty("1.1", "2025-08-14", "alice")
    build(world.session, key="khac").duty("1.1", "2025-08-20", "alice")
    view = as_of(world.session, at("2025-08-15"))
    found = list_tasks(world.session, view, TaskFilter(decision="khac"))
    assert [(row.decision, row.status) for row in found.items] == [("khac", Status.DUE_SOON)]
    assert status_counts(world.session, view)[Status.OVERDUE] == 1


@pytest.mark.parametrize("day", ["2025-08-20", "2025-09-05"])
def test_every_query_sends_a_bounded_number_of_statements(autumn: World, day: str) -> None:
    for number in range(20):
        autumn.duty(f"9.{number}", "2025-08-29")
    with statements(autumn.session) as sent:
        view = as_of(autumn.session, at(day, 23))
        list_tasks(autumn.session, view, TaskFilter(decision="quyet-dinh", search="so"))
        status_counts(autumn.session, view)
        matrix(autumn.session, view, TaskFilter(decision="quyet-dinh"))
        league(autumn.session, view)
        moves(autumn.session, view, view)
        agency_page(autumn.session, view, find_agency(autumn.session, "bob"))
    assert len(sent) < 30


def test_counts_agree_with_the_list_whatever_the_filter(autumn: World) -> None:
    other = build(autumn.session, key="khac")
    other.duty("1.1", "2025-08-14", "alice")
    other.duty("1.2", "2025-09-12", "bob charlie")
    view = as_of(autumn.session, at("2025-09-05"))
    for key in (None, "khac", "quyet-dinh"):
        whole = status_counts(autumn.session, view, TaskFilter(decision=key))
        narrowed = status_counts(autumn.session, view, TaskFilter(decision=key, search="so"))
        rows = list_tasks(autumn.session, view, TaskFilter(decision=key)).items
        assert whole == {status: sum(row.status is status for row in rows) for status in Status}
        named = [row for row in rows if row.agency in {"alice", "bob"}]  # their names begin with "Sở"
        assert narrowed == {status: sum(row.status is status for row in named) for status in Status}


def test_a_decision_that_is_not_loaded_counts_nothing(autumn: World) -> None:
    view = as_of(autumn.session, at("2025-09-05"))
    assert set(status_counts(autumn.session, view, TaskFilter(decision="khong")).values()) == {0}

"""What the pictures are drawn from: the figures that the lists would give, day by day and part by part."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from tasks.asof import as_of
from tasks.queries.counts import status_counts
from tasks.queries.progress import Progress, progress, progress_of, weeks
from tasks.queries.punctuality import Punctuality, punctuality
from tasks.queries.sections import section_rates
from tasks.reporting.reports import Deed, find_standing, submit_nil
from tasks.rounds.agencies import Ruling, exempt_agencies
from tasks.rounds.rounds import open_due_rounds
from tasks.tracking import tracker
from tasks.tracking.changes import Grounds
from tests.tasks.cast import ALICE, BOB, CHARLIE, HOME, World, at, statements

WHY = Grounds("Thiếu minh chứng")
EVERY_DAY = [date(2025, 7, 20) + timedelta(days=n) for n in range(60)]


@pytest.fixture
def autumn(world: World) -> World:
    first = world.duty("1.1", "2025-08-14")
    world.duty("1.2", "2025-08-29", "alice bob")
    world.duty("2.1", None, "alice charlie")
    world.duty("3.1", None, "bob", occasion="hdnd")
    tracker.declare(world.session, [first[0]], ALICE, at("2025-08-14", 23))
    tracker.declare(world.session, [first[1]], BOB, at("2025-08-18"))
    tracker.confirm(world.session, [first[0]], HOME, at("2025-08-20"))
    tracker.return_(world.session, [first[1]], HOME, at("2025-08-20"), WHY)
    tracker.declare(world.session, [first[1]], BOB, at("2025-08-25"))
    tracker.confirm(world.session, [first[1]], HOME, at("2025-08-27"))
    tracker.cancel(world.session, [first[2]], HOME, at("2025-08-28"), WHY)
    return world


def by_counting(session: Session, day: date) -> Progress:
    return progress_of(day, status_counts(session, as_of(session, at(day, 23, 59))))


def test_progress_is_what_counting_each_day_would_say(autumn: World) -> None:
    found = progress(autumn.session, EVERY_DAY)
    assert found == [by_counting(autumn.session, day) for day in EVERY_DAY]
    assert [found[place].overdue for place in (25, 26, 29, 31, 36)] == [0, 2, 1, 2, 1]


def test_a_year_of_weeks_is_read_in_two_statements(autumn: World) -> None:
    with statements(autumn.session) as told:
        progress(autumn.session, weeks(date(2025, 7, 25), date(2026, 7, 1), 60))
    assert len(told) == 2


@pytest.mark.parametrize(
    ("first", "last", "most", "found"),
    [
        ("2025-07-25", "2025-07-27", 9, []),  # the Sunday itself is not over
        ("2025-07-25", "2025-07-28", 9, ["2025-07-27"]),
        ("2025-07-27", "2025-08-10", 9, ["2025-07-27", "2025-08-03"]),
        ("2025-07-27", "2025-08-25", 2, ["2025-08-03", "2025-08-24"]),
        ("2025-08-27", "2025-07-25", 9, []),
    ],
)
def test_weeks_end_on_sundays_and_thin_out(first: str, last: str, most: int, found: list[str]) -> None:
    days = weeks(date.fromisoformat(first), date.fromisoformat(last), most)
    assert [day.isoformat() for day in days] == found
    assert len(days) <= most


def test_sections_are_judged_by_what_is_finished_or_overdue(autumn: World) -> None:
    view = as_of(autumn.session, at("2025-09-05"))
    found = {rate.section: rate for rate in section_rates(autumn.session, view)}
    assert list(found) == ["1", "2", "3"]
    one = found["1"]
    assert (one.tasks, one.on_time, one.late, one.overdue, one.judged) == (5, 1, 1, 2, 4)
    assert one.rate == 0.25
    assert found["2"].rate is None


def test_reports_are_early_on_time_late_or_missing(world: World) -> None:
    session = world.session
    round_ = world.round("lan-1", "2025-08-05", "2025-09-04", "alice bob charlie seal home")
    planned = world.round("lan-2", "2025-11-06", "2025-12-04")
    open_due_rounds(session, at("2025-08-07"))
    days = {ALICE: "2025-08-28", BOB: "2025-08-29", CHARLIE: "2025-09-05"}  # 1 and 2 September are days off
    for actor, day in days.items():
        standing = find_standing(session, round_, str(actor.agency_code))
        submit_nil(session, standing, "Không phát sinh trong kỳ.", Deed(actor, at(day)))
    exempt_agencies(session, round_, ["home"], Ruling(HOME, at("2025-09-01"), "Đơn vị tổng hợp"))
    view = as_of(session, at("2025-09-08"))
    assert punctuality(session, [round_, planned], view) == {round_.id: Punctuality(1, 1, 1, 1, 1)}
    before = as_of(session, at("2025-08-28", 23))
    assert punctuality(session, [round_], before)[round_.id].missing == 4

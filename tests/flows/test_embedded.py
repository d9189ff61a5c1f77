"""Who holds the embedded clock: one process alone, and another once it is gone."""

from datetime import timedelta

import pytest

from dondoc.settings import read_settings
from flows.embedded import LEASE, LENGTH, EmbeddedClock
from tasks.database import reading
from tasks.leases import holder_of
from tests.tasks.cast import at


class Time:
    """A clock that the test moves."""

    def __init__(self):
        self.now = at("2025-08-15", 6)

    def __call__(self):
        return self.now


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def clocks(office, time):
    return [EmbeddedClock(read_settings(), office, time) for _ in range(2)]


def test_of_two_processes_one_holds_the_clock(clocks):
    assert [clock.hold() for clock in clocks] == [True, False]


def test_the_other_takes_over_when_the_first_falls_silent(clocks, time):
    first, second = clocks
    first.hold()
    time.now += LENGTH - timedelta(seconds=1)
    assert not second.hold()
    time.now += timedelta(seconds=1)
    assert second.hold()
    assert not first.hold()


def test_stopped_in_order_it_gives_the_clock_back_at_once(clocks, office, time):
    first, second = clocks
    first.start()
    first.hold()
    first.stop()
    with reading(office) as session:
        assert holder_of(session, LEASE, time.now) is None
    assert second.hold()


def test_without_the_clock_no_flow_is_run(clocks, office, time):
    first, second = clocks
    first.hold()
    time.now = at("2025-08-15", 6, 0) + timedelta(seconds=30)
    second.hold()
    second.work()
    with reading(office) as session:
        from tasks.runs import last_runs

        assert last_runs(session) == {}

"""What the embedded clock runs at a moment, given what ran before: a table of cases, and a start after days off."""

from datetime import timedelta

import pytest

from flows.agenda import Ran, Seen, due_now
from tests.tasks.cast import at

FRIDAY = "2025-08-15"


def ran_well(moment) -> Ran:
    return Ran(moment, True, moment)


YESTERDAY = {
    name: ran_well(at("2025-08-14", hour)) for name, hour in (("sweep", 8), ("backup", 2), ("deliver", 9))
} | {"digest": ran_well(at("2025-08-11"))}


@pytest.mark.parametrize(
    ("hour", "minute", "more", "expected"),
    [
        (1, 0, {}, []),
        (1, 15, {}, ["backup"]),
        (7, 29, {}, ["backup"]),
        (7, 30, {}, ["sweep", "backup"]),
        (7, 0, {"rounds_to_open": 1}, ["open-rounds", "backup"]),
        (6, 59, {"rounds_to_open": 1}, ["backup"]),
        (0, 0, {"rounds_to_collect": 1}, ["collect-rounds"]),
        (0, 30, {"mails_due": 3}, ["deliver"]),
        (0, 30, {"to_tell": True}, ["webhooks"]),
    ],
)
def test_each_thing_has_its_hour(hour, minute, more, expected):
    assert due_now(Seen(at(FRIDAY, hour, minute), YESTERDAY, **more)) == expected


def test_what_succeeded_today_is_not_run_again():
    done = YESTERDAY | {"sweep": ran_well(at(FRIDAY, 7, 30)), "backup": ran_well(at(FRIDAY, 1, 15))}
    assert due_now(Seen(at(FRIDAY, 12), done)) == []


def test_the_days_are_those_of_hanoi_wherever_the_host_is():
    done = YESTERDAY | {"backup": ran_well(at(FRIDAY, 2))}
    in_utc = at(FRIDAY, 7, 30).astimezone(tz=None).astimezone()
    assert due_now(Seen(in_utc, done)) == ["sweep"]


def test_a_start_after_three_days_off_catches_up_once():
    [*first] = due_now(Seen(at("2025-08-18", 10), YESTERDAY))
    assert first == ["sweep", "digest", "backup"]
    caught_up = YESTERDAY | {name: ran_well(at("2025-08-18", 10)) for name in first}
    assert due_now(Seen(at("2025-08-18", 10, 1), caught_up)) == []


def test_a_run_that_failed_is_tried_again_after_a_while():
    failed = YESTERDAY | {
        "sweep": Ran(at(FRIDAY, 7, 30), False, at("2025-08-14")),
        "backup": ran_well(at(FRIDAY, 2)),
    }
    assert due_now(Seen(at(FRIDAY, 7, 34), failed)) == []
    assert due_now(Seen(at(FRIDAY, 7, 35), failed)) == ["sweep"]


def test_a_run_whose_process_died_is_tried_again_too():
    died = YESTERDAY | {"sweep": Ran(at(FRIDAY, 7, 30), None, None), "backup": ran_well(at(FRIDAY, 2))}
    assert due_now(Seen(at(FRIDAY, 7, 31), died)) == []
    assert due_now(Seen(at(FRIDAY, 7, 36), died)) == ["sweep"]


def test_mails_that_keep_coming_are_delivered_once_a_minute_at_most():
    now = at(FRIDAY, 9)
    done = {name: ran_well(now) for name in ("sweep", "backup", "digest", "deliver")}
    assert due_now(Seen(now + timedelta(seconds=59), done, mails_due=1)) == []
    assert due_now(Seen(now + timedelta(seconds=61), done, mails_due=1)) == ["deliver"]


def test_a_run_recorded_in_the_future_does_not_count_for_today():
    """A clock that was wrong, or a rehearsal on the same database, must not silence the day."""
    future = {name: ran_well(at("2027-01-04")) for name in ("sweep", "backup", "digest")}
    assert due_now(Seen(at(FRIDAY, 8), future)) == ["sweep", "digest", "backup"]

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.days import HANOI
from catalog.policy import QuietHours
from notifications.delivering.retry import LONGEST_WAIT, Wait, after_outage, after_refusal, is_quiet

MORNING = datetime(2025, 9, 8, 8, 0, tzinfo=HANOI)
LATE = datetime(2025, 9, 8, 23, 59, 30, tzinfo=HANOI)
MIDNIGHT = datetime(2025, 9, 9, 0, 0, tzinfo=HANOI)


@pytest.mark.parametrize(
    ("attempts", "luck", "minutes"),
    [(1, 0, 1), (1, 0.5, 0.75), (2, 0, 2), (3, 0, 4), (5, 0, 16), (6, 0, 30), (7, 0, 30), (400, 0, 30)],
)
def test_the_wait_doubles_up_to_half_an_hour_and_luck_shortens_it(attempts, luck, minutes):
    assert after_refusal(attempts, MORNING, luck) == Wait(MORNING + timedelta(minutes=minutes), today=True)


def test_a_wait_never_leaves_the_day_of_the_mail():
    assert after_refusal(1, LATE, 0) == Wait(MIDNIGHT, today=False)
    assert after_outage(LATE) == Wait(MIDNIGHT, today=False)
    assert after_outage(MORNING) == Wait(MORNING + timedelta(minutes=2), today=True)


@given(
    attempts=st.integers(1, 10_000),
    luck=st.floats(0, 1, exclude_max=True),
    seconds=st.integers(0, 24 * 60 * 60 - 1),
)
def test_every_wait_moves_forward_and_stays_short(attempts, luck, seconds):
    now = datetime(2025, 9, 8, tzinfo=HANOI) + timedelta(seconds=seconds)
    wait = after_refusal(attempts, now, luck)

    assert now < wait.until <= min(now + LONGEST_WAIT, MIDNIGHT)
    assert wait.today == (wait.until < MIDNIGHT)


@pytest.mark.parametrize(
    ("begin", "end", "at", "quiet"),
    [
        ("22:00", "06:00", "21:59", False),
        ("22:00", "06:00", "22:00", True),
        ("22:00", "06:00", "05:59", True),
        ("22:00", "06:00", "06:00", False),
        ("12:00", "13:30", "12:30", True),
        ("12:00", "13:30", "13:30", False),
    ],
)
def test_quiet_hours_hold_across_midnight(begin, end, at, quiet):
    hours = QuietHours.model_validate({"from": begin, "to": end})
    hour, minute = map(int, at.split(":"))

    assert is_quiet(hours, MORNING.replace(hour=hour, minute=minute)) is quiet

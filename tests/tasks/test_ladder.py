"""When the ladder speaks: the days of domain.md, catch-up after an outage, and late starts."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.calendar import WorkingCalendar
from catalog.policy import Policy
from catalog.policy_file import read_policy
from tasks.ladder import first_step_on, moved_step_on, rungs_due

CALENDAR = WorkingCalendar()
POLICY, _ = read_policy("default")
assert isinstance(POLICY, Policy)
ROUND_1 = date(2025, 9, 4)
days_2025 = st.dates(date(2025, 1, 1), date(2026, 12, 31))


def spoken(rungs, due):
    return [(rung.day(due, CALENDAR), rung.step) for rung in rungs]


def test_the_first_report_is_urged_on_the_days_of_the_decision():
    days = dict.fromkeys(spoken(POLICY.rounds, ROUND_1))
    assert list(days) == [
        (date(2025, 8, 19), -10),
        (date(2025, 8, 26), -5),
        (date(2025, 8, 29), -2),
        (date(2025, 9, 4), 0),
        (date(2025, 9, 5), 1),
        (date(2025, 9, 11), 5),
    ]


def test_the_second_report_is_urged_on_the_days_of_the_decision():
    days = [day for day, step in spoken(POLICY.rounds, date(2025, 12, 4)) if step <= 0]
    assert days == [date(2025, 11, 20), date(2025, 11, 27), date(2025, 12, 2), date(2025, 12, 4)]


def test_a_last_day_that_is_off_is_said_on_the_working_day_before_and_is_late_on_the_one_after():
    sunday_before_a_holiday = date(2025, 8, 31)
    said = {step: day for day, step in spoken(POLICY.tasks, sunday_before_a_holiday)}
    assert said[0] == date(2025, 8, 29)
    assert said[1] == date(2025, 9, 3)


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2025, 8, 1), date(2025, 8, 19)),
        (date(2025, 8, 19), date(2025, 8, 19)),
        (date(2025, 8, 20), date(2025, 8, 26)),  # a reminder whose day went by is dropped
        (date(2025, 9, 4), date(2025, 9, 4)),
        (date(2025, 10, 1), date(2025, 9, 5)),  # what is late already is still said
    ],
)
def test_what_starts_late_begins_with_what_is_still_true(today, first):
    assert first_step_on(POLICY.rounds, ROUND_1, today, CALENDAR) == first


def test_after_an_outage_only_the_latest_step_is_said():
    come = rungs_due(POLICY.rounds, ROUND_1, date(2025, 8, 19), date(2025, 8, 28), CALENDAR)
    assert [rung.step for rung in come.said] == [-5]
    assert [rung.step for rung in come.passed] == [-10]
    assert come.next_step_on == date(2025, 8, 29)


def test_the_last_rung_ends_the_ladder():
    come = rungs_due(POLICY.rounds, ROUND_1, date(2025, 9, 11), date(2025, 9, 11), CALENDAR)
    assert {rung.kind for rung in come.said} == {"overdue", "escalation"}
    assert come.next_step_on is None


@given(days_2025, st.lists(days_2025, min_size=1, max_size=12))
def test_over_any_days_of_looking_each_rung_comes_once_and_none_is_lost(due, looks):
    step_on = first_step_on(POLICY.tasks, due, date(2025, 1, 1), CALENDAR)
    come: list[int] = []
    for today in sorted(looks):
        if step_on is None or step_on > today:
            continue
        verdict = rungs_due(POLICY.tasks, due, step_on, today, CALENDAR)
        come += sorted({rung.step for rung in (*verdict.passed, *verdict.said)})
        step_on = verdict.next_step_on
    past = sorted(
        {rung.step for rung in POLICY.tasks if date(2025, 1, 1) <= rung.day(due, CALENDAR) <= max(looks)}
        | {rung.step for rung in POLICY.tasks if rung.step > 0 and rung.day(due, CALENDAR) <= max(looks)}
    )
    assert come == past


@given(days_2025)
def test_every_rung_speaks_on_a_working_day(due):
    assert all(CALENDAR.is_working_day(day) for day, _ in spoken(POLICY.tasks, due))


@given(days_2025, days_2025)
def test_moving_to_the_same_calendar_moves_nothing(due, today):
    step_on = first_step_on(POLICY.tasks, due, today, CALENDAR)
    if step_on is not None:
        assert moved_step_on(POLICY.tasks, due, step_on, CALENDAR, CALENDAR) == step_on

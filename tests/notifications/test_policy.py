"""The pure decision to speak: which audience hears which rung, and what is only recorded."""

from datetime import date

import pytest

from catalog.calendar import WorkingCalendar
from catalog.policy import Audience
from catalog.policy_file import read_policy
from notifications.policy import Watched, notices_due

CALENDAR = WorkingCalendar()
POLICY = read_policy("default")[0]
DUE = date(2025, 8, 14)


def said(watched, today):
    verdict = notices_due(watched, POLICY, today, CALENDAR)
    return [(s.kind, s.step, s.audience.value, s.to_head) for s in verdict.speeches if s.said]


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2025, 7, 31), [("reminder", -10, "agency", False), ("reminder", -10, "supporters", False)]),
        (date(2025, 8, 7), [("reminder", -5, "agency", False), ("reminder", -5, "supporters", False)]),
        (date(2025, 8, 12), [("reminder", -2, "agency", False), ("reminder", -2, "supporters", False)]),
        (date(2025, 8, 14), [("last_day", 0, "agency", False), ("last_day", 0, "supporters", False)]),
        (
            date(2025, 8, 15),
            [
                ("overdue", 1, "agency", False),
                ("overdue", 1, "supporters", False),
                ("escalation", 1, "coordinator", False),
            ],
        ),
        (date(2025, 8, 21), [("overdue", 5, "agency", True), ("escalation", 5, "coordinator", True)]),
    ],
)
def test_each_rung_of_a_task_tells_whom_the_policy_names(today, expected):
    assert said(Watched(of_round=False, due=DUE, next_step_on=today), today) == expected


def test_between_two_rungs_nothing_is_said():
    assert said(Watched(of_round=False, due=DUE, next_step_on=date(2025, 8, 14)), date(2025, 8, 13)) == []


def test_missed_days_are_recorded_and_said_once_as_the_latest_step():
    watched = Watched(of_round=False, due=DUE, next_step_on=date(2025, 7, 31))
    verdict = notices_due(watched, POLICY, date(2025, 8, 13), CALENDAR)
    assert {s.step for s in verdict.speeches if s.said} == {-2}
    assert {s.step for s in verdict.speeches if not s.said} == {-10, -5}
    assert verdict.next_step_on == date(2025, 8, 14)


def test_what_is_closed_out_in_bulk_is_never_said_to_be_overdue():
    end_of_year = date(2025, 12, 31)
    watched = Watched(of_round=False, due=end_of_year, next_step_on=end_of_year, close_out=True)
    verdict = notices_due(watched, POLICY, date(2026, 1, 12), CALENDAR)
    assert {s.kind for s in verdict.speeches} == {"last_day"}
    assert verdict.next_step_on is None


def test_supporters_hear_nothing_of_rounds():
    watched = Watched(of_round=True, due=DUE, next_step_on=date(2025, 7, 31))
    verdict = notices_due(watched, POLICY, date(2025, 9, 1), CALENDAR)
    assert Audience.SUPPORTERS not in {s.audience for s in verdict.speeches}

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.calendar import Overrides, SpecialDay, WorkingCalendar, read_overrides

CALENDAR = WorkingCalendar()
days = st.dates(date(2024, 12, 15), date(2028, 1, 15))
counts = st.integers(-400, 400)
working_days = days.map(CALENDAR.working_day_on_or_before)


@pytest.mark.parametrize(
    "off",
    [
        date(2025, 1, 1),
        date(2025, 1, 27),  # 29 Tết, a Monday, in place of the weekend inside Tết
        date(2025, 1, 31),
        date(2025, 4, 7),  # Giỗ Tổ
        date(2025, 5, 2),  # moved to Saturday 26/4
        date(2025, 8, 30),
        date(2025, 9, 1),
        date(2025, 9, 2),
        date(2026, 1, 1),
        date(2026, 1, 2),  # override: moved to Saturday 10/01
        date(2026, 2, 16),  # Giao thừa
        date(2026, 2, 17),  # mùng một Tết Bính Ngọ
        date(2026, 2, 18),
        date(2026, 2, 19),
        date(2026, 2, 20),
        date(2026, 4, 27),  # in place of Giỗ Tổ on Sunday 26/4
        date(2026, 8, 31),  # moved to Saturday 22/8
        date(2026, 9, 1),
        date(2027, 2, 5),  # Giao thừa
        date(2027, 2, 6),
        date(2027, 5, 3),  # in place of Saturday 1/5
    ],
)
def test_public_holidays_and_the_days_moved_for_them_are_off(off: date):
    assert not CALENDAR.is_working_day(off)


@pytest.mark.parametrize(
    "worked",
    [
        date(2025, 4, 26),
        date(2026, 1, 10),
        date(2026, 8, 22),
        date(2025, 9, 3),
        date(2026, 2, 23),
        date(2027, 1, 4),
    ],
)
def test_days_after_a_holiday_and_make_up_saturdays_are_worked(worked: date):
    assert CALENDAR.is_working_day(worked)


def test_a_worked_saturday_is_counted_like_any_working_day():
    assert CALENDAR.next_working_day(date(2026, 1, 9)) == date(2026, 1, 10)
    assert CALENDAR.previous_working_day(date(2026, 1, 12)) == date(2026, 1, 10)
    assert CALENDAR.add_working_days(date(2025, 12, 31), 6) == date(2026, 1, 10)


@pytest.mark.parametrize(
    ("due", "reminders"),
    [
        (date(2025, 9, 4), [date(2025, 8, 19), date(2025, 8, 26), date(2025, 8, 29)]),
        (date(2025, 12, 4), [date(2025, 11, 20), date(2025, 11, 27), date(2025, 12, 2)]),
        (
            date(2025, 8, 31),
            [date(2025, 8, 15), date(2025, 8, 22), date(2025, 8, 27)],
        ),  # a Sunday: from Friday
    ],
)
def test_reminders_of_10_5_and_2_working_days_fall_on_the_days_of_the_policy(
    due: date, reminders: list[date]
):
    counted_from = CALENDAR.working_day_on_or_before(due)
    assert [CALENDAR.add_working_days(counted_from, -days) for days in (10, 5, 2)] == reminders


def test_the_first_overdue_step_after_a_sunday_before_a_holiday_comes_after_the_holiday():
    assert CALENDAR.add_working_days(date(2025, 8, 31), 1) == date(2025, 9, 3)
    assert CALENDAR.working_day_on_or_after(date(2025, 8, 30)) == date(2025, 9, 3)


def test_an_override_wins_over_the_library_in_both_directions():
    moved = Overrides(
        (
            SpecialDay(date(2025, 5, 2), False, "Không hoán đổi", "thử"),
            SpecialDay(date(2025, 4, 26), True, "Không làm bù", "thử"),
        )
    )
    calendar = WorkingCalendar(moved)
    assert calendar.is_working_day(date(2025, 5, 2))
    assert not calendar.is_working_day(date(2025, 4, 26))
    assert {day.source for day in calendar.special_days(2025) if day.day == date(2025, 5, 2)} == {"thử"}


def test_the_year_names_its_days_and_where_each_was_learnt():
    listed = {special.day: special for special in CALENDAR.special_days(2026)}
    assert listed[date(2026, 2, 17)].name == "Tết Nguyên Đán"
    assert listed[date(2026, 2, 17)].source.startswith("thư viện holidays")
    assert listed[date(2026, 8, 22)].name == "Làm bù cho ngày nghỉ 31/08/2026"
    assert not listed[date(2026, 1, 10)].off
    assert "Bộ Nội vụ" in listed[date(2026, 1, 2)].source


@given(working_days)
def test_next_and_previous_undo_each_other_on_working_days(day: date):
    assert CALENDAR.previous_working_day(CALENDAR.next_working_day(day)) == day
    assert CALENDAR.next_working_day(CALENDAR.previous_working_day(day)) == day


@given(days)
def test_next_is_the_first_working_day_after_and_previous_the_last_before(day: date):
    after, before = CALENDAR.next_working_day(day), CALENDAR.previous_working_day(day)
    assert before < day < after
    between = (before + timedelta(days=n) for n in range(1, (after - before).days))
    assert not any(CALENDAR.is_working_day(other) for other in between if other != day)


@given(working_days, counts, counts)
def test_steps_add_up_from_a_working_day(day: date, first: int, second: int):
    once = CALENDAR.add_working_days(day, first + second)
    assert CALENDAR.add_working_days(CALENDAR.add_working_days(day, first), second) == once


@given(days, st.integers(0, 400), st.integers(0, 400), st.sampled_from([1, -1]))
def test_steps_of_one_direction_add_up_from_any_day(day: date, first: int, second: int, way: int):
    once = CALENDAR.add_working_days(day, way * (first + second))
    assert CALENDAR.add_working_days(CALENDAR.add_working_days(day, way * first), way * second) == once


@given(days, days, counts)
def test_counting_keeps_the_order_of_days(one: date, other: date, count: int):
    earlier, later = sorted((one, other))
    assert CALENDAR.add_working_days(earlier, count) <= CALENDAR.add_working_days(later, count)


@given(working_days, counts)
def test_between_two_working_days_the_count_is_the_one_that_leads_there(day: date, count: int):
    assert CALENDAR.working_days_between(day, CALENDAR.add_working_days(day, count)) == count


@given(days, days)
def test_days_between_are_the_working_days_one_meets(one: date, other: date):
    start, end = sorted((one, other))
    met = sum(CALENDAR.is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))
    assert CALENDAR.working_days_between(start, end) == met


def write(folder: Path, text: str, name: str = "lich.yaml") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def test_an_override_file_is_read_in_order_of_day(tmp_path: Path):
    path = write(
        tmp_path,
        "worked:\n  - {day: 2027-01-09, name: Làm bù, source: Thông báo A}\n"
        "off:\n  - {day: 2027-01-04, name: Nghỉ, source: Thông báo A}\n",
    )
    overrides, faults = read_overrides(path)
    assert faults == ()
    assert overrides is not None
    assert [(special.day, special.off) for special in overrides.days] == [
        (date(2027, 1, 4), True),
        (date(2027, 1, 9), False),
    ]


def test_every_fault_of_an_override_file_is_told_with_its_line(tmp_path: Path):
    path = write(
        tmp_path,
        "off:\n  - day: ngày mai\n    name: Nghỉ\n    source: X\n  - day: 2027-01-04\n    name: ''\n    sources: X\n",
    )
    overrides, faults = read_overrides(path)
    assert overrides is None
    assert [(fault.place, fault.message) for fault in faults] == [
        ("dòng 2", "mục “off › 1 › day” không phải là ngày."),
        ("dòng 5", "thiếu mục “off › 2 › source”."),
        ("dòng 6", "mục “off › 2 › name” để trống."),
        ("dòng 7", "không có mục nào tên là “off › 2 › sources”."),
    ]
    assert all(fault.remedy for fault in faults)


def test_a_day_that_is_both_off_and_worked_is_a_fault(tmp_path: Path):
    entry = "{day: 2027-01-09, name: Làm bù, source: X}"
    overrides, faults = read_overrides(write(tmp_path, f"off:\n  - {entry}\nworked:\n  - {entry}\n"))
    assert overrides is None
    assert [str(fault) for fault in faults] == [
        "lich.yaml, dòng 4: ngày 09/01/2027 đã ghi ở dòng 2. Hãy giữ một dòng."
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "trống"),
        ("off: []\r\nworked: []\r\n", "CRLF"),
        ("off:\n  - {day: 2027-01-04, name: Nghi\u0309, source: X}\n", "NFD"),
        ("off: {\n", "cú pháp"),
        ("- 1\n", "mục con"),
    ],
)
def test_an_unusable_override_file_is_refused_in_one_sentence(tmp_path: Path, text: str, said: str):
    overrides, faults = read_overrides(write(tmp_path, text))
    assert overrides is None
    assert len(faults) == 1
    assert said in str(faults[0])


def test_a_missing_file_or_a_folder_is_a_fault_not_an_error(tmp_path: Path):
    for path in (tmp_path / "khong-co.yaml", tmp_path):
        overrides, faults = read_overrides(path)
        assert overrides is None
        assert len(faults) == 1

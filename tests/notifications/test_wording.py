"""The words at their edges: no day left, one day, a day off, nothing at all."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.calendar import WorkingCalendar
from catalog.policy import Audience, Rung
from notifications.content.charts import agency_bars, round_bar, shares, status_bar
from notifications.content.contexts import AgencyLine, Item, RoundItem, RoundStanding, StatusCount
from notifications.content.urgency import grouped, working_days_left
from notifications.content.wording import (
    change,
    day_text,
    deadline_words,
    full_day,
    hang,
    listed,
    named,
    number,
    report_name,
    round_request,
    shorten,
    subject_line,
    time_left,
    until,
)

CALENDAR = WorkingCalendar()
THURSDAY = date(2025, 9, 4)
days = st.dates(date(2025, 1, 1), date(2027, 12, 1))


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2025, 9, 4), "04/9/2025"),
        (date(2025, 10, 15), "15/10/2025"),
        (date(2026, 1, 2), "02/01/2026"),
        (date(2026, 2, 28), "28/02/2026"),
        (date(2026, 3, 1), "01/3/2026"),
    ],
)
def test_days_are_written_as_the_decree_writes_them(day, written):
    assert day_text(day) == written


def test_a_last_day_says_its_weekday():
    assert until(THURSDAY) == "hết ngày 04/9/2025 (thứ Năm)"
    assert until(date(2025, 8, 31)) == "hết ngày 31/8/2025 (Chủ nhật)"
    assert full_day(date(2025, 9, 6)) == "thứ Bảy, ngày 06/9/2025"


@pytest.mark.parametrize(
    ("due", "count", "day", "said"),
    [
        (THURSDAY, 5, date(2025, 8, 26), "còn 5 ngày làm việc"),
        (THURSDAY, 1, date(2025, 9, 3), "còn 1 ngày làm việc"),
        (THURSDAY, 0, THURSDAY, "hạn cuối hôm nay"),
        (date(2025, 8, 31), 0, date(2025, 8, 29), "hôm nay là ngày làm việc cuối cùng trong hạn"),
        (THURSDAY, -1, date(2025, 9, 5), "quá hạn 1 ngày làm việc"),
        (date(2025, 9, 5), 0, date(2025, 9, 6), "vừa quá hạn"),
        (THURSDAY, -1200, date(2030, 9, 5), "quá hạn 1.200 ngày làm việc"),
    ],
)
def test_time_left_is_true_on_its_day(due, count, day, said):
    assert time_left(due, count, day) == said


def test_without_a_day_the_reason_is_told():
    assert time_left(None, 0, THURSDAY, "no_date") == "chưa xác định hạn"
    assert time_left(None, 0, THURSDAY, "open") == "thực hiện thường xuyên"
    assert deadline_words("Thường xuyên", None) == "“Thường xuyên”"
    assert deadline_words("", None, "no_date") == "chưa xác định ngày"
    assert deadline_words("", None) == "không ghi thời hạn"


def test_an_extended_deadline_says_that_it_was_extended():
    words = deadline_words("trước ngày 05/9/2025", date(2025, 9, 25), "open", extended=True)
    assert words == "“trước ngày 05/9/2025” – được gia hạn đến hết ngày 25/9/2025 (thứ Năm)"


@given(days, st.integers(-30, 30))
def test_the_words_count_as_the_ladder_counts(due, step):
    kind = "reminder" if step < 0 else "overdue"
    day = Rung(step=step, kind=kind, tell=(Audience.AGENCY,)).day(due, CALENDAR)
    assert working_days_left(day, due, CALENDAR) == -step


@given(st.lists(st.tuples(st.one_of(st.none(), days), st.integers(0, 3)), max_size=30), days)
def test_grouping_loses_nothing_and_puts_the_most_urgent_first(rows, day):
    items = [
        Item(str(place), "việc", "", due, working_days_left(day, due, CALENDAR) if due else 0, "open", "")
        for place, (due, _) in enumerate(rows)
    ]
    groups = grouped(items, day)
    assert sorted(item.duty_code for group in groups for item in group.items) == sorted(
        item.duty_code for item in items
    )
    dues = [item.due or date.max for group in groups for item in group.items]
    assert dues == sorted(dues)
    for group in groups:
        assert all(
            (item.due is not None and item.due < day) == (group.urgency == "overdue") for item in group.items
        )


def test_numbers_and_changes():
    assert number(1187) == "1.187"
    assert number(-3000) == "-3.000"
    assert change(5, None) == ""
    assert change(5, 5) == "không đổi"
    assert change(1500, 300) == "tăng 1.200"
    assert change(0, 1) == "giảm 1"


def test_a_list_of_names_ends_with_how_many_more():
    assert listed(("Sở A", "Sở B, C và D"), 2, "cơ quan") == "Sở A; Sở B, C và D"
    assert listed(("Sở A", "Sở B", "Sở C"), 1, "cơ quan") == "Sở A; và 2 cơ quan khác"


def test_a_round_is_named_once():
    assert report_name("lần 1 trước ngày 05/9/2025") == "Báo cáo lần 1 trước ngày 05/9/2025"
    assert report_name("Báo cáo đột xuất") == "Báo cáo đột xuất"


def test_a_decision_without_a_number_is_called_by_its_title():
    assert named("Ban hành danh mục nhiệm vụ") == "Quyết định ban hành danh mục nhiệm vụ"
    assert (
        named("Quyết định ngày 25/7/2025: Ban hành danh mục") == "Quyết định ngày 25/7/2025 ban hành danh mục"
    )
    assert named("Kế hoạch số 3/KH-UBND") == "Kế hoạch số 3/KH-UBND"


@pytest.mark.parametrize("state", ["missing", "draft", "returned"])
@pytest.mark.parametrize("stage", ["round_open", "round_reminder", "round_last_day", "overdue"])
def test_a_round_asks_for_what_its_state_needs(state, stage):
    asked = round_request(RoundItem("lan-1", "lần 1", "", THURSDAY, 0, stage, "", state), "Sở Nội vụ")
    assert asked[0].isupper()
    assert asked.endswith(".")
    assert ("trả lại" in asked) == (state == "returned")
    assert ("đang soạn" in asked) == (state == "draft")


@given(st.text(max_size=300), st.integers(10, 80))
def test_shortening_keeps_within_the_limit_and_only_cuts_the_end(text, limit):
    short = shorten(text, limit)
    assert len(short) <= limit
    assert text.startswith(short.removesuffix("…")) or short == text


@given(st.lists(st.text("aăâbcd ", min_size=1, max_size=20), max_size=60), st.text("* :", max_size=12))
def test_wrapping_loses_no_word_and_hangs_under_the_first(words, lead):
    text = " ".join(words)
    wrapped = hang(text, lead)
    first, *rest = wrapped.split("\n")
    assert first.startswith(lead)
    assert all(line.startswith(" " * len(lead)) and line[len(lead) :].strip() for line in rest)
    assert " ".join([first[len(lead) :], *rest]).split() == text.split()
    assert all(len(line) <= 76 for line in wrapped.split("\n"))


def test_the_least_urgent_phrase_leaves_a_full_subject_first():
    line = subject_line("Đôn đốc", ["2 việc quá hạn", "1 báo cáo quá hạn", "x" * 90], "Sở Xây dựng")
    assert line == "[Đôn đốc] 2 việc quá hạn, 1 báo cáo quá hạn – Sở Xây dựng"


counts = st.lists(st.integers(0, 10_000), min_size=1, max_size=12)


@given(counts)
def test_shares_fill_the_bar_and_hide_nothing(values):
    widths = shares(values)
    assert sum(widths) == (100 if sum(values) else 0)
    assert all((width > 0) == (value > 0) for value, width in zip(values, widths, strict=True))


def test_bars_are_as_long_as_their_figures():
    longest, half = agency_bars((AgencyLine("A", 8, 9, ""), AgencyLine("B", 4, 9, "")))
    assert (longest.segments[0].width, longest.rest) == (100, 0)
    assert (half.segments[0].width, half.rest) == (50, 50)
    assert len(longest.blocks) == 2 * len(half.blocks)


def test_a_chart_of_nothing_is_an_empty_bar():
    assert status_bar([StatusCount("overdue", 0)]).rest == 100
    assert agency_bars(()) == ()
    nothing = round_bar(RoundStanding("lần 1", THURSDAY, 3, 0, 0, 0, 0, 0, 0, ""))
    assert nothing.segments == ()
    assert nothing.blocks == ""


def test_reports_not_yet_due_are_not_shown_as_late():
    standing = RoundStanding("lần 1", THURSDAY, 3, 10, 4, 0, 0, 0, 6, "")
    assert [part.tone for part in round_bar(standing).segments] == ["green", "grey"]
    assert THURSDAY + timedelta(days=1) > standing.due

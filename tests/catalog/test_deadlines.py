"""Readings of deadlines: the real sample, what the context adds, what is flagged, steps, and speed."""

import json
import sys
from datetime import date
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from catalog.calendar import WorkingCalendar
from catalog.deadlines import Kind, read_deadline

SAMPLE = Path(__file__).parents[1] / "data" / "deadlines.jsonl"
ISSUED = date(2026, 7, 14)


@pytest.fixture(scope="module")
def sample() -> list[dict[str, Any]]:
    return [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def calendar() -> WorkingCalendar:
    return WorkingCalendar()


def test_real_expressions_are_read_and_none_wrongly_with_confidence(
    sample: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    kinds = dues = dated = 0
    wrong = []
    for row in sample:
        reading = read_deadline(row["text"], doc_year=row["doc_year"])
        due = reading.due.isoformat() if reading.due else None
        kinds += reading.kind == row["kind"]
        dated += row["due"] is not None
        dues += row["due"] is not None and due == row["due"]
        if due and due != row["due"] and not reading.needs_review:
            wrong.append((row["text"], due))
    with capsys.disabled():
        sys.stdout.write(
            f"\ndeadlines: kind {kinds}/{len(sample)}, due {dues}/{dated}, wrong with confidence {len(wrong)}\n"
        )
    assert not wrong
    assert kinds / len(sample) >= 0.95
    assert dues / dated >= 0.97


def test_two_thousand_expressions_take_less_than_a_second(sample: list[dict[str, Any]]) -> None:
    texts = [row["text"] for row in sample] * 5
    fastest = min(_time_of_reading(texts) for _ in range(3))
    assert len(texts) / fastest > 2000


def _time_of_reading(texts: list[str]) -> float:
    begin = process_time()
    for text in texts:
        read_deadline(text, doc_year=2026)
    return process_time() - begin


def test_a_decision_may_say_that_before_includes_the_day_it_names() -> None:
    assert read_deadline("trước ngày 05/9/2025").due == date(2025, 9, 4)
    assert read_deadline("trước ngày 05/9/2025", before_inclusive=True).due == date(2025, 9, 5)


def test_the_document_year_comes_before_the_year_of_issue() -> None:
    assert read_deadline("Quý I", issued=date(2025, 12, 20)).due == date(2025, 3, 31)
    assert read_deadline("Quý I", issued=date(2025, 12, 20), doc_year=2026).due == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("100 ngày kể từ ngày ban hành", date(2026, 10, 22)),
        ("100 ngày kể từ ngày Kế hoạch này được ban hành", date(2026, 10, 22)),
        ("Trong 15 ngày kể từ ngày Kế hoạch được ban hành", date(2026, 7, 29)),
        ("10 ngày làm việc kể từ ngày ký ban hành", date(2026, 7, 28)),
        ("02 tuần kể từ ngày ban hành", date(2026, 7, 28)),
        ("03 tháng kể từ ngày ban hành", date(2026, 10, 14)),
        ("07 ngày kể từ ngày ban hành Kế hoạch số 38/KH-UBND", None),
        ("07 ngày kể từ ngày nhận được văn bản", None),
        ("100 ngày", None),
    ],
)
def test_a_period_counted_from_the_issue_starts_the_day_after(
    text: str, due: date | None, calendar: WorkingCalendar
) -> None:
    assert read_deadline(text, issued=ISSUED, calendar=calendar).due == due
    assert read_deadline(text, calendar=calendar).due is None


def test_a_counted_period_that_ends_on_a_day_off_moves_and_says_so(calendar: WorkingCalendar) -> None:
    text = "30 ngày kể từ ngày 02/8/2025"  # ends on Monday 01/9/2025, a holiday like the day after it
    assert read_deadline(text, calendar=calendar).due == date(2025, 9, 3)
    assert "ngày nghỉ" in read_deadline(text, calendar=calendar).notes[0]
    unmoved = read_deadline(text)
    assert unmoved.due == date(2025, 9, 1)
    assert "Điều 148" in unmoved.notes[0]


def test_a_named_day_never_moves(calendar: WorkingCalendar) -> None:
    assert read_deadline("chậm nhất ngày 02/9/2025", calendar=calendar).due == date(2025, 9, 2)


def test_an_issue_day_without_sense_is_passed_over() -> None:
    assert read_deadline("10 ngày kể từ ngày ban hành", issued=date.max).due is None


def test_working_days_are_not_counted_without_a_calendar() -> None:
    reading = read_deadline("10 ngày làm việc kể từ ngày ban hành", issued=ISSUED)
    assert (reading.kind, reading.due) == (Kind.RELATIVE, None)
    assert "lịch làm việc" in reading.notes[0]


def test_from_the_issue_on_begins_on_the_issue() -> None:
    assert read_deadline("Từ ngày ban hành Kế hoạch trở đi", issued=ISSUED).start == ISSUED
    reading = read_deadline("Từ nay đến hết năm 2026", issued=ISSUED)
    assert (reading.start, reading.due) == (ISSUED, date(2026, 12, 31))


@pytest.mark.parametrize("context", [{"issued": date(2026, 2, 1)}, {"doc_year": 2026}])
def test_a_deadline_before_its_document_is_read_as_written_and_flagged(context: dict[str, Any]) -> None:
    reading = read_deadline("hoàn thành trước ngày 25/3/2025", **context)
    assert reading.due == date(2025, 3, 24)
    assert not reading.needs_review
    assert any("kiểm tra lại năm" in note for note in reading.notes)


def test_two_limits_for_one_step_bind_by_the_earlier_and_are_flagged() -> None:
    reading = read_deadline("Tháng 6/2026 (có trong DS xử lý chậm nhất 31/5/2026)")
    assert (reading.kind, reading.start, reading.due) == (Kind.MULTI, date(2026, 6, 1), date(2026, 5, 31))
    assert any("hai thời hạn" in note for note in reading.notes)


def test_steps_keep_their_own_words_and_days() -> None:
    reading = read_deadline("Quý I/2026 lựa chọn; Quý IV/2026 báo cáo")
    assert [(step.text, step.start, step.due) for step in reading.milestones] == [
        ("Quý I/2026 lựa chọn", date(2026, 1, 1), date(2026, 3, 31)),
        ("Quý IV/2026 báo cáo", date(2026, 10, 1), date(2026, 12, 31)),
    ]


def test_a_single_limit_has_no_milestones() -> None:
    assert read_deadline("Quý I/2026").milestones == ()


def test_an_unclear_step_withholds_the_day_of_the_whole() -> None:
    reading = read_deadline("Ban hành trước 31/9/2026; báo cáo trước 15/12/2026")
    assert reading.due is None
    assert reading.needs_review
    assert [step.due for step in reading.milestones] == [None, date(2026, 12, 14)]


def test_a_weekday_that_does_not_fit_its_day_is_flagged() -> None:
    assert read_deadline("thứ Sáu, ngày 15/8/2025").notes == ()
    assert "thứ Sáu" in read_deadline("thứ Năm, ngày 15/8/2025").notes[0]


def test_the_text_comes_back_as_it_was_given() -> None:
    text = "Trước  ngày\n15/8/2025 "
    assert read_deadline(text).text == text


@pytest.mark.parametrize("part", ["trước ngày ", "15/8/2025 ", "1, ", "(“x” ", "1", "1/", "tháng 1, "])
def test_a_long_cell_is_answered_at_once(part: str) -> None:
    begin = process_time()
    assert read_deadline((part * 4000)[:4000]).text
    assert read_deadline(part * 4000).needs_review
    assert process_time() - begin < 5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("31/02/2026", "Không có ngày 31/02/2026."),
        ("Tháng 13/2026", "Không có tháng 13."),
        ("trước 30/8", "Không ghi năm"),
        ("Trước ngày 15", "không nói rõ tháng"),
        ("30", "Chỉ có con số"),
        ("''", "Ô trống hoặc chỉ có dấu"),
    ],
)
def test_a_doubt_says_why_in_its_first_note(text: str, words: str) -> None:
    reading = read_deadline(text)
    assert reading.needs_review
    assert words in reading.notes[0]

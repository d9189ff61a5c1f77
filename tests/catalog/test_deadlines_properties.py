"""What holds of every day and of any text at all."""

import unicodedata
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.deadlines import Kind, read_deadline

days = st.dates(date(1990, 1, 1), date(2099, 12, 31))
ROMAN = ("I", "II", "III", "IV")
WRITTEN = (
    "{d}/{m}/{y}",
    "{d:02}/{m:02}/{y}",
    "{d}.{m}.{y}",
    "{d}-{m}-{y}",
    "{d} / {m} / {y}",
    "ngày {d} tháng {m} năm {y}",
    "{d} tháng {m} năm {y}",
    "ngày {d:02}/{m}/{y}",
    "chậm nhất ngày {d}/{m}/{y}",
    "Chậm nhất là ngày {d} tháng {m} năm {y}",
    "đến hết ngày {d}/{m}/{y}",
    "hạn cuối: {d}/{m}/{y}",
    "{y}-{m:02}-{d:02}",
)
PHRASES = (
    "trước ngày tháng quý năm từ đến hết trong sau chậm nhất hằng mỗi định kỳ thường xuyên và hoặc kể ban hành Kế hoạch",
    "6 tháng đầu cuối giữa 15/8/2025 30/2 8/2025 III IV 2026 2025-2030 , ; . : - / ( ) \n 17 giờ 05 (tám) làm việc lần",
    "tuần thứ sáu kỳ họp HĐND báo cáo trình không chưa nay tiếp theo các này 13/2026/QĐ-UBND 1/2/3/4 99 năm học dịp",
)
WORDS = [word for phrase in PHRASES for word in phrase.split(" ")]


@pytest.mark.parametrize("form", WRITTEN)
@given(day=days)
def test_a_day_comes_back_from_each_way_of_writing_it(form: str, day: date) -> None:
    reading = read_deadline(form.format(d=day.day, m=day.month, y=day.year))
    assert (reading.kind, reading.start, reading.due, reading.needs_review) == (Kind.BY, None, day, False)


@given(day=st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_year_of_two_figures_is_of_this_century(day: date) -> None:
    assert read_deadline(f"{day.day}/{day.month}/{day:%y}").due == day


@given(day=days)
def test_a_day_without_its_year_takes_the_documents(day: date) -> None:
    assert read_deadline(f"{day.day}/{day.month}", doc_year=day.year).due == day
    assert read_deadline(f"trước ngày {day.day} tháng {day.month}").due is None


@given(day=days)
def test_before_is_by_less_one_day(day: date) -> None:
    written = f"ngày {day.day}/{day.month}/{day.year}"
    latest = read_deadline(f"chậm nhất {written}").due
    assert latest is not None
    assert read_deadline(f"trước {written}").due == latest - timedelta(days=1)
    assert read_deadline(f"trước {written}", before_inclusive=True).due == latest


@given(first=days, last=days)
def test_a_range_gives_both_its_ends_or_asks(first: date, last: date) -> None:
    reading = read_deadline(f"từ ngày {first:%d/%m/%Y} đến ngày {last:%d/%m/%Y}")
    if first <= last:
        assert (reading.kind, reading.start, reading.due) == (Kind.PERIOD, first, last)
    else:
        assert reading.needs_review
        assert reading.due is None


@given(
    year=st.integers(2000, 2090),
    quarter=st.integers(1, 4),
    roman=st.booleans(),
    separator=st.sampled_from("/- "),
)
def test_a_quarter_ends_on_the_eve_of_the_next(year: int, quarter: int, roman: bool, separator: str) -> None:
    numeral = ROMAN[quarter - 1] if roman else quarter
    reading = read_deadline(f"Quý {numeral}{separator}{year}")
    following = date(year + quarter // 4, quarter % 4 * 3 + 1, 1)
    assert (reading.kind, reading.due) == (Kind.QUARTER, following - timedelta(days=1))


@given(text=st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join) | st.text(max_size=60))
def test_any_text_has_a_reading_and_composed_accents_change_nothing(text: str) -> None:
    composed = read_deadline(unicodedata.normalize("NFC", text), issued=date(2025, 7, 25))
    decomposed = read_deadline(unicodedata.normalize("NFD", text), issued=date(2025, 7, 25))
    assert (composed.kind, composed.start, composed.due, composed.notes) == (
        decomposed.kind,
        decomposed.start,
        decomposed.due,
        decomposed.notes,
    )
    assert all(unicodedata.is_normalized("NFC", note) for note in composed.notes)


@given(text=st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
def test_a_doubtful_reading_gives_no_day_and_its_reason(text: str) -> None:
    reading = read_deadline(text, doc_year=2025)
    if reading.needs_review:
        assert reading.due is None
        assert reading.notes
    if reading.kind is not Kind.MULTI and reading.start and reading.due:
        assert reading.start <= reading.due

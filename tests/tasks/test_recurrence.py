from datetime import date, datetime, time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.rounds.recurrence import Monthly, Regime, Weekly, Yearly, occurrences, read_regime
from tests.tasks.cast import HANOI


@pytest.mark.parametrize(
    ("text", "regime"),
    [
        ("định kỳ 02 tuần một lần (trước 16 giờ thứ Sáu)", Regime(Weekly(2, 4), time(16))),
        ("Định kỳ hai tuần một lần, trước 16h30 thứ 6", Regime(Weekly(2, 4), time(16, 30))),
        ("hằng tuần, trước thứ Hai", Regime(Weekly(1, 0), before=True)),
        ("Hàng tuần (chậm nhất Chủ nhật)", Regime(Weekly(1, 6))),
        ("trước ngày 25 hằng tháng", Regime(Monthly(1, 25), before=True)),
        ("trước ngày 15 của tháng báo cáo", Regime(Monthly(1, 15), before=True)),
        ("ngày cuối cùng của mỗi quý", Regime(Monthly(3, 31))),
        ("định kỳ 6 tháng một lần, chậm nhất ngày 20", Regime(Monthly(6, 20))),
        ("trước ngày 20/6 và 20/11 hằng năm", Regime(Yearly(((6, 20), (11, 20))), before=True)),
        ("Thường xuyên", None),
        ("hằng năm", None),
        ("hằng tháng", None),
        ("trước ngày 31/02 hằng năm", None),
        ("Quý III/2025", None),
    ],
)
def test_the_regimes_that_are_understood_and_those_that_are_not(text: str, regime: Regime | None) -> None:
    assert read_regime(text) == regime


def test_every_second_friday_at_four() -> None:
    regime = read_regime("định kỳ 02 tuần một lần (trước 16 giờ thứ Sáu)")
    assert regime is not None
    found = list(occurrences(regime, date(2025, 9, 1), date(2025, 10, 3)))
    assert [entry.due for entry in found] == [date(2025, 9, 5), date(2025, 9, 19), date(2025, 10, 3)]
    assert found[0].closes_at == datetime(2025, 9, 5, 16, tzinfo=HANOI)


def test_before_a_day_ends_with_the_day_before_even_in_the_month_before() -> None:
    regime = Regime(Monthly(1, 1), before=True)
    found = [entry.due for entry in occurrences(regime, date(2025, 8, 1), date(2025, 10, 31))]
    assert found == [date(2025, 8, 31), date(2025, 9, 30), date(2025, 10, 31)]


def test_the_last_day_of_a_quarter() -> None:
    found = [entry.due for entry in occurrences(Regime(Monthly(3, 31)), date(2025, 7, 1), date(2026, 3, 31))]
    assert found == [date(2025, 9, 30), date(2025, 12, 31), date(2026, 3, 31)]


@given(
    st.one_of(
        st.builds(Weekly, st.integers(1, 5), st.integers(0, 6)),
        st.builds(Monthly, st.sampled_from([1, 2, 3, 6, 12]), st.integers(1, 31)),
        st.just(Yearly(((2, 29), (11, 20)))),
    ),
    st.booleans(),
    st.dates(date(2024, 1, 1), date(2026, 1, 1)),
    st.integers(0, 800),
)
def test_deadlines_lie_in_the_range_and_rise(
    rhythm: Weekly | Monthly | Yearly, before: bool, first: date, length: int
) -> None:
    last = date.fromordinal(first.toordinal() + length)
    found = list(occurrences(Regime(rhythm, None, before), first, last))
    assert all(first <= entry.due <= last for entry in found)
    assert all(one.due < two.due and one.closes_at < two.closes_at for one, two in pairwise(found))

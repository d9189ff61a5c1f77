"""Sums over agencies and periods. The cast: a department and a ward that report twice, a commune once, one silent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.figures.consolidation import Consolidated, Reported, consolidate, consolidate_by
from catalog.figures.indicators import IndicatorSet, read_indicators

CAST = ("so-a", "phuong-b", "xa-c", "xa-im-lang")
ROUNDS = ("lan-1", "lan-2")


def shipped() -> IndicatorSet:
    found, faults = read_indicators("hai-phong-dan-van-2025-2")
    assert found is not None, faults
    return found


def records(figure: str, **by_agency: tuple[int | None, int | None]) -> list[Reported]:
    return [
        Reported(agency.replace("_", "-"), period, figure, None if value is None else Decimal(value))
        for agency, pair in by_agency.items()
        for period, value in zip(ROUNDS, pair, strict=True)
    ]


def total(reported: list[Reported], figure: str, agencies: tuple[str, ...] = CAST) -> Consolidated:
    return next(item for item in consolidate(shipped(), reported, agencies, ROUNDS) if item.figure == figure)


def test_a_flow_adds_over_periods_and_agencies_with_its_coverage() -> None:
    found = total(records("doi-thoai", so_a=(2, 3), phuong_b=(4, 0), xa_c=(5, None)), "doi-thoai")
    assert found == Consolidated("doi-thoai", Decimal(14), 2, 4, ("xa-c",), ("xa-im-lang",))


def test_a_stock_takes_the_last_period_and_says_when_it_is_an_old_one() -> None:
    figure = "mo-hinh-dan-van-kheo"
    found = total(records(figure, so_a=(2, 3), phuong_b=(4, 4), xa_c=(5, None)), figure)
    assert found == Consolidated(figure, Decimal(12), 2, 4, ("xa-c",), ("xa-im-lang",))


def test_what_was_carried_over_is_that_of_the_first_period_so_that_the_balance_holds() -> None:
    reported = [
        *records("don-thu-ky-truoc", so_a=(10, 6)),
        *records("don-thu-tiep-nhan", so_a=(20, 30)),
        *records("don-thu-da-giai-quyet", so_a=(24, 31)),
        *records("don-thu-dang-giai-quyet", so_a=(6, 5)),
    ]
    values = {item.figure: item.value for item in consolidate(shipped(), reported, ("so-a",), ROUNDS)}
    assert values["don-thu-ky-truoc"] == 10
    assert values["don-thu-dang-giai-quyet"] == 5
    assert 10 + 50 == 55 + 5 == (values["don-thu-da-giai-quyet"] or 0) + 5


def test_a_ratio_is_recomputed_and_never_added() -> None:
    reported = [
        *records("tthc-tiep-nhan", so_a=(2420234, 2625220)),
        *records("tthc-giai-quyet", so_a=(2252436, 2480287)),
        *records("tthc-ty-le", so_a=(93, 94)),
    ]
    assert total(reported, "tthc-ty-le", ("so-a",)).value == Decimal("93.80")


def test_a_ratio_leaves_out_agencies_that_report_only_one_of_its_terms() -> None:
    reported = [
        *records("cam-ket-tong", so_a=(10, 10), phuong_b=(90, 90)),
        *records("cam-ket-da-ky", so_a=(9, 9)),
    ]
    found = total(reported, "cam-ket-ty-le", ("so-a", "phuong-b"))
    assert (found.value, found.reporting, found.missing) == (Decimal("90.00"), 1, ("phuong-b",))


def test_nothing_reported_is_no_zero() -> None:
    found = total(records("doi-thoai", so_a=(None, None)), "doi-thoai")
    assert (found.value, found.reporting, found.expected) == (None, 0, 4)
    assert total(records("doi-thoai", so_a=(0, 0)), "doi-thoai").value == 0


def test_figures_of_agencies_and_periods_not_asked_for_are_left_out() -> None:
    reported = [
        *records("doi-thoai", so_a=(1, 1), la_mat=(100, 100)),
        Reported("so-a", "lan-9", "doi-thoai", Decimal(50)),
    ]
    assert total(reported, "doi-thoai").value == 2


def test_levels_are_consolidated_apart() -> None:
    reported = records("doi-thoai", so_a=(1, 2), phuong_b=(3, 4), xa_c=(5, 6))
    found = consolidate_by(
        shipped(), reported, {"thanh-pho": ["so-a"], "cap-xa": ["phuong-b", "xa-c"]}, ROUNDS
    )
    values = {
        level: next(i.value for i in items if i.figure == "doi-thoai") for level, items in found.items()
    }
    assert values == {"thanh-pho": 3, "cap-xa": 18}


def test_a_figure_that_the_set_does_not_have_is_an_error() -> None:
    with pytest.raises(KeyError):
        consolidate(shipped(), [Reported("so-a", "lan-1", "la", Decimal(1))], CAST, ROUNDS)


@given(
    st.lists(st.tuples(st.integers(0, 999), st.integers(0, 999)), min_size=1, max_size=8), st.integers(1, 7)
)
def test_the_parts_of_a_flow_add_up_to_the_whole_however_agencies_are_grouped(
    given_values: list[tuple[int, int]], cut: int
) -> None:
    agencies = [f"xa-{number}" for number in range(len(given_values))]
    reported = [
        Reported(agency, period, "doi-thoai", Decimal(value))
        for agency, pair in zip(agencies, given_values, strict=True)
        for period, value in zip(ROUNDS, pair, strict=True)
    ]
    groups = {"a": agencies[:cut], "b": agencies[cut:], "all": agencies}
    found = consolidate_by(shipped(), reported, groups, ROUNDS)
    value = {name: next(i.value for i in items if i.figure == "doi-thoai") for name, items in found.items()}
    assert (value["a"] or 0) + (value["b"] or 0) == value["all"] == sum(map(sum, given_values))

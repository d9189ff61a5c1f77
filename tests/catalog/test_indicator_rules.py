"""The rules that reported figures must keep, each seen broken in print."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.figures.indicator_rules import broken_rules, contradicted_statements, ratio
from catalog.figures.indicators import IndicatorSet, read_indicators

Figures = dict[str, Decimal | None]


@pytest.fixture(scope="module")
def indicators() -> IndicatorSet:
    found, faults = read_indicators("hai-phong-dan-van-2025-2")
    assert found is not None, faults
    return found


def figures(**given: int | str | None) -> Figures:
    return {
        key.replace("__", ".").replace("_", "-"): None if v is None else Decimal(v)
        for key, v in given.items()
    }


def broken(indicators: IndicatorSet, values: Figures) -> list[tuple[str, Decimal | None]]:
    return [(found.figure, found.expected) for found in broken_rules(indicators, values)]


def test_parts_must_make_their_total(indicators: IndicatorSet) -> None:
    right = figures(doi_thoai=14, doi_thoai__nguoi_dan=11, doi_thoai__doanh_nghiep=3)
    assert broken(indicators, right) == []
    assert broken(indicators, right | figures(doi_thoai=15)) == [("doi-thoai", Decimal(14))]


def test_a_part_not_reported_is_no_zero_but_the_total_cannot_be_below_the_rest(
    indicators: IndicatorSet,
) -> None:
    values = figures(doi_thoai=15, doi_thoai__nguoi_dan=11, doi_thoai__doanh_nghiep=None)
    assert broken(indicators, values) == []
    assert broken(indicators, values | figures(doi_thoai=10)) == [("doi-thoai", Decimal(11))]


def test_what_came_in_must_be_resolved_or_outstanding(indicators: IndicatorSet) -> None:
    values = figures(
        don_thu_ky_truoc=86, don_thu_tiep_nhan=7059, don_thu_da_giai_quyet=6091, don_thu_dang_giai_quyet=968
    )
    (found,) = broken_rules(indicators, values)
    assert (found.figure, found.expected) == ("don-thu-dang-giai-quyet", Decimal(1054))
    assert "86 + tiếp nhận 7.059 − đã giải quyết 6.091 = 1.054" in found.sentence
    assert broken(indicators, values | figures(don_thu_dang_giai_quyet=1054)) == []
    assert broken(indicators, values | figures(don_thu_ky_truoc=None)) == []


@pytest.mark.parametrize("printed", ["93.80", "93.8", "94", "93"])
def test_a_ratio_may_be_rounded_or_cut_off(indicators: IndicatorSet, printed: str) -> None:
    values = figures(tthc_tiep_nhan=5045454, tthc_giai_quyet=4732723, tthc_ty_le=printed)
    assert broken(indicators, values) == []


def test_a_ratio_that_was_added_up_is_recomputed(indicators: IndicatorSet) -> None:
    values = figures(tthc_tiep_nhan=5045454, tthc_giai_quyet=4732723, tthc_ty_le=188)
    assert broken(indicators, values) == [("tthc-ty-le", Decimal("93.80"))]


def test_a_part_is_not_larger_than_its_whole(indicators: IndicatorSet) -> None:
    assert broken(indicators, figures(cam_ket_da_ky=31, cam_ket_tong=30)) == [("cam-ket-da-ky", None)]
    assert broken(indicators, figures(cam_ket_da_ky=30, cam_ket_tong=30)) == []


def test_negative_and_broken_counts_are_impossible(indicators: IndicatorSet) -> None:
    assert broken(indicators, figures(tiep_cong_dan=-1, doi_thoai="2.5")) == [
        ("tiep-cong-dan", None),
        ("doi-thoai", None),
    ]


def test_the_text_must_say_what_the_annex_says(indicators: IndicatorSet) -> None:
    values = figures(doi_thoai=5286)
    right = "Toàn thành phố đã tổ chức 5.286 cuộc đối thoại, trong đó cấp thành phố 121 cuộc đối thoại."
    assert contradicted_statements(indicators, values, right) == ()
    (found,) = contradicted_statements(indicators, values, right.replace("5.286", "5.268"))
    assert (found.figure, found.printed, found.expected) == ("doi-thoai", 5268, 5286)
    assert "5.268" in found.sentence


@pytest.mark.parametrize(
    ("stated", "agrees"),
    [("trên 5.200", True), ("trên 5.300", False), ("gần 5.300", True), ("khoảng 5.300", True)],
)
def test_a_bound_in_the_text_is_held_to_the_annex_as_a_bound(
    indicators: IndicatorSet, stated: str, agrees: bool
) -> None:
    text = f"đã tổ chức {stated} cuộc đối thoại"
    found = contradicted_statements(indicators, figures(doi_thoai=5286), text)
    assert (not found) == agrees


def test_a_text_without_the_figure_contradicts_nothing(indicators: IndicatorSet) -> None:
    assert (
        contradicted_statements(indicators, figures(doi_thoai=5), "Các cuộc đối thoại được tổ chức đều đặn.")
        == ()
    )


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_recomputed_ratio_keeps_its_own_rule(over: int, under: int) -> None:
    found, _ = read_indicators("hai-phong-dan-van-2025-2")
    assert found is not None
    over = min(over, under)
    percent = ratio(Decimal(over), Decimal(under))
    values = figures(tthc_tiep_nhan=under, tthc_giai_quyet=over) | {"tthc-ty-le": percent}
    assert broken(found, values) == []


def test_nothing_is_divided_by_nothing() -> None:
    assert ratio(Decimal(1), Decimal(0)) is None
    assert ratio(None, Decimal(2)) is None

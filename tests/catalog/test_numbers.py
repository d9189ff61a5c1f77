"""Figures as reports print them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.figures.numbers import FigureKind, format_figure, read_count, read_figure, round_half_up


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.048", "1048"),
        ("5.045.454", "5045454"),
        (" 4.933 ", "4933"),
        ("1160", "1160"),
        ("02", "2"),
        ("0", "0"),
        ("93,5", "93.5"),
        ("1.234,56", "1234.56"),
        ("-5", "-5"),
        ("1.234*", "1234"),
        ("14\u00b2", "14"),
        ("5.286 cuộc", "5286"),
        ("41 vạn người", "410000"),
        ("2,5 triệu đồng", "2500000"),
    ],
)
def test_a_vietnamese_figure_is_read_by_its_value(text: str, value: str) -> None:
    figure = read_figure(text)
    assert (figure.kind, figure.value) == (FigureKind.VALUE, Decimal(value))


@pytest.mark.parametrize(
    "text", ["3.0408", "96,6.%", "12.5", "1 234", "1,187,000", "007", "1.2345", "10.", "00,5"]
)
def test_a_figure_written_wrongly_is_refused_and_not_repaired(text: str) -> None:
    figure = read_figure(text)
    assert figure.kind is FigureKind.FAULTY
    assert figure.value is None
    assert figure.amount is None
    assert figure.problem


def test_a_comma_before_three_digits_is_refused_only_where_whole_things_are_counted() -> None:
    assert read_figure("1,187").value == Decimal("1.187")
    assert read_count("1,187").kind is FigureKind.FAULTY
    assert "ba chữ số" in read_count("1,187").problem
    assert read_count("12,5").kind is FigureKind.FAULTY
    assert read_count("1.187").value == 1187


@pytest.mark.parametrize("text", ["", "  ", "…", "...", "chưa có số liệu", "Chưa báo cáo"])
def test_a_blank_is_not_a_zero(text: str) -> None:
    figure = read_figure(text)
    assert (figure.kind, figure.amount) == (FigureKind.BLANK, None)


@pytest.mark.parametrize("text", ["-", " –  ", "—", "Không", "không phát sinh"])
def test_a_dash_says_that_there_is_none(text: str) -> None:
    figure = read_figure(text)
    assert (figure.kind, figure.value, figure.amount) == (FigureKind.NIL, None, 0)


@pytest.mark.parametrize(
    ("text", "qualifier", "limit"),
    [
        ("trên 5.200", "trên", 5200),
        ("Gần 300 đơn", "gần", 300),
        ("khoảng 41 vạn", "khoảng", 410000),
        (">= 5", "trên", 5),
    ],
)
def test_a_qualifier_makes_a_bound_and_no_value(text: str, qualifier: str, limit: int) -> None:
    figure = read_figure(text)
    assert (figure.kind, figure.qualifier, figure.limit, figure.value) == (
        FigureKind.BOUND,
        qualifier,
        limit,
        None,
    )


def test_a_percentage_keeps_its_sign_and_its_decimals() -> None:
    figure = read_figure("96,26 %")
    assert (figure.value, figure.percent, figure.decimals) == (Decimal("96.26"), True, 2)


@pytest.mark.parametrize("text", ["2013-2018", "209/217", "15/8/2025", "12 (3 nữ)", "Phường A", "cuộc 5"])
def test_words_and_dates_are_not_figures(text: str) -> None:
    assert read_figure(text).kind is FigureKind.TEXT


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**12), max_value=10**12))
def test_what_is_printed_is_read_back(value: Decimal) -> None:
    assert read_figure(format_figure(value)).value == value


@given(st.integers(-(10**15), 10**15))
def test_a_whole_figure_printed_is_read_back_and_printed_the_same(value: int) -> None:
    printed = format_figure(value)
    figure = read_figure(printed)
    assert figure.value == value
    assert figure.value is not None
    assert format_figure(figure.value) == printed


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    figure = read_figure(text)
    assert (figure.kind is FigureKind.VALUE) == (figure.value is not None)
    assert (figure.kind is FigureKind.FAULTY) == bool(figure.problem)


def test_halves_are_rounded_up_as_people_do() -> None:
    assert round_half_up(Decimal("0.125"), 2) == Decimal("0.13")
    assert format_figure(Decimal("93.805"), 1) == "93,8"
    assert format_figure(1234567) == "1.234.567"

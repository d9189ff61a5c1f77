"""Whether reported figures agree with each other and with the words of the report.

A figure that is not reported (None) is not a zero: a rule that needs it is left unchecked.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from catalog.figures.indicators import (
    BalanceRule,
    Indicator,
    IndicatorSet,
    PartsRule,
    RatioRule,
    Rule,
    WithinRule,
)
from catalog.figures.numbers import FigureKind, format_figure, read_figure, round_half_up
from catalog.text import normalize

Values = Mapping[str, Decimal | None]  # by figure key; a key left out is not reported
RATIO_DECIMALS = 2  # how finely a percentage is recomputed when nothing says otherwise

_STATED = r"(?:(?:trên|hơn|gần|khoảng|dưới|ước)\s+)?\d(?:[\d.,]*\d)?"


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """One figure that contradicts others: `expected` is what they give, None where they only set a limit."""

    figure: str
    printed: Decimal
    expected: Decimal | None
    sentence: str


def broken_rules(indicators: IndicatorSet, values: Values) -> tuple[BrokenRule, ...]:
    """Return every contradiction in one agency's figures, or in consolidated ones, in the set's order."""
    return (
        *_impossible(indicators, values),
        *(broken for rule in indicators.rules() for broken in _check(rule, indicators, values)),
    )


def ratio(
    numerator: Decimal | None, denominator: Decimal | None, decimals: int = RATIO_DECIMALS
) -> Decimal | None:
    """Return the percentage rounded half up; None where a term is not reported or there is nothing to divide by."""
    if numerator is None or not denominator:
        return None
    return round_half_up(100 * numerator / denominator, decimals)


def contradicted_statements(indicators: IndicatorSet, values: Values, text: str) -> tuple[BrokenRule, ...]:
    """Return the indicators whose figure in the report's text is not the one in its annex.

    Only figures directly before an indicator's `stated_as` words are compared; one that agrees is enough, since a
    text also gives parts ("5.286 cuộc đối thoại, trong đó …"). "trên 5.200" agrees with any larger figure.
    """
    found: list[BrokenRule] = []
    for indicator in indicators.indicators:
        value = values.get(indicator.code)
        stated = [figure for words in indicator.stated_as for figure in _stated(normalize(text), words)]
        if value is None or not stated or any(_agrees(figure, value) for figure in stated):
            continue
        first = read_figure(stated[0])
        printed = first.amount if first.limit is None else first.limit
        if printed is not None:
            sentence = f"{indicator.name}: phần lời ghi {', '.join(stated)} nhưng số liệu báo cáo là {format_figure(value)}."
            found.append(BrokenRule(indicator.code, printed, value, sentence))
    return tuple(found)


def _stated(text: str, words: str) -> Iterator[str]:
    for match in re.finditer(rf"({_STATED})\s+{re.escape(words)}", text, re.IGNORECASE):
        yield match[1]


def _agrees(stated: str, value: Decimal) -> bool:
    figure = read_figure(stated)
    if figure.kind is not FigureKind.BOUND or figure.limit is None:
        return figure.amount == value
    if figure.qualifier in {"trên", "hơn"}:
        return value > figure.limit
    if figure.qualifier in {"gần", "dưới"}:
        return value < figure.limit
    return True  # "khoảng", "ước": no sharp limit to contradict


def _impossible(indicators: IndicatorSet, values: Values) -> Iterator[BrokenRule]:
    names = indicators.figures()
    for key, value in values.items():
        indicator = indicators.indicator_of(key)
        if value is not None and value < 0:
            yield BrokenRule(key, value, None, f"{names[key]}: {format_figure(value)} là số âm.")
        elif value is not None and value != round_half_up(value, indicator.decimals):
            yield BrokenRule(key, value, None, _too_fine(names[key], value, indicator))


def _too_fine(name: str, value: Decimal, indicator: Indicator) -> str:
    if indicator.decimals == 0:
        return f"{name}: {format_figure(value)} phải là số nguyên ({indicator.unit})."
    return f"{name}: {format_figure(value)} chỉ được ghi tới {indicator.decimals} chữ số thập phân."


def _check(rule: Rule, indicators: IndicatorSet, values: Values) -> Iterator[BrokenRule]:
    if isinstance(rule, PartsRule):
        yield from _parts(rule, indicators, values)
    elif isinstance(rule, BalanceRule):
        yield from _balance(rule, indicators, values)
    elif isinstance(rule, RatioRule):
        yield from _ratio(rule, indicators, values)
    else:
        yield from _within(rule, indicators, values)


def _parts(rule: PartsRule, indicators: IndicatorSet, values: Values) -> Iterator[BrokenRule]:
    total, parts = values.get(rule.total), [values.get(part) for part in rule.parts]
    known = [part for part in parts if part is not None]
    if total is None or not known:
        return
    expected = sum(known, Decimal(0))
    # with a part not reported, the sum of the others is only the least that the total can be
    if total < expected or (len(known) == len(parts) and total != expected):
        name = indicators.figures()[rule.total]
        yield BrokenRule(
            rule.total,
            total,
            expected,
            f"{name}: ghi {format_figure(total)} nhưng các phần cộng lại là {format_figure(expected)}.",
        )


def _balance(rule: BalanceRule, indicators: IndicatorSet, values: Values) -> Iterator[BrokenRule]:
    opening, received = values.get(rule.opening), values.get(rule.received)
    resolved, outstanding = values.get(rule.resolved), values.get(rule.outstanding)
    if opening is None or received is None or resolved is None or outstanding is None:
        return
    expected = opening + received - resolved
    if outstanding != expected:
        name = indicators.figures()[rule.outstanding]
        yield BrokenRule(
            rule.outstanding,
            outstanding,
            expected,
            f"{name}: ghi {format_figure(outstanding)} nhưng kỳ trước chuyển sang {format_figure(opening)} + tiếp nhận "
            f"{format_figure(received)} − đã giải quyết {format_figure(resolved)} = {format_figure(expected)}.",
        )


def _ratio(rule: RatioRule, indicators: IndicatorSet, values: Values) -> Iterator[BrokenRule]:
    printed = values.get(rule.ratio)
    numerator, denominator = values.get(rule.numerator), values.get(rule.denominator)
    if printed is None or numerator is None or not denominator:
        return
    decimals = max(0, -int(printed.normalize().as_tuple().exponent))
    exact = 100 * numerator / denominator
    unit = Decimal(1).scaleb(-decimals)
    if not printed - unit / 2 <= exact < printed + unit:  # rounded, or cut off as some reports do
        expected = round_half_up(exact, max(decimals, indicators.indicator_of(rule.ratio).decimals))
        name = indicators.figures()[rule.ratio]
        yield BrokenRule(
            rule.ratio,
            printed,
            expected,
            f"{name}: ghi {format_figure(printed)}% nhưng {format_figure(numerator)} / {format_figure(denominator)} = "
            f"{format_figure(expected)}%.",
        )


def _within(rule: WithinRule, indicators: IndicatorSet, values: Values) -> Iterator[BrokenRule]:
    part, total = values.get(rule.part), values.get(rule.total)
    if part is not None and total is not None and part > total:
        names = indicators.figures()
        yield BrokenRule(
            rule.part,
            part,
            None,
            f"{names[rule.part]}: {format_figure(part)} lớn hơn {names[rule.total]}: {format_figure(total)}.",
        )

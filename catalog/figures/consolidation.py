"""Adds up what agencies report, over agencies and over periods, and says how many of them stand behind each sum.

Flows add over periods; a stock takes its last period and an opening figure its first; a ratio is recomputed from
its terms, over the agencies that report both. What is not reported is not a zero.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from catalog.figures.indicator_rules import ratio
from catalog.figures.indicators import IndicatorSet, Measure, RatioRule


@dataclass(frozen=True, slots=True)
class Reported:
    """One figure of one agency for one period; `value` None is a blank, the same as no record at all."""

    agency: str
    period: str
    figure: str
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Consolidated:
    """A sum and its coverage: `reporting` of `expected` agencies gave every period asked for.

    `partial` agencies are in the sum with some of their periods only; `missing` ones are not in it. All are in the
    order of the expected agencies. `value` is None when nobody reported.
    """

    figure: str
    value: Decimal | None
    reporting: int
    expected: int
    partial: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Own:
    """One agency's figure over the periods asked for."""

    value: Decimal | None
    whole: bool


_Values = Mapping[tuple[str, str], Mapping[str, Decimal]]  # by figure and agency: the values by period


def consolidate(
    indicators: IndicatorSet, reported: Iterable[Reported], agencies: Sequence[str], periods: Sequence[str]
) -> tuple[Consolidated, ...]:
    """Return every figure of the set for `agencies` (those expected) over `periods`, which are in order of time.

    Figures of other agencies or periods are left out. Raises KeyError for a figure that the set does not have.
    """
    values = _by_figure(indicators, reported, frozenset(agencies), frozenset(periods))
    return tuple(
        _consolidated(indicators, figure, values, agencies, periods) for figure in indicators.figures()
    )


def consolidate_by(
    indicators: IndicatorSet,
    reported: Iterable[Reported],
    groups: Mapping[str, Collection[str]],
    periods: Sequence[str],
) -> dict[str, tuple[Consolidated, ...]]:
    """Return `consolidate` of each group (a level, a kind of agency); an agency in two groups counts in both."""
    records = tuple(reported)
    return {
        name: consolidate(indicators, records, tuple(members), periods) for name, members in groups.items()
    }


def _by_figure(
    indicators: IndicatorSet, reported: Iterable[Reported], agencies: frozenset[str], periods: frozenset[str]
) -> _Values:
    known = indicators.figures()
    values: dict[tuple[str, str], dict[str, Decimal]] = {}
    for record in reported:
        if record.figure not in known:
            raise KeyError(record.figure)
        if record.value is not None and record.agency in agencies and record.period in periods:
            values.setdefault((record.figure, record.agency), {})[record.period] = record.value
    return values


def _consolidated(
    indicators: IndicatorSet, figure: str, values: _Values, agencies: Sequence[str], periods: Sequence[str]
) -> Consolidated:
    indicator = indicators.indicator_of(figure)
    rule = next(
        (rule for rule in indicator.rules if isinstance(rule, RatioRule) and rule.ratio == figure), None
    )
    if rule is not None:
        return _recomputed(indicators, rule, values, agencies, periods)
    own = {agency: _own(indicator.measure, values.get((figure, agency), {}), periods) for agency in agencies}
    known = [item.value for item in own.values() if item.value is not None]
    return _covered(figure, sum(known, Decimal(0)) if known else None, own)


def _own(measure: Measure, given: Mapping[str, Decimal], periods: Sequence[str]) -> _Own:
    if not given:
        return _Own(None, whole=False)
    order = [period for period in periods if period in given]
    if measure is Measure.STOCK:
        return _Own(given[order[-1]], whole=order[-1] == periods[-1])
    if measure is Measure.OPENING:
        return _Own(given[order[0]], whole=order[0] == periods[0])
    return _Own(sum((given[period] for period in order), Decimal(0)), whole=len(order) == len(periods))


def _recomputed(
    indicators: IndicatorSet,
    rule: RatioRule,
    values: _Values,
    agencies: Sequence[str],
    periods: Sequence[str],
) -> Consolidated:
    """Recompute a ratio over the agencies whose terms are both known, so that neither term outruns the other."""
    terms = (rule.numerator, rule.denominator)
    measures = [indicators.indicator_of(term).measure for term in terms]
    own: dict[str, _Own] = {}
    sums = [Decimal(0), Decimal(0)]
    for agency in agencies:
        parts = [
            _own(measure, values.get((term, agency), {}), periods)
            for term, measure in zip(terms, measures, strict=True)
        ]
        over, under = (part.value for part in parts)
        if over is None or under is None:
            own[agency] = _Own(None, whole=False)
            continue
        own[agency] = _Own(over, whole=all(part.whole for part in parts))
        sums = [sums[0] + over, sums[1] + under]
    decimals = indicators.indicator_of(rule.ratio).decimals
    return _covered(rule.ratio, ratio(sums[0], sums[1], decimals), own)


def _covered(figure: str, value: Decimal | None, own: Mapping[str, _Own]) -> Consolidated:
    partial = tuple(agency for agency, item in own.items() if item.value is not None and not item.whole)
    missing = tuple(agency for agency, item in own.items() if item.value is None)
    return Consolidated(figure, value, len(own) - len(partial) - len(missing), len(own), partial, missing)

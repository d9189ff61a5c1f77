"""Whether a report's figures agree with each other and with its text (domain.md, "Numbers")."""

from catalog.errors import Fault
from catalog.figures.indicator_rules import broken_rules, contradicted_statements
from catalog.figures.indicators import IndicatorSet
from tasks.reporting.content import Content


def figure_faults(content: Content, indicators: IndicatorSet | None) -> tuple[Fault, ...]:
    """Return every contradiction in the report's figures: parts and totals, balances, ratios, text against annex."""
    if indicators is None:
        return ()
    values = {
        f"{figure.indicator}.{figure.part}" if figure.part else figure.indicator: figure.value
        for figure in content.figures
        if not figure.bound
    }
    text = "\n".join((*content.narrative.values(), *(line.result for line in content.lines)))
    broken = (*broken_rules(indicators, values), *contradicted_statements(indicators, values, text))
    return tuple(Fault(rule.sentence, place=f"chỉ tiêu {rule.figure}") for rule in broken)

"""The indicators that stand beside a loaded decision."""

from catalog.errors import FaultyDataError
from catalog.figures.indicators import IndicatorSet, read_indicators, shipped_indicator_keys
from tasks.models import Decision


def indicators_of(decision: Decision) -> IndicatorSet | None:
    """Return the decision's indicators, None when it has none. Raises FaultyDataError where they cannot be read."""
    if decision.key not in shipped_indicator_keys():
        return None
    found, faults = read_indicators(decision.key)
    if found is None:
        raise FaultyDataError(faults)
    return found

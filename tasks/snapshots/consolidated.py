"""The figures of a decision added up over agencies and rounds, with who stands behind each sum."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from catalog.figures.consolidation import Consolidated, consolidate, consolidate_by
from catalog.figures.indicators import IndicatorSet
from tasks.asof import AsOf
from tasks.directories import stored_directory
from tasks.errors import NotFoundError
from tasks.indicator_sets import indicators_of
from tasks.models import Round
from tasks.queries.figures import reported_figures
from tasks.queries.round import round_lines


@dataclass(frozen=True, slots=True)
class ConsolidatedFigures:
    """A decision's figures over some rounds: all expected agencies together, and by level."""

    indicators: IndicatorSet
    total: tuple[Consolidated, ...]
    levels: dict[str, tuple[Consolidated, ...]]


def consolidated_figures(session: Session, view: AsOf, rounds: Sequence[Round]) -> ConsolidatedFigures:
    """Add up what the agencies expected in the last of `rounds` reported. Raises NotFoundError without indicators."""
    decision = rounds[-1].decision
    indicators = indicators_of(decision)
    if indicators is None:
        raise NotFoundError(f"Quyết định {decision.key} không có bộ chỉ tiêu số liệu.")
    expected = [line.agency for line in round_lines(session, rounds[-1], view)]
    directory = stored_directory(session, decision.directory)
    assert directory is not None, "a loaded decision has its directory"
    levels = {
        level.name: [
            code for code in expected if any(code in directory.members(group) for group in level.groups)
        ]
        for level in indicators.levels
    }
    periods = [round_.code for round_ in rounds]
    reported = [
        each for each in reported_figures(session, view, rounds) if each.figure in indicators.figures()
    ]
    return ConsolidatedFigures(
        indicators,
        consolidate(indicators, reported, expected, periods),
        consolidate_by(indicators, reported, levels, periods),
    )

"""What an agency is asked for its report of a round: its duties, the parts of the narrative, the figures."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy.orm import Session

from catalog.figures.indicators import Measure
from tasks.asof import AsOf
from tasks.indicator_sets import indicators_of
from tasks.models import Standing
from tasks.queries.lists import tasks_by_id
from tasks.reporting.lines import reported_numbers


@dataclass(frozen=True, slots=True)
class FormLine:
    """One duty the agency leads. `due` is the last on-time day in force; `status` is said in words."""

    task: int
    code: str
    text: str
    deadline: str
    due: date | None
    status: str


@dataclass(frozen=True, slots=True)
class FormFigure:
    """One figure asked for; `key` is "indicator" or "indicator.part", `cut_off` the last day counted."""

    key: str
    duty: str
    name: str
    unit: str
    scope: str
    decimals: int
    cut_off: date | None


@dataclass(frozen=True, slots=True)
class ReportForm:
    """Everything asked of one agency for one round. Ratios are not asked: they are recomputed from their terms."""

    decision: str
    title: str
    round: str
    round_text: str
    due: date
    agency: str
    agency_name: str
    coordinator: str
    lines: tuple[FormLine, ...]
    figures: tuple[FormFigure, ...]

    @property
    def digest(self) -> str:
        """What of the form a filled-in copy must agree with: the duties and the figures, in their order."""
        asked = [*(f"{line.task}:{line.code}" for line in self.lines), *(each.key for each in self.figures)]
        return sha256("\n".join(asked).encode()).hexdigest()[:16]


def report_form(session: Session, standing: Standing, view: AsOf) -> ReportForm:
    """Return the form of the agency whose standing in a round is given, as of the view's day."""
    round_, decision = standing.round, standing.round.decision
    numbers = reported_numbers(session, standing)
    return ReportForm(
        decision=decision.key,
        title=decision.title,
        round=round_.code,
        round_text=round_.text,
        due=standing.due,
        agency=standing.agency.code,
        agency_name=standing.agency.name,
        coordinator=decision.coordinator.name,
        lines=tuple(
            FormLine(row.id, row.duty, row.text, row.deadline, row.due, row.status.label)
            for row in tasks_by_id(session, view, numbers)
        ),
        figures=_figures(standing),
    )


def _figures(standing: Standing) -> tuple[FormFigure, ...]:
    indicators = indicators_of(standing.round.decision)
    if indicators is None:
        return ()
    return tuple(
        FormFigure(
            key=key,
            duty=indicator.duty,
            name=name,
            unit=indicator.unit,
            scope=indicator.scope,
            decimals=indicator.decimals,
            cut_off=indicators.cut_off(indicator, standing.round.code),
        )
        for indicator in indicators.indicators
        if indicator.measure is not Measure.RATIO
        for key, name in indicator.figures()
    )

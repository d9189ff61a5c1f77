"""What agencies reported in figures, round by round, as consolidation takes it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.figures.consolidation import Reported
from tasks.asof import AsOf
from tasks.models import Agency, Report, ReportFigure, Round
from tasks.rounds.standing import RECEIVED


def reported_figures(session: Session, view: AsOf, rounds: Sequence[Round]) -> list[Reported]:
    """Return the figures of the reports received by the instant; the key of a part is "indicator.part". One statement.

    A bound ("trên 100") is no value: it is given as a blank.
    """
    row = view.standings()
    found = (
        select(
            Agency.code,
            Round.code,
            ReportFigure.indicator,
            ReportFigure.part,
            ReportFigure.value,
            ReportFigure.bound,
        )
        .select_from(ReportFigure)
        .join(Report, Report.id == ReportFigure.report_id)
        .join(row.id.table, row.id == Report.standing_id)
        .join(Agency, Agency.id == row.agency_id)
        .join(Round, Round.id == row.round_id)
        .where(row.round_id.in_([round_.id for round_ in rounds]), row.state.in_(RECEIVED))
        .order_by(Round.due, Agency.sort_key, ReportFigure.id)
    )
    return [
        Reported(agency, period, f"{indicator}.{part}" if part else indicator, None if bound else value)
        for agency, period, indicator, part, value, bound in session.execute(found).tuples()
    ]

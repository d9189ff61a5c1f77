"""What the last reports of a decision say of each task: three statements, however many tasks there are."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.models import Report, ReportLine, Round, Standing, Submission

_RECEIVED = (Submission.SUBMITTED, Submission.ACCEPTED)


@dataclass(frozen=True, slots=True)
class LastReport:
    """The last thing a report says of a task; of a nil report only that it was nil.

    `last` tells whether the agency was to report no more after it: what an earlier report says is not the end of a task.
    """

    round: str
    due: date
    received_on: date | None
    last: bool = True
    nil: bool = False
    declares: str = ""
    struck_out: bool = False
    result: str = ""
    document_number: str = ""
    document_date: date | None = None


@dataclass(frozen=True, slots=True)
class LastReports:
    """The last line about each task, by its id, the last nil report of each agency that sent none later, and by agency
    the due day of the last regular round that expects it.
    """

    lines: Mapping[int, LastReport]
    nil: Mapping[int, LastReport]
    ends: Mapping[int, date]

    def about(self, task: int, agency: int) -> LastReport | None:
        """Return the last thing said of the task: of the same round, a line of its own says more than a nil report."""
        line, nil = self.lines.get(task), self.nil.get(agency)
        report = nil if line is None or (nil and nil.due > line.due) else line
        if report is None:
            return None
        return replace(report, last=report.due >= self.ends.get(agency, report.due))


def last_reports(session: Session, decision: int) -> LastReports:
    """Return what the reports received for the decision's rounds say; drafts and returned ones say nothing yet."""
    return LastReports(_lines(session, decision), _nil(session, decision), _ends(session, decision))


def _ends(session: Session, decision: int) -> dict[int, date]:
    expecting = (
        select(Standing.agency_id, func.max(Round.due))
        .join(Round, Round.id == Standing.round_id)
        .where(
            Round.decision_id == decision, Round.ad_hoc.is_(other=False), Standing.state != Submission.EXEMPT
        )
        .group_by(Standing.agency_id)
    )
    return dict(iter(session.execute(expecting).tuples()))


def _lines(session: Session, decision: int) -> dict[int, LastReport]:
    rank = func.row_number().over(
        partition_by=ReportLine.task_id, order_by=(Round.due.desc(), Round.id.desc(), ReportLine.id.desc())
    )
    said = (
        select(
            ReportLine.task_id,
            Round.code,
            Round.due,
            Standing.received_on,
            ReportLine.declares,
            ReportLine.struck_out,
            ReportLine.result,
            ReportLine.document_number,
            ReportLine.document_date,
            rank.label("rank"),
        )
        .join(Report, Report.id == ReportLine.report_id)
        .join(Standing, Standing.id == Report.standing_id)
        .join(Round, Round.id == Standing.round_id)
        .where(Round.decision_id == decision, Standing.state.in_(_RECEIVED))
        .subquery()
    )
    rows = session.execute(select(said).where(said.c.rank == 1))
    return {
        row.task_id: LastReport(
            round=row.code,
            due=row.due,
            received_on=row.received_on,
            declares=row.declares,
            struck_out=row.struck_out,
            result=row.result,
            document_number=row.document_number,
            document_date=row.document_date,
        )
        for row in rows
    }


def _nil(session: Session, decision: int) -> dict[int, LastReport]:
    rank = func.row_number().over(
        partition_by=Standing.agency_id, order_by=(Round.due.desc(), Round.id.desc())
    )
    sent = (
        select(
            Standing.agency_id, Round.code, Round.due, Standing.received_on, Standing.nil, rank.label("rank")
        )
        .join(Round, Round.id == Standing.round_id)
        .where(Round.decision_id == decision, Standing.state.in_(_RECEIVED))
        .subquery()
    )
    rows = session.execute(select(sent).where(sent.c.rank == 1, sent.c.nil.is_(other=True)))
    return {row.agency_id: LastReport(row.code, row.due, row.received_on, nil=True) for row in rows}

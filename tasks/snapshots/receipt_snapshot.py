"""What a certificate of receipt is made from: one agency's report of one round, as it was received."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.days import HANOI
from tasks.asof import AsOf
from tasks.errors import DomainError, NotFoundError
from tasks.models import Attachment, Report, ReportFigure, ReportLine, Round
from tasks.queries.round import round_lines
from tasks.reporting.reports import find_standing
from tasks.rounds.standing import RECEIVED
from tasks.snapshots.issued_snapshots import Issued, decision_facts, freeze

KIND = "receipt"


def take_receipt_snapshot(session: Session, round_: Round, agency: str, view: AsOf) -> Issued:
    """Freeze what was received of the agency by the instant. Raises DomainError where there is nothing to certify."""
    line = next((each for each in round_lines(session, round_, view) if each.agency == agency), None)
    if line is None:
        raise NotFoundError(f"{round_.text}: không chờ báo cáo của cơ quan có mã {agency}.")
    report = find_standing(session, round_, agency).report
    if (
        line.state not in RECEIVED
        or line.received_on is None
        or report is None
        or report.submitted_at is None
    ):
        raise DomainError(f"{round_.text}: {line.agency_name} chưa nộp báo cáo nên không có gì để xác nhận.")
    counted = {
        name: session.scalar(select(func.count()).select_from(table).where(table.report_id == report.id))
        for name, table in (("lines", ReportLine), ("figures", ReportFigure), ("attachments", Attachment))
    }
    body = {
        "decision": decision_facts(round_.decision),
        "as_of": view.today.isoformat(),
        "round": round_.text,
        "agency": line.agency_name,
        "due": line.due.isoformat(),
        "received_on": line.received_on.isoformat(),
        "on_time": line.on_time,
        "nil": line.nil,
        "recorded_at": report.submitted_at.astimezone(HANOI).isoformat(timespec="minutes"),
        "document": _document(report),
        **counted,
    }
    return freeze(session, round_.decision, KIND, view, body)


def _document(report: Report) -> dict[str, str] | None:
    """Return the signed document that the report came as, None for one that came through the system alone."""
    if not report.document_number:
        return None
    dated = report.document_date.isoformat() if report.document_date else ""
    return {"number": report.document_number, "date": dated}

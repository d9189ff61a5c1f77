"""One round as of an instant, agency by agency: who handed in, when, and who is still awaited."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.asof import AsOf
from tasks.models import Agency, Report, Round, Submission


@dataclass(frozen=True, slots=True)
class AgencyStanding:
    """Where one expected agency stands. `document` is the covering công văn of its report, when there is one."""

    agency: str
    agency_name: str
    kind: str
    state: Submission
    due: date
    extended: bool
    nil: bool
    received_on: date | None
    on_time: bool | None
    document: str


def round_lines(session: Session, round_: Round, view: AsOf) -> list[AgencyStanding]:
    """Return the expected agencies in Vietnamese order; before the round opens all of them as missing. One statement."""
    if round_.opened_at is None or round_.opened_at > view.moment:
        return _expected(session, round_)
    row = view.standings()
    found = (
        select(
            Agency.code, Agency.name, Agency.kind, row.state, row.due, row.extended, row.nil, row.received_on,
            row.on_time, func.coalesce(Report.document_number, ""),
        )
        .join(Agency, Agency.id == row.agency_id)
        .outerjoin(Report, Report.standing_id == row.id)
        .where(row.round_id == round_.id)
        .order_by(Agency.sort_key, Agency.id)
    )  # fmt: skip
    return [AgencyStanding(*row) for row in session.execute(found).tuples()]


def _expected(session: Session, round_: Round) -> list[AgencyStanding]:
    found = select(Agency.code, Agency.name, Agency.kind).where(
        Agency.directory == round_.decision.directory, Agency.code.in_(round_.expected)
    )
    return [
        AgencyStanding(
            code, name, kind, Submission.MISSING, round_.due, extended=False, nil=False, received_on=None,
            on_time=None, document="",
        )
        for code, name, kind in session.execute(found.order_by(Agency.sort_key, Agency.id)).tuples()
    ]  # fmt: skip

"""One agency's page: its figures, what it has to do by due day, and where it stands in every round."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.asof import AsOf
from tasks.models import Agency, Decision, Round, Submission
from tasks.queries.counts import status_counts
from tasks.queries.lists import Listing, Order, Page, TaskFilter, list_tasks
from tasks.status import OPEN_STATUSES, Status


@dataclass(frozen=True, slots=True)
class RoundLine:
    """An agency's standing in one round as of the instant."""

    decision: str
    code: str
    text: str
    due: date
    state: Submission
    nil: bool
    extended: bool
    received_on: date | None
    on_time: bool | None


@dataclass(frozen=True, slots=True)
class AgencyPage:
    agency: str
    agency_name: str
    counts: dict[Status, int]
    to_do: Listing
    rounds: tuple[RoundLine, ...]


def agency_page(
    session: Session, view: AsOf, agency: Agency, decision: str | None = None, page: Page | None = None
) -> AgencyPage:
    """Return one agency's page, in a fixed number of statements; `page` is of what is to be done."""
    own = TaskFilter(decision=decision, agency_id=agency.id)
    to_do = TaskFilter(decision=decision, agency_id=agency.id, statuses=OPEN_STATUSES)
    return AgencyPage(
        agency=agency.code,
        agency_name=agency.name,
        counts=status_counts(session, view, own),
        to_do=list_tasks(session, view, to_do, page or Page(order=Order.DUE)),
        rounds=_rounds(session, view, agency, decision),
    )


def _rounds(session: Session, view: AsOf, agency: Agency, decision: str | None) -> tuple[RoundLine, ...]:
    row = view.standings()
    columns = (row.due, row.state, row.nil, row.extended, row.received_on, row.on_time)
    found = (
        select(Decision.key, Round.code, Round.text, *columns)
        .join_from(Round, Decision, Decision.id == Round.decision_id)
        .join(row.id.table, row.round_id == Round.id)
        .where(row.agency_id == agency.id)
        .order_by(Round.due, Round.id)
    )
    if decision is not None:
        found = found.where(Decision.key == decision)
    return tuple(RoundLine(*line) for line in session.execute(found).tuples())

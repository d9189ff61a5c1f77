"""One agency: what it has to do, due first, where it stands in the rounds, and the mails it got."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse
from sqlalchemy import and_, false, or_, select

from tasks.models import AWAITED, Agency, Decision, Life, Message, Round, Task
from tasks.queries.agency import agency_page
from tasks.queries.lists import Listing, Order, Page, TaskFilter, list_tasks, tasks_by_id
from tasks.status import OPEN_STATUSES, Status, has_life
from web.paging import PageNumber, Place, offset
from web.reading import readable_agency, supported_duties
from web.viewer import EVERYBODY
from web.visit import Visit, visit_of

router = APIRouter()

SIZE = 50
MAILS = 15
_FINISHED = tuple(status for status in Status if status not in OPEN_STATUSES)


@router.get("/co-quan/{code}")
def agency(
    visit: Annotated[Visit, Depends(visit_of(*EVERYBODY))], code: str, number: PageNumber = 1
) -> HTMLResponse:
    """Show the agency; of a code that several directories have, the one in the viewer's own."""
    return _page(visit, readable_agency(visit.session, visit.viewer, code), number)


@router.get("/co-quan/{directory}/{code}")
def agency_of_directory(
    visit: Annotated[Visit, Depends(visit_of(*EVERYBODY))], directory: str, code: str, number: PageNumber = 1
) -> HTMLResponse:
    """Show the agency of that directory."""
    return _page(visit, readable_agency(visit.session, visit.viewer, code, directory), number)


def _page(visit: Visit, row: Agency, number: int) -> HTMLResponse:
    session, view = visit.session, visit.view
    page = agency_page(session, view, row, page=Page(SIZE, offset(number, SIZE), Order.DUE))
    done = TaskFilter(agency_id=row.id, statuses=_FINISHED)
    return visit.page(
        "agency.html",
        agency=row,
        counts=page.counts,
        rounds=page.rounds,
        round_ids=_round_ids(visit),
        listing=page.to_do,
        place=Place(number, SIZE, page.to_do.total),
        done=list_tasks(session, view, done, Page(SIZE, 0, Order.DUE)),
        mails=_mails(visit, row),
        AWAITED=AWAITED,
        OVERDUE=Status.OVERDUE,
        supported=supported_duties(session, visit.viewer) if visit.own_agency else [],
        waiting=_waiting(visit) if visit.own_agency else None,
    )


def _round_ids(visit: Visit) -> dict[tuple[str, str], int]:
    rows = select(Decision.key, Round.code, Round.id).join(Round, Round.decision_id == Decision.id)
    return {(key, code): number for key, code, number in visit.session.execute(rows).tuples()}


def _mails(visit: Visit, agency: Agency) -> list[Message]:
    rows = (
        select(Message)
        .where(Message.agency_id == agency.id, Message.speaks_for <= visit.today)
        .order_by(Message.speaks_for.desc(), Message.id.desc())
        .limit(MAILS)
    )
    return list(visit.session.scalars(rows))


def _waiting(visit: Visit) -> Listing:
    """Return what waits for the viewer's agency to confirm: what the coordinator of a decision declared of its own."""
    confirmed = select(Decision.id, Decision.coordinator_id).where(
        Decision.confirmer_id == visit.viewer.agency_id
    )
    # each coordinator's tasks by the index of its own: + 0 keeps SQLite from reading all of the decision's
    own = [
        and_(Task.agency_id == coordinator, Task.decision_id + 0 == decision)
        for decision, coordinator in visit.session.execute(confirmed).tuples()
    ]
    declared = (
        select(Task.id)
        .where(or_(false(), *own), has_life(Task, Life.DECLARED))
        .order_by(Task.declared_on, Task.id)
        .limit(SIZE)
    )
    rows = tuple(tasks_by_id(visit.session, visit.view, visit.session.scalars(declared).all()))
    return Listing(len(rows), rows)

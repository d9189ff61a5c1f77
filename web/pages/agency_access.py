"""Who may sign in for the viewer's agency, who has, and the ending of what should not go on."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from tasks.accounts.agency_access import agency_access, end_for_agency
from tasks.actors import Role
from tasks.models import Agency
from web.act import Act, act_of
from web.pages.task import RowNumber
from web.visit import Visit, visit_of

router = APIRouter()


@router.get("/nguoi-dang-nhap")
def access(visit: Annotated[Visit, Depends(visit_of(Role.AGENCY))]) -> HTMLResponse:
    """Show who may sign in for the agency."""
    agency = visit.session.get_one(Agency, visit.viewer.agency_id)
    return visit.page(
        "agency_access.html",
        agency=agency,
        access=agency_access(visit.session, agency.id, visit.now),
        now=visit.now,
    )


@router.post("/nguoi-dang-nhap/phien/{number}")
def end(act: Annotated[Act, Depends(act_of(Role.AGENCY))], number: RowNumber) -> Response:
    """End one of the agency's sign-ins."""

    def work(session: Session) -> str:
        agency = session.get_one(Agency, act.viewer.agency_id)
        end_for_agency(session, agency, number, act.actor.login, act.now)
        return "/nguoi-dang-nhap?da=phien"

    return act.perform("", "", work)

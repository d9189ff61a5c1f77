"""Days that duties wait for: shown to everybody who oversees, set by the coordinator."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications.views import decision_name
from tasks.actors import Role
from tasks.errors import DomainError
from tasks.intake import stored_decision
from tasks.models import Decision
from tasks.occasions import list_occasions, set_occasion
from web.act import Act, act_of
from web.errors import refusals_of, status_of_refusal
from web.forms import Typed
from web.pages.rounds import may_coordinate
from web.viewer import OVERSEERS
from web.visit import Visit, visit_after, visit_of

router = APIRouter()
forms = APIRouter()


@router.get("/su-kien")
def events(visit: Annotated[Visit, Depends(visit_of(*OVERSEERS))]) -> HTMLResponse:
    """Show every event with its day and the duties that wait for it."""
    return _page(visit, Typed())


@forms.post("/su-kien/{key}/{code}")
def set_day(
    act: Annotated[Act, Depends(act_of(Role.ADMINISTRATOR, Role.COORDINATOR))], key: str, code: str
) -> Response:
    """Give the event its day; the tasks that wait for it get it as their last on-time day."""
    typed = act.typed()
    day = typed.day("ngay-su-kien", "ngày của sự kiện", required=True)

    def work(session: Session) -> str:
        assert day is not None
        set_occasion(session, stored_decision(session, key), code, day, act.actor, act.now)
        return "/su-kien?da=xong"

    try:
        if not typed.faults:
            return act.perform("Đặt ngày của sự kiện", f"{key} {code}", work, typed.of("ngay-su-kien"))
        status = 422
    except DomainError as refusal:
        typed.faults["ngay-su-kien"] = "\n".join(refusals_of(refusal))
        status = status_of_refusal(refusal)
    with visit_after(act) as visit:
        return _page(visit, typed, status, code)


def _page(visit: Visit, typed: Typed, status: int = 200, code: str = "") -> HTMLResponse:
    decisions = visit.session.scalars(select(Decision).order_by(Decision.id.desc())).all()
    return visit.page(
        "events.html",
        status,
        typed=typed,
        code=code,
        decisions=[
            (row, decision_name(row), list_occasions(visit.session, row), may_coordinate(visit, row))
            for row in decisions
        ],
    )

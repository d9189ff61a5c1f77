"""What ends with the term, settled together from the last reports: previewed line by line, then done at once."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.days import day_of
from notifications.views import decision_name
from tasks.actors import Role, require_keeper
from tasks.amending.close_out import CloseOut, Proposal, close_out, prepare_close_out
from tasks.errors import ConflictError, DomainError, NotFoundError
from tasks.models import Decision
from web.act import Act, act_of
from web.errors import refusals_of, status_of_refusal
from web.forms import Typed
from web.paging import PageNumber, Place
from web.visit import Visit, visit_after, visit_of

router = APIRouter()

COORDINATORS = (Role.ADMINISTRATOR, Role.COORDINATOR)
SIZE = 200  # lines of a page
PROPOSALS = {
    Proposal.COMPLETE: ("Xác nhận hoàn thành", "green"),
    Proposal.NOT_APPLICABLE: ("Xác nhận không phát sinh", "grey"),
    Proposal.LEAVE: ("Để lại, vẫn quá hạn", "red"),
}


@router.get("/ket-thuc")
def close_outs(visit: Annotated[Visit, Depends(visit_of(*COORDINATORS))]) -> HTMLResponse:
    """Show the decisions that have something to close out."""
    decisions = visit.session.scalars(select(Decision).order_by(Decision.id.desc())).all()
    return visit.page(
        "close_outs.html",
        decisions=[
            (row, decision_name(row), prepare_close_out(visit.session, row, None, day_of(visit.now)))
            for row in decisions
        ],
    )


@router.get("/ket-thuc/{key}")
def one(
    visit: Annotated[Visit, Depends(visit_of(*COORDINATORS))], key: str, number: PageNumber = 1
) -> HTMLResponse:
    """Show what is proposed for each task, and why."""
    return _page(visit, key, Typed(), number)


@router.post("/ket-thuc/{key}")
def settle(act: Annotated[Act, Depends(act_of(*COORDINATORS))], key: str) -> Response:
    """Settle what is proposed, save the lines ticked; the list must still be the one that was seen."""
    typed, excepted = act.typed(), act.numbers("tru")

    def work(session: Session) -> str:
        decision = _decision(session, key)
        require_keeper(act.actor, decision.directory, "kết thúc danh mục này")
        prepared = prepare_close_out(session, decision, None, day_of(act.now))
        if fingerprint(prepared) != typed.of("danh-sach"):
            raise ConflictError("Danh sách vừa thay đổi; hãy xem lại rồi thực hiện lại.")
        close_out(
            session, prepared, [task for task in excepted if _listed(prepared, task)], act.actor, act.now
        )
        return f"/ket-thuc/{key}?da=xong"

    try:
        return act.perform("Kết thúc danh mục", key, work)
    except DomainError as refusal:
        typed.faults["chung"] = "\n".join(refusals_of(refusal)[:20])
        with visit_after(act) as visit:
            return _page(visit, key, typed, 1, status_of_refusal(refusal))


def fingerprint(prepared: CloseOut) -> str:
    """Return what tells this list from a later one."""
    counted = [sum(1 for line in prepared.lines if line.proposal is proposal) for proposal in Proposal]
    return f"{prepared.due}:{':'.join(map(str, counted))}"


def _page(visit: Visit, key: str, typed: Typed, number: int, status: int = 200) -> HTMLResponse:
    decision = _decision(visit.session, key)
    prepared = prepare_close_out(visit.session, decision, None, day_of(visit.now))
    first = (number - 1) * SIZE
    return visit.page(
        "close_out.html",
        status,
        decision=decision,
        decision_name=decision_name(decision),
        prepared=prepared,
        lines=prepared.lines[first : first + SIZE],
        counts={
            label: sum(1 for line in prepared.lines if line.proposal is p)
            for p, (label, _) in PROPOSALS.items()
        },
        chosen=len(prepared.chosen()),
        proposals=PROPOSALS,
        fingerprint=fingerprint(prepared),
        place=Place(number, SIZE, len(prepared.lines)),
        typed=typed,
    )


def _listed(prepared: CloseOut, task: int) -> bool:
    return any(line.task == task for line in prepared.lines)


def _decision(session: Session, key: str) -> Decision:
    found = session.scalar(select(Decision).where(Decision.key == key))
    if found is None:
        raise NotFoundError("Không có quyết định này.")
    return found

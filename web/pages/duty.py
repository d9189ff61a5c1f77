"""One duty of a decision: its cells word for word, what the deadline means, and how each lead agency stands."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import select

from notifications.views import decision_name
from tasks.errors import NotFoundError
from tasks.models import Agency, Decision, Duty, Supporter
from tasks.queries.counts import status_counts
from tasks.queries.lists import Page, TaskFilter, list_tasks
from web.paging import PageNumber, Place, offset
from web.reading import NO_TASK, readable_decisions, reads_whole_duty
from web.viewer import EVERYBODY
from web.visit import Visit, visit_of

router = APIRouter()

SIZE = 60
_SUPPORT = {"support": "Phối hợp", "monitor": "Theo dõi chung", "invited": "Được đề nghị phối hợp"}


@router.get("/nhiem-vu/{key}/{code}")
def duty(
    visit: Annotated[Visit, Depends(visit_of(*EVERYBODY))], key: str, code: str, number: PageNumber = 1
) -> HTMLResponse:
    """Show the duty of decision `key` with code `code`."""
    found = visit.session.execute(
        select(Duty, Decision).join(Decision).where(Decision.key == key, Duty.code == code)
    ).first()
    if found is None:
        raise NotFoundError(NO_TASK)
    row, decision = found
    whole = reads_whole_duty(visit.session, visit.viewer, row)
    wanted = TaskFilter(decision=key, duty=code, agency_id=None if whole else visit.viewer.own_id)
    listing = list_tasks(visit.session, visit.view, wanted, Page(SIZE, offset(number, SIZE)))
    return visit.page(
        "duty.html",
        duty=row,
        decision=decision,
        decision_name=decision_name(decision),
        whole=whole,
        supporters=_supporters(visit, row),
        counts=status_counts(visit.session, visit.view, wanted),
        listing=listing,
        place=Place(number, SIZE, listing.total),
    )


@router.get("/nhiem-vu/{name}")
def duty_by_name(visit: Annotated[Visit, Depends(visit_of(*EVERYBODY))], name: str) -> RedirectResponse:
    """Lead from the short addresses that older mails carry, a duty's number or its code, to its page.

    A code that several decisions use leads to the tasks under it.
    """
    own = readable_decisions(visit.viewer)
    rows = select(Decision.key, Duty.code).join(Duty, Duty.decision_id == Decision.id).where(*own)
    number = int(name) if re.fullmatch(r"[0-9]{1,9}", name) else 0  # no duty has the number 0
    by_code = rows.where(Duty.code == name).order_by(Decision.id.desc())
    found = visit.session.execute(rows.where(Duty.id == number)).all() or visit.session.execute(by_code).all()
    if not found:
        raise NotFoundError(NO_TASK)
    if len(found) > 1:
        return RedirectResponse(visit.link("/viec", **{"nhiem-vu": name}), status_code=303)
    key, code = found[0]
    return RedirectResponse(visit.link(f"/nhiem-vu/{key}/{code}"), status_code=303)


def _supporters(visit: Visit, duty: Duty) -> list[tuple[str, str, str]]:
    rows = (
        select(Agency.code, Agency.name, Supporter.role)
        .join(Supporter, Supporter.agency_id == Agency.id)
        .where(Supporter.duty_id == duty.id)
        .order_by(Supporter.role.desc(), Agency.sort_key)
    )
    return [
        (code, name, _SUPPORT.get(role, role)) for code, name, role in visit.session.execute(rows).tuples()
    ]

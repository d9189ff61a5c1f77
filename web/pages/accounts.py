"""The administrator's page of accounts, and the record of who did what."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.accounts.accounts import NewUser, add_user, find_users
from tasks.accounts.deeds import NAMES
from tasks.accounts.identities import bound_users, issuer_key
from tasks.actors import Role
from tasks.errors import DomainError
from tasks.models import Deed
from web.act import Act, Work, act_of
from web.agency_names import agency_choices
from web.errors import refusals_of, status_of_refusal
from web.forms import Typed
from web.paging import PageNumber, Place, offset
from web.visit import Visit, visit_after, visit_of

router = APIRouter()

SIZE = 100
_ADMINISTRATOR = (Role.ADMINISTRATOR,)
_RECORD = (Role.ADMINISTRATOR, Role.COORDINATOR)


Words = Annotated[str, Query(alias="tim", max_length=120)]


@router.get("/quan-tri/tai-khoan")
def accounts(
    visit: Annotated[Visit, Depends(visit_of(*_ADMINISTRATOR))], words: Words = "", number: PageNumber = 1
) -> Response:
    """Show the accounts and the form that adds one."""
    return _page(visit, Typed(), words=words, number=number)


@router.post("/quan-tri/tai-khoan")
def add(act: Annotated[Act, Depends(act_of(*_ADMINISTRATOR))]) -> Response:
    """Add an account."""
    typed = act.typed()

    def work(session: Session) -> str:
        new = NewUser(
            login=typed.text("ten", "tên đăng nhập", required=True),
            role=Role(typed.of("vai-tro")),
            agency=typed.text("co-quan", "cơ quan") or None,
            name=typed.text("hien-thi", "tên hiển thị", longest=100),
            password=typed.of("mat-khau"),
        )
        add_user(session, new, act.actor.login, act.now)
        return "/quan-tri/tai-khoan?da=tai-khoan"

    typed.choice("vai-tro", "vai trò", list(Role))
    if typed.faults:
        with visit_after(act) as visit:
            return _page(visit, typed, 422)
    return _carried_out(act, typed, work)


@router.get("/nhat-ky")
def deeds(
    visit: Annotated[Visit, Depends(visit_of(*_RECORD))],
    by: Annotated[str, Query(alias="nguoi", max_length=64)] = "",
    number: PageNumber = 1,
) -> HTMLResponse:
    """Show who did what, the newest first."""
    met = [Deed.at <= visit.view.moment, *([Deed.by == by.strip().lower()] if by.strip() else [])]
    total = visit.session.scalar(select(func.count()).select_from(Deed).where(*met)) or 0
    rows = select(Deed).where(*met).order_by(Deed.id.desc()).limit(SIZE).offset(offset(number, SIZE))
    return visit.page(
        "deeds.html",
        by=by,
        deeds=visit.session.scalars(rows).all(),
        names=NAMES,
        place=Place(number, SIZE, total),
    )


def _carried_out(act: Act, typed: Typed, work: Work) -> Response:
    try:
        return act.perform("", "", work)  # recorded by tasks.accounts.accounts
    except DomainError as refusal:
        typed.faults["chung"] = "\n".join(refusals_of(refusal))
        with visit_after(act) as visit:
            return _page(visit, typed, status_of_refusal(refusal))


def _page(visit: Visit, typed: Typed, status: int = 200, words: str = "", number: int = 1) -> Response:
    session = visit.session
    total, users = find_users(session, words, offset(number, SIZE), SIZE)
    issuer = visit.portal.settings.oidc_issuer
    return visit.page(
        "accounts.html",
        status,
        typed=typed,
        search=words,
        users=users,
        place=Place(number, SIZE, total),
        bound=bound_users(session, issuer_key(issuer)) if issuer else set(),
        agencies=agency_choices(session),
        roles=list(Role),
    )

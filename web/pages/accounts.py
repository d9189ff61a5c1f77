"""The administrator's page of accounts, and the record of who did what."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.accounts.accounts import NewUser, add_user, disable_user, find_user, list_users, set_password
from tasks.accounts.deeds import NAMES
from tasks.actors import Role
from tasks.errors import DomainError
from tasks.models import Agency, Deed
from web.act import Act, Work, act_of
from web.errors import refusals_of, status_of_refusal
from web.forms import Typed
from web.paging import PageNumber, Place, offset
from web.visit import Visit, visit_after, visit_of

router = APIRouter()

SIZE = 100
_ADMINISTRATOR = (Role.ADMINISTRATOR,)
_RECORD = (Role.ADMINISTRATOR, Role.COORDINATOR)


@router.get("/quan-tri/tai-khoan")
def accounts(visit: Annotated[Visit, Depends(visit_of(*_ADMINISTRATOR))]) -> Response:
    """Show every account and the form that adds one."""
    return _page(visit, Typed())


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


@router.post("/quan-tri/tai-khoan/{login}/mat-khau")
def reset(act: Annotated[Act, Depends(act_of(*_ADMINISTRATOR))], login: str) -> Response:
    """Give an account a new password."""
    typed = act.typed()

    def work(session: Session) -> str:
        set_password(session, login, typed.of("mat-khau"), act.actor.login, act.now)
        return "/quan-tri/tai-khoan?da=tai-khoan"

    return _carried_out(act, typed, work)


@router.post("/quan-tri/tai-khoan/{login}/khoa")
def disable(act: Annotated[Act, Depends(act_of(*_ADMINISTRATOR))], login: str) -> Response:
    """Disable an account."""
    typed = act.typed()

    def work(session: Session) -> str:
        if find_user(session, login).login == act.actor.login:
            raise DomainError("Không tự khóa tài khoản đang dùng được; hãy nhờ quản trị viên khác.")
        disable_user(session, login, act.actor.login, act.now)
        return "/quan-tri/tai-khoan?da=tai-khoan"

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


def _page(visit: Visit, typed: Typed, status: int = 200) -> Response:
    agencies = select(Agency.code, Agency.name).order_by(Agency.sort_key, Agency.id)
    return visit.page(
        "accounts.html",
        status,
        typed=typed,
        users=list_users(visit.session),
        agencies=visit.session.execute(agencies).tuples().all(),
        roles=list(Role),
    )

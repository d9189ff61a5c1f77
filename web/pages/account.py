"""One's own account: its password, and the browsers in which it is signed in."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tasks.accounts.accounts import set_password
from tasks.accounts.passwords import matches
from tasks.accounts.sign_ins import IDLE, end_sign_in
from tasks.errors import DomainError, NotAllowedError, NotFoundError
from tasks.models import Contact, SignIn, User
from web.act import Act, act_of
from web.errors import refusals_of, status_of_refusal
from web.forms import Typed
from web.limits import PASSWORD_CHANGE
from web.pages.task import RowNumber
from web.viewer import EVERYBODY, Viewer
from web.visit import Visit, visit_after, visit_of

router = APIRouter()


@router.get("/tai-khoan")
def account(visit: Annotated[Visit, Depends(visit_of(*EVERYBODY))]) -> Response:
    """Show the account."""
    return _page(visit, Typed())


@router.post("/tai-khoan/mat-khau", dependencies=[Depends(PASSWORD_CHANGE)])
def change_password(act: Annotated[Act, Depends(act_of(*EVERYBODY))]) -> Response:
    """Change the password; other sign-ins of the account end."""
    typed = act.typed()

    def work(session: Session) -> str:
        user = session.scalar(select(User).where(User.login == act.actor.login))
        if not act.viewer.account or user is None:
            raise NotAllowedError("Phiên đăng nhập bằng đường dẫn không có mật khẩu để đổi.")
        if not matches(typed.of("cu"), user.password):
            raise DomainError("Mật khẩu đang dùng không đúng. Hãy nhập lại.")
        if typed.of("moi") != typed.of("moi-2"):
            raise DomainError("Hai lần nhập mật khẩu mới không giống nhau.")
        set_password(session, user.login, typed.of("moi"), act.actor.login, act.now)
        session.execute(
            update(SignIn).where(SignIn.id == act.viewer.sign_in).values(ended_at=None, ended_by=None)
        )
        return "/tai-khoan?da=mat-khau"

    try:
        return act.perform("", act.actor.login, work)
    except DomainError as refusal:
        typed.faults["mat-khau"] = "\n".join(refusals_of(refusal))
        with visit_after(act) as visit:
            return _page(visit, typed, status_of_refusal(refusal))


@router.post("/tai-khoan/phien/{number}")
def end_other(act: Annotated[Act, Depends(act_of(*EVERYBODY))], number: RowNumber) -> Response:
    """End one of one's own sign-ins; somebody of an agency may end any of those by its links."""

    def work(session: Session) -> str:
        if number not in {row.id for row in _own(session, act.viewer)}:
            raise NotFoundError("Không có phiên đăng nhập này.")
        end_sign_in(session, number, act.actor.login, act.now)
        return "/tai-khoan?da=phien"

    return act.perform("sign_in.end", str(number), work)


def _page(visit: Visit, typed: Typed, status: int = 200) -> Response:
    session, viewer = visit.session, visit.viewer
    user = session.scalar(select(User).where(User.login == viewer.actor.login)) if viewer.account else None
    users, addresses = _who_may_enter(session, viewer)
    return visit.page(
        "account.html",
        status,
        typed=typed,
        sign_ins=_own(session, viewer, visit),
        has_password=bool(user and user.password),
        provider=visit.portal.settings.oidc_name,
        users=users,
        addresses=addresses,
    )


def _who_may_enter(session: Session, viewer: Viewer) -> tuple[Sequence[User], Sequence[Contact]]:
    """Return the accounts and the registered addresses that may act for the viewer's agency; nothing without one."""
    if viewer.agency_id is None:
        return (), ()
    users = select(User).where(User.agency_id == viewer.agency_id, User.disabled_at.is_(None))
    contacts = select(Contact).where(Contact.agency_id == viewer.agency_id, Contact.email != "")
    return (
        session.scalars(users.order_by(User.login)).all(),
        session.scalars(contacts.order_by(Contact.role, Contact.email)).all(),
    )


def _own(session: Session, viewer: Viewer, visit: Visit | None = None) -> list[SignIn]:
    rows = select(SignIn).where(SignIn.ended_at.is_(None)).order_by(SignIn.seen_at.desc())
    if viewer.account:
        rows = rows.join(User, User.id == SignIn.user_id).where(User.login == viewer.actor.login)
    else:
        rows = rows.where(SignIn.agency_id == viewer.agency_id)
    if visit is not None:
        rows = rows.where(SignIn.expires_at > visit.now, SignIn.seen_at > visit.now - IDLE)
    return list(session.scalars(rows.limit(100)))

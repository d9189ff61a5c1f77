"""One account, for the administrator: what it is for, its password, its identity at the provider, where it is signed in."""

from collections.abc import Callable, Sequence
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.accounts.accounts import (
    Change,
    change_user,
    disable_user,
    enable_user,
    find_user,
    set_password,
    sign_out_user,
)
from tasks.accounts.identities import Proof, await_address, bind_subject, identity_of, issuer_key, unbind
from tasks.accounts.sign_ins import IDLE
from tasks.actors import Role
from tasks.errors import DomainError
from tasks.models import SignIn, User
from web.act import Act, act_of
from web.agency_names import agency_choices, agency_word
from web.errors import refusals_of, status_of_refusal
from web.forms import Typed
from web.portal import Portal
from web.rendering import address
from web.visit import Visit, visit_after, visit_of

router = APIRouter(prefix="/quan-tri/tai-khoan/{login}")

_ADMINISTRATOR = (Role.ADMINISTRATOR,)
_SHOWN = 50  # sign-ins, the newest
_Act = Annotated[Act, Depends(act_of(*_ADMINISTRATOR))]


@router.get("")
def one_account(visit: Annotated[Visit, Depends(visit_of(*_ADMINISTRATOR))], login: str) -> Response:
    """Show the account."""
    return _page(visit, login, Typed())


@router.post("/sua")
def change(act: _Act, login: str) -> Response:
    """Change its role, agency and name."""
    typed = act.typed()
    typed.choice("vai-tro", "vai trò", list(Role))
    if typed.faults:
        return _again(act, login, typed, 422)

    def work(session: Session) -> None:
        role = Role(typed.of("vai-tro"))
        if find_user(session, login).login == act.actor.login and role is not Role.ADMINISTRATOR:
            raise DomainError(
                "Không tự đổi vai trò của tài khoản đang dùng được; hãy nhờ quản trị viên khác."
            )
        name = typed.text("hien-thi", "tên hiển thị", longest=100)
        change_user(session, login, Change(role, typed.of("co-quan") or None, name), act.actor.login, act.now)

    return _carried_out(act, login, typed, work)


@router.post("/mat-khau")
def reset(act: _Act, login: str) -> Response:
    """Give it a new password."""
    typed = act.typed()
    return _carried_out(
        act, login, typed,
        lambda session: set_password(session, login, typed.of("mat-khau"), act.actor.login, act.now),
    )  # fmt: skip


@router.post("/khoa")
def disable(act: _Act, login: str) -> Response:
    """Disable it."""

    def work(session: Session) -> None:
        if find_user(session, login).login == act.actor.login:
            raise DomainError("Không tự khóa tài khoản đang dùng được; hãy nhờ quản trị viên khác.")
        disable_user(session, login, act.actor.login, act.now)

    return _carried_out(act, login, act.typed(), work)


@router.post("/mo-khoa")
def enable(act: _Act, login: str) -> Response:
    """Let it sign in again."""
    return _carried_out(
        act, login, act.typed(), lambda session: enable_user(session, login, act.actor.login, act.now)
    )


@router.post("/ket-thuc")
def end(act: _Act, login: str) -> Response:
    """End every sign-in of it."""
    return _carried_out(
        act, login, act.typed(), lambda session: sign_out_user(session, login, act.actor.login, act.now)
    )


@router.post("/lien-ket")
def bind(act: _Act, login: str) -> Response:
    """Bind it to a subject of the provider, or to the first person who proves an address."""
    typed = act.typed()

    def work(session: Session) -> None:
        proof = Proof(_issuer(act.portal), typed.of("ma").strip(), typed.of("thu").strip())
        if bool(proof.subject) == bool(proof.email):
            raise DomainError("Hãy ghi một trong hai: mã định danh, hoặc địa chỉ thư đã xác minh.")
        if proof.subject:
            bind_subject(session, login, proof, act.actor.login, act.now)
        else:
            await_address(session, login, proof, act.actor.login, act.now)

    return _carried_out(act, login, typed, work)


@router.post("/go-lien-ket")
def unbind_it(act: _Act, login: str) -> Response:
    """Take its identity at the provider away."""
    return _carried_out(
        act, login, act.typed(),
        lambda session: unbind(session, login, _issuer(act.portal), act.actor.login, act.now),
    )  # fmt: skip


def _issuer(portal: Portal) -> str:
    if portal.settings.oidc_issuer is None:
        raise DomainError("Hệ thống này chưa mở đăng nhập một lần; hãy đặt DONDOC_OIDC_ISSUER trước.")
    return issuer_key(portal.settings.oidc_issuer)


def _carried_out(act: Act, login: str, typed: Typed, change_it: Callable[[Session], object]) -> Response:
    def work(session: Session) -> str:
        change_it(session)
        return address(f"/quan-tri/tai-khoan/{quote(login)}", da="tai-khoan")

    try:
        return act.perform("", "", work)  # recorded by tasks.accounts
    except DomainError as refusal:
        typed.faults["chung"] = "\n".join(refusals_of(refusal))
        return _again(act, login, typed, status_of_refusal(refusal))


def _again(act: Act, login: str, typed: Typed, status: int) -> Response:
    with visit_after(act) as visit:
        return _page(visit, login, typed, status)


def _page(visit: Visit, login: str, typed: Typed, status: int = 200) -> Response:
    session, settings = visit.session, visit.portal.settings
    user = find_user(session, login)
    issuer = settings.oidc_issuer
    return visit.page(
        "one_account.html",
        status,
        typed=typed,
        user=user,
        agencies=agency_choices(session),
        agency=agency_word(session, user.agency.code, user.agency.directory) if user.agency else "",
        roles=list(Role),
        provider=settings.oidc_name if issuer else "",
        identity=identity_of(session, user, issuer_key(issuer)) if issuer else None,
        sign_ins=_open_sign_ins(visit, user),
    )


def _open_sign_ins(visit: Visit, user: User) -> Sequence[SignIn]:
    rows = select(SignIn).where(
        SignIn.user_id == user.id,
        SignIn.ended_at.is_(None),
        SignIn.expires_at > visit.now,
        SignIn.seen_at > visit.now - IDLE,
    )
    return visit.session.scalars(rows.order_by(SignIn.seen_at.desc()).limit(_SHOWN)).all()

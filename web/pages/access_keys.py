"""The administrator's page of the keys with which other systems use the API."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from sqlalchemy.orm import Session

from tasks.accounts.tokens import (
    LONGEST_DAYS,
    PER_MINUTE,
    NewToken,
    Scope,
    list_tokens,
    make_token,
    revoke_token,
)
from tasks.actors import Role
from tasks.errors import DomainError
from web.act import Act, act_of
from web.agency_names import agency_choices
from web.errors import refusals_of, status_of_refusal
from web.forms import Typed
from web.pages.task import RowNumber
from web.visit import Visit, visit_after, visit_of

router = APIRouter()

PLACE = "/quan-tri/khoa-truy-cap"
_ADMINISTRATOR = (Role.ADMINISTRATOR,)
DAYS = (30, 90, 180, 365, LONGEST_DAYS)  # how long a key may be made to last


@router.get(PLACE)
def access_keys(visit: Annotated[Visit, Depends(visit_of(*_ADMINISTRATOR))]) -> Response:
    """Show every key and the form that makes one."""
    return _page(visit, Typed())


@router.post(PLACE)
def make(act: Annotated[Act, Depends(act_of(*_ADMINISTRATOR))]) -> Response:
    """Make a key and show its secret, this once: it stands in no address, and the form sent again shows nothing."""
    typed, secrets = act.typed(), list[str]()
    new = _new(act, typed)
    if typed.faults:
        with visit_after(act) as visit:
            return _page(visit, typed, 422)

    def work(session: Session) -> str:
        secrets.append(make_token(session, new, act.actor.login, act.now)[1])
        return f"{PLACE}?da=xong"

    try:
        done = act.perform("", "", work)  # recorded by tasks.accounts.tokens
    except DomainError as refusal:
        return _refused(act, typed, refusal)
    if not secrets:
        return done
    with visit_after(act) as visit:
        return _page(visit, Typed(), secret=secrets[0])


@router.post(f"{PLACE}/{{number}}/thu-hoi")
def revoke(act: Annotated[Act, Depends(act_of(*_ADMINISTRATOR))], number: RowNumber) -> Response:
    """Revoke a key at once."""

    def work(session: Session) -> str:
        revoke_token(session, number, act.actor.login, act.now)
        return f"{PLACE}?da=xong"

    return act.perform("", "", work)  # recorded by tasks.accounts.tokens


def _new(act: Act, typed: Typed) -> NewToken:
    days = typed.choice("thoi-han", "thời hạn", [str(each) for each in DAYS])
    ticked = {text for text in act.form.getlist("quyen") if isinstance(text, str)}
    rate = typed.of("moi-phut", str(PER_MINUTE)).strip()
    if not (rate.isdecimal() and len(rate) < 8):
        typed.faults["moi-phut"] = "Số yêu cầu mỗi phút phải là số nguyên."
    return NewToken(
        name=typed.text("ten", "tên khóa", required=True, longest=64),
        agency=typed.text("co-quan", "cơ quan", required=True, longest=100),
        scopes=tuple(scope for scope in Scope if scope.value in ticked),
        days=int(days) if "thoi-han" not in typed.faults else 0,
        coordinator=typed.of("don-doc") == "1",
        per_minute=int(rate) if "moi-phut" not in typed.faults else 0,
        note=typed.text("ghi-chu", "ghi chú", longest=200),
    )


def _refused(act: Act, typed: Typed, refusal: DomainError) -> Response:
    typed.faults["chung"] = "\n".join(refusals_of(refusal))
    with visit_after(act) as visit:
        return _page(visit, typed, status_of_refusal(refusal), ticked=act.form.getlist("quyen"))


def _page(
    visit: Visit, typed: Typed, status: int = 200, secret: str = "", ticked: Sequence[object] = ()
) -> Response:
    return visit.page(
        "access_keys.html",
        status,
        typed=typed,
        secret=secret,
        tokens=list_tokens(visit.session),
        agencies=agency_choices(visit.session),
        scopes=list(Scope),
        ticked=[scope for scope in Scope if scope.value in ticked],
        days=DAYS,
        per_minute=PER_MINUTE,
        coordinator=Role.COORDINATOR,
    )

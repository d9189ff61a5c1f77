"""One agency's entry in the directory: its addresses, names and groups; what it was merged into."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

import catalog.agencies as said
from catalog.days import day_of
from catalog.directory import ROLE_LABELS
from tasks.accounts.deeds import NAMES
from tasks.actors import Role
from tasks.amending.merging import Merged, Merger, merge_agencies
from tasks.directories import as_said
from tasks.directory_editing import (
    Edit,
    answer_wish,
    ask_change,
    edit_agency,
    mend_contact,
    subject_of,
    version_of,
)
from tasks.errors import DomainError
from tasks.models import Agency, Deed, Group
from web.act import Act, Work, act_of
from web.auth import origin_of
from web.errors import refusals_of, status_of_refusal
from web.forms import Typed
from web.pages.directory import KEEPERS, kept_agency
from web.pages.task import RowNumber
from web.reading import readable_agency
from web.visit import Visit, visit_after, visit_of

router = APIRouter()
asking = APIRouter()

SPARE = 2  # empty lines for more addresses
MOST = 12  # addresses of one agency
_DEEDS = 20
_Keeper = Annotated[Act, Depends(act_of(*KEEPERS))]


@router.get("/danh-ba/{key}/co-quan/{code}")
def entry(visit: Annotated[Visit, Depends(visit_of(*KEEPERS))], key: str, code: str) -> HTMLResponse:
    """Show the entry with its forms."""
    return _page(visit, key, code, Typed())


@router.post("/danh-ba/{key}/co-quan/{code}")
def edit(act: _Keeper, key: str, code: str) -> Response:
    """Correct the entry."""
    typed = act.typed()

    def work(session: Session) -> str:
        row = kept_agency(session, act.viewer, key, code)
        wanted = _typed_agency(as_said(row), [group for group, _ in _groups(session, key)], typed)
        network = origin_of(act.request).network
        edit_agency(session, row, Edit(wanted, typed.of("ban"), act.actor.login, network), act.now)
        return f"{_path(key, code)}?da=danh-ba"

    return _done(act, key, code, typed, work)


@router.post("/danh-ba/{key}/co-quan/{code}/dia-chi/{number}")
def mend(act: _Keeper, key: str, code: str, number: RowNumber) -> Response:
    """Write to an address again whose mails came back."""

    def work(session: Session) -> str:
        row = kept_agency(session, act.viewer, key, code)
        mend_contact(session, row, number, act.actor.login, act.now)
        return f"{_path(key, code)}?da=danh-ba"

    return _done(act, key, code, act.typed(), work)


@router.post("/danh-ba/{key}/co-quan/{code}/da-xem")
def answer(act: _Keeper, key: str, code: str) -> Response:
    """Note that what the agency asked was seen."""

    def work(session: Session) -> str:
        answer_wish(session, kept_agency(session, act.viewer, key, code), act.actor.login, act.now)
        return f"/danh-ba?danh-ba={key}&da=xong"

    return _done(act, key, code, act.typed(), work)


@router.post("/danh-ba/{key}/co-quan/{code}/sap-nhap")
def merge(act: _Keeper, key: str, code: str) -> Response:
    """Merge the agency into another, after showing what that would do."""
    typed = act.typed()
    into = typed.text("vao", "cơ quan kế thừa", required=True, longest=100)
    reason = typed.text("ly-do", "lý do", required=True, longest=1000)
    on = typed.day("ngay", "ngày có hiệu lực") or day_of(act.now)
    shown: list[Merged] = []

    def work(session: Session) -> str:
        kept_agency(session, act.viewer, key, code)
        shown.extend(
            merge_agencies(session, Merger(key, (code,), into, reason, on, act.actor.login), act.now)
        )
        if typed.of("buoc") != "lam":
            raise _OnlyLookedError
        return f"{_path(key, into)}?da=xong"

    if typed.faults:
        return _again(act, key, code, typed, 422)
    try:
        return _done(act, key, code, typed, work, "Sáp nhập cơ quan", f"vào {into}: {reason}")
    except _OnlyLookedError:
        return _again(act, key, code, typed, 200, shown[0])


@asking.post("/co-quan/{code}/dia-chi")
def ask(act: Annotated[Act, Depends(act_of(Role.AGENCY))], code: str) -> Response:
    """Ask the coordinator to change the agency's own addresses."""
    typed = act.typed()

    def work(session: Session) -> str:
        row = readable_agency(session, act.viewer, code)
        wish = typed.text("de-nghi", "nội dung đề nghị", required=True, longest=380)
        if typed.faults:
            raise DomainError(typed.faults["de-nghi"])
        ask_change(session, row, wish, act.actor.login, act.now)
        return f"/co-quan/{code}?da=de-nghi"

    return act.perform("", code, work)


class _OnlyLookedError(Exception):
    """A merger was only played through; what it did is undone."""


def _typed_agency(before: said.Agency, groups: list[str], typed: Typed) -> said.Agency:
    contacts = []
    for place in range(MOST):
        email = typed.text(f"thu-{place}", "địa chỉ thư", longest=200).lower()
        if email:
            role = typed.choice(f"vai-{place}", "vai trò của địa chỉ", ROLE_LABELS)
            name = typed.text(f"ten-{place}", "người nhận", longest=100)
            if role in ROLE_LABELS:
                contacts.append(said.Contact(role=role, name=name or ROLE_LABELS[role], email=email))
    aliases = typed.text("ten-khac", "tên gọi khác").replace("\n", ";").split(";")
    chosen = tuple(group for group in groups if typed.of(f"nhom-{group}") == "1")
    wanted = before.model_copy(
        update={
            "name": " ".join(typed.text("ten", "tên cơ quan", required=True, longest=300).split()),
            "aliases": tuple(dict.fromkeys(name.strip() for name in aliases if name.strip())),
            "groups": chosen,
            "assumed": typed.of("gia-dinh") == "1",
            "note": typed.text("ghi-chu", "ghi chú", longest=1000),
            "contacts": tuple(contacts),
        }
    )
    if typed.faults:
        raise DomainError("\n".join(typed.faults.values()))
    return wanted


def _done(
    act: Act, key: str, code: str, typed: Typed, work: Work, deed: str = "", detail: str = ""
) -> Response:
    try:
        return act.perform(deed, f"{key}/{code}", work, detail)
    except DomainError as refusal:
        typed.faults = {"chung": "\n".join(refusals_of(refusal))}
        return _again(act, key, code, typed, status_of_refusal(refusal))


def _again(
    act: Act, key: str, code: str, typed: Typed, status: int, merged: Merged | None = None
) -> Response:
    with visit_after(act) as visit:
        return _page(visit, key, code, typed, status, merged)


def _page(
    visit: Visit, key: str, code: str, typed: Typed, status: int = 200, merged: Merged | None = None
) -> HTMLResponse:
    session = visit.session
    row = kept_agency(session, visit.viewer, key, code)
    others = select(Agency.code, Agency.name).where(
        Agency.directory == key, Agency.heir_id.is_(None), Agency.id != row.id
    )
    deeds = select(Deed).where(Deed.subject == subject_of(row)).order_by(Deed.id.desc()).limit(_DEEDS)
    return visit.page(
        "directory_entry.html",
        status,
        agency=row,
        contacts=sorted(row.contacts, key=lambda contact: contact.id),
        heir=session.get(Agency, row.heir_id) if row.heir_id else None,
        others=session.execute(others.order_by(Agency.sort_key)).tuples().all(),
        groups=_groups(session, key),
        deeds=session.scalars(deeds).all(),
        names=NAMES,
        version=version_of(row),
        typed=typed,
        editing=typed if typed.of("ban") else Typed(),
        chosen={group.code for group in row.groups},
        lines=range(min(MOST, len(row.contacts) + SPARE)),
        roles=ROLE_LABELS,
        merged=merged,
    )


def _groups(session: Session, key: str) -> list[tuple[str, str]]:
    rows = select(Group.code, Group.name).where(Group.directory == key).order_by(Group.id)
    return list(session.execute(rows).tuples())


def _path(key: str, code: str) -> str:
    return f"/danh-ba/{key}/co-quan/{code}"

"""The directory: who can be written to and who cannot; an agency's entry corrected; a workbook out and in."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

import catalog.agencies as said
from catalog.errors import FaultyDataError
from documents.directory_workbook import read_directory_workbook, write_directory
from tasks.accounts.deeds import About, record
from tasks.actors import Role
from tasks.directories import load_directory, loaded_keys, stored_directory
from tasks.directory_editing import compared, open_wishes
from tasks.errors import DomainError, NotAllowedError, NotFoundError
from tasks.models import Agency, Directory, Group
from web.act import Act, act_of
from web.auth import origin_of
from web.directory_list import Sought, find_agencies, state_counts
from web.downloads import EXCEL, made
from web.errors import refusals_of, status_of_refusal
from web.forms import Typed
from web.limits import EXPORT, UPLOAD
from web.paging import PageNumber, Place, offset
from web.uploads import read_upload
from web.viewer import Viewer
from web.visit import Visit, visit_after, visit_of

router = APIRouter()

KEEPERS = (Role.ADMINISTRATOR, Role.COORDINATOR)
SIZE = 60
_NAMED = 40  # agencies named in the sentence about a workbook


@router.get("/danh-ba")
def directory(
    visit: Annotated[Visit, Depends(visit_of(*KEEPERS))],
    key: Annotated[str, Query(alias="danh-ba", max_length=100)] = "",
    search: Annotated[str, Query(alias="tim", max_length=200)] = "",
    group: Annotated[str, Query(alias="nhom", max_length=100)] = "",
    state: Annotated[str, Query(alias="xem", max_length=20)] = "",
    number: PageNumber = 1,
) -> HTMLResponse:
    """Show one page of a directory, who cannot be written to first."""
    keys = kept_keys(visit.session, visit.viewer)
    chosen = key or next(iter(keys), "")
    if not chosen:
        return visit.page("directory.html", directory=None, typed=Typed())
    return list_page(visit, chosen, Typed(), asked=(search, group, state), number=number)


@router.get("/danh-ba/{key}/excel", dependencies=[Depends(EXPORT)])
def workbook(visit: Annotated[Visit, Depends(visit_of(*KEEPERS))], key: str) -> Response:
    """Return the directory as a workbook that can be corrected and taken in again."""
    kept(visit.session, visit.viewer, key)
    found = stored_directory(visit.session, key, as_listed=True)
    if found is None:
        raise NotFoundError("Danh bạ chưa có cơ quan nào.")
    return made(f"danh-ba-{key}.xlsx", EXCEL, lambda path: write_directory(found, path))


@router.post("/danh-ba/{key}/excel", dependencies=[Depends(UPLOAD)])
def take_workbook(act: Annotated[Act, Depends(act_of(*KEEPERS))], key: str) -> Response:
    """Take a corrected workbook in, or only say what it would change; nobody is removed by it."""
    typed = act.typed()
    told: list[str] = []

    def work(session: Session) -> str:
        kept(session, act.viewer, key)
        found = _read(act, key)
        difference = compared(session, found)
        told.extend(_sentences(difference.added, difference.changed, difference.unchanged))
        if typed.of("buoc") != "nhap":
            raise _OnlyLookedError
        load_directory(session, found)
        about = About(key, " ".join(told), origin_of(act.request).network)
        record(session, act.actor.login, "Nhập danh bạ từ Excel", act.now, about)
        return f"/danh-ba?danh-ba={key}&da=danh-ba"

    try:
        return act.perform("", "", work)
    except _OnlyLookedError:
        status = 200
    except FaultyDataError as refusal:
        typed.faults["excel"], status = "\n".join(str(fault) for fault in refusal.faults[:50]), 422
    except DomainError as refusal:
        typed.faults["excel"], status = "\n".join(refusals_of(refusal)), status_of_refusal(refusal)
    with visit_after(act) as visit:
        return list_page(visit, key, typed, status, told=told if status == 200 else [])


def kept_keys(session: Session, viewer: Viewer) -> tuple[str, ...]:
    """Return the keys of the directories that the viewer may keep: every one, or the coordinator's own."""
    keys = loaded_keys(session)
    own = viewer.actor.directory
    return keys if viewer.role is Role.ADMINISTRATOR or own is None else tuple(k for k in keys if k == own)


def kept(session: Session, viewer: Viewer, key: str) -> Directory:
    """Return a directory that the viewer keeps. Raises NotFoundError and NotAllowedError."""
    found = session.get(Directory, key)
    if found is None:
        raise NotFoundError("Không có danh bạ này.")
    if key not in kept_keys(session, viewer):
        raise NotAllowedError("Danh bạ này do cơ quan đôn đốc khác quản lý.")
    return found


def kept_agency(session: Session, viewer: Viewer, key: str, code: str) -> Agency:
    """Return an agency of a directory that the viewer keeps. Raises NotFoundError and NotAllowedError."""
    kept(session, viewer, key)
    found = session.scalar(select(Agency).where(Agency.directory == key, Agency.code == code))
    if found is None:
        raise NotFoundError("Không có cơ quan này trong danh bạ.")
    return found


def list_page(
    visit: Visit,
    key: str,
    typed: Typed,
    status: int = 200,
    *,
    asked: tuple[str, str, str] = ("", "", ""),
    number: int = 1,
    told: list[str] | None = None,
) -> HTMLResponse:
    """Return a page of a directory; `asked` are the words sought, a group's code and a state."""
    found = kept(visit.session, visit.viewer, key)
    groups = visit.session.scalars(select(Group).where(Group.directory == key).order_by(Group.id)).all()
    search, group, state = asked
    sought = Sought(key, search, next((one.id for one in groups if one.code == group), None), state)
    total, agencies = find_agencies(visit.session, sought, SIZE, offset(number, SIZE))
    return visit.page(
        "directory.html",
        status,
        directory=found,
        keys=kept_keys(visit.session, visit.viewer),
        agencies=agencies,
        place=Place(number, SIZE, total),
        groups=[(one.code, one.name) for one in groups],
        states=state_counts(visit.session, sought),
        asked={"tim": search, "nhom": group, "xem": state},
        wishes=open_wishes(visit.session, key),
        typed=typed,
        told=told or [],
    )


class _OnlyLookedError(Exception):
    """A workbook was only held against the directory; what was worked out is undone."""


def _read(act: Act, key: str) -> said.Directory:
    upload = next(iter(act.files("excel")), None)
    if upload is None:
        raise DomainError("Chưa chọn tệp Excel nào.")
    file = read_upload(upload)
    with TemporaryDirectory(prefix="dondoc-") as folder:
        path = Path(folder) / file.name
        path.write_bytes(file.content)
        found, faults = read_directory_workbook(path)
    if found is None:
        raise FaultyDataError(faults)
    if found.key != key:
        raise DomainError(f"Tệp này là danh bạ “{found.name}” (mã {found.key}), không phải danh bạ đang mở.")
    return found


def _sentences(added: tuple[str, ...], changed: tuple[str, ...], unchanged: int) -> list[str]:
    return [
        *([f"Thêm {len(added)} cơ quan: {_named(added)}."] if added else []),
        *([f"Sửa {len(changed)} cơ quan: {_named(changed)}."] if changed else []),
        f"Giữ nguyên {unchanged} cơ quan.",
    ]


def _named(names: tuple[str, ...]) -> str:
    more = f" và {len(names) - _NAMED} cơ quan khác" if len(names) > _NAMED else ""
    return "; ".join(names[:_NAMED]) + more

"""One agency of the stored directory changed by hand, or many held against a file: what would change, in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

import catalog.agencies as said
from catalog.directory import ROLE_LABELS, ContactRole
from catalog.directory_file import is_mail_address
from catalog.groups.name_words import name_key
from tasks.accounts.deeds import About, record
from tasks.directories import as_said, fill, listed_agencies
from tasks.errors import ConflictError, DomainError, NotFoundError, refuse_all
from tasks.models import Agency, Contact, Deed, Group

EDITED, MENDED, ASKED, ANSWERED = "agency.edit", "agency.mended", "agency.asked", "agency.answered"
MOST_WISHES = 50
_MOVED = "Thông tin của cơ quan này vừa được người khác sửa; hãy xem bản mới rồi sửa lại."


@dataclass(frozen=True, slots=True)
class Edit:
    """What an agency is to become; `version` is the one that the person saw."""

    agency: said.Agency
    version: str
    by: str
    network: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """What loading a directory would do: the names of the agencies it adds and changes, in the file's order."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody of an agency asked to have changed in the directory, not answered yet."""

    agency: Agency
    wish: str
    by: str
    at: datetime


def compared(session: Session, directory: said.Directory) -> Compared:
    """Hold a directory against the stored one; nothing is written."""
    stored = {row.code: as_said(row) for row in listed_agencies(session, directory.key)}
    added = tuple(agency.name for agency in directory.agencies if agency.code not in stored)
    changed = tuple(agency.name for agency in directory.agencies if stored.get(agency.code, agency) != agency)
    return Compared(added, changed, len(directory.agencies) - len(added) - len(changed))


def version_of(row: Agency) -> str:
    """Return what tells this state of an agency from a later one."""
    return as_said(row).model_dump_json()


def edit_agency(session: Session, row: Agency, edit: Edit, now: datetime) -> tuple[str, ...]:
    """Bring an agency to what was typed and record it; return what changed, in words.

    Raises every fault at once as DomainErrors, ConflictError where somebody else has changed it meanwhile.
    """
    session.execute(select(Agency.id).where(Agency.id == row.id).with_for_update())
    session.expire(row)  # somebody else may have changed it until the lock was ours
    if version_of(row) != edit.version:
        raise ConflictError(_MOVED)
    refuse_all([DomainError(fault) for fault in _faults(session, row, edit.agency)])
    told = tuple(_changes(as_said(row), edit.agency))
    if not told:
        return ()
    groups = session.scalars(select(Group).where(Group.directory == row.directory))
    fill(row, edit.agency, {group.code: group for group in groups})
    session.flush()
    record(session, edit.by, EDITED, now, About(subject_of(row), "; ".join(told), edit.network))
    return told


def mend_contact(session: Session, row: Agency, number: int, by: str, now: datetime) -> None:
    """Take the mark off an address whose mails came back, so that it is written to again. Raises NotFoundError."""
    contact = session.get(Contact, number)
    if contact is None or contact.agency_id != row.id:
        raise NotFoundError("Không có địa chỉ này; có thể vừa được sửa. Hãy xem lại trang.")
    contact.bounced_at, contact.bounce_reason = None, ""
    session.flush()
    record(session, by, MENDED, now, About(subject_of(row), contact.email))


def ask_change(session: Session, row: Agency, wish: str, by: str, now: datetime) -> None:
    """Note what an agency asks to have changed; only the coordinator changes addresses, for sign-in links go to them."""
    record(session, by, ASKED, now, About(subject_of(row), wish))


def answer_wish(session: Session, row: Agency, by: str, now: datetime) -> None:
    """Note that what an agency asked was seen and nothing is to be changed."""
    record(session, by, ANSWERED, now, About(subject_of(row)))


def open_wishes(session: Session, key: str) -> list[Wish]:
    """Return what agencies of a directory have asked since their entry was last changed, the oldest first."""
    later = aliased(Deed)
    answered = exists().where(
        later.subject == Deed.subject, later.action.in_((EDITED, ANSWERED)), later.id > Deed.id
    )
    rows = session.execute(
        select(Agency, Deed)
        .join(Deed, Deed.subject == Agency.directory + "/" + Agency.code)
        .where(Agency.directory == key, Deed.action == ASKED, ~answered)
        .order_by(Deed.id)
        .limit(MOST_WISHES)
    ).tuples()
    return [Wish(agency, deed.detail, deed.by, deed.at) for agency, deed in rows]


def subject_of(row: Agency) -> str:
    """Return how the record of deeds names an agency: codes belong to a directory."""
    return f"{row.directory}/{row.code}"


def _faults(session: Session, row: Agency, agency: said.Agency) -> Iterator[str]:
    if not agency.name:
        yield "Chưa ghi tên cơ quan."
    for contact in agency.contacts:
        if not is_mail_address(contact.email):
            yield f"“{contact.email}” không phải địa chỉ thư điện tử; hãy ghi dạng ten@ten-mien."
    given = [(contact.role, contact.email) for contact in agency.contacts]
    for role, email in sorted({pair for pair in given if given.count(pair) > 1}):
        yield f"Địa chỉ {email} ghi hai lần cho {ROLE_LABELS[role].lower()}; hãy bỏ một dòng."
    owners = {
        name_key(name): other.name
        for other in listed_agencies(session, row.directory)
        if other.id != row.id and other.heir_id is None
        for name in (other.name, *other.aliases)
    }
    for name in (agency.name, *agency.aliases):
        owner = owners.get(name_key(name))
        if name and owner is not None:
            yield f"Tên “{name}” đã thuộc về {owner}; hãy để tên này ở một nơi."


def _changes(before: said.Agency, after: said.Agency) -> Iterator[str]:
    if before.name != after.name:
        yield f"đổi tên từ “{before.name}” thành “{after.name}”"
    old, new = _by_address(before.contacts), _by_address(after.contacts)
    for role, email in [pair for pair in new if pair not in old]:
        yield f"thêm {email} ({ROLE_LABELS[role].lower()})"
    for role, email in [pair for pair in old if pair not in new]:
        yield f"bỏ {email} ({ROLE_LABELS[role].lower()})"
    for pair in [pair for pair in new if pair in old and old[pair] != new[pair]]:
        yield f"đổi người nhận của {pair[1]} thành “{new[pair]}”"
    if before.aliases != after.aliases:
        yield f"tên gọi khác: {'; '.join(after.aliases) or 'không có'}"
    if set(before.groups) != set(after.groups):
        yield f"nhóm: {', '.join(after.groups) or 'không có'}"
    if before.assumed != after.assumed:
        yield "đánh dấu giả định" if after.assumed else "đã xác minh"
    if before.note != after.note:
        yield "sửa ghi chú"


def _by_address(contacts: Sequence[said.Contact]) -> dict[tuple[ContactRole, str], str]:
    return {(contact.role, contact.email): contact.name for contact in contacts}

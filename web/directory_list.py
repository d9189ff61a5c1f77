"""A page of the directory: found without accents, by group and by what is wrong with its addresses, the worst first."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import Session, selectinload

from catalog.text import search_key
from tasks.models import Agency, Contact, ContactRole, Membership

_CONTACTS = Contact.agency_id == Agency.id
BOUNCED: ColumnElement[bool] = exists().where(_CONTACTS, Contact.bounced_at.is_not(None))
MISSING: ColumnElement[bool] = ~exists().where(_CONTACTS, Contact.role == ContactRole.OFFICER)
_LIVING = Agency.heir_id.is_(None)
STATES: dict[str, tuple[str, tuple[ColumnElement[bool], ...]]] = {
    "": ("Tất cả", (_LIVING,)),
    "tra-ve": ("Thư bị trả về", (_LIVING, BOUNCED)),
    "thieu": ("Chưa có địa chỉ", (_LIVING, MISSING)),
    "gia-dinh": ("Giả định", (_LIVING, Agency.assumed.is_(True))),
    "da-nhap": ("Đã sáp nhập vào cơ quan khác", (Agency.heir_id.is_not(None),)),
}


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for in one directory; `state` is a word of STATES, `group` the id of a group."""

    directory: str
    search: str = ""
    group: int | None = None
    state: str = ""


def find_agencies(session: Session, sought: Sought, limit: int, offset: int) -> tuple[int, list[Agency]]:
    """Return how many agencies there are and one page of them: who cannot be written to first, then by name."""
    met = (*_conditions(sought), *STATES.get(sought.state, STATES[""])[1])
    total = session.scalar(select(func.count()).select_from(Agency).where(*met)) or 0
    worst_first = case((BOUNCED, 0), (MISSING, 1), else_=2)
    rows = (
        select(Agency)
        .where(*met)
        .order_by(worst_first, Agency.sort_key, Agency.id)
        .limit(limit)
        .offset(offset)
        .options(selectinload(Agency.contacts), selectinload(Agency.groups))
    )
    return total, list(session.scalars(rows))


def state_counts(session: Session, sought: Sought) -> dict[str, tuple[str, int]]:
    """Return by word what each state is called and how many agencies have it, of those otherwise sought; one statement."""
    sums: list[Any] = [func.count(case((_all(conditions), Agency.id))) for _, conditions in STATES.values()]
    counts = session.execute(select(*sums).select_from(Agency).where(*_conditions(sought))).one()
    return {word: (STATES[word][0], count) for word, count in zip(STATES, counts, strict=True)}


def _conditions(sought: Sought) -> list[ColumnElement[bool]]:
    met: list[ColumnElement[bool]] = [Agency.directory == sought.directory]
    met += [Agency.search_key.contains(word, autoescape=True) for word in search_key(sought.search).split()]
    if sought.group is not None:
        met.append(exists().where(Membership.agency_id == Agency.id, Membership.group_id == sought.group))
    return met


def _all(conditions: tuple[ColumnElement[bool], ...]) -> ColumnElement[bool]:
    found = conditions[0]
    for condition in conditions[1:]:
        found &= condition
    return found

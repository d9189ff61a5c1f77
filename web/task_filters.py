"""The filters of lists of tasks as the address carries them, and the choices that a form offers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fastapi import Request
from sqlalchemy import select, true
from sqlalchemy.orm import Session

from catalog.text import search_key
from notifications.views import decision_name
from tasks.errors import NotFoundError
from tasks.models import Agency, Decision, Group
from tasks.queries.lists import Order, TaskFilter
from tasks.status import Status
from web.agency_names import agency_choices, agency_word
from web.reading import readable_decisions
from web.viewer import Viewer

MOST_CHOICES = 250  # agencies that a form lists; among more, one is named by typing
_NAMED = 5  # agencies that a refusal names
LONGEST = 120  # characters of one word of a filter
_ALIASES = {
    "decision": "quyet-dinh",
    "section": "phan",
    "duty": "nhiem-vu",
    "group": "nhom",
    "agency": "co-quan",
    "search": "tim",
}


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form offers: codes with what they are called."""

    decisions: Sequence[tuple[str, str]]
    sections: Sequence[tuple[str, str]]
    groups: Sequence[tuple[str, str]]
    agencies: Sequence[tuple[str, str]]  # empty where there are too many to choose from


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of one request, as typed."""

    decision: str
    section: str
    duty: str
    group: str
    agency: str
    search: str
    statuses: tuple[Status, ...]
    order: Order
    agency_id: int | None = None  # the agency that the word `agency` was found to mean

    def of_decision(self, key: str) -> "Asked":
        """Return the filters within one decision."""
        return replace(self, decision=key)

    def kept_to(self, agency: int | None) -> "Asked":
        """Return the filters within one agency, for somebody who reads no other; None keeps them as they are."""
        return self if agency is None else replace(self, agency="", agency_id=agency)

    @property
    def wanted(self) -> TaskFilter:
        """The filter for the query."""
        return TaskFilter(
            decision=self.decision or None,
            agency=None if self.agency_id is not None else self.agency or None,
            agency_id=self.agency_id,
            duty=self.duty or None,
            section=self.section or None,
            group=self.group or None,
            statuses=self.statuses,
            search=self.search,
        )


def filters_of(request: Request) -> Asked:
    """Read the filters of an address; a status or an order that does not exist is left out."""
    query = request.query_params
    words = {name: query.get(alias, "")[:LONGEST] for name, alias in _ALIASES.items()}
    given = dict.fromkeys(query.getlist("tinh-trang"))
    known = tuple(Status(word) for word in given if word in set(Status))
    return Asked(
        **words, agency_id=None, statuses=known, order=Order.DUE if query.get("xep") == "han" else Order.LIST
    )


def choices(session: Session, decision: str, viewer: Viewer) -> Choices:
    """Return what `viewer` may choose; the sections are those of `decision`, or of all."""
    own = readable_decisions(viewer)
    decisions = session.scalars(select(Decision).where(*own).order_by(Decision.id)).all()
    told = select(Decision.document["sections"]).where(*own).order_by(Decision.id)
    sections = {
        entry["code"]: f"{entry['code']}. {entry['title']}"
        for listed in session.scalars(told.where(Decision.key == decision) if decision else told)
        for entry in listed or ()
    }
    groups = select(Group.code, Group.name).order_by(Group.id)
    if viewer.directory is not None:
        groups = groups.where(Group.directory == viewer.directory)
    found = agency_choices(session, MOST_CHOICES + 1) if viewer.oversees else ()
    return Choices(
        decisions=[(row.key, decision_name(row)) for row in decisions],
        sections=list(sections.items()),
        groups=session.execute(groups).tuples().all(),
        agencies=found if len(found) <= MOST_CHOICES else (),
    )


def with_agency_named(session: Session, asked: Asked) -> Asked:
    """Return the filters with the agency whose code or name was typed, without accents if need be.

    A code alone means whoever bears it, in every directory; "directory/code" one. Raises NotFoundError where the words
    name none or several.
    """
    key = search_key(asked.agency)
    if not key:
        return asked
    place, _, code = asked.agency.strip().rpartition("/")
    named = select(Agency).where(Agency.code == code, Agency.directory == place if place else true())
    bearers = session.scalars(named.limit(2)).all()
    if len(bearers) > 1:
        return asked
    if bearers:
        return _meaning(session, asked, bearers[0])
    rows = select(Agency).order_by(Agency.sort_key, Agency.id).limit(_NAMED)
    for condition in (Agency.search_key == key, Agency.search_key.contains(key)):
        found = session.scalars(rows.where(condition)).all()
        if len(found) == 1:
            return _meaning(session, asked, found[0])
        if found:
            names = "; ".join(one.name for one in found)
            message = f"Có nhiều cơ quan khớp với «{asked.agency}»: {names}. Hãy ghi đầy đủ tên cơ quan."
            raise NotFoundError(message)
    raise NotFoundError(f"Không có cơ quan nào tên là «{asked.agency}»; hãy ghi tên hoặc mã trong danh bạ.")


def _meaning(session: Session, asked: Asked, agency: Agency) -> Asked:
    word = agency_word(session, agency.code, agency.directory)
    return replace(asked, agency=word, agency_id=agency.id)

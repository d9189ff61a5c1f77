"""The filters of lists of tasks as the address carries them, and the choices that a form offers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fastapi import Request
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.text import search_key
from notifications.views import decision_name
from tasks.errors import NotFoundError
from tasks.models import Agency, Decision, Group
from tasks.queries.lists import Order, TaskFilter
from tasks.status import Status

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

    def of_decision(self, key: str) -> "Asked":
        """Return the filters within one decision."""
        return replace(self, decision=key)

    def kept_to(self, agency: str | None) -> "Asked":
        """Return the filters within one agency, for somebody who reads no other; None keeps them as they are."""
        return self if agency is None else replace(self, agency=agency)

    @property
    def wanted(self) -> TaskFilter:
        """The filter for the query."""
        return TaskFilter(
            decision=self.decision or None,
            agency=self.agency or None,
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
    return Asked(**words, statuses=known, order=Order.DUE if query.get("xep") == "han" else Order.LIST)


def choices(session: Session, decision: str) -> Choices:
    """Return what may be chosen; the sections are those of `decision`, or of all."""
    decisions = session.scalars(select(Decision).order_by(Decision.id)).all()
    told = select(Decision.document["sections"]).order_by(Decision.id)
    sections = {
        entry["code"]: f"{entry['code']}. {entry['title']}"
        for listed in session.scalars(told.where(Decision.key == decision) if decision else told)
        for entry in listed or ()
    }
    groups = select(Group.code, Group.name).order_by(Group.id)
    agencies = select(Agency.code, Agency.name).order_by(Agency.sort_key, Agency.id).limit(MOST_CHOICES + 1)
    found = session.execute(agencies).tuples().all()
    return Choices(
        decisions=[(row.key, decision_name(row)) for row in decisions],
        sections=list(sections.items()),
        groups=session.execute(groups).tuples().all(),
        agencies=found if len(found) <= MOST_CHOICES else (),
    )


def with_agency_named(session: Session, asked: Asked) -> Asked:
    """Return the filters with the code of the agency whose code or name was typed, without accents if need be.

    Raises NotFoundError where the words name none or several.
    """
    key = search_key(asked.agency)
    if not key or session.scalar(select(Agency.id).where(Agency.code == asked.agency).limit(1)) is not None:
        return asked
    rows = select(Agency.code, Agency.name).order_by(Agency.sort_key, Agency.id).limit(_NAMED)
    for condition in (Agency.search_key == key, Agency.search_key.contains(key)):
        found = session.execute(rows.where(condition)).tuples().all()
        if len(found) == 1:
            return replace(asked, agency=found[0][0])
        if found:
            names = "; ".join(name for _, name in found)
            message = f"Có nhiều cơ quan khớp với «{asked.agency}»: {names}. Hãy ghi đầy đủ tên cơ quan."
            raise NotFoundError(message)
    raise NotFoundError(f"Không có cơ quan nào tên là «{asked.agency}»; hãy ghi tên hoặc mã trong danh bạ.")

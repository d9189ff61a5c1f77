"""The filters of lists of tasks as the address carries them, and the choices that a form offers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fastapi import Request
from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications.views import decision_name
from tasks.models import Agency, Decision, Group
from tasks.queries.lists import Order, TaskFilter
from tasks.status import Status

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
    agencies: Sequence[tuple[str, str]]


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
    chosen = [row for row in decisions if decision in {"", row.key}]
    sections = {
        entry["code"]: f"{entry['code']}. {entry['title']}"
        for row in chosen
        for entry in row.document.get("sections", ())
    }
    groups = select(Group.code, Group.name).order_by(Group.id)
    agencies = select(Agency.code, Agency.name).order_by(Agency.sort_key, Agency.id)
    return Choices(
        decisions=[(row.key, decision_name(row)) for row in decisions],
        sections=list(sections.items()),
        groups=session.execute(groups).tuples().all(),
        agencies=session.execute(agencies).tuples().all(),
    )

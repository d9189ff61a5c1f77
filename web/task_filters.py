"""The filters of lists of tasks as the address carries them, and the choices that a form offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Query
from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications.views import decision_name
from tasks.models import Agency, Decision, Group
from tasks.queries import Order, TaskFilter
from tasks.status import Status

_Word = Annotated[str, Query(max_length=120)]


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
    statuses: tuple[Status, ...]
    search: str
    order: Order

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


def asked_filters(
    decision: Annotated[_Word, Query(alias="quyet-dinh")] = "",
    section: Annotated[_Word, Query(alias="phan")] = "",
    duty: Annotated[_Word, Query(alias="nhiem-vu")] = "",
    group: Annotated[_Word, Query(alias="nhom")] = "",
    agency: Annotated[_Word, Query(alias="co-quan")] = "",
    statuses: Annotated[list[str], Query(alias="tinh-trang", max_length=20)] = [],  # noqa: B006  # FastAPI copies it
    search: Annotated[_Word, Query(alias="tim")] = "",
    order: Annotated[_Word, Query(alias="xep")] = "",
) -> Asked:
    """Read the filters; a status or an order that does not exist is left out."""
    known = tuple(Status(word) for word in dict.fromkeys(statuses) if word in set(Status))
    return Asked(
        decision, section, duty, group, agency, known, search, Order.DUE if order == "han" else Order.LIST
    )


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

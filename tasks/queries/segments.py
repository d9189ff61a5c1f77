"""The tasks of a filter duty by duty, from the tallies: how many there are, of which status, and where in a list they lie.

A list in the decision's own order, or by due day, holds the tasks of one duty (with one due day) side by side. Knowing
how many there are in each, a page of a million tasks is read from one or two duties, wherever it lies.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import String, cast, false, func, select
from sqlalchemy.orm import Session

from catalog.text import search_key
from tasks.asof import AsOf
from tasks.database import is_steady
from tasks.models import Agency, Duty, Group, Membership
from tasks.queries.filters import TaskFilter
from tasks.queries.tallies import State, tally, while_unchanged
from tasks.status import Status

_FOUND = "dondoc_segments"


class Window(NamedTuple):
    """Where a page lies: the duties, and by due day the due days too, and how many of their tasks come before it."""

    duties: list[int]
    dues: list[date | None]
    offset: int


@dataclass(frozen=True)
class Segments:
    """How many tasks of a filter are in each state; `places` are the duties' places in the lists.

    `found` are the duties in which the words searched for stand; of the others the tasks of the agencies `named` so count.
    """

    states: Mapping[State, int]
    places: Mapping[int, int]
    today: date
    soon: Mapping[int, date]
    found: frozenset[int] = frozenset()
    named: Sequence[int] = ()

    @cached_property
    def total(self) -> int:
        """How many tasks the filter leaves."""
        return sum(self.states.values())

    def statuses(self) -> dict[Status, int]:
        """Return the count of every status, zeros included."""
        return dict(self._statuses)

    @cached_property
    def _statuses(self) -> Mapping[Status, int]:
        alike: Counter[tuple[Any, ...]] = Counter()  # of several duties: a status is worked out once
        for state, number in self.states.items():
            alike[state[0], 0, *state[2:]] += number
        counts: Counter[Status] = Counter()
        for facts, number in alike.items():
            counts[State(*facts).status(self.today, self.soon)] += number
        return {status: counts[status] for status in Status}

    def window(self, offset: int, limit: int, *, by_due: bool) -> Window:
        """Return where the tasks after the first `offset` lie, `limit` of them."""
        parts = self._by_due if by_due else self._by_duty
        in_order = list(parts)
        first, last, before = len(in_order), len(in_order), 0
        for place, part in enumerate(in_order):
            if first > place and before + parts[part] > offset:
                first, inner = place, offset - before
            before += parts[part]
            if before >= offset + limit:
                last = place + 1
                break
        chosen = in_order[first:last]
        if not chosen:
            return Window([], [], 0)
        duties, dues = {duty for _, duty in chosen}, {due for due, _ in chosen}
        earlier = sum(parts[part] for part in in_order[:first] if part[0] in dues and part[1] in duties)
        return Window(
            sorted(duties), [None if due == date.max else due for due in sorted(dues)], earlier + inner
        )

    @cached_property
    def _by_duty(self) -> Mapping[tuple[date, int], int]:
        return self._parts(by_due=False)

    @cached_property
    def _by_due(self) -> Mapping[tuple[date, int], int]:
        return self._parts(by_due=True)

    def _parts(self, *, by_due: bool) -> Mapping[tuple[date, int], int]:
        """Return how many tasks there are of each duty, with each due day where it counts, in the order of the list."""
        parts: Counter[tuple[date, int]] = Counter()
        for state, number in self.states.items():
            due = (state.due or date.max) if by_due else date.min
            parts[due, state.duty] += number
        in_order = sorted(parts, key=lambda part: (part[0], self.places.get(part[1], 0)))
        return {part: parts[part] for part in in_order}


def segments(session: Session, view: AsOf, wanted: TaskFilter) -> Segments | None:
    """Return the tasks of a filter by duty; None where they are better read: of one agency, of the past, by who writes."""
    of_one = wanted.agency or wanted.agency_id is not None
    if view.tasks_changed or of_one or not is_steady(session):
        return None
    if wanted.group or wanted.search:  # the directory has a part in it
        found: Segments | None = session.info.get((_FOUND, wanted))  # a page counts and lists the same
        if found is None:
            found = session.info[_FOUND, wanted] = _segments(session, view, wanted)
        return found
    key = (_FOUND, view.today, tuple(view.soon.items()), wanted)
    return while_unchanged(session, key, lambda: _segments(session, view, wanted))


def _segments(session: Session, view: AsOf, wanted: TaskFilter) -> Segments:
    duties = _duties(session, view, wanted)
    group = _agencies(session, wanted, searched=False) if wanted.group else None
    states: dict[State, int] = {}
    found = frozenset(row.id for row in duties if row.found)
    _take(states, tally(session, view.today, group), found)
    others, named = {row.id for row in duties} - found, ""
    if others:
        named = _agencies(session, wanted, searched=True)
        _take(states, tally(session, view.today, named), others)
    narrowed = wanted.statuses or wanted.due_from or wanted.due_to
    chosen = {s: n for s, n in states.items() if _is_wanted(s, view, wanted)} if narrowed else states
    places = {row.id: place for place, row in enumerate(duties)}
    agencies = [int(number) for number in named.split(",") if number]
    return Segments(chosen, places, view.today, view.soon, found, agencies)


def _take(states: dict[State, int], counted: Mapping[State, int] | None, duties: AbstractSet[int]) -> None:
    states.update({state: number for state, number in (counted or {}).items() if state.duty in duties})


def _is_wanted(state: State, view: AsOf, wanted: TaskFilter) -> bool:
    if wanted.due_from and (state.due is None or state.due < wanted.due_from):
        return False
    if wanted.due_to and (state.due is None or state.due > wanted.due_to):
        return False
    return not wanted.statuses or state.status(view.today, view.soon) in wanted.statuses


def _duties(session: Session, view: AsOf, wanted: TaskFilter) -> Sequence[Any]:
    """Return the duties of the filter in the lists' order, and whether the words searched for stand in them."""
    key = search_key(wanted.search)
    found = Duty.search_key.contains(key) if key else Duty.id == Duty.id
    rows = select(Duty.id, found.label("found")).order_by(Duty.decision_id, Duty.position)
    for code, column in ((wanted.duty, Duty.code), (wanted.section, Duty.section)):
        if code:
            rows = rows.where(column == code)
    if wanted.decision:
        rows = rows.where(Duty.decision_id == view.decisions.get(wanted.decision))
    return session.connection().execute(rows).all()


def _agencies(session: Session, wanted: TaskFilter, *, searched: bool) -> str:
    """Return the numbers of the agencies of the group, of those named as searched for, with commas between."""
    rows = select(Agency.id).order_by(Agency.id)
    if wanted.group:
        members = select(Membership.agency_id).join(Group, Group.id == Membership.group_id)
        rows = rows.where(Agency.id.in_(members.where(Group.code == wanted.group)))
    if searched:
        key = search_key(wanted.search)
        rows = rows.where(Agency.search_key.contains(key) if key else false())
    numbers = func.aggregate_strings(cast(rows.subquery().c.id, String), ",")
    return session.connection().scalar(select(numbers)) or ""

"""How many tasks of each duty are in which state, kept in memory and moved by what was recorded since it was counted.

Counting a million rows takes longer than a page may. Each process counts them once; from then on every page reads the
events that are new, each of which keeps the whole state before it, and moves the counts accordingly. So the figures are
exact at the page's own reading: nothing is rounded, nothing is some minutes old. Only sessions of `steady_reading` are
answered from here; whoever writes counts in SQL. A new day, a decision loaded again or a restored database count anew.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from threading import Lock
from typing import Any, NamedTuple, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Table, case, func, literal, select, text
from sqlalchemy.orm import Session

from tasks.among import among
from tasks.database import is_steady
from tasks.models import Decision, Duty, Life, Task, TaskEvent
from tasks.status import Facts, Status, is_late, status_of

MOST_MOVES = 20_000  # events, or new tasks, since the last count; more than these are counted anew
KEPT = 24  # tallies of one database: of all tasks, of groups of agencies, of searches

_TASK = cast("Table", Task.__table__).c
_LATE = case((_TASK.counted_on > _TASK.due, literal(1)), else_=literal(0))
_MARK = select(
    func.coalesce(select(func.max(TaskEvent.id)).scalar_subquery(), 0),
    func.coalesce(select(func.max(Task.id)).scalar_subquery(), 0),
    select(func.count(Duty.id)).scalar_subquery(),
    select(func.max(Duty.id)).scalar_subquery(),
    select(func.max(Decision.loaded_at)).scalar_subquery(),
)
_IN_FLIGHT = text("SELECT pg_current_snapshot()::text")


class State(NamedTuple):
    """What decides the status of the tasks of one duty; `late`: finished after their due day."""

    decision: int
    duty: int
    life: Life
    due: date | None
    waits: bool
    late: bool

    def status(self, today: date, soon: Mapping[int, date]) -> Status:
        """Return the status that tasks in this state have on `today`."""
        if self.life is Life.COMPLETED:
            return Status.DONE_LATE if self.late else Status.DONE_ON_TIME
        return status_of(Facts(self.life, self.due, self.waits, None), today, soon.get(self.decision, today))


class _Mark(NamedTuple):
    """How far a reading saw. `writing`: transactions not ended by then, whose events may have lower numbers (PostgreSQL)."""

    event: int
    task: int
    lists: tuple[Any, ...]
    writing: frozenset[int]

    def leads_to(self, later: "_Mark") -> bool:
        """Tell whether the numbers alone tell what was recorded between the two."""
        ended = self.writing - later.writing
        forward = later.event - self.event, later.task - self.task
        return self.lists == later.lists and not ended and all(gap <= MOST_MOVES for gap in forward)


class Move(NamedTuple):
    """One task that changed: its agency and state before (None: it is new) and after."""

    agency_before: int | None
    before: State | None
    agency: int
    after: State


@dataclass(slots=True)
class _Kept:
    """A tally as of a mark, and the day on which it was counted."""

    mark: _Mark
    today: date
    counts: Mapping[State, int]


@dataclass(slots=True)
class _Database:
    """What one process keeps of one database, the tallies used last at the end."""

    tallies: OrderedDict[str | None, _Kept] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)


Agencies = str | None
"""Whose tasks are counted: the numbers of agencies with commas between, as a database puts them together; None: all."""

_databases: WeakKeyDictionary[Engine, _Database] = WeakKeyDictionary()
_making = Lock()


def tally(session: Session, today: date, agencies: Agencies = None) -> Mapping[State, int] | None:
    """Return how many tasks of `agencies` (None: of all) are in each state at this reading; None where it is not steady."""
    if not is_steady(session):
        return None
    kept, mark = _of(session), _mark(session)
    with kept.lock:  # who comes while it is being counted waits for the count instead of counting too
        return _brought_up(session, kept, mark, today, agencies)


def _brought_up(
    session: Session, of: _Database, mark: _Mark, today: date, agencies: Agencies
) -> Mapping[State, int]:
    found = of.tallies.get(agencies)
    if found is None or found.today != today or not found.mark.leads_to(mark):
        found = _Kept(mark, today, _counted(session, agencies))
        of.tallies[agencies] = found
    elif (mark.event, mark.task) > (found.mark.event, found.mark.task):
        counts = _moved(found.counts, moves_since(session, found.mark.event, found.mark.task), agencies)
        found = _Kept(mark, today, counts)
        if not mark.writing:
            of.tallies[agencies] = found
    if agencies in of.tallies:
        of.tallies.move_to_end(agencies)
    while len(of.tallies) > KEPT:
        of.tallies.popitem(last=False)
    return found.counts


def _moved(counts: Mapping[State, int], moves: Iterable[Move], agencies: Agencies) -> Mapping[State, int]:
    moved, chosen = Counter(counts), _numbers(agencies)
    for move in moves:
        if move.before is not None and (chosen is None or move.agency_before in chosen):
            moved[move.before] -= 1
        if chosen is None or move.agency in chosen:
            moved[move.after] += 1
    return {state: number for state, number in moved.items() if number}


def moves_since(session: Session, event: int, task: int) -> list[Move]:
    """Return the tasks that are new after number `task`, or changed after event `event`, each once."""
    now = (
        _TASK.agency_id,
        _TASK.decision_id,
        _TASK.duty_id,
        _TASK.life,
        _TASK.due,
        _TASK.waits,
        _TASK.counted_on,
    )
    first = (
        select(func.min(TaskEvent.id).label("id"))
        .where(TaskEvent.id > event)
        .group_by(TaskEvent.task_id)
        .subquery()
    )
    was = (
        TaskEvent.from_agency_id, TaskEvent.from_life, TaskEvent.from_due, TaskEvent.from_waits,
        TaskEvent.from_counted_on,
    )  # fmt: skip
    changed = (
        select(*now, *was)
        .join_from(TaskEvent, first, first.c.id == TaskEvent.id)
        .join(Task, _TASK.id == TaskEvent.task_id)
        .where(_TASK.id <= task)
    )
    connection = session.connection()
    moves = [
        Move(agency_before, _state(row[1], row[2], before), row[0], _state(row[1], row[2], row[3:7]))
        for *row, agency_before, life, due, waits, counted_on in connection.execute(changed)
        for before in ((life, due, waits, counted_on),)
    ]
    new = connection.execute(select(*now).where(_TASK.id > task))
    return [*moves, *(Move(None, None, row[0], _state(row[1], row[2], row[3:])) for row in new)]


def _state(decision: int, duty: int, facts: Any) -> State:
    life, due, waits, counted_on = facts
    late = life is Life.COMPLETED and is_late(Facts(life, due, waits, counted_on))
    return State(decision, duty, life, due, waits, late)


def _counted(session: Session, agencies: Agencies) -> Mapping[State, int]:
    by = (_TASK.decision_id, _TASK.duty_id, _TASK.life, _TASK.due, _TASK.waits, _LATE.label("late"))
    rows = select(*by, func.count()).group_by(*by)
    if agencies is not None:
        rows = rows.where(among(_TASK.agency_id, _numbers(agencies) or ()))
    counts: Counter[State] = Counter()
    for decision, duty, life, due, waits, late, number in session.connection().execute(rows):
        completed = life is Life.COMPLETED
        counts[State(decision, duty, life, due, waits, completed and bool(late))] += number
    return dict(counts)


@lru_cache(maxsize=KEPT)
def _numbers(agencies: Agencies) -> frozenset[int] | None:
    return None if agencies is None else frozenset(int(number) for number in agencies.split(",") if number)


def _mark(session: Session) -> _Mark:
    event, task, *lists = session.connection().execute(_MARK).one()
    return _Mark(event, task, tuple(lists), _writing(session))


def _writing(session: Session) -> frozenset[int]:
    """Return the numbers of the transactions that were writing when this reading began; SQLite has one writer at a time."""
    if session.get_bind().dialect.name != "postgresql":
        return frozenset()
    _, _, running = str(session.connection().scalar(_IN_FLIGHT)).split(":")
    return frozenset(int(number) for number in running.split(",") if number)


def _of(session: Session) -> _Database:
    with _making:
        return _databases.setdefault(session.get_bind().engine, _Database())

"""How many tasks of each duty are in which state, kept in memory and moved by what was recorded since it was counted.

Counting a million rows takes longer than a page may. Each process counts them once; from then on every page reads the
events that are new, each of which keeps the whole state before it, and moves the counts accordingly. So the figures are
exact at the page's own reading: nothing is rounded, nothing is some minutes old. Only sessions of `steady_reading` are
answered from here; whoever writes counts in SQL. A new day, a decision loaded again or amended, or a restored database
count anew: a restored one has fewer events, or another one at the number of the last that was counted.
"""

from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import count
from threading import Lock
from typing import Any, NamedTuple, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, String, Table, bindparam, case, func, literal, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from tasks.among import among
from tasks.database import is_steady
from tasks.models import Amendment, Decision, Duty, Life, Task, TaskEvent
from tasks.status import Facts, Status, is_late, status_of

MOST_MOVES = 20_000  # events, or new tasks, since the last count; more than these are counted anew
KEPT = 24  # tallies of one database: of all tasks, of groups of agencies, of searches
WORKED_OUT = 64  # figures made of tallies, which cost less to make again

T = TypeVar("T")

_TASK = cast("Table", Task.__table__).c
_LATE = case((_TASK.counted_on > _TASK.due, literal(1)), else_=literal(0))
_NEWEST = select(func.max(TaskEvent.id)).scalar_subquery()
_MARK = select(
    func.coalesce(_NEWEST, 0),
    func.coalesce(select(func.max(Task.id)).scalar_subquery(), 0),
    select(TaskEvent.recorded_at).where(TaskEvent.id == _NEWEST).scalar_subquery(),
    select(func.count(Duty.id)).scalar_subquery(),
    select(func.max(Duty.id)).scalar_subquery(),
    select(func.max(Decision.loaded_at)).scalar_subquery(),
    select(func.max(Amendment.id)).scalar_subquery(),
)
_RECORDED = select(TaskEvent.recorded_at).where(TaskEvent.id == bindparam("event"))
_WRITING = sql_cast(func.pg_current_snapshot(), String)  # xmin:xmax:xip
_MARKED = "dondoc_mark"


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
    """How far a reading saw: the newest event, when it was recorded, the newest task, and what the lists are.

    `writing`: transactions not ended by then, whose events may have lower numbers (PostgreSQL). `order`: which of this
    process's readings looked first.
    """

    event: int
    task: int
    recorded: datetime | None
    lists: tuple[Any, ...]
    writing: frozenset[int]
    order: int

    def leads_to(self, later: "_Mark") -> bool:
        """Tell whether the numbers alone tell what was recorded between the two."""
        ended = self.writing - later.writing
        forward = later.event - self.event, later.task - self.task
        return self.lists == later.lists and not ended and all(0 <= gap <= MOST_MOVES for gap in forward)


class Move(NamedTuple):
    """One task that changed: its agency and state before (None: it is new) and after."""

    agency_before: int | None
    before: State | None
    agency: int
    after: State


@dataclass(slots=True)
class _Kept:
    """One thing worked out of the tasks as of a mark; who needs it while it is worked out waits for it at the lock."""

    lock: Lock = field(default_factory=Lock)
    mark: _Mark | None = None
    value: Any = None


@dataclass(slots=True)
class _Database:
    """What one process keeps of one database, by what it is; what was used last stands at the end."""

    tallies: OrderedDict[Hashable, _Kept] = field(default_factory=OrderedDict)
    worked_out: OrderedDict[Hashable, _Kept] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def entry(self, key: Hashable, *, counted: bool) -> _Kept:
        kept, most = (self.tallies, KEPT) if counted else (self.worked_out, WORKED_OUT)
        with self.lock:
            found = kept.setdefault(key, _Kept())
            kept.move_to_end(key)
            while len(kept) > most:
                kept.popitem(last=False)
            return found


Agencies = str | None
"""Whose tasks are counted: the numbers of agencies with commas between, as a database puts them together; None: all."""

_databases: WeakKeyDictionary[Engine, _Database] = WeakKeyDictionary()
_making = Lock()
_readings = count(1)


def tally(session: Session, today: date, agencies: Agencies = None) -> Mapping[State, int] | None:
    """Return how many tasks of `agencies` are in each state at this reading; None where the session is not steady."""
    if not is_steady(session):
        return None
    counts: Mapping[State, int] = _kept(
        session,
        ("duties", today, agencies),
        lambda: _counted(session, agencies),
        lambda before, moves: _moved(before, moves, agencies),
    )
    return counts


def tally_of_agencies(
    session: Session, today: date, soon: Mapping[int, date]
) -> Mapping[int, Counter[Status]]:
    """Return how many tasks of each status every agency leads, by its number, at this steady reading."""
    found: Mapping[int, Counter[Status]] = _kept(
        session,
        ("agencies", today, tuple(soon.items())),
        lambda: _counted_by_agency(session, today, soon),
        lambda before, moves: _moved_by_agency(before, moves, today, soon),
    )
    return found


def while_unchanged(session: Session, key: Hashable, work: Callable[[], T]) -> T:
    """Return what `work` returned when the tasks were last as they are now; `key` holds all that it depends on besides."""
    if not is_steady(session):
        return work()
    entry, mark = _of(session).entry(key, counted=False), _mark(session)
    with entry.lock:
        if entry.mark is None or not _saw_the_same(entry.mark, mark):
            entry.mark, entry.value = mark, work()
        found: T = entry.value
        return found


def _saw_the_same(kept: _Mark, mark: _Mark) -> bool:
    return kept.leads_to(mark) and (kept.event, kept.task, kept.recorded) == (
        mark.event,
        mark.task,
        mark.recorded,
    )


def _kept(
    session: Session, key: Hashable, anew: Callable[[], Any], move: Callable[[Any, Sequence[Move]], Any]
) -> Any:
    entry, mark = _of(session).entry(key, counted=True), _mark(session)
    with entry.lock:
        if entry.mark is not None and mark.order < entry.mark.order and mark.lists == entry.mark.lists:
            return entry.value  # somebody looked later and was here first
        if entry.mark is None or not _leads(session, entry.mark, mark):
            entry.mark, entry.value = mark, anew()
        elif (mark.event, mark.task) > (entry.mark.event, entry.mark.task):
            value = move(entry.value, moves_since(session, entry.mark.event, entry.mark.task))
            if mark.writing:
                return value  # exact now; kept is what is exact for later readings too
            entry.mark, entry.value = mark, value
        return entry.value


def _leads(session: Session, kept: _Mark, mark: _Mark) -> bool:
    """Tell whether what was recorded since `kept` tells the rest: the event it ended with is still the same one."""
    if not kept.leads_to(mark):
        return False
    if kept.event == mark.event:
        return kept.recorded == mark.recorded
    still = session.connection().execute(_RECORDED, {"event": kept.event}).scalar() if kept.event else None
    return still == kept.recorded


def _moved(counts: Mapping[State, int], moves: Iterable[Move], agencies: Agencies) -> Mapping[State, int]:
    moved, chosen = Counter(counts), _numbers(agencies)
    for move in moves:
        if move.before is not None and (chosen is None or move.agency_before in chosen):
            moved[move.before] -= 1
        if chosen is None or move.agency in chosen:
            moved[move.after] += 1
    return {state: number for state, number in moved.items() if number}


def _moved_by_agency(
    counts: Mapping[int, Counter[Status]], moves: Iterable[Move], today: date, soon: Mapping[int, date]
) -> Mapping[int, Counter[Status]]:
    moved = dict(counts)
    for move in moves:
        if move.before is not None and move.agency_before is not None:
            lost = Counter({move.before.status(today, soon): 1})
            moved[move.agency_before] = moved.get(move.agency_before, Counter()) - lost
        won = Counter({move.after.status(today, soon): 1})
        moved[move.agency] = moved.get(move.agency, Counter()) + won
    return moved


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


def _counted_by_agency(
    session: Session, today: date, soon: Mapping[int, date]
) -> Mapping[int, Counter[Status]]:
    by = (_TASK.decision_id, _TASK.agency_id, _TASK.life, _TASK.due, _TASK.waits, _LATE.label("late"))
    rows = session.connection().execute(select(*by, func.count()).group_by(*by))
    counts: dict[int, Counter[Status]] = {}
    known: dict[Any, Status] = {}
    for decision, agency, life, due, waits, late, number in rows:
        facts = decision, life, due, waits, late
        if facts not in known:
            state = State(decision, 0, life, due, waits, life is Life.COMPLETED and bool(late))
            known[facts] = state.status(today, soon)
        counts.setdefault(agency, Counter())[known[facts]] += number
    return counts


@lru_cache(maxsize=KEPT)
def _numbers(agencies: Agencies) -> frozenset[int] | None:
    return None if agencies is None else frozenset(int(number) for number in agencies.split(",") if number)


def _mark(session: Session) -> _Mark:
    """Return the mark of a steady session, which sees the same all along."""
    found = session.info.get(_MARKED)
    if found is None:
        on_postgres = session.get_bind().dialect.name == "postgresql"
        statement = _MARK.add_columns(_WRITING) if on_postgres else _MARK
        event, task, recorded, *lists = session.connection().execute(statement).one()
        writing = _in_flight(lists.pop()) if on_postgres else frozenset()
        found = _Mark(event, task, recorded, tuple(lists), writing, next(_readings))
        session.info[_MARKED] = found
    return cast("_Mark", found)


def _in_flight(snapshot: str) -> frozenset[int]:
    """Return the transactions that were writing when the reading began; SQLite has one writer, and readers see it whole."""
    return frozenset(int(number) for number in snapshot.split(":")[2].split(",") if number)


def _of(session: Session) -> _Database:
    with _making:
        return _databases.setdefault(session.get_bind().engine, _Database())

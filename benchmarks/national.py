"""A whole country: 3,500 agencies and 1,000,000 tasks, loaded, activated, followed, on both databases.

Loading is timed from the decision's file to the committed tasks. The life of the tasks after that is put in with a few
statements, since what is measured is reading it: three tenths worked on, with the events that a past view needs.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from benchmarks.databases import NAMES, fresh, rest, run, twins, writing
from benchmarks.figures import Figure, median_seconds, options, seconds, show
from benchmarks.world import KEY, NATION, load, rows_for, start, write_world
from catalog.days import HANOI
from migrations.running import upgrade
from tasks.accounts.accounts import find_agency
from tasks.asof import AsOf, as_of
from tasks.database import reading
from tasks.queries.agency import agency_page
from tasks.queries.changes import moves, newly
from tasks.queries.counts import status_counts
from tasks.queries.league import league
from tasks.queries.lists import Page, TaskFilter, list_tasks, overdue
from tasks.queries.matrix import matrix
from tasks.rounds.collection import collect_rounds
from tasks.rounds.rounds import open_due_rounds
from tasks.status import Status

SHOWN = datetime(2025, 10, 15, 17, 0, tzinfo=HANOI)
BEFORE = datetime(2025, 10, 1, 17, 0, tzinfo=HANOI)
OPENING = datetime(2025, 10, 7, 8, 0, tzinfo=HANOI)
CLOSING = datetime(2025, 11, 5, 8, 0, tzinfo=HANOI)
# Each twentieth of the tasks: what became of it, the day that counts, when it was recorded (UTC).
_LIVES = (
    ("completed", "confirm", "2025-09-09", datetime(2025, 9, 10, 3, tzinfo=UTC)),
    ("completed", "confirm", "2025-09-12", datetime(2025, 9, 12, 3, tzinfo=UTC)),
    ("completed", "confirm", "2025-10-02", datetime(2025, 10, 2, 3, tzinfo=UTC)),
    ("declared", "declare", "2025-10-06", datetime(2025, 10, 6, 3, tzinfo=UTC)),
    ("in_progress", "start", None, datetime(2025, 10, 8, 3, tzinfo=UTC)),
    ("in_progress", "start", None, datetime(2025, 9, 15, 3, tzinfo=UTC)),
)
_OPEN = "life IN ('not_started', 'in_progress') AND NOT waits"
_TODAY = f"{SHOWN:%Y-%m-%d}"


def main(arguments: Sequence[str] = ()) -> None:
    chosen = options("national", 1_000_000).parse_args(arguments)
    figures: list[Figure] = []
    for kind in chosen.on or NAMES:
        with TemporaryDirectory(prefix="dondoc-bench-") as name, fresh(kind, Path(name)) as engine:
            figures += _Nation(engine, Path(name), chosen.tasks, chosen.runs).figures()
    show(f"A country of {NATION.agencies:,} agencies", figures, as_json=chosen.json)


class _Nation:
    """One database's figures, in the order in which a year goes."""

    def __init__(self, engine: Engine, folder: Path, tasks: int, runs: int) -> None:
        self._engine = engine
        self._name = NAMES[engine.dialect.name]
        self._folder = folder
        self._wanted = tasks
        self._runs = runs
        self._lite = engine.dialect.name == "sqlite"

    def figures(self) -> list[Figure]:
        loading = self._loading()
        activating = self._activating()
        rest(self._engine)
        rounds = [*self._opening(), *self._closing()]
        self._live()
        rest(self._engine)
        return [loading, activating, *rounds, *self._reading()]

    def _loading(self) -> Figure:
        file = write_world(self._folder, NATION, rows_for(self._wanted))
        upgrade(self._engine)
        found: list[int] = []
        taken = seconds(lambda: found.append(load(self._engine, file)))
        columns = (
            "decision_id, duty_id, agency_id, ladder_id, life, start, due, original_due, waits, "
            "declares_not_applicable, since"
        )
        statement = f"INSERT INTO bare_tasks ({columns}) SELECT {columns} FROM tasks ORDER BY id"
        with twins(self._engine, "tasks"):
            bare = seconds(lambda: self._run(statement, keep=True))
        return self._figure(f"expand and load {found[0]:,} tasks", taken, bare, 60, runs=1)

    def _activating(self) -> Figure:
        steps = [
            f"UPDATE tasks SET next_step_on = '2025-09-08' WHERE due = '{due}' AND life IN ('not_started', 'in_progress')"
            for due in self._dues()
        ]
        bare = seconds(lambda: self._run(*steps))
        rest(self._engine)
        return self._figure("activate it", seconds(lambda: start(self._engine)), bare, runs=1)

    def _dues(self) -> list[date]:
        with self._engine.connect() as connection:
            return list(
                connection.exec_driver_sql("SELECT DISTINCT due FROM duties WHERE due IS NOT NULL").scalars()
            )

    def _opening(self) -> Iterator[Figure]:
        columns = "round_id, agency_id, state, due, extended, nil, reason, since, next_step_on"
        rows = (
            f"INSERT INTO standings ({columns}) SELECT DISTINCT 1, agency_id, 'missing', '2025-11-04', "
            "1=0, 1=0, '', CURRENT_TIMESTAMP, '2025-10-21' FROM tasks WHERE duty_id = (SELECT min(id) FROM duties)"
        )
        if not self._lite:
            rows = rows.replace("'2025-11-04'", "DATE '2025-11-04'").replace(
                "'2025-10-21'", "DATE '2025-10-21'"
            )
        bare = self._bare("UPDATE rounds SET state = 'open' WHERE id = 1", rows)
        taken = self._written(lambda session: open_due_rounds(session, OPENING))
        yield self._figure("open a round", taken, bare, 2)

    def _closing(self) -> Iterator[Figure]:
        bare = self._bare(
            "UPDATE rounds SET state = 'closed' WHERE id = 1",
            "SELECT state, on_time, nil, extended, count(*) FROM standings WHERE round_id = 1 "
            "GROUP BY state, on_time, nil, extended",
            "SELECT a.code, a.name FROM standings s JOIN agencies a ON a.id = s.agency_id "
            "WHERE s.round_id = 1 AND s.state IN ('missing', 'draft', 'returned') ORDER BY a.sort_key",
        )
        taken = self._written(lambda session: collect_rounds(session, CLOSING), keep=False)
        yield self._figure("close a round: count, name who is missing, freeze", taken, bare, 2)

    def _written(self, work: Callable[[Session], object], *, keep: bool = True) -> float:
        """Return the median of the work done and undone, and leave it done once where it is to be kept."""
        taken = []
        for last in [*[False] * self._runs, keep]:
            with writing(self._engine, keep=last) as connection, Session(connection) as session:
                taken.append(seconds(lambda session=session: (work(session), session.flush())))  # type: ignore[misc]
        return median(taken[: self._runs])

    def _live(self) -> None:
        """Put in what became of the tasks, and the events that keep the state before."""
        for part, (life, action, day, instant) in enumerate(_LIVES):
            counted = f"'{day}'" if day else "NULL"
            if not self._lite:
                counted = f"CAST({counted} AS DATE)"
            moment = f"'{instant:%Y-%m-%d %H:%M:%S}.000000{'' if self._lite else '+00'}'"
            chosen = f"id - id / 20 * 20 = {part} AND due IS NOT NULL AND life = 'not_started'"
            self._run(
                "INSERT INTO task_events (task_id, recorded_at, by, action, reason, document_number, from_since, "
                "from_agency_id, from_life, from_start, from_due, from_original_due, from_waits, "
                "from_declares_not_applicable, to_life, to_due, to_counted_on) "
                f"SELECT id, {'' if self._lite else 'TIMESTAMPTZ '}{moment}, 'benchmark', '{action}', '', '', since, "
                "agency_id, life, start, due, original_due, waits, declares_not_applicable, "
                f"'{life}', due, {counted} FROM tasks WHERE {chosen}",
                f"UPDATE tasks SET life = '{life}', counted_on = {counted}, declared_on = {counted}, since = {moment} "
                f"WHERE {chosen}",
                keep=True,
            )

    def _reading(self) -> Iterator[Figure]:
        limit = 0.25 if self._lite else 0.1
        decided = "decision_id, life, due, waits, counted_on"
        yield self._read(
            "count every status", status_counts, limit,
            f"SELECT {decided}, count(*) FROM tasks WHERE decision_id = 1 GROUP BY {decided}",
        )  # fmt: skip
        late = f"decision_id = 1 AND {_OPEN} AND due < '{_TODAY}'"
        yield self._read(
            "first page of what is overdue", overdue, limit,
            f"SELECT count(*) FROM tasks WHERE {late}",
            f"SELECT id FROM tasks WHERE {late} ORDER BY due, id LIMIT 50",
        )  # fmt: skip
        yield self._read(
            "first page of all tasks", list_tasks, None,
            "SELECT count(*) FROM tasks",
            "SELECT t.id FROM tasks t JOIN duties d ON d.id = t.duty_id JOIN agencies a ON a.id = t.agency_id "
            "ORDER BY d.decision_id, d.position, a.sort_key, t.id LIMIT 50",
        )  # fmt: skip
        yield self._read(
            "a page of the matrix", lambda session, view: matrix(session, view, TaskFilter(KEY), Page(limit=50)), None,
            "SELECT * FROM tasks WHERE agency_id IN (SELECT id FROM agencies ORDER BY sort_key LIMIT 50)",
        )  # fmt: skip
        yield self._read(
            "the league of agencies", league, None,
            "SELECT agency_id, life, due, waits, counted_on, count(*) FROM tasks "
            "GROUP BY agency_id, life, due, waits, counted_on",
        )  # fmt: skip
        yield self._read(
            "an agency's page",
            lambda session, view: agency_page(session, view, find_agency(session, "so-tai-chinh")), None,
            "SELECT * FROM tasks WHERE agency_id = (SELECT id FROM agencies WHERE code = 'so-tai-chinh')",
        )  # fmt: skip
        yield from self._changes()

    def _changes(self) -> Iterator[Figure]:
        was, now = (f"'{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}'" for moment in (BEFORE, SHOWN))
        bare = (
            "SELECT t.life, t.due, e.from_life, e.from_due, count(*) FROM task_events e JOIN tasks t ON t.id = e.task_id "
            f"WHERE e.recorded_at > {was} AND e.recorded_at <= {now} GROUP BY t.life, t.due, e.from_life, e.from_due"
        )
        yield self._read("changes in two weeks: how many", _moved, None, bare)
        yield self._read("changes in two weeks: newly late, first page", _newly_late, None, bare)

    def _read(
        self, what: str, query: Callable[[Session, AsOf], object], bound: float | None, *bare: str
    ) -> Figure:
        with reading(self._engine) as session:
            taken = median_seconds(lambda: query(session, as_of(session, SHOWN)), self._runs)
        return self._figure(what, taken, self._bare(*bare), bound)

    def _figure(
        self, what: str, taken: float, bare: float, bound: float | None = None, runs: int | None = None
    ) -> Figure:
        return Figure(self._name, what, taken, bare, bound, runs or self._runs)

    def _bare(self, *statements: str) -> float:
        return median_seconds(lambda: self._run(*statements), self._runs)

    def _run(self, *statements: str, keep: bool = False) -> None:
        with writing(self._engine, keep=keep) as connection:
            run(connection, statements)


def _moved(session: Session, view: AsOf) -> object:
    return moves(session, as_of(session, BEFORE), view)


def _newly_late(session: Session, view: AsOf) -> object:
    return newly(session, as_of(session, BEFORE), view, (Status.OVERDUE,))

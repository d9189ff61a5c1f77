"""The morning sweep: over ever more tasks of which the same number speaks, and the load of peers.md down to the last mail.

The peers' load: 3,000 agencies, 100,000 open tasks, 9,092 of them due or overdue, a mail for each agency. Each run is a
process of its own; its start and its imports are not counted, the compiling of its templates is. The assignments that
activation owes are taken as sent.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine, text

from benchmarks.databases import NAMES, fresh, rest, twins, writing
from benchmarks.figures import Figure, options, seconds, show
from benchmarks.sink import sink
from benchmarks.world import (
    ENTERPRISES,
    EVERYBODY,
    MONDAY,
    NATION,
    SERVICE_UNITS,
    SPEAKING,
    Cast,
    Row,
    load,
    rows_for,
    start,
    write_world,
)

SIZES = (10_000, 100_000, 1_000_000)
REDMINE = 31  # mails a second (peers.md)
PEERS = Cast(departments=100, communes=1_900, service_units=92, enterprises=908)
PEERS_OPEN, PEERS_SPEAKING, PEERS_MAILS = 100_000, 9_092, 3_000
_MEMORY = 150  # MB
_SPEAK = "tasks.due BETWEEN '2025-09-06' AND '2025-09-08' AND tasks.life IN ('not_started', 'in_progress')"
_RESTORED = (
    "DELETE FROM notices WHERE kind <> 'assignment'", "DELETE FROM recipients", "DELETE FROM messages",
    "DELETE FROM snapshots",
    f"UPDATE tasks SET next_step_on = '{MONDAY:%Y-%m-%d}' WHERE {_SPEAK}",
)  # fmt: skip


def main(arguments: Sequence[str] = ()) -> None:
    parser = options("sweeping", SIZES[-1])
    parser.add_argument("--part", choices=("growth", "peers"), help="else both")
    chosen = parser.parse_args(arguments)
    figures: list[Figure] = []
    for kind in chosen.on or NAMES:
        with TemporaryDirectory(prefix="dondoc-bench-") as name:
            folder = Path(name)
            if chosen.part != "peers":
                for size in (size for size in SIZES if size <= chosen.tasks):
                    figures += _growth(
                        kind, folder, size, chosen.runs if size < SIZES[-1] else min(chosen.runs, 3)
                    )
            if chosen.part != "growth":
                figures += _peers(kind, folder, chosen.runs)
    show("The morning sweep", figures, as_json=chosen.json)


def _growth(kind: str, folder: Path, size: int, runs: int) -> list[Figure]:
    """Measure the sweep where so many tasks are followed and three for each agency speak."""
    with fresh(kind, folder) as engine:
        tasks = load(engine, write_world(folder, NATION, rows_for(size)))
        _make_ready(engine)
        done = [_morning(engine, 0) for _ in range(runs)]
        again = [_worker(engine, 0) for _ in range(runs)]
        bare = median(_bare_sweep(engine) for _ in range(runs))
        speaking = _count(engine)
    return [
        Figure(
            NAMES[kind], f"sweep, {tasks:,} tasks of which {speaking:,} speak", _median(done, "sweep_s"), bare, 30, runs,
            f"{done[0]['mails']:,} mails, {done[0]['notices']:,} notices, {_median(done, 'peak_mb'):.0f} MB, processor {_median(done, 'sweep_cpu'):.2f} s",
        ),
        Figure(
            NAMES[kind], f"sweep again, {tasks:,} tasks of which none speaks", _median(again, "sweep_s"), runs=runs,
            note=f"{again[0]['mails']} mails",
        ),
    ]  # fmt: skip


def _peers(kind: str, folder: Path, runs: int) -> list[Figure]:
    """Measure the load of peers.md, end to end."""
    rows = [Row(EVERYBODY, "", deadline) for deadline in SPEAKING]
    rows.append(Row(SERVICE_UNITS, "", SPEAKING[0]))
    rows += [Row(EVERYBODY, "", "6 tháng cuối năm 2025")] * 30
    rows.append(Row(ENTERPRISES, "", "6 tháng cuối năm 2025"))
    with fresh(kind, folder) as engine, sink() as port:
        assert load(engine, write_world(folder, PEERS, tuple(rows))) == PEERS_OPEN
        _make_ready(engine)
        assert _count(engine) == PEERS_SPEAKING
        done = [_morning(engine, port) for _ in range(runs)]
        assert all(run["sent"] == run["mails"] >= PEERS_MAILS for run in done)
        bare = median(_bare_sweep(engine) for _ in range(runs))
        bare_settling = median(seconds(lambda: _bare_settling(engine)) for _ in range(runs))
    whole = median(run["sweep_s"] + run["deliver_s"] for run in done)
    mails, name = done[0]["mails"], NAMES[kind]
    rate, peak = mails / whole, max(run["peak_mb"] for run in done)
    return [
        Figure(name, "peers' load: sweep (decide, compose, store)", _median(done, "sweep_s"), bare, runs=runs,
            note=f"processor {_median(done, 'sweep_cpu'):.2f} s"),
        Figure(
            name, "peers' load: delivery over SMTP", _median(done, "deliver_s"), bare_settling, runs=runs,
            note=f"{mails / _median(done, 'deliver_s'):.0f} mails/s, processor {_median(done, 'deliver_cpu'):.2f} s; bare: an update and a commit for each",
        ),
        Figure(
            name, "peers' load: end to end", whole, bare + bare_settling, mails / (12 * REDMINE), runs,
            f"{mails:,} mails, {rate:.0f}/s = {rate / REDMINE:.1f} × Redmine's {REDMINE}; peak {peak:.0f} MB "
            f"{'<' if peak < _MEMORY else 'NOT <'} {_MEMORY}",
        ),
    ]  # fmt: skip


def _make_ready(engine: Engine) -> None:
    start(engine)
    with writing(engine, keep=True) as connection:
        connection.execute(text("UPDATE notices SET state = 'told'"))
    rest(engine)


def _morning(engine: Engine, port: int) -> dict[str, Any]:
    """Go back to before the sweep, and run it."""
    with writing(engine, keep=True) as connection:
        for statement in _RESTORED:
            connection.exec_driver_sql(statement)
    rest(engine)
    return _worker(engine, port)


def _worker(engine: Engine, port: int) -> dict[str, Any]:
    url = engine.url.render_as_string(hide_password=False)
    called = [sys.executable, "-m", "benchmarks.worker", url, MONDAY.isoformat(), str(port)]
    done = subprocess.run(called, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _count(engine: Engine) -> int:
    """Return how many tasks speak on the morning, or did."""
    with engine.connect() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM tasks WHERE {_SPEAK}").scalar_one())


def _median(runs: Sequence[dict[str, Any]], name: str) -> float:
    return float(median(run[name] for run in runs))


def _bare_sweep(engine: Engine) -> float:
    """Return what the sweep's own rows take when they are known from the start: read once, written once, committed."""
    with engine.connect() as connection:
        kept = {
            table: [tuple(map(_plain, row)) for row in connection.exec_driver_sql(f"SELECT * FROM {table}")]
            for table in ("messages", "recipients")
        }
        queued = "SELECT message_id, id FROM notices WHERE message_id IS NOT NULL"
        told = [tuple(row) for row in connection.exec_driver_sql(queued)]
    with twins(engine, "notices", "messages", "recipients"):
        return seconds(lambda: _replay(engine, kept, told))


def _plain(value: object) -> object:
    """Return the value as the driver takes it: PostgreSQL's gives lists where it wants their JSON."""
    return json.dumps(value) if isinstance(value, list) else value


def _replay(engine: Engine, kept: dict[str, list[Any]], told: list[Any]) -> None:
    mark = "?" if engine.dialect.name == "sqlite" else "%s"
    with writing(engine, keep=True) as connection:
        cursor = connection.connection.cursor()
        cursor.execute(f"SELECT * FROM tasks JOIN duties ON duties.id = duty_id WHERE {_SPEAK}")
        cursor.fetchall()
        cursor.execute(f"INSERT INTO bare_notices SELECT * FROM notices WHERE on_day = '{MONDAY:%Y-%m-%d}'")
        cursor.execute(f"UPDATE tasks SET next_step_on = next_step_on WHERE {_SPEAK}")
        for table, rows in kept.items():
            cursor.executemany(f"INSERT INTO bare_{table} VALUES ({', '.join([mark] * len(rows[0]))})", rows)
        cursor.executemany(
            f"UPDATE bare_notices SET state = 'queued', message_id = {mark} WHERE id = {mark}", told
        )


def _bare_settling(engine: Engine) -> None:
    """Mark every mail as sent, with a commit for each."""
    raw = engine.raw_connection()
    cursor = raw.cursor()
    lite = engine.dialect.name == "sqlite"
    numbers = (cursor.execute("SELECT id FROM messages") or cursor).fetchall()
    raw.commit()
    for (number,) in numbers:
        if lite:
            cursor.execute("BEGIN IMMEDIATE")
        cursor.execute(f"UPDATE messages SET state = 'sent' WHERE id = {int(number)}")
        cursor.execute("COMMIT") if lite else raw.commit()
    raw.close()

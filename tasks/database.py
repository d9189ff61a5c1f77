"""Opening the database: SQLite by default, PostgreSQL through psycopg. The caller owns every transaction.

On SQLite a writing session begins with BEGIN IMMEDIATE, so that two writers wait for each other instead of failing
half-way, and foreign keys are on; WAL is set once, when the tables are made.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

BUSY_TIMEOUT = 30_000  # milliseconds a SQLite connection waits for another writer
CACHE = 16_000  # KiB of pages a SQLite connection may keep: its own 2 MB make a load of a million tasks wait for the disk

_POOL: dict[str, Any] = {
    "pool_size": 16,
    "max_overflow": 24,
}  # kept open, and more for a moment: a thread each
_STEADY = "dondoc_steady"


def open_engine(url: str) -> Engine:
    """Return an engine for `url`; the folder of a SQLite file is made when it is missing."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, **_POOL)
    in_memory = parsed.database in {None, "", ":memory:"}
    if not in_memory:
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
    options: dict[str, Any] = {"poolclass": StaticPool} if in_memory else _POOL
    engine = create_engine(parsed, connect_args={"check_same_thread": False}, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def is_there(url: str) -> bool:
    """Tell whether there can be anything at `url` to read: a SQLite file that nobody made yet is not made by looking."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in {None, "", ":memory:"}:
        return True
    return Path(str(parsed.database)).exists()


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Yield a session that only reads; whatever it changed is undone."""
    with Session(engine) as session:
        yield session


@contextmanager
def steady_reading(engine: Engine) -> Iterator[Session]:
    """Yield a session that sees one state of the database however many statements it reads, and cannot write (PostgreSQL).

    What it reads may be answered from what this process has counted before (`tasks.queries.tallies`).
    """
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with Session(connection, info={_STEADY: True}) as session:
            yield session


def is_steady(session: Session) -> bool:
    """Tell whether the session is one of `steady_reading`."""
    return bool(session.info.get(_STEADY, False))


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Yield a session in one write transaction: committed at the end, undone when an exception leaves it."""
    with (
        engine.connect().execution_options(dondoc_writes=True) as connection,
        Session(connection) as session,
        session.begin(),
    ):
        yield session


def insert_new(session: Session, table: Any) -> Any:
    """Return an INSERT that leaves rows alone whose unique key is there already; both databases know it."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late and never says IMMEDIATE
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT}")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute(f"PRAGMA cache_size = {-CACHE}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("dondoc_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

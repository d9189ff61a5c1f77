"""Fresh databases to measure on, and the bare SQL beside ours: the driver's statements on tables with the same indexes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, MetaData, Table
from sqlalchemy.sql.elements import quoted_name

from tasks.database import open_engine
from tasks.models import Base
from tests.postgres import running_postgres

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@contextmanager
def fresh(kind: str, folder: Path) -> Iterator[Engine]:
    """Yield an empty database, in `folder` or in a server of its own; gone at the end."""
    if kind == "postgresql":
        with running_postgres() as url:
            yield from _opened(url)
        return
    path = folder / "dondoc.sqlite3"
    yield from _opened(f"sqlite:///{path}")
    for file in folder.glob("dondoc.sqlite3*"):
        file.unlink()


def _opened(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def rest(engine: Engine) -> None:
    """Let the database do what it does by itself overnight: clear away old rows, count what there is."""
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        if engine.dialect.name == "postgresql":
            raw.autocommit = True
            raw.execute("VACUUM ANALYZE")
            raw.autocommit = False
        else:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def writing(engine: Engine, *, keep: bool) -> Iterator[Connection]:
    """Yield a connection in one write transaction, undone at the end unless it is to be kept."""
    with engine.connect().execution_options(dondoc_writes=True) as connection:
        transaction = connection.begin()
        yield connection
        if keep:
            transaction.commit()
        else:
            transaction.rollback()


def run(connection: Connection, statements: Sequence[str]) -> None:
    """Run statements as they stand, and fetch what they return."""
    for statement in statements:
        result = connection.exec_driver_sql(statement)
        if result.returns_rows:
            result.fetchall()


@contextmanager
def twins(engine: Engine, *tables: str) -> Iterator[None]:
    """Have beside each table an empty one, called bare_…, with the same columns, keys and indexes."""
    copies = MetaData()
    made: list[Table] = []
    for table in Base.metadata.sorted_tables:
        copy = table.to_metadata(copies, name=f"bare_{table.name}" if table.name in tables else None)
        if table.name in tables:
            made.append(copy)
            for constraint in copy.constraints:
                constraint.name = None
            for index in copy.indexes:
                index.name = quoted_name(f"bare_{index.name}", quote=None)
    for table in Base.metadata.sorted_tables:  # what the copies refer to
        if table.name not in copies.tables:
            table.to_metadata(copies)
    copies.create_all(engine, tables=made)
    try:
        yield
    finally:
        copies.drop_all(engine, tables=made)

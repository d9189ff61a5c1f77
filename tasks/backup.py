"""A copy of the whole database in one SQLite file, from either kind of database, made while others work on it."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, select, text

from migrations import HEAD
from tasks.database import open_engine
from tasks.errors import DomainError
from tasks.models import Base

_AT_ONCE = 2_000  # rows copied at once


class UnsoundCopyError(Exception):
    """The copy is not whole; the sentence says where."""


class OwnFileError(DomainError):
    """The file named for a copy is the database itself."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A sound copy: where, how large in bytes, how many rows."""

    path: Path
    size: int
    rows: int


def back_up(engine: Engine, path: Path) -> Copy:
    """Write the copy to `path`, whole or not at all, and check it. Raises OSError, UnsoundCopyError, OwnFileError."""
    refuse_own_file(engine, path)
    partial = path.with_name(f"{path.name}.partial")
    path.parent.mkdir(parents=True, exist_ok=True)
    partial.unlink(missing_ok=True)
    try:
        with _one_moment(engine) as source:
            _copy_rows(source, partial)
            expected = count_rows(source)
        rows = check_copy(partial, expected)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return Copy(path, path.stat().st_size, rows)


def check_copy(path: Path, expected: dict[str, int] | None = None) -> int:
    """Return how many rows a copy holds. Raises UnsoundCopyError when it is damaged or lacks rows of `expected`."""
    try:
        raw = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            [verdict] = raw.execute("PRAGMA integrity_check").fetchone()
            broken = raw.execute("PRAGMA foreign_key_check").fetchone()
        finally:
            raw.close()
    except sqlite3.DatabaseError as error:
        raise UnsoundCopyError(f"Bản sao {path.name} không đọc được: {error}.") from None
    if verdict != "ok" or broken:
        raise UnsoundCopyError(f"Bản sao {path.name} bị hỏng: {verdict if verdict != 'ok' else broken[0]}.")
    copy = open_engine(f"sqlite:///{path}")
    try:
        with copy.connect() as connection:
            counts = count_rows(connection)
    finally:
        copy.dispose()
    for table, number in (expected or {}).items():
        if counts[table] != number:
            raise UnsoundCopyError(
                f"Bản sao {path.name} thiếu dòng: bảng {table} có {counts[table]}/{number}."
            )
    return sum(counts.values())


def refuse_own_file(engine: Engine, path: Path) -> None:
    """Raise OwnFileError where `path` is the database in use, which a copy must neither replace nor come from."""
    own = engine.url.database if engine.dialect.name == "sqlite" else None
    if own and path.exists() and Path(own).exists() and path.samefile(own):
        raise OwnFileError(f"Tệp {path.name} là cơ sở dữ liệu đang dùng; hãy nêu một tệp khác.")


def _one_moment(engine: Engine) -> Connection:
    """Return a connection that sees one moment of the database, whatever others write meanwhile."""
    connection = engine.connect()
    if engine.dialect.name == "postgresql":
        return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return connection  # in SQLite's WAL a reading transaction does


def _copy_rows(source: Connection, path: Path) -> None:
    copy = open_engine(f"sqlite:///{path}")
    try:
        Base.metadata.create_all(copy)
        with copy.connect().execution_options(dondoc_writes=True) as target, target.begin():
            target.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            for table in Base.metadata.sorted_tables:
                copy_table(source, target, table)
            target.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
            target.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})
    finally:
        copy.dispose()


def copy_table(source: Connection, target: Connection, table: Any) -> None:
    """Insert every row of one table of `source` into the same table of `target`."""
    streamed = source.execution_options(yield_per=_AT_ONCE).execute(select(table))
    for rows in streamed.mappings().partitions():
        target.execute(table.insert(), [dict(row) for row in rows])


def count_rows(connection: Connection) -> dict[str, int]:
    """Return how many rows each of our tables has."""
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in Base.metadata.sorted_tables
    }

"""A copy of the whole database in one SQLite file, from either kind of database, made while others work on it."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, select, text

from migrations import HEAD
from tasks.database import open_engine
from tasks.models import Base

_AT_ONCE = 2_000  # rows copied at once


class UnsoundCopyError(Exception):
    """The copy is not whole; the sentence says where."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A sound copy: where, how large in bytes, how many rows."""

    path: Path
    size: int
    rows: int


def back_up(engine: Engine, path: Path) -> Copy:
    """Write the copy to `path`, whole or not at all, and check it. Raises OSError and UnsoundCopyError."""
    partial = path.with_suffix(".partial")
    path.parent.mkdir(parents=True, exist_ok=True)
    partial.unlink(missing_ok=True)
    try:
        with _one_moment(engine) as source:
            _copy_rows(source, partial)
            expected = _counts(source)
        rows = check_copy(partial, expected)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return Copy(path, path.stat().st_size, rows)


def check_copy(path: Path, expected: dict[str, int] | None = None) -> int:
    """Return how many rows a copy holds. Raises UnsoundCopyError when it is damaged or lacks rows of `expected`."""
    try:
        raw = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
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
            counts = _counts(connection)
    finally:
        copy.dispose()
    for table, number in (expected or {}).items():
        if counts[table] != number:
            raise UnsoundCopyError(
                f"Bản sao {path.name} thiếu dòng: bảng {table} có {counts[table]}/{number}."
            )
    return sum(counts.values())


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
                _copy_table(source, target, table)
            target.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
            target.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})
    finally:
        copy.dispose()


def _copy_table(source: Connection, target: Connection, table: Any) -> None:
    streamed = source.execution_options(yield_per=_AT_ONCE).execute(select(table))
    for rows in streamed.mappings().partitions():
        target.execute(table.insert(), [dict(row) for row in rows])


def _counts(connection: Connection) -> dict[str, int]:
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in Base.metadata.sorted_tables
    }

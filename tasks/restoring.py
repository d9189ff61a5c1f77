"""A copy put back into a database of either kind, in one transaction: all of it, or nothing has happened.

A copy of an older release is brought to today's tables on the side; the file itself is only read.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    ForeignKeyConstraint,
    Table,
    create_engine,
    func,
    select,
    text,
)
from sqlalchemy.exc import DatabaseError

from catalog.errors import Fault, FaultyDataError
from migrations import HEAD
from migrations.running import NewerDatabaseError, current_revision, upgrade
from tasks.backup import UnsoundCopyError, check_copy, copy_table, count_rows, refuse_own_file
from tasks.database import open_engine
from tasks.errors import DomainError
from tasks.models import Base

_SQLITE_HEAD = b"SQLite format 3\x00"
_REVISION = "alembic_version"
_OURS = {"agencies", "decisions", "duties", "tasks", _REVISION}  # tables that every release has had


class OccupiedDatabaseError(DomainError):
    """The database holds rows that putting a copy back would destroy."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, and how many rows had to go for it."""

    rows: int
    replaced: int


def restore(
    engine: Engine, path: Path, *, replace: bool = False, progress: Callable[[int, int], None] | None = None
) -> Restored:
    """Put the copy at `path` into the database, whose tables are at HEAD.

    Raises FaultyDataError where the file is no sound copy or newer code made it, OccupiedDatabaseError where the
    database has rows and `replace` does not say to give them up; nothing is changed then.
    """
    refuse_own_file(engine, path)
    with _sound_copy(path) as copy, copy.connect() as source, _writing(engine) as target:
        before = sum(count_rows(target).values())
        if before and not replace:
            raise OccupiedDatabaseError(
                f"Cơ sở dữ liệu đang có {before} dòng; chưa phục hồi gì. Hãy phục hồi vào cơ sở dữ liệu trống, hoặc "
                "sao lưu trước rồi chạy lại với --replace để thay toàn bộ."
            )
        if before:
            _empty(target)
        expected = count_rows(source)
        _fill(source, target, expected, progress or (lambda done, total: None))
        _require_equal(path, expected, count_rows(target))
    return Restored(sum(expected.values()), before)


@contextmanager
def _writing(engine: Engine) -> Iterator[Connection]:
    """Yield a connection in one write transaction that nobody else can write beside."""
    with engine.connect().execution_options(dondoc_writes=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            names = ", ".join(table.name for table in Base.metadata.sorted_tables)
            connection.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
        yield connection


@contextmanager
def _sound_copy(path: Path) -> Iterator[Engine]:
    """Yield the checked copy, at today's tables: the file itself, or an upgraded twin of an older one."""
    try:
        with path.open("rb") as file:
            if file.read(len(_SQLITE_HEAD)) != _SQLITE_HEAD:
                raise _fault(path, "không phải bản sao của dondoc.")
    except FileNotFoundError:
        raise _fault(path, "không có tệp này.") from None
    with tempfile.TemporaryDirectory(prefix="dondoc-") as folder:
        engine, checked = _read_only(path), path
        try:
            if _revision_of(engine, path) != HEAD:
                engine.dispose()
                checked = Path(folder, path.name)
                engine = _upgraded(path, checked)
            _require_sound(path, checked)
            yield engine
        finally:
            engine.dispose()


def _read_only(path: Path) -> Engine:
    address = f"{path.absolute().as_uri()}?mode=ro"
    return create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True))


def _revision_of(engine: Engine, path: Path) -> str | None:
    try:
        with engine.connect() as connection:
            found = set(
                connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars()
            )
        if not found >= _OURS:
            raise _fault(path, "là cơ sở dữ liệu SQLite khác, không phải bản sao của dondoc.")
        return current_revision(engine)
    except DatabaseError as error:
        raise _fault(path, f"không đọc được ({error.orig}).") from None


def _upgraded(path: Path, twin: Path) -> Engine:
    shutil.copyfile(path, twin)
    engine = open_engine(f"sqlite:///{twin}")
    try:
        upgrade(engine)
    except NewerDatabaseError as error:
        engine.dispose()
        raise _fault(
            path,
            f"ở phiên bản bảng {error}, mới hơn phần mềm trên máy này ({HEAD}).",
            "Hãy nâng cấp dondoc trên máy này rồi phục hồi.",
        ) from None
    except DatabaseError as error:
        engine.dispose()
        raise _fault(path, f"ở phiên bản cũ và không nâng cấp được ({error.orig}).") from None
    return engine


def _require_sound(path: Path, checked: Path) -> None:
    try:
        check_copy(checked)
    except (UnsoundCopyError, DatabaseError) as error:
        raise FaultyDataError([Fault(f"{error}", file=path.name, remedy=_ANOTHER)]) from None


_ANOTHER = "Hãy dùng một bản sao khác do dondoc backup hoặc lượt sao lưu hằng đêm ghi ra."


def _fault(path: Path, message: str, remedy: str = _ANOTHER) -> FaultyDataError:
    return FaultyDataError([Fault(message, file=path.name, remedy=remedy)])


def _empty(target: Connection) -> None:
    if target.dialect.name == "postgresql":
        names = ", ".join(table.name for table in Base.metadata.sorted_tables)
        target.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
        return
    _defer_in_sqlite(target)
    for table in reversed(Base.metadata.sorted_tables):
        target.execute(table.delete())


def _fill(
    source: Connection, target: Connection, expected: dict[str, int], progress: Callable[[int, int], None]
) -> None:
    total, done = sum(expected.values()), 0
    postgres = target.dialect.name == "postgresql"
    if postgres:
        _defer(target, deferred=True)
    else:
        _defer_in_sqlite(target)
    for table in Base.metadata.sorted_tables:
        copy_table(source, target, table)
        done += expected[table.name]
        progress(done, total)
    if not postgres:
        return
    target.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    _defer(target, deferred=False)
    for table in Base.metadata.sorted_tables:
        _continue_numbering(target, table)


def _backward_keys() -> Iterator[ForeignKeyConstraint]:
    """Yield the keys that can point at a row not yet there: of a table to itself, or to one filled later."""
    place = {table.name: index for index, table in enumerate(Base.metadata.sorted_tables)}
    for table in Base.metadata.sorted_tables:
        for key in sorted(table.foreign_key_constraints, key=lambda key: str(key.name)):
            if place[key.referred_table.name] >= place[table.name]:
                yield key


def _defer_in_sqlite(target: Connection) -> None:
    target.exec_driver_sql("PRAGMA defer_foreign_keys = ON")  # until the commit


def _defer(target: Connection, *, deferred: bool) -> None:
    """Let PostgreSQL check the backward keys at the end, or at once again; a failure undoes this too."""
    when = "DEFERRABLE INITIALLY DEFERRED" if deferred else "NOT DEFERRABLE"
    quote = target.dialect.identifier_preparer
    for key in _backward_keys():
        name = quote.format_constraint(key)
        target.execute(text(f"ALTER TABLE {quote.format_table(key.table)} ALTER CONSTRAINT {name} {when}"))


def _continue_numbering(target: Connection, table: Table) -> None:
    """Let the next row of a numbered table get the next number; undone with the transaction, unlike setval."""
    column: Column[int] | None = table.autoincrement_column
    if column is None:
        return
    find = text("SELECT pg_get_serial_sequence(:table, :column)")
    sequence = target.execute(find, {"table": table.name, "column": column.name}).scalar()
    last = target.execute(select(func.max(column))).scalar()
    if sequence and last:
        target.execute(text(f"ALTER SEQUENCE {sequence} RESTART WITH {int(last) + 1}"))


def _require_equal(path: Path, expected: dict[str, int], there: dict[str, int]) -> None:
    """Raise before the commit where a table did not get all its rows."""
    lacking = [f"{name} {there[name]}/{number}" for name, number in expected.items() if there[name] != number]
    if lacking:
        raise _fault(path, f"chưa chuyển được đủ dòng của bảng {', '.join(lacking)}.")

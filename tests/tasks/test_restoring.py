"""A copy put back gives every row of every table, on either kind of database; what cannot be put back changes nothing."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Enum, Integer, MetaData, Table, func, select

from catalog.errors import FaultyDataError
from migrations.running import upgrade
from tasks.backup import OwnFileError, back_up
from tasks.database import open_engine, reading, writing
from tasks.models import Agency, Base, Duty, Task
from tasks.models.base import Instant
from tasks.restoring import OccupiedDatabaseError, restore
from tests.tasks.cast import build


@pytest.fixture
def worked_on(engine: Engine) -> Engine:
    """A database with rows in every table, an heir among them that comes after the agency that points at it."""
    with writing(engine) as session:
        world = build(session)
        world.duty("1.1", "2025-08-14")
        world.round("lan-1", "2025-08-06", "2025-09-04")
        late = Agency(directory="d", code="z", name="Sở Gộp", kind="so", sort_key="z", search_key="z")
        session.add(late)
        session.flush()
        world.agencies["alice"].heir_id = late.id
    with engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            if connection.execute(select(func.count()).select_from(table)).scalar() == 0:
                connection.execute(table.insert().values(**row_for(connection, table)))
    return engine


def row_for(connection: Connection, table: Table) -> dict[str, Any]:
    """Make a row that fits: a key points at a row there is, the rest is what each kind of column finds hardest to keep."""
    row = {}
    for column in table.columns:
        if column.foreign_keys:
            [key] = column.foreign_keys
            row[column.name] = connection.execute(select(key.column)).scalars().first()
        elif not (column.primary_key and isinstance(column.type, Integer)):
            row[column.name] = hard_value(column.type)
    return row


def hard_value(kind: Any) -> Any:
    if isinstance(kind, Enum):
        return next(iter(kind.python_type))
    return HARD[datetime if isinstance(kind, Instant) else kind.python_type]


HARD: dict[type, Any] = {
    str: "Đặng “quoted”",
    bytes: bytes(range(256)),
    datetime: datetime(2025, 9, 4, 23, 59, 59, 999999, tzinfo=UTC),
    date: date(2024, 2, 29),
    dict: {"khóa": [1, None, "Ủy ban"], "số": 0.1},
    bool: True,
    int: 2**31 - 1,
    float: 0.1,
    Decimal: Decimal("-1187304.25"),
}


@pytest.fixture
def copy(worked_on: Engine, tmp_path: Path) -> Path:
    return back_up(worked_on, tmp_path / "ban-sao.sqlite3").path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without a row, of either kind, whatever kind the copy was taken from."""
    url = f"sqlite:///{tmp_path / 'moi' / 'dondoc.sqlite3'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("empty_postgres_url")
    opened = open_engine(url)
    upgrade(opened)
    yield opened
    opened.dispose()


def contents(engine: Engine) -> dict[str, list[Any]]:
    with engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }


def test_every_table_is_equal_after_the_way_there_and_back(worked_on, copy, empty):
    before = contents(worked_on)
    told = restore(empty, copy)
    assert contents(empty) == before
    assert all(before.values())
    assert told.rows == sum(map(len, before.values()))
    assert told.replaced == 0


def test_work_goes_on_with_the_next_number(copy, empty):
    restore(empty, copy)
    with writing(empty) as session:
        last = max(session.scalars(select(Agency.id)))
        new = Agency(directory="d", code="moi", name="Sở Mới", kind="so", sort_key="m", search_key="m")
        session.add(new)
        session.flush()
        assert new.id == last + 1


def test_keys_are_as_strict_afterwards_as_before(copy, empty):
    restore(empty, copy)
    with empty.connect() as connection, connection.begin() as undone:
        with pytest.raises(Exception, match=r"(?i)foreign key"):
            connection.execute(Agency.__table__.update().values(heir_id=9999))
        undone.rollback()


def test_an_occupied_database_is_left_alone_unless_told_to_give_up_its_rows(worked_on, copy):
    before = contents(worked_on)
    with writing(worked_on) as session:
        session.add(Agency(directory="d", code="moi", name="Sở Mới", kind="so", sort_key="m", search_key="m"))
    with pytest.raises(OccupiedDatabaseError, match="--replace"):
        restore(worked_on, copy)
    with reading(worked_on) as session:
        assert session.scalars(select(Agency).where(Agency.code == "moi")).one()
    told = restore(worked_on, copy, replace=True)
    assert contents(worked_on) == before
    assert told.replaced == told.rows + 1


def test_a_failure_half_way_leaves_what_was_there(worked_on, copy, monkeypatch):
    before = contents(worked_on)

    def fail_late(done: int, total: int) -> None:
        if done == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore(worked_on, copy, replace=True, progress=fail_late)
    assert contents(worked_on) == before
    with writing(worked_on) as session:  # and its numbers go on
        session.add(Agency(directory="d", code="sau", name="Sở Sau", kind="so", sort_key="s", search_key="s"))


@pytest.fixture
def bare(tmp_path: Path) -> Engine:
    opened = open_engine(f"sqlite:///{tmp_path / 'moi.sqlite3'}")
    upgrade(opened)
    return opened


def spoil(path: Path, statement: str) -> None:
    raw = sqlite3.connect(path)
    raw.execute(statement)
    raw.commit()
    raw.close()


def refused(engine: Engine, path: Path) -> str:
    """Return the one sentence of the refusal; nothing was written."""
    with pytest.raises(FaultyDataError) as caught:
        restore(engine, path)
    assert not any(contents(engine).values())
    [fault] = caught.value.faults
    return str(fault)


def test_a_file_that_is_no_copy_is_refused(bare, tmp_path):
    path = tmp_path / "thu.docx"
    path.write_bytes(b"PK\x03\x04 something else")
    assert refused(bare, path).startswith("thu.docx: không phải bản sao của dondoc.")
    assert "không có tệp này" in refused(bare, tmp_path / "khong-co.sqlite3")
    assert not (tmp_path / "khong-co.sqlite3").exists()


def test_another_programs_database_is_refused(bare, tmp_path):
    path = tmp_path / "khac.sqlite3"
    spoil(path, "CREATE TABLE songs (title TEXT)")
    assert "cơ sở dữ liệu SQLite khác" in refused(bare, path)


def test_a_copy_of_newer_code_is_refused_with_both_revisions(bare, copy):
    spoil(copy, "UPDATE alembic_version SET version_num = '9999'")
    assert "phiên bản bảng 9999, mới hơn" in refused(bare, copy)


def test_a_damaged_copy_is_refused(bare, copy):
    content = bytearray(copy.read_bytes())
    content[8000:60000] = b"\xff" * 52000
    copy.write_bytes(content)
    assert "ban-sao.sqlite3" in refused(bare, copy)


def test_a_truncated_copy_is_refused(bare, copy):
    copy.write_bytes(copy.read_bytes()[:20_000])
    assert "ban-sao.sqlite3" in refused(bare, copy)


def test_a_copy_whose_rows_point_at_nothing_is_refused(bare, copy):
    spoil(copy, "DELETE FROM duties")
    assert "bị hỏng" in refused(bare, copy)


def write_as_then(today: Engine, old: Engine) -> None:
    """Write what stands in today's tables into those of the first release, which had fewer columns."""
    then = MetaData()
    then.reflect(old)
    with today.connect() as rows, old.begin() as copy:
        for table in Base.metadata.sorted_tables:
            if table.name in then.tables:
                columns = [table.c[column.name] for column in then.tables[table.name].columns]
                for row in rows.execute(select(*columns)).mappings():
                    copy.execute(table.insert().values({name.name: row[name.name] for name in columns}))
    for engine in (today, old):
        engine.dispose()


def test_an_older_copy_is_brought_up_to_date_without_being_touched(worked_on, tmp_path):
    from alembic import command

    from migrations.running import alembic_config

    today = open_engine(f"sqlite:///{tmp_path / 'nay.sqlite3'}")
    upgrade(today)
    with writing(today) as session:
        build(session).duty("1.1", "2025-08-14")
    old = open_engine(f"sqlite:///{tmp_path / 'cu.sqlite3'}")
    with old.connect().execution_options(dondoc_writes=True) as connection, connection.begin():
        command.upgrade(alembic_config(connection), "0001")
    write_as_then(today, old)
    path = tmp_path / "cu.sqlite3"
    content = path.read_bytes()
    restore(worked_on, path, replace=True)
    with reading(worked_on) as session:
        assert session.scalars(select(Duty.code)).all() == ["1.1"]
        assert len(session.scalars(select(Task.id)).all()) == 3
    assert path.read_bytes() == content


def test_the_database_in_use_is_neither_overwritten_by_a_copy_nor_read_as_one(bare, tmp_path):
    own = tmp_path / "moi.sqlite3"
    with pytest.raises(OwnFileError, match="đang dùng"):
        back_up(bare, own)
    with pytest.raises(OwnFileError, match="đang dùng"):
        restore(bare, own, replace=True)

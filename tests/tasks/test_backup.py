"""The copy of a database holds every row, is taken from either kind, and a damaged one is told."""

import pytest
from sqlalchemy import func, select

from tasks.backup import UnsoundCopyError, back_up, check_copy
from tasks.database import open_engine, reading, writing
from tasks.models import Agency, Task
from tests.tasks.cast import build


@pytest.fixture
def worked_on(engine):
    with writing(engine) as session:
        build(session).duty("1.1", "2025-08-14")
    return engine


def test_the_copy_opens_as_a_database_of_its_own_with_every_row(worked_on, tmp_path):
    copy = back_up(worked_on, tmp_path / "dem" / "ban-sao.sqlite3")
    assert copy.size == copy.path.stat().st_size
    opened = open_engine(f"sqlite:///{copy.path}")
    with reading(opened) as session:
        assert session.scalar(select(func.count()).select_from(Task)) == 3
        assert "Sở Anh Đào" in session.scalars(select(Agency.name)).all()
    assert check_copy(copy.path) == copy.rows


def test_a_second_copy_replaces_the_first_and_leaves_no_half_file(worked_on, tmp_path):
    path = tmp_path / "ban-sao.sqlite3"
    first = back_up(worked_on, path).rows
    with writing(worked_on) as session:
        session.add(Agency(directory="d", code="moi", name="Sở Mới", kind="so", sort_key="m", search_key="m"))
    assert back_up(worked_on, path).rows == first + 1
    assert not list(tmp_path.glob("*.partial*"))


def test_a_damaged_copy_is_told(worked_on, tmp_path):
    path = back_up(worked_on, tmp_path / "ban-sao.sqlite3").path
    content = bytearray(path.read_bytes())
    content[5000:9000] = b"\xff" * 4000
    path.write_bytes(content)
    with pytest.raises(UnsoundCopyError, match=r"ban-sao\.sqlite3"):
        check_copy(path)


def test_a_copy_without_a_row_is_told(worked_on, tmp_path):
    path = back_up(worked_on, tmp_path / "ban-sao.sqlite3").path
    with pytest.raises(UnsoundCopyError, match="bảng tasks có 3/4"):
        check_copy(path, {"tasks": 4})

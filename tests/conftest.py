"""What tests of several packages share: an empty database with every table, on SQLite and on PostgreSQL.

A test that takes `engine` (or `database_url`) runs twice, once on each.
"""

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url

from tasks.database import open_engine
from tasks.models import Base
from tests.postgres import administer, running_postgres

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of the maintenance database of this worker's own server."""
    with running_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_empty(postgres_server: str) -> str:
    """A database with every table and no row."""
    administer(postgres_server, "CREATE DATABASE dondoc_template")
    _make_tables(
        make_url(postgres_server).set(database="dondoc_template").render_as_string(hide_password=False)
    )
    return "dondoc_template"


@pytest.fixture(scope="session")
def postgres_template(postgres_empty: str) -> str:
    """The database that is copied for each test; a folder's conftest may put something in it first."""
    return postgres_empty


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with every table and no row, copied for each test."""
    path = tmp_path_factory.mktemp("template") / "dondoc.sqlite3"
    _make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """A fresh PostgreSQL database without tables, for tests of migrations and of restoring."""
    yield from _postgres_database(postgres_server, "template1")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database with every table and no row."""
    if request.param == "sqlite":
        path = tmp_path / "dondoc.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
    else:
        server = request.getfixturevalue("postgres_server")
        yield from _postgres_database(server, request.getfixturevalue("postgres_template"))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine as the program opens it, on a fresh database with every table and no row."""
    opened = open_engine(database_url)
    yield opened
    opened.dispose()


def _postgres_database(server: str, template: str) -> Iterator[str]:
    name = f"dondoc_{next(_numbers)}"
    administer(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def _make_tables(url: str) -> None:
    engine = open_engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()

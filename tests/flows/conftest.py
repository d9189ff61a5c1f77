"""What the tests of the flows share: one Prefect server for the session, and an office of its own for each test."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from dondoc.settings import Settings, prepare_prefect
from migrations import HEAD
from tasks.database import open_engine
from tests.late_office import make_late

# Prefect reads its settings when it is first imported, which the test modules do.
prepare_prefect(Settings(home=Path(tempfile.mkdtemp(prefix="dondoc-flows-"))))


@pytest.fixture(scope="session")
def prefect_api() -> Iterator[str]:
    """A Prefect server that this session's flow runs report to."""
    from prefect.settings import PREFECT_API_URL  # deferred: only tests that run flows wait for Prefect
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=90):
        yield str(PREFECT_API_URL.value())


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation's folder, with nothing said about mail servers."""
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path))
    for name in ("SMTP_HOST", "DATABASE_URL", "MAIL_FROM", "BASE_URL"):
        monkeypatch.delenv(f"DONDOC_{name}", raising=False)
    return tmp_path


@pytest.fixture
def office(home: Path, sqlite_template: Path) -> Iterator[Engine]:
    """The office's database as flows find it by the settings. The many-machines test has one on PostgreSQL."""
    path = home / "dondoc.sqlite3"
    shutil.copyfile(sqlite_template, path)
    engine = open_engine(f"sqlite:///{path}")
    with engine.connect().execution_options(dondoc_writes=True) as connection, connection.begin():
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{HEAD}')")
    yield engine
    engine.dispose()


@pytest.fixture
def late_duty(office: Engine) -> Engine:
    """The office of `tests.late_office`."""
    make_late(office)
    return office

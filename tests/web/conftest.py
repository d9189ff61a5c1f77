"""A portal on the small world of tests.tasks.cast: Alice's agency is on time, Bob's late, Charlie's silent."""

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import sync_playwright
from pydantic import SecretStr
from sqlalchemy import Engine, make_url

from dondoc.clock import running_from
from dondoc.settings import Settings
from tasks.accounts.accounts import set_password
from tasks.database import open_engine, writing
from tests.postgres import administer
from tests.web.browsing import PASSWORD, Site
from tests.web.chromium import MISSING, executable
from tests.web.people import BASE, MORNING, Browser, add_people
from tests.web.stage import Stage, build_stage
from web.app import create_app


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, base_url=BASE, secret_key=SecretStr("khóa thử " * 5))


@pytest.fixture(scope="session")
def staged(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Stage]:
    """A database file with the whole stage and everybody's account, copied for each test."""
    path = tmp_path_factory.mktemp("stage") / "dondoc.sqlite3"
    shutil.copyfile(sqlite_template, path)
    engine = open_engine(f"sqlite:///{path}")
    found = build_stage(engine)
    add_people(engine)
    engine.dispose()
    return path, found


@pytest.fixture(scope="session")
def staged_postgres(postgres_server: str, postgres_empty: str) -> tuple[str, Stage]:
    """The name of a database with the whole stage and everybody's account, copied for each test."""
    name = "dondoc_stage"
    administer(postgres_server, f"CREATE DATABASE {name} TEMPLATE {postgres_empty}")
    engine = open_engine(make_url(postgres_server).set(database=name).render_as_string(hide_password=False))
    found = build_stage(engine)
    add_people(engine)
    engine.dispose()
    return name, found


@pytest.fixture(scope="session")
def postgres_template(staged_postgres: tuple[str, Stage]) -> str:
    """In place of the empty one: building the stage anew takes longer than most tests."""
    return staged_postgres[0]


@pytest.fixture
def engine(database_url: str, staged: tuple[Path, Stage]) -> Iterator[Engine]:
    """An engine as the program opens it, with the stage in its database."""
    file = make_url(database_url).database
    if database_url.startswith("sqlite"):
        shutil.copyfile(staged[0], str(file))
    opened = open_engine(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def stage(engine: Engine, staged: tuple[Path, Stage], request: pytest.FixtureRequest) -> Stage:
    """Duties, rounds, mails; what everybody did until the morning of 8 September 2025."""
    if engine.dialect.name == "sqlite":
        return staged[1]
    of_postgres: tuple[str, Stage] = request.getfixturevalue("staged_postgres")
    return of_postgres[1]


@pytest.fixture
def demo(engine: Engine, stage: Stage, settings: Settings) -> TestClient:
    """A guest of the read-only demonstration."""
    app = create_app(settings, engine, running_from(MORNING), demo=True)
    return TestClient(app, base_url=BASE, raise_server_exceptions=False)


@pytest.fixture
def app(engine: Engine, stage: Stage, settings: Settings) -> FastAPI:
    """The portal with an account for everybody of the cast."""
    return create_app(settings, engine, running_from(MORNING))


@pytest.fixture
def browser(app: FastAPI, engine: Engine) -> Callable[..., Browser]:
    """Opens somebody's browser."""
    return lambda login="nobody": Browser(app, engine, login)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    with sync_playwright() as playwright:
        path = executable(playwright)
        if path is None:
            pytest.fail(MISSING)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def site(staged: tuple[Path, Stage], tmp_path: Path) -> Iterator[Site]:
    """The portal behind a real server, on a database of its own."""
    file = tmp_path / "dondoc.sqlite3"
    shutil.copyfile(staged[0], file)
    engine = open_engine(f"sqlite:///{file}")
    with writing(engine) as session:
        set_password(session, "admin", PASSWORD, "admin", MORNING)
    listening = socket.create_server(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    settings = Settings(home=tmp_path, base_url=base, secret_key=SecretStr("khóa thử " * 5))
    app = create_app(settings, engine, running_from(MORNING))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield Site(engine, staged[1], base)
    server.should_exit = True
    thread.join(10)
    engine.dispose()

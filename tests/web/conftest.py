"""A portal on the small world of tests.tasks.cast: Alice's agency is on time, Bob's late, Charlie's silent."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import Engine

from dondoc.clock import running_from
from dondoc.settings import Settings
from tests.web.people import BASE, MORNING, Browser, add_people
from tests.web.stage import Stage, build_stage
from web.app import create_app


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, base_url=BASE, secret_key=SecretStr("khóa thử " * 5))


@pytest.fixture
def stage(engine: Engine) -> Stage:
    """Duties, rounds, mails; what everybody did until the morning of 8 September 2025."""
    return build_stage(engine)


@pytest.fixture
def demo(engine: Engine, stage: Stage, settings: Settings) -> TestClient:
    """A guest of the read-only demonstration."""
    app = create_app(settings, engine, running_from(MORNING), demo=True)
    return TestClient(app, base_url=BASE, raise_server_exceptions=False)


@pytest.fixture
def app(engine: Engine, stage: Stage, settings: Settings) -> FastAPI:
    """The portal with an account for everybody of the cast."""
    add_people(engine)
    return create_app(settings, engine, running_from(MORNING))


@pytest.fixture
def browser(app: FastAPI, engine: Engine) -> Callable[..., Browser]:
    """Opens somebody's browser."""
    return lambda login="nobody": Browser(app, engine, login)

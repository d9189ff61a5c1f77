"""A portal on the small world of tests.tasks.cast: Alice's agency is on time, Bob's late, Charlie's silent."""


import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import Engine

from dondoc.clock import running_from
from dondoc.settings import Settings
from tests.tasks.cast import at
from tests.web.stage import Stage, build_stage
from web.app import create_app

MORNING = at("2025-09-08", 9)
BASE = "http://127.0.0.1:8000"


@pytest.fixture
def settings(tmp_path) -> Settings:
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

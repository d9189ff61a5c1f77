from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tasks.database import writing
from tests.tasks.cast import World, build


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """One write transaction on each database in turn."""
    with writing(engine) as opened:
        yield opened


@pytest.fixture
def world(session: Session) -> World:
    return build(session)

"""Other systems of the stage of tests.web."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, select

from tasks.database import writing
from tasks.models import Agency, Duty, Supporter
from tests.web.api.systems import System, make_key
from tests.web.stage import Stage


@pytest.fixture
def system(app: FastAPI, engine: Engine) -> Callable[..., System]:
    """Makes a key for an agency and opens the system that has it."""
    return lambda agency, *scopes, **more: System(
        app, make_key(engine, agency, scopes, **more) if scopes else make_key(engine, agency, **more)
    )


@pytest.fixture
def supported(engine: Engine, stage: Stage) -> int:
    """The agency "seal" supports duty 1.1 by name; the id of Bob's task of it."""
    with writing(engine) as session:
        duty = session.scalars(select(Duty).where(Duty.code == "1.1")).one()
        agency = session.scalars(select(Agency).where(Agency.code == "seal")).one()
        session.add(Supporter(duty_id=duty.id, agency_id=agency.id, role="support"))
    return stage.tasks["1.1"]["bob"]

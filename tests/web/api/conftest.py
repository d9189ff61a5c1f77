"""Other systems of the stage of tests.web."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, select

from tasks.database import writing
from tasks.models import Agency, Duty, Round, Supporter
from tasks.reporting.content import Content, File
from tasks.reporting.files import attach
from tasks.reporting.reports import Deed, find_standing, save_draft, submit
from tests.tasks.cast import CHARLIE
from tests.web.api.systems import System, make_key
from tests.web.people import MORNING
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


@pytest.fixture
def sent(engine: Engine, stage: Stage) -> str:
    """Charlie has submitted his report with a file; the file's SHA-256."""
    with writing(engine) as session:
        round_ = session.get_one(Round, stage.round)
        standing, deed = find_standing(session, round_, "charlie"), Deed(CHARLIE, MORNING)
        save_draft(session, standing, Content(narrative={"strengths": "Tốt"}), deed)
        session.refresh(standing)
        digest = attach(session, standing, File("phụ lục.pdf", "application/pdf", b"%PDF-1.7"), deed).sha256
        submit(session, standing, deed)
    return digest

"""schemathesis asks every operation what its description allows, and more: no check may fail."""

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig

from tests.web.api.systems import make_key
from tests.web.api.table import TABLE
from tests.web.people import ON_SQLITE

pytestmark = ON_SQLITE

CONFIG = {
    "seed": 20251121,
    "generation": {"max-examples": 4, "no-shrink": True, "deterministic": True, "database": "none"},
    "checks": {
        # what the schema allows may still be against the rules of the work: 422, and 412 for a tag of another version
        "positive_data_acceptance": {
            "expected-statuses": ["2xx", "304", "401", "403", "404", "409", "412", "422"]
        },
        "missing_required_header": {"expected-statuses": ["401", "428"]},
    },
}
THERE = {
    "path.number": 2,
    "path.decision": "quyet-dinh",
    "path.duty": "1.1",
    "path.round_": "lan-1",
    "path.agency": "bob",
}


@pytest.fixture
def anywhere(app, engine, stage):
    return schemathesis.openapi.from_asgi(
        "/api/v1/openapi.json",
        app,
        config=SchemathesisConfig.from_dict({**CONFIG, "phases": {"coverage": {"enabled": False}}}),
    )


@pytest.fixture
def on_what_there_is(app, engine, stage):
    bounded = {"coverage": {"unexpected-methods": ["DELETE"]}}
    config = SchemathesisConfig.from_dict({**CONFIG, "parameters": THERE, "phases": bounded})
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, config=config)


wherever = schemathesis.pytest.from_fixture("anywhere")
there = schemathesis.pytest.from_fixture("on_what_there_is")


@pytest.fixture
def keys(app, engine) -> dict[str, str]:
    return {who: f"Bearer {make_key(engine, who)}" for who in ("bob", "home")}


def ask(case, keys: dict[str, str]) -> None:
    """Ask with a key that the operation admits."""
    name = case.operation.definition.raw["operationId"]
    who = "bob" if "bob" in TABLE[name].admits else "home"
    case.call_and_validate(headers={"Authorization": keys[who]})


@wherever.parametrize()
def test_any_request_is_answered_as_described(case, keys):
    ask(case, keys)


@there.parametrize()
def test_requests_about_what_there_is_are_answered_as_described(case, keys):
    ask(case, keys)

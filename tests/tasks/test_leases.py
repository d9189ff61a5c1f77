"""One process alone holds a lease; it is held longer by its holder, taken over when it ends, given back at once."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from tasks.database import reading, writing
from tasks.leases import holder_of, release, take
from tests.tasks.cast import at

NOW = at("2025-08-15")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def lease(engine: Engine):
    def attempt(holder: str, now=NOW) -> bool:
        with writing(engine) as session:
            return take(session, "clock", holder, now, MINUTE)

    return attempt


def holder(engine: Engine, now=NOW) -> str | None:
    with reading(engine) as session:
        found = holder_of(session, "clock", now)
        return found.holder if found else None


def test_the_first_takes_it_and_the_second_does_not(engine, lease):
    assert lease("alice")
    assert not lease("bob")
    assert holder(engine) == "alice"


def test_its_holder_holds_it_longer(engine, lease):
    lease("alice")
    assert lease("alice", NOW + MINUTE / 2)
    assert not lease("bob", NOW + MINUTE)
    assert holder(engine, NOW + MINUTE) == "alice"


def test_another_takes_over_once_it_has_ended_and_the_first_does_not_get_it_back(engine, lease):
    lease("alice")
    assert holder(engine, NOW + MINUTE) is None
    assert lease("bob", NOW + MINUTE)
    assert not lease("alice", NOW + MINUTE)
    assert holder(engine, NOW + MINUTE) == "bob"


def test_given_back_it_is_free_at_once(engine, lease):
    lease("alice")
    with writing(engine) as session:
        assert not release(session, "clock", "bob")
        assert release(session, "clock", "alice")
    assert lease("bob")

"""The flow that tells other systems: what it shows and records, and when the embedded clock runs it."""

import asyncio

import pytest

from dondoc.settings import UnusableSettingsError, read_settings
from flows.embedded import EmbeddedClock
from flows.webhooks import tell_what_changed, webhooks
from tasks.database import reading, writing
from tasks.models import LastRun
from tasks.tracking import tracker
from tests.notifications.webhook_receiver import MORNING, add, receiving
from tests.tasks.cast import ALICE, build

pytestmark = [pytest.mark.usefixtures("home"), pytest.mark.xdist_group("prefect")]
AS_OF = MORNING.isoformat()


@pytest.fixture
def changed(office, monkeypatch):
    """A change that a receiver on the loopback waits for."""
    monkeypatch.setenv("DONDOC_WEBHOOK_NETWORKS", "127.0.0.0/8")
    with writing(office) as session:
        ids = build(session).duty("1.1", "2025-08-14")
    with receiving() as receiver:
        add(office, receiver.address())
        with writing(office) as session:
            tracker.start(session, ids[:1], ALICE, MORNING)
        yield receiver


def last_run(engine):
    with reading(engine) as session:
        return session.get(LastRun, "webhooks")


def test_the_flow_tells_and_shows_what_it_did(changed, office, prefect_api):
    state = asyncio.run(webhooks(as_of=AS_OF, return_state=True))
    assert state.is_completed(), state.message
    assert len(changed.heard) == 1
    assert last_run(office).said == "Báo thay đổi 1 lần, sẽ báo lại 0, gác lại 0."


def test_a_receiver_that_is_away_is_no_failure_and_one_that_is_gone_is(changed, office, prefect_api):
    changed.answers = [500, 410]
    assert asyncio.run(webhooks(as_of=AS_OF, return_state=True)).is_completed()
    state = asyncio.run(webhooks(as_of="2025-09-08T10:00:00+07:00", return_state=True))
    assert state.is_failed()
    assert "Dừng 1 kết nối" in state.message
    assert not last_run(office).ok


def test_the_embedded_clock_sees_what_is_to_be_told(changed, office):
    clock = EmbeddedClock(read_settings(), office, lambda: MORNING)
    assert clock._seen().to_tell
    tell_what_changed(AS_OF)
    assert not clock._seen().to_tell


def test_networks_that_cannot_be_read_are_told(monkeypatch):
    monkeypatch.setenv("DONDOC_WEBHOOK_NETWORKS", "10.0.0.0/8, mạng trong")
    with pytest.raises(UnusableSettingsError, match="DONDOC_WEBHOOK_NETWORKS"):
        read_settings()
    monkeypatch.setenv("DONDOC_WEBHOOK_NETWORKS", "10.0.0.0/8, fd00::/8")
    assert [str(one) for one in read_settings().webhook_networks] == ["10.0.0.0/8", "fd00::/8"]

"""Processes killed with SIGKILL, and several at once: nothing lost, nothing repeated but what was in flight."""

import random
import subprocess
import sys
from datetime import timedelta

import pytest

from tasks.models import MessageState, NoticeState
from tests.notifications.killed_delivery import CONNECTIONS, LEASE, POINTS, ROOT, Nursery
from tests.notifications.outgoing import MORNING, over, put, send, states
from tests.smtp_server import smtp_server

pytestmark = pytest.mark.server

KILLS = 20
MAILS = 80


def run(*arguments: object) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.notifications.killed_delivery", *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT)


def test_twenty_kills_between_claim_and_settle_lose_nothing_and_repeat_only_what_was_in_flight(
    engine, database_url
):
    put(engine, MAILS)
    chance = random.Random(20250908)
    now, kills, in_flight = MORNING, 0, 0
    with smtp_server() as server, Nursery() as nursery:
        for number in range(KILLS):
            point = POINTS[number % len(POINTS)]
            kills += nursery.run(database_url, server.port, now.isoformat(), point, chance.randint(2, 6))
            unknown = server.taken.total() - in_flight - settled(engine)
            assert 0 <= unknown <= CONNECTIONS
            in_flight += unknown
            now += LEASE + timedelta(minutes=1)
        last = send(engine, over(server.port), now)

    taken = server.taken
    assert kills == KILLS
    assert last.complete
    assert len(taken) == MAILS
    assert taken.total() - MAILS == in_flight
    for mail in states(engine).values():
        assert mail.state is MessageState.SENT
        assert set(mail.told) == {NoticeState.TOLD}


def settled(engine):
    return sum(mail.state is MessageState.SENT for mail in states(engine).values())


@pytest.mark.parametrize("workers", [2, 4])
def test_several_workers_at_once_repeat_nothing(engine, database_url, workers):
    put(engine, 120)
    with smtp_server() as server:
        children = [run(database_url, server.port, MORNING.isoformat(), "never", 0) for _ in range(workers)]
        assert [child.wait(120) for child in children] == [0] * workers

    assert len(server.taken) == server.taken.total() == 120
    assert {mail.state for mail in states(engine).values()} == {MessageState.SENT}
    assert {mail.attempts for mail in states(engine).values()} == {1}

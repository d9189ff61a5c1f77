"""A write sent again under the same key is done once, whatever happens meanwhile, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select

from tasks.accounts.repeated_writes import KEPT, LEASE, Claim, Sent, claim_write
from tasks.database import reading, writing
from tasks.models import ApiToken, ApiWrite, Deed, TaskEvent
from tests.web.api.systems import System
from tests.web.people import MORNING, ON_SQLITE
from tests.web.stage import Stage


def times_declared(engine: Engine, number: int) -> int:
    with reading(engine) as session:
        own = select(func.count()).where(TaskEvent.task_id == number, TaskEvent.action == "declare")
        return session.scalar(own) or 0


def test_the_same_key_and_body_give_the_same_answer(
    system: Callable[..., System], engine: Engine, stage: Stage
):
    bob, number = system("bob"), stage.tasks["1.2"]["bob"]
    answers = [
        bob.write(f"/tasks/{number}/declare", {"reason": "Xong"}, idempotency_key="k-1") for _ in range(3)
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({(answer.text, answer.headers["etag"]) for answer in answers}) == 1
    assert [answer.headers.get("idempotency-replayed") for answer in answers] == [None, "true", "true"]
    assert times_declared(engine, number) == 1
    with reading(engine) as session:
        assert session.scalar(select(func.count()).where(Deed.by == "api:he-thong-bob")) == 1


@ON_SQLITE
def test_the_same_key_with_another_body_is_refused(
    system: Callable[..., System], engine: Engine, stage: Stage
):
    bob, number = system("bob"), stage.tasks["1.2"]["bob"]
    bob.write(f"/tasks/{number}/start", idempotency_key="k-1")
    for path, said in ((f"/tasks/{number}/start", {"reason": "khác"}), (f"/tasks/{number}/declare", {})):
        other = bob.write(path, said, idempotency_key="k-1")
        assert (other.status_code, other.json()["type"]) == (422, "urn:dondoc:problem:idempotency-key-reused")
    assert bob.read(f"/tasks/{number}").json()["life"] == "in_progress"


@ON_SQLITE
def test_keys_of_two_systems_do_not_meet(system: Callable[..., System], stage: Stage):
    for agency in ("alice", "bob"):
        done = system(agency).write(f"/tasks/{stage.tasks['1.2'][agency]}/start", idempotency_key="k-1")
        assert (done.status_code, done.json()["agency"]) == (200, agency)


def test_two_requests_at_once_are_one_deed(system: Callable[..., System], engine: Engine, stage: Stage):
    bob, number, together = system("bob"), stage.tasks["1.2"]["bob"], Barrier(2)

    def declare(_: int):
        together.wait()
        return bob.write(f"/tasks/{number}/declare", {"reason": "Xong"}, idempotency_key="k-1")

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(declare, range(2)))
    assert {answer.status_code for answer in answers} <= {200, 409}, [answer.text for answer in answers]
    done = [answer.text for answer in answers if answer.status_code == 200]
    assert len(set(done)) == 1
    assert times_declared(engine, number) == 1
    again = bob.write(f"/tasks/{number}/declare", {"reason": "Xong"}, idempotency_key="k-1")
    assert (again.status_code, again.text) == (200, done[0])


def test_two_requests_at_once_without_a_key_are_one_deed_too(
    system: Callable[..., System], engine: Engine, stage: Stage
):
    bob, number, together = system("bob"), stage.tasks["1.2"]["bob"], Barrier(2)

    def declare(_: int):
        together.wait()
        return bob.write(f"/tasks/{number}/declare", {"reason": "Xong"}).status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(declare, range(2)))
    assert statuses[0] == 200
    assert statuses[1] in {409, 422}
    assert times_declared(engine, number) == 1


def sent_before(engine: Engine, path: str, body: bytes) -> Sent:
    with reading(engine) as session:
        token = session.scalars(select(ApiToken.id)).one()
    return Sent(token, "k-1", sha256(f"POST /api/v1{path}?\n".encode() + body).hexdigest())


def test_while_the_first_is_under_way_the_second_waits(
    system: Callable[..., System], engine: Engine, stage: Stage
):
    bob, number = system("bob"), stage.tasks["1.2"]["bob"]
    with writing(engine) as session:
        claim_write(session, sent_before(engine, f"/tasks/{number}/start", b"{}"), MORNING)
    waiting = bob.write(f"/tasks/{number}/start", idempotency_key="k-1")
    assert (waiting.status_code, waiting.json()["type"]) == (409, "urn:dondoc:problem:request-in-progress")
    assert int(waiting.headers["retry-after"]) > 0
    assert bob.read(f"/tasks/{number}").json()["life"] == "not_started"


def test_what_a_dead_process_began_is_taken_over(system: Callable[..., System], engine: Engine, stage: Stage):
    bob, number = system("bob"), stage.tasks["1.2"]["bob"]
    begun = MORNING - LEASE - timedelta(seconds=1)
    with writing(engine) as session:
        assert isinstance(
            claim_write(session, sent_before(engine, f"/tasks/{number}/start", b"{}"), begun), Claim
        )
    assert bob.write(f"/tasks/{number}/start", idempotency_key="k-1").status_code == 200
    assert (
        bob.write(f"/tasks/{number}/start", idempotency_key="k-1").headers["idempotency-replayed"] == "true"
    )


@ON_SQLITE
def test_a_refused_write_may_be_sent_again_under_its_key(
    system: Callable[..., System], engine: Engine, stage: Stage
):
    bob, home, number = system("bob"), system("home"), stage.tasks["1.2"]["bob"]
    assert home.write(f"/tasks/{number}/confirm", idempotency_key="k-1").status_code == 422
    bob.write(f"/tasks/{number}/declare")
    assert home.write(f"/tasks/{number}/confirm", idempotency_key="k-1").json()["life"] == "completed"


@ON_SQLITE
def test_answers_are_kept_for_a_day_and_then_cleared(
    system: Callable[..., System], engine: Engine, stage: Stage
):
    bob, number = system("bob"), stage.tasks["1.2"]["bob"]
    bob.write(f"/tasks/{number}/start", idempotency_key="k-1")
    assert timedelta(hours=24) < KEPT
    with writing(engine) as session:
        session.scalars(select(ApiWrite)).one().started_at = MORNING - KEPT - timedelta(minutes=1)
    bob.write(f"/tasks/{number}/declare", idempotency_key="k-2")
    with reading(engine) as session:
        assert session.scalars(select(ApiWrite.key)).all() == ["k-2"]


@ON_SQLITE
@pytest.mark.parametrize("key", ["", "có dấu".encode(), "x" * 129])
def test_a_key_that_cannot_be_kept_is_refused(key: str | bytes, system: Callable[..., System], stage: Stage):
    number = stage.tasks["1.2"]["bob"]
    refused = system("bob").write(f"/tasks/{number}/start", idempotency_key=key)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["header"].lower() == "idempotency-key"

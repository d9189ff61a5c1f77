"""Other systems told of status changes over real HTTP: signed, once, and again until they answer."""

import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidSignature

from dondoc.clock import running_from
from notifications.webhooks.delivering import LEASE, tell
from notifications.webhooks.feeding import feed, has_news
from notifications.webhooks.posting import Line
from notifications.webhooks.queue import GONE, clear_old, has_due
from notifications.webhooks.registry import disable_webhook, enable_webhook, remove_webhook, send_again
from notifications.webhooks.retry import GIVEN_UP_AFTER
from notifications.webhooks.signing import new_secret
from tasks.database import reading, writing
from tasks.models import DeliveryState
from tasks.reporting.reports import Deed, submit_nil
from tasks.rounds.rounds import close_due_rounds, open_due_rounds
from tasks.tracking import tracker
from tasks.tracking.changes import Grounds
from tests.notifications.killed_delivery import ROOT
from tests.notifications.webhook_receiver import (
    LINE,
    LOOPBACK,
    MORNING,
    Receiver,
    add,
    deliveries,
    receiving,
    told,
    webhook,
)
from tests.tasks.cast import ALICE, BOB, CHARLIE, HOME, build

LATER = timedelta(hours=8)


@pytest.fixture
def tasks(engine):
    """Alice's, Bob's and Charlie's tasks of one duty that was due on 14 August."""
    with writing(engine) as session:
        return build(session).duty("1.1", "2025-08-14")


@pytest.fixture
def receiver():
    with receiving() as server:
        yield server


def start(engine, ids, actor=ALICE, now=MORNING):
    with writing(engine) as session:
        tracker.start(session, ids, actor, now)


def kinds(receiver):
    return [heard.said["type"] for heard in receiver.heard]


def test_a_change_is_told_signed_with_what_it_was_and_what_it_became(engine, tasks, receiver):
    _, secret = add(engine, receiver.address())
    with writing(engine) as session:
        tracker.declare(session, tasks[1:2], BOB, MORNING, Grounds("Đã xong"))

    assert told(engine).delivered == 1
    [heard] = receiver.heard
    heard.verify(secret)
    with pytest.raises(InvalidSignature):
        heard.verify(new_secret())
    assert heard.path == "/nhan?he-thong=qlvb"
    assert heard.headers["content-type"] == "application/json"
    assert heard.headers["host"] == f"127.0.0.1:{receiver.port}"
    said = heard.said
    assert said["id"] == heard.id
    assert (said["type"], said["timestamp"], said["sequence"]) == (
        "task.declared", "2025-09-08T08:00:00+07:00", 1,
    )  # fmt: skip
    assert said["data"] == {
        "decision": "quyet-dinh", "duty": "1.1", "agency": "bob", "task": tasks[1], "action": "declare", "by": "binh",
        "from": {"life": "not_started", "status": "overdue", "due": "2025-08-14", "counted_on": None},
        "to": {"life": "declared", "status": "awaiting_confirmation", "due": "2025-08-14", "counted_on": "2025-09-08"},
    }  # fmt: skip
    assert "Đã xong" not in heard.body.decode()


def test_what_was_recorded_before_the_webhook_is_not_told_and_nothing_is_told_twice(engine, tasks, receiver):
    start(engine, tasks[:1])
    add(engine, receiver.address())
    start(engine, tasks[1:2], BOB)

    assert told(engine).delivered == 1
    assert told(engine, MORNING + LATER).delivered == 0
    assert [heard.said["data"]["agency"] for heard in receiver.heard] == ["bob"]


def test_a_webhook_hears_only_the_kinds_the_decision_and_the_agency_it_is_limited_to(engine, receiver):
    with writing(engine) as session:
        one, other = build(session), build(session, key="khac")
        first, second = one.duty("1.1", "2025-08-14"), other.duty("1.1", "2025-08-14")
    add(engine, receiver.address(), kinds=["task.declared"], decision="khac", agency="bob")
    start(engine, [*first[:1], *second[:1]])
    start(engine, [*first[1:2], *second[1:2]], BOB)
    with writing(engine) as session:
        tracker.declare(session, second[:1], ALICE, MORNING)
        tracker.declare(session, [first[1], second[1]], BOB, MORNING)

    told(engine)
    [heard] = receiver.heard
    assert (heard.said["data"]["decision"], heard.said["data"]["agency"]) == ("khac", "bob")


def test_reports_and_rounds_are_told_and_a_round_opened_and_closed_between_two_looks_tells_both(
    engine, receiver
):
    with writing(engine) as session:
        world = build(session)
        world.round("lan-1", "2025-09-08", "2025-09-09")
    add(engine, receiver.address())
    with writing(engine) as session:
        [round_] = open_due_rounds(session, MORNING)
        standing = next(each for each in round_.standings if each.agency.code == "charlie")
        submit_nil(session, standing, "Không phát sinh", Deed(CHARLIE, MORNING + timedelta(hours=1)))
    with writing(engine) as session:
        assert close_due_rounds(session, MORNING + timedelta(days=2))

    told(engine, MORNING + timedelta(days=3))
    assert kinds(receiver) == ["round.opened", "report.submitted", "round.closed"]
    opened, submitted, closed = (heard.said["data"] for heard in receiver.heard)
    assert (opened["round"], opened["from"], opened["to"]) == (
        "lan-1",
        {"state": "planned"},
        {"state": "open"},
    )
    assert (submitted["agency"], submitted["to"]["state"]) == ("charlie", "submitted")
    assert closed["to"] == {"state": "closed"}
    assert told(engine, MORNING + timedelta(days=4)).delivered == 0


def test_the_order_is_that_of_the_changes_and_the_numbers_have_no_gap(engine, tasks, receiver):
    add(engine, receiver.address())
    start(engine, tasks[:1])
    start(engine, tasks[1:2], BOB, MORNING + timedelta(minutes=1))
    with writing(engine) as session:
        tracker.declare(session, tasks[:1], ALICE, MORNING + timedelta(minutes=2))
        tracker.return_(session, tasks[:1], HOME, MORNING + timedelta(minutes=3), Grounds("thiếu"))

    told(engine, MORNING + LATER)
    assert kinds(receiver) == ["task.started", "task.started", "task.declared", "task.returned"]
    assert [heard.said["sequence"] for heard in receiver.heard] == [1, 2, 3, 4]


def test_a_receiver_that_was_down_hears_everything_once_it_is_up(engine, tasks):
    receiver = Receiver()
    with receiving(receiver):
        pass  # now it has a port, and nobody listens there
    number, secret = add(engine, receiver.address())
    start(engine, tasks[:1])
    assert told(engine).waiting == 1
    start(engine, tasks[1:2], BOB, MORNING + timedelta(hours=1))
    told(engine, MORNING + timedelta(hours=2))
    assert MORNING <= webhook(engine, number).failing_since < MORNING + timedelta(minutes=1)
    assert all("Không kết nối được" in each.reason for each in deliveries(engine))

    with receiving(receiver):
        assert told(engine, MORNING + LATER).delivered == 2
    for heard in receiver.heard:
        heard.verify(secret)
    assert sorted(heard.said["sequence"] for heard in receiver.heard) == [1, 2]
    assert webhook(engine, number).failing_since is None


def test_an_error_of_the_receiver_is_tried_again_with_the_same_id_and_body(engine, tasks, receiver):
    receiver.answers, receiver.body = [500, 503], "Lỗi nội bộ\x1b[31m".encode()
    _, secret = add(engine, receiver.address())
    start(engine, tasks[:1])
    assert told(engine).waiting == 1
    assert deliveries(engine)[0].reason == "Bên nhận trả lời HTTP 500: Lỗi nội bộ [31m"
    told(engine, MORNING + timedelta(seconds=5))
    assert len(receiver.heard) == 1  # it is not time yet
    assert told(engine, MORNING + timedelta(minutes=1)).waiting == 1
    assert told(engine, MORNING + timedelta(minutes=3)).delivered == 1

    first, second, third = receiver.heard
    assert first.id == second.id == third.id
    assert first.body == second.body == third.body
    assert int(third.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 180
    third.verify(secret)


def test_a_receiver_that_asks_for_time_gets_it(engine, tasks, receiver):
    receiver.answers, receiver.headers = [429], {"retry-after": "3600"}
    add(engine, receiver.address())
    start(engine, tasks[:1])
    told(engine)
    assert told(engine, MORNING + timedelta(minutes=50)).delivered == 0
    assert told(engine, MORNING + timedelta(minutes=61)).delivered == 1


def test_what_is_not_answered_for_three_days_is_given_up_and_sent_again_only_when_a_person_says_so(
    engine, tasks, receiver
):
    receiver.answers = [500] * 4
    add(engine, receiver.address())
    start(engine, tasks[:1])
    for hours in (0, 30, 60):
        assert told(engine, MORNING + timedelta(hours=hours)).waiting == 1
    end = MORNING + GIVEN_UP_AFTER + timedelta(hours=1)
    assert told(engine, end).dead == 1
    assert told(engine, end + LATER).delivered == 0
    [dead] = deliveries(engine)
    assert (dead.state, dead.attempts, dead.answer) == (DeliveryState.DEAD, 4, 500)

    with writing(engine) as session:
        send_again(session, dead.id, end + LATER)
    assert told(engine, end + LATER).delivered == 1
    assert len({heard.id for heard in receiver.heard}) == 1


def test_a_receiver_that_is_gone_is_left_alone_until_it_is_taken_up_again_and_then_hears_what_it_missed(
    engine, tasks, receiver
):
    receiver.answers = [410]
    number, _ = add(engine, receiver.address())
    start(engine, tasks[:1])
    assert told(engine).disabled == 1
    assert webhook(engine, number).disabled_reason == GONE
    start(engine, tasks[1:2], BOB)
    with reading(engine) as session:
        assert not has_news(session)
        assert not has_due(session, MORNING + LATER)
    assert told(engine, MORNING + LATER).delivered == 0

    with writing(engine) as session:
        enable_webhook(session, number, "admin", MORNING + LATER)
    assert told(engine, MORNING + LATER).delivered == 2
    assert {heard.said["data"]["agency"] for heard in receiver.heard} == {"alice", "bob"}


def test_a_redirect_is_not_followed(engine, tasks, receiver):
    with receiving() as elsewhere:
        receiver.answers, receiver.headers = [307], {"location": elsewhere.address()}
        add(engine, receiver.address())
        start(engine, tasks[:1])
        assert told(engine).waiting == 1
        assert not elsewhere.heard
    assert "chuyển hướng (HTTP 307)" in deliveries(engine)[0].reason


def test_a_receiver_that_does_not_answer_holds_up_nobody_else(engine, tasks, receiver):
    receiver.hold = threading.Event()
    with receiving() as quick:
        add(engine, receiver.address(), "Chậm")
        add(engine, quick.address(), "Nhanh")
        start(engine, tasks[:1])
        done = told(engine, line=Line(LOOPBACK, longest=0.5))
        assert (done.delivered, done.waiting, len(quick.heard)) == (1, 1, 1)
    assert deliveries(engine)[0].reason == "Bên nhận trả lời quá chậm."


def test_an_endless_answer_is_not_read_to_its_end(engine, tasks, receiver):
    receiver.answers, receiver.body = [500], b"x" * 50_000_000
    add(engine, receiver.address())
    start(engine, tasks[:1])
    assert told(engine).waiting == 1
    assert len(deliveries(engine)[0].reason) < 300


def test_deliveries_that_a_receiver_cannot_digest_hold_up_no_others(engine, receiver):
    with writing(engine) as session:
        world = build(session)
        poison = [world.duty(f"9.{n}", "2025-08-14", "alice")[0] for n in range(4)]
        good = world.duty("1.1", "2025-08-14", "bob")
    receiver.refuses = '"agency":"alice"'
    add(engine, receiver.address())
    start(engine, poison)
    start(engine, good, BOB, MORNING + timedelta(minutes=1))
    told(engine, MORNING + timedelta(hours=1))
    for hours in (2, 4, 6):
        told(engine, MORNING + timedelta(hours=hours))
    assert [each.kind for each in deliveries(engine) if each.state is DeliveryState.DELIVERED] == [
        "task.started"
    ]


def test_two_workers_at_once_repeat_nothing(engine, receiver):
    with writing(engine) as session:
        world = build(session)
        ids = [number for n in range(12) for number in world.duty(f"1.{n}", "2025-08-14")]
        add_ids = ids[::3]
    for name in ("Một", "Hai"):
        add(engine, receiver.address(), name)
    start(engine, add_ids)
    feeders = [threading.Thread(target=feed, args=(engine, MORNING)) for _ in range(2)]
    for thread in feeders:
        thread.start()
    for thread in feeders:
        thread.join()
    assert len(deliveries(engine)) == 24

    senders = [threading.Thread(target=tell, args=(engine, LINE, running_from(MORNING))) for _ in range(2)]
    for thread in senders:
        thread.start()
    for thread in senders:
        thread.join()
    assert {(each.state, each.attempts) for each in deliveries(engine)} == {(DeliveryState.DELIVERED, 1)}
    assert len(receiver.heard) == 24
    assert len({(heard.id, heard.headers["webhook-signature"]) for heard in receiver.heard}) == 24


@pytest.mark.server
def test_a_process_killed_after_the_receiver_took_it_repeats_it_with_the_same_id(
    engine, database_url, tasks, receiver
):
    add(engine, receiver.address())
    start(engine, tasks[:1])
    feed(engine, MORNING)
    command = [
        sys.executable,
        "-m",
        "tests.notifications.killed_webhook",
        database_url,
        MORNING.isoformat(),
        "2",
    ]
    assert subprocess.run(command, cwd=ROOT, check=False, timeout=60).returncode == -signal.SIGKILL
    assert len(receiver.heard) == 1
    assert deliveries(engine)[0].state is DeliveryState.CLAIMED
    assert told(engine, MORNING + LEASE / 2).delivered == 0  # the lease of the dead still runs

    assert told(engine, MORNING + LEASE + timedelta(minutes=1)).delivered == 1
    first, second = receiver.heard
    assert (first.id, first.body) == (second.id, second.body)


def test_what_a_person_stops_is_not_told_and_what_is_removed_leaves_nothing(engine, tasks, receiver):
    number, _ = add(engine, receiver.address())
    with writing(engine) as session:
        disable_webhook(session, number, "admin", MORNING)
    start(engine, tasks[:1])
    assert told(engine).delivered == 0
    with writing(engine) as session:
        enable_webhook(session, number, "admin", MORNING)
    assert told(engine).delivered == 1
    with writing(engine) as session:
        assert remove_webhook(session, number, "admin", MORNING) == "Trục liên thông"
    assert deliveries(engine) == []


def test_deliveries_settled_long_ago_are_cleared_away(engine, tasks, receiver):
    add(engine, receiver.address())
    start(engine, tasks[:1])
    told(engine)
    for days, left in ((29, 1), (31, 0)):
        with writing(engine) as session:
            clear_old(session, MORNING + timedelta(days=days))
        assert len(deliveries(engine)) == left
    assert told(engine, MORNING + timedelta(days=32)).delivered == 0  # the cursor remembers

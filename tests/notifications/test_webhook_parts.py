"""The parts of telling other systems that need no receiver: signatures, waits, addresses, what may be read already."""

import re
import ssl
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from dondoc.clock import system_clock
from notifications.webhooks.addresses import ForbiddenAddressError, allowed, fault_of, may_call
from notifications.webhooks.feeding import feed, has_news
from notifications.webhooks.health import check_webhooks
from notifications.webhooks.horizon import newest_heads, settled_heads
from notifications.webhooks.kinds import NAMES, REPORT_KINDS, TASK_KINDS, Kind
from notifications.webhooks.posting import Line
from notifications.webhooks.registry import NewWebhook, add_webhook, disable_webhook
from notifications.webhooks.retry import GIVEN_UP_AFTER, LONGEST_AWAY, LONGEST_WAIT, next_attempt, when_away
from notifications.webhooks.signing import new_secret, signed_headers
from tasks.database import reading, writing
from tasks.errors import DomainError
from tasks.tracking import tracker
from tasks.tracking.transitions import Action
from tests.notifications.killed_delivery import ROOT
from tests.notifications.webhook_receiver import LOOPBACK, MORNING, add, deliveries, receiving, told
from tests.tasks.cast import ALICE, BOB, build

INNER, METADATA = "10.1.2.3", "169.254.169.254"
ON_POSTGRES = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture
def tasks(engine):
    with writing(engine) as session:
        return build(session).duty("1.1", "2025-08-14")


def start(engine, ids, actor=ALICE):
    with writing(engine) as session:
        tracker.start(session, ids, actor, MORNING)


def test_the_signature_is_that_of_the_specifications_own_example():
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    sent = datetime.fromtimestamp(1614265330, UTC)
    headers = signed_headers(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", sent, body)
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_the_example_for_receivers_verifies_what_is_sent_and_nothing_else():
    page = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")
    example: dict[str, Any] = {}
    exec(re.search(r"```python\n(.+?)```", page, re.DOTALL)[1], example)
    secret, body = new_secret(), b'{"type":"task.declared"}'
    headers = signed_headers(secret, "task-1-1", system_clock(), body)
    assert example["verified"](secret, headers, body)
    assert not example["verified"](secret, headers, body + b" ")
    assert not example["verified"](new_secret(), headers, body)
    assert not example["verified"](secret, signed_headers(secret, "task-1-1", MORNING, body), body)


def test_every_recorded_action_has_its_kind_and_every_kind_its_name():
    assert set(TASK_KINDS) == {action.value for action in Action}
    assert set(NAMES) == set(Kind)
    told_kinds = {
        *TASK_KINDS.values(),
        *REPORT_KINDS.values(),
        Kind.ROUND_OPENED,
        Kind.ROUND_CLOSED,
        Kind.TEST,
    }
    assert told_kinds == set(Kind)


@given(st.floats(0, 1, exclude_max=True), st.integers(0, 10_000_000))
def test_every_delivery_is_given_up_after_three_days_and_not_before(luck, asked):
    now, attempts = MORNING, 1
    while (again := next_attempt(attempts, MORNING, now, luck, timedelta(seconds=asked))) is not None:
        assert now < again <= now + LONGEST_WAIT
        now, attempts = again, attempts + 1
    assert now == MORNING + GIVEN_UP_AFTER
    assert 12 <= attempts <= 30


@given(st.floats(0, 1, exclude_max=True), st.timedeltas(timedelta(), timedelta(days=10)))
def test_a_receiver_that_is_away_is_asked_at_least_every_hour(luck, away):
    wait = when_away(MORNING, MORNING + away, luck) - (MORNING + away)
    assert timedelta(seconds=20) < wait <= LONGEST_AWAY


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "hãy ghi dạng https"),
        ("may-nhan", "hãy ghi dạng https"),
        ("ftp://nhan.example/", "hãy ghi dạng https"),
        ("https:///nhan", "hãy ghi dạng https"),
        ("https://nhan.example:cổng/", "không đọc được"),
        ("https://nhận.example/", "chữ không dấu"),
        ("https://nhan.example/a b", "khoảng trắng"),
        ("https://nhan.example/\r\nx: y", "khoảng trắng"),
        ("http://nhan.example/", "phải là https"),
        (f"http://{INNER}/", "phải là https"),
        ("http://localhost/", "phải là https"),
        ("http://127.0.0.1:8000/", "DONDOC_WEBHOOK_NETWORKS"),
        (f"https://{INNER}/", "DONDOC_WEBHOOK_NETWORKS"),
        ("https://[::ffff:10.1.2.3]/", "DONDOC_WEBHOOK_NETWORKS"),
        (f"https://{METADATA}/latest", "DONDOC_WEBHOOK_NETWORKS"),
        ("https://ai:mat-khau@nhan.example/", "mật khẩu"),
        ("https://nhan.example/#x", "dấu #"),
        (f"https://nhan.example/{'a' * 500}", "dài quá 500"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_with_the_reason(address, words):
    assert words in fault_of(address, ())


@pytest.mark.parametrize(
    ("address", "opened"),
    [
        ("https://nhan.example/webhook?x=1", ()),
        ("https://nhan.example:8443/", ()),
        ("http://127.0.0.1:9000/", LOOPBACK),
        ("http://[::1]:9000/", LOOPBACK),
        (f"https://{INNER}/", [ip_network("10.0.0.0/8")]),
    ],
)
def test_an_address_that_can_be_used_has_no_fault(address, opened):
    assert fault_of(address, opened) == ""


@pytest.mark.parametrize(
    "inner",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::",
    ],
)  # fmt: skip
def test_inner_networks_are_closed_however_they_are_written(inner):
    assert not may_call(ip_address(inner), ())


def test_a_name_with_one_inner_address_among_public_ones_is_refused():
    assert allowed("nhan.example", ["8.8.8.8", "2606:4700::1111", "8.8.8.8"], ()) == (
        "8.8.8.8",
        "2606:4700::1111",
    )
    for found in (["8.8.8.8", "10.0.0.1"], []):
        with pytest.raises(ForbiddenAddressError, match=r"nhan\.example"):
            allowed("nhan.example", found, ())


def test_a_name_that_leads_inside_is_not_called_when_the_settings_do_not_open_it(engine, tasks):
    with receiving() as inside:
        add(engine, inside.address("localhost", "https"))
        start(engine, tasks[:1])
        assert told(engine, line=Line()).waiting == 1
        assert not inside.heard
    assert "thuộc mạng nội bộ" in deliveries(engine)[0].reason


def test_over_tls_the_certificate_must_bear_the_name_and_come_from_a_trusted_authority(engine, tasks):
    authority, stranger = trustme.CA(), trustme.CA()
    served, trust, other = (
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH),
        *(ssl.create_default_context() for _ in "ab"),
    )
    authority.issue_cert("localhost").configure_cert(served)
    authority.configure_trust(trust)
    stranger.configure_trust(other)
    with receiving(trust=served) as receiver:
        add(engine, receiver.address("localhost", "https"), "Đúng tên")
        add(engine, receiver.address("127.0.0.1", "https"), "Sai tên")
        start(engine, tasks[:1])
        assert told(engine, line=Line(LOOPBACK, other)).delivered == 0
        done = told(engine, MORNING + timedelta(hours=1), line=Line(LOOPBACK, trust))
        assert (done.delivered, len(receiver.heard)) == (1, 1)
        assert receiver.heard[0].headers["host"] == f"localhost:{receiver.port}"
    assert "CERTIFICATE_VERIFY_FAILED" in deliveries(engine)[1].reason


def test_every_fault_of_a_new_webhook_is_told_and_nothing_is_made(engine, tasks):
    new = NewWebhook("", f"http://{INNER}/", ["task.started", "la-gi"], "khong-co", "khong-co")
    with pytest.raises(DomainError) as refused, writing(engine) as session:
        add_webhook(session, new, (), "admin", MORNING)
    sentences = str(refused.value).splitlines()
    assert len(sentences) == 5
    assert "la-gi" in str(refused.value)
    add(engine, "https://nhan.example/", "Một")
    with pytest.raises(DomainError, match="Đã có kết nối tên «Một»"):
        add(engine, "https://nhan.example/", "Một ")


@ON_POSTGRES
def test_an_event_that_commits_after_a_newer_one_is_not_lost(engine, tasks):
    add(engine, "https://nhan.example/")
    with engine.connect() as slow, slow.begin():
        older = Session(slow)
        tracker.start(older, tasks[:1], ALICE, MORNING)
        older.flush()
        start(engine, tasks[1:2], BOB)  # takes a newer id, and commits first

        with reading(engine) as session:
            assert newest_heads(session.connection()).task == 2
            assert has_news(session)
        assert settled_heads(engine, patience=0.2) is None
    assert feed(engine, MORNING) == 2
    assert [each.sequence for each in deliveries(engine)] == [1, 2]
    assert feed(engine, MORNING) == 0


@ON_POSTGRES
def test_a_feeder_waits_for_a_writer_at_work_and_holds_up_no_writer_itself(engine, tasks):
    add(engine, "https://nhan.example/")
    with engine.connect() as slow:
        transaction = slow.begin()
        older = Session(slow)
        tracker.start(older, tasks[:1], ALICE, MORNING)
        older.flush()
        start(engine, tasks[1:2], BOB)
        feeder = threading.Thread(target=feed, args=(engine, MORNING))
        feeder.start()
        with writing(engine) as session:  # while the feeder waits, others write on
            session.connection().exec_driver_sql("SET LOCAL lock_timeout = '1s'")
            tracker.declare(session, tasks[1:2], BOB, MORNING)
        transaction.commit()
        feeder.join()
    feed(engine, MORNING)
    assert len(deliveries(engine)) == 3


@ON_POSTGRES
def test_an_id_that_was_rolled_back_holds_up_nobody(engine, tasks):
    add(engine, "https://nhan.example/")
    with engine.connect() as undone:
        transaction = undone.begin()
        session = Session(undone)
        tracker.start(session, tasks[:1], ALICE, MORNING)
        session.flush()
        transaction.rollback()
    start(engine, tasks[1:2], BOB)
    assert feed(engine, MORNING) == 1


def test_the_doctor_tells_of_what_fails_for_long_what_is_dead_and_who_is_gone(engine, tasks):
    with receiving() as receiver:
        receiver.answers = [500, 410]
        first, _ = add(engine, receiver.address(), "Trục")
        start(engine, tasks[:1])

        def check(hours):
            with reading(engine) as session:
                return check_webhooks(session, MORNING + timedelta(hours=hours))

        assert check(0).ok
        told(engine)
        assert check(0.9).ok
        assert "không báo được từ 08:00 ngày 08/09/2025" in check(1.1).detail
        assert "dondoc webhook" in check(1.1).remedy
        told(engine, MORNING + timedelta(hours=2))
        assert "HTTP 410" in check(2).detail
        with writing(engine) as session:
            found = disable_webhook(session, first, "admin", MORNING)
            assert found.disabled_reason != "Tạm dừng theo yêu cầu."  # who stopped it first is remembered

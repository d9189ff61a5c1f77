"""Faults of a mail server, each against a real server process, on both databases."""

from datetime import UTC, timedelta

import pytest
import trustme
from sqlalchemy import update

from catalog.policy import QuietHours
from notifications.delivering import delivery
from tasks.database import writing
from tasks.models import Message, MessageState, NoticeState
from tests.notifications.outgoing import MORNING, count, over, put, send, states
from tests.smtp_server import LOGIN, dead_port, smtp_server

pytestmark = pytest.mark.server

THREE = ("so@haiphong.example", "thu-truong@haiphong.example", "van-thu@haiphong.example")
EVENING = MORNING.replace(hour=23, minute=50)


def test_everything_due_leaves_once_and_its_notices_are_told(engine):
    put(engine, 25)
    with smtp_server() as server:
        first = send(engine, over(server.port))
        second = send(engine, over(server.port))

    assert (first.sent, first.complete) == (25, True)
    assert (second.sent, second.complete) == (0, True)
    assert server.taken.total() == len(server.taken) == 25
    for mail in states(engine).values():
        assert (mail.state, mail.attempts, mail.reason) == (MessageState.SENT, 1, "")
        assert set(mail.outcomes.values()) == {"sent"}
        assert mail.told == (NoticeState.TOLD, NoticeState.TOLD)
        assert MORNING <= mail.sent_at < MORNING + timedelta(minutes=1)


def test_a_server_that_is_down_is_asked_once_everything_waits_and_the_run_says_so(engine):
    put(engine, 40)

    done = send(engine, over(dead_port()))

    assert (done.sent, done.deferred, done.complete) == (0, 40, False)
    assert "Không kết nối được máy chủ thư 127.0.0.1" in done.outage
    assert done.elapsed_s < 5
    for mail in states(engine).values():
        assert (mail.state, mail.attempts, mail.reason) == (MessageState.DEFERRED, 0, done.outage)
        assert mail.told == (NoticeState.QUEUED, NoticeState.QUEUED)
        assert MORNING < mail.next_attempt_at < MORNING + timedelta(minutes=5)

    with smtp_server() as server:
        too_early = send(engine, over(server.port), MORNING + timedelta(seconds=10))
        later = send(engine, over(server.port), MORNING + timedelta(minutes=5))

    assert (too_early.sent, too_early.deferred, too_early.complete) == (0, 40, False)
    assert (later.sent, later.deferred, later.complete) == (40, 0, True)
    assert set(server.taken.values()) == {1}


def test_what_could_not_leave_on_its_day_stays_for_the_sweep_to_supersede(engine):
    put(engine, 3)
    send(engine, over(dead_port()), MORNING.replace(hour=23, minute=59, second=50))

    with smtp_server() as server:
        next_day = send(engine, over(server.port), MORNING + timedelta(days=1))

    assert next_day.sent == 0
    assert not server.taken
    assert count(engine, lambda mail: mail.state is MessageState.DEFERRED) == 3


def test_one_refused_recipient_of_three_does_not_stop_the_others(engine):
    put(engine, 2, THREE)
    with smtp_server(rcpt={"0-thu-truong": "550 5.2.1 mailbox disabled"}) as server:
        done = send(engine, over(server.port))

    assert (done.sent, done.refused) == (2, 0)
    assert sorted(len(line["to"]) for line in server.lines) == [2, 3]
    mail = states(engine)["mail-0"]
    assert mail.state is MessageState.SENT
    assert mail.outcomes["0-thu-truong@haiphong.example"] == "refused"
    assert "550 5.2.1 mailbox disabled" in mail.reason
    assert sorted(mail.outcomes.values()) == ["refused", "sent", "sent"]


def test_a_recipient_put_off_gets_it_later_alone_and_the_others_not_again(engine):
    put(engine, 1, THREE)
    with smtp_server(rcpt={"0-so@": "450 4.2.1 try later", "0-van-thu": "550 no such user"}) as server:
        first = send(engine, over(server.port))
    mail = states(engine)["mail-0"]
    assert (first.deferred, mail.state, mail.reason) == (1, MessageState.DEFERRED, "450 4.2.1 try later")
    assert mail.told == (NoticeState.TOLD, NoticeState.TOLD)

    with smtp_server() as server:
        second = send(engine, over(server.port), MORNING + timedelta(hours=1))

    assert second.sent == 1
    assert [line["to"] for line in server.lines] == [["0-so@haiphong.example"]]
    mail = states(engine)["mail-0"]
    assert (mail.state, mail.attempts) == (MessageState.SENT, 2)
    assert sorted(mail.outcomes.values()) == ["refused", "sent", "sent"]


def test_the_last_address_refused_after_others_were_reached_leaves_the_mail_sent(engine):
    put(engine, 1, THREE)
    with smtp_server(rcpt={"0-so@": "450 try later"}) as server:
        send(engine, over(server.port))
    with smtp_server(rcpt={"0-so@": "550 gone"}) as server:
        send(engine, over(server.port), MORNING + timedelta(hours=1))

    assert states(engine)["mail-0"].state is MessageState.SENT


def test_a_mail_whose_every_recipient_is_refused_is_refused_and_the_run_says_so(engine):
    put(engine, 3)
    with smtp_server(rcpt={"1-": "550 5.7.1 rejected"}) as server:
        done = send(engine, over(server.port))

    assert (done.sent, done.refused, done.complete) == (2, 1, False)
    mail = states(engine)["mail-1"]
    assert (mail.state, mail.reason) == (MessageState.REFUSED, "550 5.7.1 rejected")
    assert mail.told == (NoticeState.QUEUED, NoticeState.QUEUED)


@pytest.mark.parametrize(
    "script", [{"data": "451 later"}, {"body": "452 4.3.1 disk full"}, {"mail": "450 busy"}]
)
def test_a_temporary_refusal_is_tried_again_with_growing_waits(engine, script):
    put(engine, 1)
    waits = []
    with smtp_server(**script, times=2) as server:
        for hour in (8, 9):
            done = send(engine, over(server.port), MORNING.replace(hour=hour))
            waits.append(states(engine)["mail-0"].next_attempt_at - MORNING.replace(hour=hour))
            assert (done.deferred, done.complete) == (1, False)
        last = send(engine, over(server.port), MORNING.replace(hour=10))

    assert (last.sent, states(engine)["mail-0"].attempts) == (1, 3)
    assert timedelta(seconds=29) < waits[0] < timedelta(seconds=65)
    assert timedelta(seconds=59) < waits[1] < timedelta(seconds=125)


def test_a_body_refused_for_good_is_not_tried_again(engine):
    put(engine, 1)
    with smtp_server(body="554 5.6.0 content rejected", times=1) as server:
        done = send(engine, over(server.port))
        again = send(engine, over(server.port), MORNING + timedelta(hours=1))

    assert (done.refused, again.sent) == (1, 0)
    assert states(engine)["mail-0"].reason == "554 5.6.0 content rejected"


def test_421_on_a_kept_connection_is_answered_by_a_new_connection(engine):
    put(engine, 12)
    with smtp_server(per_connection=3) as server:
        done = send(engine, over(server.port), connections=2)

    assert (done.sent, done.complete) == (12, True)
    assert set(server.taken.values()) == {1}


def test_a_server_that_answers_421_to_everything_is_an_outage(engine):
    put(engine, 30)
    with smtp_server(mail="421 4.3.2 shutting down") as server:
        done = send(engine, over(server.port))

    assert (done.sent, done.deferred, done.complete) == (0, 30, False)
    assert "421 4.3.2 shutting down" in done.outage
    assert sum(mail.attempts for mail in states(engine).values()) <= 8


def test_a_connection_closed_in_the_middle_of_data_costs_one_wait_and_no_mail(engine):
    put(engine, 10)
    with smtp_server(hang_up="body", times=1) as server:
        first = send(engine, over(server.port), connections=2)
        second = send(engine, over(server.port), MORNING + timedelta(minutes=10))

    assert (first.sent, first.deferred, second.sent) == (9, 1, 1)
    assert server.taken.total() == len(server.taken) == 10


def test_a_server_that_takes_a_mail_and_hangs_up_gets_it_once_more_under_the_same_id(engine):
    put(engine, 5)
    with smtp_server(hang_up="after", times=1) as server:
        send(engine, over(server.port), connections=1)
        send(engine, over(server.port), MORNING + timedelta(minutes=10))

    assert sorted(server.taken.values()) == [1, 1, 1, 1, 2]
    assert count(engine, lambda mail: mail.state is MessageState.SENT) == 5


def test_a_server_that_allows_two_connections_is_used_over_two(engine):
    put(engine, 20)
    with smtp_server(connections=2) as server:
        done = send(engine, over(server.port), connections=6)

    assert (done.sent, done.complete) == (20, True)
    assert set(server.taken.values()) == {1}


def test_a_server_too_slow_to_answer_is_left_after_the_time_limit(engine):
    put(engine, 2)
    with smtp_server(delay=30) as server:
        done = send(engine, over(server.port, finishing=0.3), connections=2)

    assert (done.sent, done.deferred) == (0, 2)
    assert states(engine)["mail-0"].reason == "Máy chủ thư trả lời quá chậm."


def test_a_slow_server_is_waited_for(engine):
    put(engine, 8)
    with smtp_server(delay=0.05) as server:
        assert send(engine, over(server.port), connections=4).sent == 8


def test_a_greeting_that_refuses_is_an_outage(engine):
    put(engine, 2)
    with smtp_server(greeting="554 no service") as server:
        done = send(engine, over(server.port))

    assert (done.deferred, done.complete) == (2, False)
    assert "554 no service" in done.outage


def test_a_sender_the_server_refuses_is_an_outage_and_no_fault_of_the_mails(engine):
    put(engine, 5)
    with smtp_server(mail="553 5.7.1 sender not owned") as server:
        done = send(engine, over(server.port))

    assert (done.refused, done.deferred) == (0, 5)
    assert "không nhận thư từ địa chỉ dondoc@dondoc.example (553 5.7.1 sender not owned)" in done.outage


def test_a_mail_larger_than_the_server_takes_is_refused_without_sending_it(engine):
    put(engine, 1)
    put_large(engine)
    with smtp_server(size=20_000) as server:
        done = send(engine, over(server.port))

    assert (done.sent, done.refused) == (1, 1)
    assert "máy chủ chỉ nhận đến 20000 byte" in states(engine)["large"].reason


def put_large(engine):
    from tests.notifications.outgoing import mail

    with writing(engine) as session:
        large = mail("large", ("lon@haiphong.example",))
        large.mime += b"x" * 70 + b"\r\n" + (b"y" * 70 + b"\r\n") * 400
        large.agency_id = 1
        session.add(large)


def test_login_is_made_and_a_wrong_password_is_an_outage_that_names_it(engine):
    put(engine, 3)
    with smtp_server(login=True) as server:
        without = send(engine, over(server.port))
        wrong = send(engine, over(server.port, user=LOGIN[0], password="sai"), MORNING.replace(hour=9))
        right = send(engine, over(server.port, user=LOGIN[0], password=LOGIN[1]), MORNING.replace(hour=10))

    assert (without.deferred, wrong.deferred, right.sent) == (3, 3, 3)
    assert "530" in without.outage
    assert "không nhận tên đăng nhập hoặc mật khẩu (535" in wrong.outage
    assert "sai" not in wrong.outage.replace("sai.", "")


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_certificate_is_verified_before_anything_is_sent(engine, tls, tmp_path):
    authority, stranger = trustme.CA(), trustme.CA()
    put(engine, 2)
    certificate = tmp_path / "server.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(certificate)
    for name, issuer in (("good.pem", authority), ("bad.pem", stranger)):
        issuer.cert_pem.write_to_path(tmp_path / name)

    with smtp_server(certificate=str(certificate), tls=tls) as server:
        bad = send(engine, over(server.port, tls=tls, authority=tmp_path / "bad.pem"))
        good = send(
            engine, over(server.port, tls=tls, authority=tmp_path / "good.pem"), MORNING.replace(hour=9)
        )
        named = send(engine, over(server.port, tls=tls, host="localhost", authority=tmp_path / "good.pem"))

    assert (bad.sent, bad.deferred, good.sent) == (0, 2, 2)
    assert "chứng thư không được tin cậy" in bad.outage
    assert named.complete  # nothing left to send


def test_starttls_is_never_skipped_where_the_server_does_not_offer_it(engine):
    put(engine, 1)
    with smtp_server() as server:
        done = send(engine, over(server.port, tls="starttls"))

    assert (done.sent, done.deferred, server.lines) == (0, 1, [])


def test_a_mail_whose_body_is_unreadable_is_put_aside_and_the_rest_go(engine):
    put(engine, 5)
    with writing(engine) as session:
        session.execute(update(Message).where(Message.key == "mail-2").values(mime=b"\x00\xff damaged"))
    with smtp_server() as server:
        done = send(engine, over(server.port))

    assert (done.sent, done.dead, done.complete) == (4, 1, False)
    mail = states(engine)["mail-2"]
    assert (mail.state, mail.told) == (MessageState.DEAD, (NoticeState.QUEUED, NoticeState.QUEUED))
    assert "không đọc được" in mail.reason


def test_only_mails_that_speak_for_today_leave_and_today_is_hanois(engine):
    put(engine, 2)
    just_after_midnight_in_hanoi = (MORNING.replace(hour=0, minute=1)).astimezone(UTC)
    assert just_after_midnight_in_hanoi.day != MORNING.day
    with writing(engine) as session:
        session.execute(update(Message).values(next_attempt_at=just_after_midnight_in_hanoi))
    with smtp_server() as server:
        day_before = send(engine, over(server.port), just_after_midnight_in_hanoi - timedelta(minutes=2))
        day_after = send(engine, over(server.port), MORNING + timedelta(days=1))
        today = send(engine, over(server.port), just_after_midnight_in_hanoi)

    assert (day_before.sent, day_after.sent, today.sent) == (0, 0, 2)


def test_quiet_hours_hold_everything_back_and_say_so(engine):
    put(engine, 2)
    hours = QuietHours.model_validate({"from": "22:00", "to": "06:00"})
    with smtp_server() as server:
        quiet = send(engine, over(server.port), EVENING, quiet_hours=(hours,))
        loud = send(engine, over(server.port), MORNING, quiet_hours=(hours,))

    assert (quiet.sent, quiet.quiet, loud.sent, loud.quiet) == (0, True, 2, False)


def test_a_limit_is_kept_over_all_connections(engine):
    put(engine, 20)
    with smtp_server() as server:
        done = send(engine, over(server.port), limit=7, connections=4)

    assert (done.sent, server.taken.total()) == (7, 7)


def test_a_rate_is_kept_over_runs(engine, monkeypatch):
    monkeypatch.setattr(delivery, "PAUSE", 0.01)
    put(engine, 10)
    asked = iter(range(1_000_000))
    with smtp_server() as server:
        started = MORNING.timestamp()

        def clock():  # a second passes each time it is asked
            return MORNING + timedelta(seconds=next(asked))

        for limit in (2, 8):
            delivery.deliver(
                engine, over(server.port), clock, delivery.Options(rate=4, connections=2, limit=limit)
            )

    moments = sorted(mail.sent_at.timestamp() - started for mail in states(engine).values())
    assert len(moments) == 10
    for early, late in zip(moments, moments[4:], strict=False):
        assert late - early >= 60 - 4  # a mail is settled a few ticks after its place in the rate was taken


def test_a_run_asked_to_stop_leaves_nothing_claimed(engine):
    put(engine, 20)
    seen = []
    with smtp_server() as server:
        done = send(engine, over(server.port), progress=seen.append, stop=lambda: len(seen) >= 5)

    assert 5 <= done.sent < 20
    assert server.taken.total() == done.sent
    assert count(engine, lambda mail: mail.state is MessageState.CLAIMED) == 0
    assert [step.sent for step in seen] == list(range(1, done.sent + 1))

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from catalog.days import day_of
from notifications.delivering.outbox_queries import Wanted, find, notices_of, plain_text, purge, read, retry
from tasks.database import reading, writing
from tasks.errors import ConflictError, NotFoundError
from tasks.models import Message, MessageState, Notice, NoticeState
from tests.notifications.outgoing import MORNING, over, put, send, states
from tests.smtp_server import smtp_server

TODAY = day_of(MORNING)
NEXT_DAY = MORNING + timedelta(days=1)


@pytest.fixture
def settled(engine):
    """Five mails: two sent, one of them to two of three; one refused, one dead, one still planned."""
    put(engine, 5, ("a@haiphong.example", "b@haiphong.example", "c@haiphong.example"))
    outcome = {"0-b": "550 no", "2-": "550 no"}
    with writing(engine) as session:
        session.execute(update(Message).where(Message.key == "mail-3").values(mime=b"damaged"))
        session.execute(update(Message).where(Message.key == "mail-4").values(next_attempt_at=NEXT_DAY))
        session.execute(update(Message).where(Message.key == "mail-1").values(kinds=["assignment"]))
    with smtp_server(rcpt=outcome) as server:
        send(engine, over(server.port))
    return engine


def keys(engine, **wanted):
    with reading(engine) as session:
        return [message.key for message in find(session, Wanted(**wanted), 10).items]


def test_pages_are_the_newest_first_and_know_the_total(settled):
    with reading(settled) as session:
        page = find(session, Wanted(), limit=2, offset=1)

        assert page.total == 5
        assert [message.key for message in page.items] == ["mail-3", "mail-2"]
        assert page.items[0].agency.code == "so-ngoai-vu"
        assert len(page.items[0].recipients) == 3


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"status": MessageState.SENT}, ["mail-1", "mail-0"]),
        ({"status": MessageState.DEAD}, ["mail-3"]),
        ({"kind": "assignment"}, ["mail-1"]),
        ({"kind": "assign"}, []),
        ({"kind": "over_ue"}, []),
        ({"kind": "overdue", "status": MessageState.REFUSED}, ["mail-2"]),
        ({"since": TODAY}, [f"mail-{number}" for number in (4, 3, 2, 1, 0)]),
        ({"since": day_of(NEXT_DAY)}, []),
        ({"decision": "khong-co"}, []),
    ],
)
def test_each_thing_asked_narrows(settled, wanted, found):
    assert keys(settled, **wanted) == found


def test_one_mail_is_read_whole_by_key_or_message_id(settled):
    with reading(settled) as session:
        message = read(session, "mail-0")

        assert read(session, message.message_id) is message
        assert plain_text(message.mime) == "Kính gửi cơ quan,\n.\nHết"
        assert [notice.kind for notice in notices_of(session, message)] == ["reminder", "overdue"]
        with pytest.raises(NotFoundError, match="không có thư «mail-9»"):
            read(session, "mail-9")


def test_a_retry_sends_what_failed_today_and_a_sent_mail_only_to_who_was_refused(settled):
    with writing(settled) as session:
        retried = retry(session, ["mail-0", "mail-2"], Wanted(), MORNING)
    with smtp_server() as server:
        done = send(settled, over(server.port))

    assert (retried.waiting, retried.recomposed, done.sent) == (2, 0, 2)
    assert sorted(len(line["to"]) for line in server.lines) == [1, 3]
    assert {key: mail.state for key, mail in states(settled).items() if key in {"mail-0", "mail-2"}} == {
        "mail-0": MessageState.SENT,
        "mail-2": MessageState.SENT,
    }


def test_a_retry_without_names_takes_todays_failures(settled):
    with writing(settled) as session:
        assert retry(session, [], Wanted(status=MessageState.REFUSED), MORNING).waiting == 1
    with writing(settled) as session:
        assert retry(session, [], Wanted(), NEXT_DAY).recomposed == 0


def test_a_retry_after_its_day_gives_the_notices_back_to_the_sweep(settled):
    with writing(settled) as session:
        retried = retry(session, ["mail-2"], Wanted(), NEXT_DAY)

    assert (retried.waiting, retried.recomposed) == (0, 1)
    assert states(settled)["mail-2"].state is MessageState.SUPERSEDED
    with reading(settled) as session:
        given_back = session.scalars(select(Notice).where(Notice.message_id.is_(None))).all()
        assert [(notice.key, notice.state) for notice in given_back] == [
            ("reminder:2", NoticeState.PENDING),
            ("overdue:2", NoticeState.PENDING),
        ]


@pytest.mark.parametrize("key", ["mail-1", "mail-4"])
def test_a_mail_that_did_not_fail_is_not_sent_again(settled, key):
    with writing(settled) as session, pytest.raises(ConflictError, match=f"«{key}»"):
        retry(session, [key], Wanted(), MORNING)


def test_a_purge_empties_old_settled_mails_and_keeps_the_proof(settled):
    with writing(settled) as session:
        assert purge(session, TODAY) == 0
    with writing(settled) as session:
        emptied = purge(session, day_of(NEXT_DAY))

    assert emptied == 4
    with reading(settled) as session:
        assert read(session, "mail-4").mime  # still to be sent
        proof = read(session, "mail-1")
        assert (proof.mime, plain_text(proof.mime)) == (b"", "")
        assert (proof.subject, proof.sent_at is not None) == ("Việc đến hạn", True)
        assert [recipient.outcome for recipient in proof.recipients] == ["sent"] * 3
    with writing(settled) as session:
        assert purge(session, day_of(NEXT_DAY)) == 0

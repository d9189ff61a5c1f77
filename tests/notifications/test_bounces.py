import mailbox
import socketserver
import threading
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from notifications.delivering.bounces import Bounce, mark, read_report
from notifications.delivering.mailboxes import (
    ImapMailbox,
    UnreachableMailboxError,
    unseen_in_maildir,
    unseen_over_imap,
)
from notifications.mime import message_id
from tasks.database import reading, writing
from tasks.models import Agency, Contact, ContactRole
from tests.notifications.outgoing import MORNING, SENDER, over, put, send, states
from tests.smtp_server import smtp_server

ADDRESS = "0-co-quan@haiphong.example"
OURS = message_id("mail-0", SENDER)
REPORTED = datetime(2025, 9, 8, 1, 30, tzinfo=UTC)
NOW = MORNING + timedelta(hours=2)


def report(address=ADDRESS, header=OURS, action="failed", status="5.1.1"):
    """A report as Postfix writes it."""
    return f"""\
Date: Mon, 08 Sep 2025 08:30:00 +0700
From: MAILER-DAEMON@mx.haiphong.example
To: {SENDER}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="xx"

--xx
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--xx
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.haiphong.example
Arrival-Date: Mon, 08 Sep 2025 08:00:01 +0700

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Remote-MTA: dns; mail.haiphong.example
Diagnostic-Code: smtp; 550 5.1.1 <{address}>: Recipient address
    rejected: User unknown

--xx
Content-Type: message/rfc822

Message-ID: {header}
Subject: Nhac viec

Kinh gui
--xx--
""".encode()


@pytest.fixture
def sent(engine):
    """A mail that a server took for an agency that has two addresses."""
    put(engine, 1, ("co-quan@haiphong.example",))
    with writing(engine) as session:
        agency = session.scalars(select(Agency)).one()
        agency.contacts = [
            Contact(role=ContactRole.OFFICER, email=ADDRESS.upper()),
            Contact(role=ContactRole.HEAD, email="thu-truong@haiphong.example"),
        ]
    with smtp_server() as server:
        assert send(engine, over(server.port)).sent == 1
    return engine


def contacts(engine):
    with reading(engine) as session:
        return {c.email.lower(): (c.bounced_at, c.bounce_reason) for c in session.scalars(select(Contact))}


def marking(engine, raw, now=NOW):
    with writing(engine) as session:
        return mark(session, read_report(raw), now)


def test_a_report_is_read_with_address_mail_reason_and_day():
    assert read_report(report()) == (
        Bounce(
            ADDRESS, OURS, f"5.1.1 550 5.1.1 <{ADDRESS}>: Recipient address rejected: User unknown", REPORTED
        ),
    )


def test_only_the_headers_of_the_mail_may_come_back():
    raw = report().replace(b"Content-Type: message/rfc822", b"Content-Type: text/rfc822-headers")

    assert [bounce.message_id for bounce in read_report(raw)] == [OURS]


@pytest.mark.parametrize("raw", [report(action="delayed"), b"Subject: xin chao\n\nhi", b"", b"\xff\x00"])
def test_delays_and_other_mails_are_no_bounces(raw):
    assert read_report(raw) == ()


def test_a_bounce_marks_the_address_once_and_leaves_the_others(sent):
    first = marking(sent, report())
    again = marking(sent, report())

    assert (first.marked, first.known, again.marked, again.known) == ((ADDRESS,), 0, (), 1)
    marked = contacts(sent)
    assert marked[ADDRESS][0] == REPORTED
    assert "User unknown" in marked[ADDRESS][1]
    assert marked["thu-truong@haiphong.example"] == (None, "")
    assert states(sent)["mail-0"].outcomes == {ADDRESS: "refused"}


def test_an_address_mended_since_is_not_marked_again_by_the_old_report(sent):
    marking(sent, report())
    with writing(sent) as session:
        for contact in session.scalars(select(Contact)):
            contact.bounced_at = None

    marking(sent, report())

    assert contacts(sent)[ADDRESS][0] is None


@pytest.mark.parametrize(
    "raw",
    [report(header="<forged@elsewhere.example>"), report(address="thu-truong@haiphong.example")],
)
def test_a_report_about_no_mail_of_ours_marks_nothing(sent, raw):
    done = marking(sent, raw)

    assert (done.marked, done.foreign) == ((), 1)
    assert all(at is None for at, _ in contacts(sent).values())


def test_an_address_the_server_does_not_know_is_marked_while_sending(engine):
    put(engine, 2, ("co-quan@haiphong.example",))
    with writing(engine) as session:
        session.scalars(select(Agency)).one().contacts = [
            Contact(role=role, email=f"{number}-co-quan@haiphong.example")
            for number, role in enumerate(ContactRole)
        ]
    with smtp_server(rcpt={"0-": "550 5.1.1 unknown", "1-": "550 5.7.1 not allowed"}) as server:
        send(engine, over(server.port))

    marked = contacts(engine)
    assert marked[ADDRESS][1] == "550 5.1.1 unknown"
    assert marked["1-co-quan@haiphong.example"] == (None, "")


def test_a_maildir_is_read_once_and_nothing_is_deleted(tmp_path):
    folder = mailbox.Maildir(tmp_path / "thu-bao-loi")
    for number in range(3):
        folder.add(report(address=f"{number}@haiphong.example"))

    first = list(unseen_in_maildir(tmp_path / "thu-bao-loi"))
    second = list(unseen_in_maildir(tmp_path / "thu-bao-loi"))

    assert sorted(bounce.address for raw in first for bounce in read_report(raw)) == [
        f"{number}@haiphong.example" for number in range(3)
    ]
    assert second == []
    assert len(mailbox.Maildir(tmp_path / "thu-bao-loi")) == 3


def test_what_was_not_dealt_with_stays_unseen_in_the_maildir(tmp_path):
    mailbox.Maildir(tmp_path / "m").add(report())

    next(unseen_in_maildir(tmp_path / "m"))  # and the reader dies

    assert len(list(unseen_in_maildir(tmp_path / "m"))) == 1


def test_a_folder_that_is_no_maildir_is_named(tmp_path):
    with pytest.raises(UnreachableMailboxError, match="thiếu thư mục con new"):
        list(unseen_in_maildir(tmp_path))


class Imap(socketserver.StreamRequestHandler):
    """As much of an IMAP server as reading unseen mails takes."""

    def handle(self):
        say = lambda line: self.wfile.write(line + b"\r\n")  # noqa: E731  # said often
        seen = self.server.seen
        say(b"* OK ready")
        while line := self.rfile.readline():
            tag, verb, *rest = line.split()
            arguments = b" ".join(rest)
            if verb == b"CAPABILITY":
                say(b"* CAPABILITY IMAP4rev1")
            elif verb == b"LOGIN" and arguments != b'hop-thu "mat-khau"':
                say(tag + b" NO wrong password")
                continue
            elif arguments.startswith(b"SEARCH"):
                say(b"* SEARCH " + b" ".join(uid for uid in (b"7", b"9") if uid not in seen))
            elif arguments.startswith(b"FETCH"):
                raw = report(address=f"{rest[1].decode()}@haiphong.example")
                say(b"* 1 FETCH (UID %s BODY[] {%d}" % (rest[1], len(raw)))
                self.wfile.write(raw)
                say(b")")
            elif arguments.startswith(b"STORE"):
                seen.add(rest[1])
            elif verb == b"SELECT":
                say(b"* 2 EXISTS")
            say(tag + b" OK done")


@pytest.fixture
def imap():
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Imap)
    server.seen = set()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def test_an_imap_mailbox_is_read_once(imap):
    at = ImapMailbox("127.0.0.1", "hop-thu", "mat-khau", imap, plain=True)

    first, second = list(unseen_over_imap(at)), list(unseen_over_imap(at))

    assert [bounce.address for raw in first for bounce in read_report(raw)] == [
        "7@haiphong.example",
        "9@haiphong.example",
    ]
    assert second == []


def test_an_imap_mailbox_that_refuses_is_named_without_its_password(imap):
    at = ImapMailbox("127.0.0.1", "hop-thu", "sai-mat-khau", imap, plain=True)

    with pytest.raises(UnreachableMailboxError, match="hop-thu trên 127") as refused:
        list(unseen_over_imap(at))
    assert "sai-mat-khau" not in str(refused.value) + repr(at)


def test_a_returned_mail_written_by_the_library_is_read_too(sent):
    original = EmailMessage()
    original["Message-ID"] = OURS
    original.set_content("x")
    wrapped = report().replace(
        b"Message-ID: " + OURS.encode() + b"\nSubject: Nhac viec\n\nKinh gui", original.as_bytes()
    )

    assert marking(sent, wrapped).marked == (ADDRESS,)

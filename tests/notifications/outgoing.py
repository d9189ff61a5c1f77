"""Mails ready to leave, put straight into the outbox for tests of what happens next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, select

from catalog.days import HANOI, day_of
from dondoc.clock import running_from
from notifications.delivering.delivery import Delivery, Options, deliver
from notifications.delivering.smtp import SmtpServer
from notifications.delivering.transport import Transport
from notifications.mime import Envelope, Mailbox, build, message_id
from tasks.database import reading, writing
from tasks.models import Agency, Message, MessageState, Notice, NoticeState, Recipient, Stream

MORNING = datetime(2025, 9, 8, 8, 0, tzinfo=HANOI)
SENDER = "dondoc@dondoc.example"


@dataclass(frozen=True)
class State:
    """What the outbox says of one mail."""

    state: MessageState
    attempts: int
    reason: str
    outcomes: dict[str, str]
    told: tuple[NoticeState, ...]
    next_attempt_at: datetime
    sent_at: datetime | None


def put(
    engine: Engine,
    count: int,
    to: tuple[str, ...] = ("co-quan@haiphong.example",),
    first: int = 0,
    **columns: Any,
) -> None:
    """Queue `count` mails with keys mail-0, mail-1 … from `first`, two notices each; the first name of an address gets the number."""
    with writing(engine) as session:
        agency = session.scalar(select(Agency)) or Agency(
            directory="hai-phong",
            code="so-ngoai-vu",
            name="Sở Ngoại vụ",
            kind="so",
            sort_key="x",
            search_key="x",
        )
        session.add(agency)
        session.flush()
        for number in range(first, first + count):
            message = mail(f"mail-{number}", tuple(f"{number}-{address}" for address in to), **columns)
            message.agency_id = agency.id
            session.add(message)
            session.flush()
            session.add_all(
                Notice(
                    key=f"{kind}:{number}", kind=kind, stream=Stream.ROUTINE, agency_id=agency.id,
                    on_day=message.speaks_for, state=NoticeState.QUEUED, message_id=message.id,
                )
                for kind in ("reminder", "overdue")
            )  # fmt: skip


def mail(key: str, to: tuple[str, ...], day: date = day_of(MORNING), **columns: Any) -> Message:
    header = message_id(key, SENDER)
    envelope = Envelope(
        sender=Mailbox("Đôn đốc nhiệm vụ", SENDER), to=tuple(Mailbox("", address) for address in to),
        subject="Việc đến hạn", text="Kính gửi cơ quan,\n.\nHết\n", html="<p>Kính gửi cơ quan</p>",
        message_id=header, date=MORNING, list_id="routine.dondoc.example",
    )  # fmt: skip
    values = {
        "key": key, "stream": Stream.ROUTINE, "kinds": ["overdue", "reminder"], "subject": envelope.subject,
        "message_id": header, "mime": build(envelope), "speaks_for": day, "next_attempt_at": MORNING,
        "created_at": MORNING,
    }  # fmt: skip
    message = Message(**(values | columns))
    message.recipients = [Recipient(address=address) for address in to]
    return message


def send(engine: Engine, transport: Transport, at: datetime = MORNING, **options: Any) -> Delivery:
    """Deliver with a clock that shows `at` and runs."""
    return deliver(engine, transport, running_from(at), Options(**options))


def over(port: int, **settings: Any) -> SmtpServer:
    """A transport to a server of the tests."""
    return SmtpServer(**({"host": "127.0.0.1", "port": port, "tls": "none", "sender": SENDER} | settings))


def states(engine: Engine) -> dict[str, State]:
    """Every mail of the outbox by its key."""
    with reading(engine) as session:
        return {
            message.key: State(
                message.state, message.attempts, message.reason,
                {recipient.address: recipient.outcome for recipient in message.recipients},
                tuple(session.scalars(select(Notice.state).where(Notice.message_id == message.id))),
                message.next_attempt_at, message.sent_at,
            )
            for message in session.scalars(select(Message))
        }  # fmt: skip


def count(engine: Engine, which: Callable[[State], bool]) -> int:
    return sum(map(which, states(engine).values()))

"""Makes one outbox message of what was rendered: its recipients of today, its key, its bytes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import String, Table, bindparam, insert, literal, select
from sqlalchemy.orm import Session

from notifications.content.contexts import Context
from notifications.content.rendering import render, render_subject
from notifications.mime import Envelope, Mailbox, build, mailbox, message_id
from tasks.among import among_given
from tasks.keys import message_key
from tasks.models import Agency, Contact, ContactRole, Message, MessageState, Recipient, Stream

NO_ADDRESS = "Cơ quan chưa có địa chỉ thư dùng được trong danh bạ."


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every mail of this installation has in common. `base_url` has no slash at its end."""

    sender: Mailbox
    base_url: str
    rehearsal: bool = False  # then only subjects are made: nothing is ever sent of a rehearsal

    @property
    def domain(self) -> str:
        """The sender's domain, which Message-ID and List-Id are made of."""
        return self.sender.address.rpartition("@")[2]


def read_letterhead(mail_from: str, base_url: str) -> Letterhead:
    """Return the letterhead that the settings name. Raises ValueError when the sender cannot be used."""
    return Letterhead(mailbox(mail_from), base_url.rstrip("/"))


@dataclass(frozen=True, slots=True)
class Addressee:
    """One agency with its usable addresses by role; a bounced address is not usable."""

    id: int
    code: str
    name: str
    directory: str
    officers: tuple[Mailbox, ...]
    heads: tuple[Mailbox, ...]

    def mailboxes(self, *, officer: bool, head: bool) -> tuple[Mailbox, ...]:
        """Return whom to write to; where the wanted role has no address, the agency's other one."""
        wanted = (self.officers if officer else ()) + (self.heads if head else ())
        return wanted or self.officers or self.heads


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to be queued: who, on which day, in which stream, about what, and what it says."""

    addressee: Addressee
    stream: Stream
    speaks_for: date
    kinds: tuple[str, ...]
    about: tuple[str, ...]
    template: str
    mail: Context
    officer: bool = True
    head: bool = False
    decision_id: int | None = None
    key: str = ""  # only a transactional mail has one of its own
    calendar: Callable[[], bytes] | None = None  # made only for a mail that is really written


_MESSAGES, _RECIPIENTS = cast("Table", Message.__table__), cast("Table", Recipient.__table__)
_ADDRESSED = insert(_RECIPIENTS).from_select(
    ["message_id", "address", "outcome", "reply"],
    select(_MESSAGES.c.id, bindparam("to_address", type_=String), literal(""), literal("")).where(
        _MESSAGES.c.key == bindparam("of_key")
    ),
)

_USABLE = (
    select(Contact.agency_id, Contact.role, Contact.name, Contact.email)
    .where(among_given(Contact.agency_id, "agencies"), Contact.bounced_at.is_(None))
    .order_by(Contact.id)
)
_NAMED = select(Agency.id, Agency.code, Agency.name, Agency.directory).where(
    among_given(Agency.id, "agencies")
)


def addressees(session: Session, agency_ids: Iterable[int]) -> dict[int, Addressee]:
    """Return the agencies with the addresses they have today, in two statements."""
    wanted = sorted(set(agency_ids))
    contacts: dict[int, dict[ContactRole, list[Mailbox]]] = {}
    for agency, role, name, email in session.execute(_USABLE, {"agencies": wanted}).tuples():
        contacts.setdefault(agency, {each: [] for each in ContactRole})[role].append(Mailbox(name, email))
    found = {}
    for row in session.execute(_NAMED, {"agencies": wanted}):
        roles = contacts.get(row.id, {})
        officers, heads = (tuple(roles.get(role, ())) for role in (ContactRole.OFFICER, ContactRole.HEAD))
        found[row.id] = Addressee(row.id, row.code, row.name, row.directory, officers, heads)
    return found


@dataclass(frozen=True, slots=True)
class Composed:
    """A mail ready to be stored: its columns, and its recipients' addresses."""

    columns: dict[str, Any]
    addresses: tuple[str, ...]

    @property
    def state(self) -> MessageState:
        state: MessageState = self.columns["state"]
        return state


def compose(letter: Letter, letterhead: Letterhead, now: datetime) -> Composed:
    """Return the mail of a letter. Without a usable address it is skipped, with the reason, and kept to be seen."""
    whom = letter.addressee
    key = letter.key or message_key(letter.stream.value, whom.directory, whom.code, letter.speaks_for)
    to = letter.addressee.mailboxes(officer=letter.officer, head=letter.head)
    header = message_id(key, letterhead.sender.address)
    if letterhead.rehearsal:
        subject, mime = render_subject(letter.template, letter.mail), b""
    else:
        subject, mime = _written(letter, to, header, letterhead, now)
    columns = _columns(whom, letter.stream, letter.speaks_for, key, now) | {
        "decision_id": letter.decision_id,
        "kinds": list(letter.kinds),
        "about": list(letter.about),
        "subject": subject,
        "message_id": header,
        "mime": mime,
        "state": MessageState.PLANNED if to else MessageState.SKIPPED,
        "reason": "" if to else NO_ADDRESS,
    }
    return Composed(columns, tuple(dict.fromkeys(box.address for box in to)))


def failed(addressee: Addressee, stream: Stream, day: date, now: datetime, error: Exception) -> Composed:
    """Return the record of a mail whose template raised: dead, shown in the outbox with what was wrong."""
    key = message_key(stream.value, addressee.directory, addressee.code, day)
    columns = _columns(addressee, stream, day, key, now) | {
        "subject": "(không soạn được thư)",
        "message_id": message_id(key, f"@{addressee.code}"),
        "state": MessageState.DEAD,
        "reason": f"Mẫu thư có lỗi: {type(error).__name__}: {error}",
    }
    return Composed(columns, ())


def store(session: Session, mails: Sequence[Composed]) -> None:
    """Insert the mails and their recipients.

    Nothing is returned row by row, so that both drivers send the rows one behind the other and wait once.
    """
    if not mails:
        return
    session.connection().execute(insert(_MESSAGES), [mail.columns for mail in mails])
    rows = [
        {"of_key": mail.columns["key"], "to_address": address} for mail in mails for address in mail.addresses
    ]
    if rows:
        session.connection().execute(_ADDRESSED, rows)


def _columns(whom: Addressee, stream: Stream, day: date, key: str, now: datetime) -> dict[str, Any]:
    return {
        "key": key,
        "stream": stream,
        "agency_id": whom.id,
        "decision_id": None,
        "kinds": [],
        "about": [],
        "mime": b"",
        "speaks_for": day,
        "attempts": 0,
        "next_attempt_at": now,
        "created_at": now,
    }


def _written(
    letter: Letter, to: tuple[Mailbox, ...], header: str, letterhead: Letterhead, now: datetime
) -> tuple[str, bytes]:
    rendered = render(letter.template, letter.mail)
    envelope = Envelope(
        sender=letterhead.sender,
        to=to,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        message_id=header,
        date=now,
        list_id=f"{letter.stream.value.replace('_', '-')}.{letterhead.domain}",
        calendar=letter.calendar() if letter.calendar else None,
    )
    return rendered.subject, build(envelope)

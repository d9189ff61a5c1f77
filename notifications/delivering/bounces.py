"""Mails that came back: reads delivery-status reports (RFC 3464), marks the address and says which mail it was.

Only a report about a mail of ours, to an address that mail went to, marks anything: anybody can write a report.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message as Mail
from email.utils import parsedate_to_datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.models import Contact, Message, Recipient

BOUNCED = "refused"  # the outcome of a recipient, whether refused at once or reported later
_LONGEST_REASON = 500  # characters


@dataclass(frozen=True, slots=True)
class Bounce:
    """One address that a mail could not be brought to, for good. `at` is the report's own date, None where it names none."""

    address: str
    message_id: str
    reason: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Marked:
    """What reading reports did: addresses newly marked, bounces known before, and reports that concern no mail of ours."""

    marked: tuple[str, ...]
    known: int
    foreign: int


def read_report(raw: bytes) -> tuple[Bounce, ...]:
    """Return the addresses that a mail reports as failed for good; none for any other mail, delays included."""
    report = message_from_bytes(raw)
    status = _part(report, "message/delivery-status")
    original = _part(report, "message/rfc822") or _part(report, "text/rfc822-headers")
    if report.get_content_type() != "multipart/report" or status is None or original is None:
        return ()
    message_id = _original_id(original)
    if not message_id:
        return ()
    at = _date(report)
    return tuple(
        Bounce(address, message_id, _reason(block), at)
        for block in _blocks(status)
        if block.get("Action", "").strip().lower() == "failed" and (address := _recipient(block))
    )


def mark(session: Session, bounces: Iterable[Bounce], now: datetime) -> Marked:
    """Mark the contacts and recipients that the bounces name; saying it twice changes nothing."""
    marked: list[str] = []
    known = foreign = 0
    for bounce in bounces:
        recipient = session.scalar(
            select(Recipient)
            .join(Message)
            .where(
                Message.message_id == bounce.message_id,
                func.lower(Recipient.address) == bounce.address.lower(),
            )
        )
        if recipient is None:
            foreign += 1
        elif _mark(session, recipient, bounce, now):
            marked.append(recipient.address)
        else:
            known += 1
    return Marked(tuple(marked), known, foreign)


def _mark(session: Session, recipient: Recipient, bounce: Bounce, now: datetime) -> bool:
    """Return whether anything was not known yet."""
    at = min(bounce.at, now) if bounce.at else now
    news = recipient.outcome != BOUNCED
    recipient.outcome, recipient.reply = BOUNCED, recipient.reply if not news else bounce.reason
    for contact in session.scalars(
        select(Contact).where(func.lower(Contact.email) == bounce.address.lower())
    ):
        if contact.bounced_at is None and news:  # one that was mended since stays mended
            contact.bounced_at, contact.bounce_reason = at, bounce.reason
    return news


def _part(report: Mail, kind: str) -> Mail | None:
    return next((part for part in report.walk() if part.get_content_type() == kind), None)


def _blocks(status: Mail) -> Iterator[Mail]:
    """Yield the groups of fields, one for each recipient; the first is about the whole mail and names none."""
    payload = status.get_payload()
    for block in payload if isinstance(payload, list) else []:
        if isinstance(block, Mail):
            yield block


def _original_id(part: Mail) -> str:
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else message_from_bytes(str(payload).encode())
    found = inner.get("Message-ID") if isinstance(inner, Mail) else None
    return str(found).strip() if found else ""


def _recipient(block: Mail) -> str:
    for field in ("Original-Recipient", "Final-Recipient"):
        kind, _, address = str(block.get(field, "")).partition(";")
        if kind.strip().lower() == "rfc822" and "@" in address:
            return address.strip().strip("<>")
    return ""


def _reason(block: Mail) -> str:
    code = str(block.get("Status", "")).strip()
    words = " ".join(str(block.get("Diagnostic-Code", "")).partition(";")[2].split())
    readable = "".join(c if c.isprintable() else "?" for c in f"{code} {words}".strip())
    return readable[:_LONGEST_REASON]


def _date(report: Mail) -> datetime | None:
    try:
        at = parsedate_to_datetime(str(report["Date"]))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)

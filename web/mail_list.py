"""A page of the outbox, found by state, kind, day and words of the subject or the agency."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import String, cast, func, or_, select
from sqlalchemy.orm import Session, selectinload

from catalog.text import search_key
from tasks.models import Agency, Message, MessageState

MOST_COUNTED = 10_000  # mails


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which mails: each that is given narrows. `on` is the day a mail speaks for; `until` the last such day."""

    until: date
    state: MessageState | None = None
    kind: str | None = None
    on: date | None = None
    search: str = ""
    agency_id: int | None = None


@dataclass(frozen=True, slots=True)
class Mails:
    """One page of mails, and how many there are; more than `total` where it is only `at_least` so many."""

    items: list[Message]
    total: int
    at_least: bool


def find_mails(session: Session, wanted: Wanted, limit: int, offset: int) -> Mails:
    """Return one page of the mails, the newest first, without their bodies; they are counted as far as MOST_COUNTED."""
    met = _conditions(wanted)
    most = max(MOST_COUNTED, offset + limit)
    counted = select(Message.id).where(*met).limit(most + 1).subquery()
    total = session.scalar(select(func.count()).select_from(counted)) or 0
    rows = (
        select(Message)
        .where(*met)
        .order_by(Message.speaks_for.desc(), Message.id.desc())
        .limit(limit)
        .offset(offset)
        .options(selectinload(Message.agency), selectinload(Message.recipients))
    )
    return Mails(list(session.scalars(rows)), min(total, most), total > most)


def _conditions(wanted: Wanted) -> list[Any]:
    met: list[Any] = [Message.speaks_for <= wanted.until]
    if wanted.state is not None:
        met.append(Message.state == wanted.state)
    if wanted.agency_id is not None:
        met.append(Message.agency_id == wanted.agency_id)
    if wanted.on is not None:
        met.append(Message.speaks_for == wanted.on)
    if wanted.kind is not None:  # a JSON list of words, which both databases can show as text
        met.append(cast(Message.kinds, String).contains(f'"{wanted.kind}"', autoescape=True))
    key = search_key(wanted.search)
    if key:
        named = select(Agency.id).where(Agency.search_key.contains(key))
        subject = Message.subject.contains(wanted.search.strip(), autoescape=True)
        met.append(or_(Message.agency_id.in_(named), subject))
    return met

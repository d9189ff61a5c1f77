"""How many mails left on which day and what they told: the figures of the portal's first page."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.models import Message, MessageState, Notice

HELD_BACK = (
    MessageState.REFUSED,
    MessageState.DEAD,
    MessageState.DEFERRED,
)  # what did not leave and should have


@dataclass(slots=True)
class MailDay:
    """One day's mails that were sent; `kinds` counts the mails that carry each kind of notice."""

    day: date
    mails: int
    kinds: dict[str, int] = field(default_factory=dict)


def mails_by_day(session: Session, first: date, last: date) -> list[MailDay]:
    """Return the days from `first` to `last`, both inclusive, on which mails were sent, the newest first."""
    sent = (Message.state == MessageState.SENT, Message.speaks_for.between(first, last))
    days = {
        day: MailDay(day, mails)
        for day, mails in session.execute(
            select(Message.speaks_for, func.count()).where(*sent).group_by(Message.speaks_for)
        ).tuples()
    }
    by_kind = (
        select(Message.speaks_for, Notice.kind, func.count(Message.id.distinct()))
        .join(Notice, Notice.message_id == Message.id)
        .where(*sent)
        .group_by(Message.speaks_for, Notice.kind)
    )
    for day, kind, mails in session.execute(by_kind).tuples():
        days[day].kinds[kind] = mails
    return sorted(days.values(), key=lambda entry: entry.day, reverse=True)


def held_back(session: Session, today: date) -> int:
    """Return how many mails of `today` were refused, are dead, or wait to be tried again."""
    counted = select(func.count()).where(Message.speaks_for == today, Message.state.in_(HELD_BACK))
    return session.scalar(counted) or 0

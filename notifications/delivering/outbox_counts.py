"""How many mails left on which day and what they told: the figures of the portal's first page."""

from dataclasses import dataclass, field
from datetime import date
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tasks.database import is_steady
from tasks.models import Message, MessageState, Notice

HELD_BACK = (
    MessageState.REFUSED,
    MessageState.DEAD,
    MessageState.DEFERRED,
)  # what did not leave and should have

_counted: WeakKeyDictionary[Engine, dict[date, tuple[int, dict[str, int]]]] = WeakKeyDictionary()


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
    known = _known(session)
    unknown = [day for day, entry in days.items() if known.get(day, (0, {}))[0] != entry.mails]
    by_kind = (
        select(Message.speaks_for, Notice.kind, func.count(Message.id.distinct()))
        .join(Notice, Notice.message_id == Message.id)
        .where(Message.state == MessageState.SENT, Message.speaks_for.in_(unknown))
        .group_by(Message.speaks_for, Notice.kind)
    )
    if unknown:
        for day, kind, mails in session.execute(by_kind).tuples():
            days[day].kinds[kind] = mails
        known.update({day: (days[day].mails, days[day].kinds) for day in unknown})
    for day, entry in days.items():
        entry.kinds = known[day][1]
    return sorted(days.values(), key=lambda entry: entry.day, reverse=True)


def _known(session: Session) -> dict[date, tuple[int, dict[str, int]]]:
    """Return what this process has counted of each day: as long as a day has as many mails, they tell the same."""
    if not is_steady(session):
        return {}
    return _counted.setdefault(session.get_bind().engine, {})


def held_back(session: Session, today: date) -> int:
    """Return how many mails of `today` were refused, are dead, or wait to be tried again."""
    counted = select(func.count()).where(Message.speaks_for == today, Message.state.in_(HELD_BACK))
    return session.scalar(counted) or 0

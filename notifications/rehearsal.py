"""Plays a half-year with the real sweep on a copy in memory: what would be sent, day by day, before anything is.

Nothing of the real database is written and nothing is sent; a mail counts as delivered on its day.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Engine, literal, select, update
from sqlalchemy.orm import Session

from catalog.days import HANOI
from notifications.mailing import Letterhead
from notifications.sweep import sweep
from tasks.acting import act
from tasks.database import open_engine, writing
from tasks.models import Agency, Base, Message, MessageState, Notice, NoticeState
from tasks.scenario import Scenario

MORNING, AFTERNOON = time(8), time(14)  # the sweep, and when the agencies of a scenario act; Asia/Ho_Chi_Minh


@dataclass(frozen=True, slots=True)
class RehearsedMessage:
    """One mail as it would be sent: to which agency, what kinds of notices, its subject, tasks and rounds it is about."""

    agency: str
    kinds: tuple[str, ...]
    subject: str
    about: tuple[str, ...]
    directory: str


@dataclass(frozen=True, slots=True)
class RehearsedDay:
    """One day and its mails."""

    on: date
    working: bool
    messages: tuple[RehearsedMessage, ...]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What to play: the days, both inclusive, and how the agencies behave."""

    start: date
    end: date
    scenario: Scenario


_PLAYS_NO_PART = {
    "api_tokens", "api_writes", "attachments", "attempts", "calendar_feeds", "deeds", "form_receipts", "identities",
    "import_drafts", "recipients", "sign_in_links", "sign_ins", "webhook_deliveries", "webhooks",
}  # fmt: skip


def copy_in_memory(source: Engine | None) -> Engine:
    """Return a SQLite database in memory with the rows of `source` that a sweep reads, or empty with all tables.

    The bodies of mails already made stay behind: nobody reads them again, and they are most of a database.
    """
    engine = open_engine("sqlite://")
    Base.metadata.create_all(engine)
    if source is not None:
        with source.connect() as rows, engine.begin() as copy:
            copy.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            for table in Base.metadata.sorted_tables:
                if table.name in _PLAYS_NO_PART:
                    continue
                columns = [
                    literal(b"").label("mime") if column is Message.__table__.c.mime else column
                    for column in table.c
                ]
                found = [dict(row) for row in rows.execute(select(*columns)).mappings()]
                if found:
                    copy.execute(table.insert(), found)
    return engine


def rehearse(
    engine: Engine,
    rehearsal: Rehearsal,
    letterhead: Letterhead,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[RehearsedDay]:
    """Play the days on `engine`, which is the copy, and yield each with its mails."""
    days = (rehearsal.end - rehearsal.start).days + 1
    subjects_only = Letterhead(letterhead.sender, letterhead.base_url, rehearsal=True)
    for number in range(days):
        day = rehearsal.start + timedelta(days=number)
        yield _play(engine, day, rehearsal.scenario, subjects_only)
        if progress:
            progress(number + 1, days)


def totals(days: list[RehearsedDay]) -> dict[str, int]:
    """Count the mails that carry each kind of notice."""
    counted = Counter(kind for day in days for message in day.messages for kind in message.kinds)
    return dict(sorted(counted.items()))


def _play(engine: Engine, day: date, scenario: Scenario, letterhead: Letterhead) -> RehearsedDay:
    morning, afternoon = (datetime.combine(day, hour, HANOI) for hour in (MORNING, AFTERNOON))
    with writing(engine) as session:
        swept = sweep(session, morning, letterhead)
        messages = _deliver(session, day, morning) if swept.mails else ()
        if swept.working_day:
            act(session, scenario, afternoon)
    return RehearsedDay(day, swept.working_day, messages)


def _deliver(session: Session, day: date, now: datetime) -> tuple[RehearsedMessage, ...]:
    """Count the day's mails as sent and return them."""
    of_the_day = Message.speaks_for == day
    rows = session.execute(
        select(Agency.code, Agency.directory, Message.kinds, Message.subject, Message.about)
        .join(Agency, Agency.id == Message.agency_id)
        .where(of_the_day, Message.state == MessageState.PLANNED)
        .order_by(Message.stream, Agency.sort_key)
    ).all()
    for statement in (
        update(Notice)
        .where(Notice.state == NoticeState.QUEUED)
        .values(state=NoticeState.TOLD, settled_at=now),
        update(Message)
        .where(of_the_day, Message.state == MessageState.PLANNED)
        .values(state=MessageState.SENT, sent_at=now),
    ):
        session.execute(statement.execution_options(synchronize_session=False))
    return tuple(
        RehearsedMessage(row.code, tuple(row.kinds), row.subject, tuple(row.about), row.directory)
        for row in rows
    )

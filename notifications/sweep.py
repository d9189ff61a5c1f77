"""One pass: what has come due becomes notices, and what waits to be said becomes the day's mails, in one transaction.

A second sweep on the same day says nothing: what arises after an agency's mail of the day waits for the next one.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from catalog.days import day_of
from notifications.composing import Composer, Progress
from notifications.mailing import Letterhead
from notifications.noticing import Day, note_openings, note_standings, note_tasks
from notifications.pending import anything_waits, close_ended, supersede_messages
from notifications.regular import close_answered, note_regular
from notifications.transactional import compose_transactional
from notifications.views import view_of
from tasks.calendars import calendar_of
from tasks.policies import stored_policies
from tasks.rounds.rounds import close_due_rounds, open_due_rounds

_ONE_SWEEP = 727367  # the PostgreSQL advisory lock that makes two sweeps wait for each other


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did: mails queued, notices in them by kind, what was skipped and why, mails put aside."""

    as_of: date
    working_day: bool
    mails: int = 0
    notices: dict[str, int] = field(default_factory=dict)
    skipped: tuple[tuple[str, str], ...] = ()
    superseded: int = 0
    opened: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    failed: int = 0  # mails whose template raised: put aside, shown in the outbox


def sweep(session: Session, now: datetime, letterhead: Letterhead, progress: Progress | None = None) -> Swept:
    """Look at the state as of `now` and queue what must be said on its day. Nothing is said on a day off."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_SWEEP})
    today, calendar = day_of(now), calendar_of(session)
    opened = tuple(entry.code for entry in open_due_rounds(session, now))
    closed = tuple(entry.code for entry in close_due_rounds(session, now))
    session.flush()
    superseded = supersede_messages(session, today, now)
    if not calendar.is_working_day(today):
        mails = compose_urgent(session, now, letterhead) if anything_waits(session) else 0
        return Swept(today, False, mails, superseded=superseded, opened=opened, closed=closed)
    day = Day(today, now, calendar, stored_policies(session))
    carried_over = anything_waits(session)
    urgent = compose_urgent(session, now, letterhead) if carried_over else 0
    note_openings(session, day)
    note_tasks(session, day)
    note_standings(session, day)
    note_regular(session, day)
    if carried_over:  # what this pass noted is true today, and only its latest step was noted
        close_ended(session, now)
        close_answered(session, day)
    said = Composer(session, day, letterhead, progress).compose()
    return Swept(
        today,
        working_day=True,
        mails=said.mails + urgent,
        notices=dict(sorted(said.kinds.items())),
        skipped=tuple(said.skipped),
        superseded=superseded,
        opened=opened,
        closed=closed,
        failed=said.failed,
    )


def compose_urgent(session: Session, now: datetime, letterhead: Letterhead) -> int:
    """Queue at once what answers something a person did, on any day; return how many mails."""
    return compose_transactional(session, view_of(session, now, letterhead), letterhead)

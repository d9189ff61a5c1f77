"""Plays every day from the decision's issue: the morning's sweep and its mails, what people do, and the mails of that."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from notifications.mailing import Letterhead, read_letterhead
from notifications.sweep import Swept, compose_urgent, sweep
from tasks.accounts.accounts import find_agency
from tasks.activation import activate
from tasks.amending.close_out import prepare_close_out
from tasks.asof import AsOf, as_of
from tasks.calendars import calendar_of
from tasks.database import reading, writing
from tasks.intake import stored_decision, take_in
from tasks.models import Agency, Message, MessageState, Notice, NoticeState, Snapshot
from tasks.queries.agency import agency_page
from tasks.queries.counts import status_counts
from tasks.queries.due import open_by_duty
from tasks.queries.league import league
from tasks.queries.lists import Page, TaskFilter, list_tasks
from tasks.queries.matrix import matrix
from tasks.rounds.rounds import find_round
from tasks.rounds.standing import standing_of_round
from tests.tasks.cast import ISSUED, at
from tests.tasks.half_year.people import CAST, COORDINATOR, KEY
from tests.tasks.half_year.script import script
from tests.tasks.half_year.stage import Scene

LAST_DAY = date(2026, 1, 15)
CHECKPOINTS = (date(2025, 9, 8), date(2025, 10, 31), date(2025, 12, 8), LAST_DAY)
_HEAD = read_letterhead("Đôn đốc <don-doc@so-noi-vu.example>", "https://don-doc.example")
LETTERHEAD = Letterhead(_HEAD.sender, _HEAD.base_url, rehearsal=True)


@dataclass
class Played:
    """The database after the last day, and what was seen on the way."""

    engine: Engine
    swept: dict[date, Swept] = field(default_factory=dict)
    mails: Counter[tuple[str, date, str]] = field(default_factory=Counter)  # agency, day, kind of notice
    sent: Counter[tuple[str, date]] = field(default_factory=Counter)  # agency, day
    issued: dict[int, Any] = field(default_factory=dict)  # digests as they were when they were made
    seen: dict[date, dict[str, Any]] = field(default_factory=dict)
    proposals: Counter[str] = field(default_factory=Counter)


def play(engine: Engine, folder: Path) -> Played:
    """Load the shipped decision, activate it at 08:00 of its day and play to the last day."""
    played, deeds = Played(engine), script(folder)
    with writing(engine) as session:
        take_in(session, KEY, ISSUED, "quan-tri", at(ISSUED))
        activate(session, stored_decision(session, KEY), at(ISSUED), calendar_of(session), COORDINATOR.login)
    day = ISSUED
    while day <= LAST_DAY:
        with writing(engine) as session:
            played.swept[day] = sweep(session, at(day), LETTERHEAD)
            _deliver(session, played, day)
            if day == date(2026, 1, 5):
                prepared = prepare_close_out(session, stored_decision(session, KEY), None, day)
                played.proposals = Counter(line.proposal.value for line in prepared.lines)
        if day in deeds:
            with writing(engine) as session:
                deeds[day](Scene(session, day))
                compose_urgent(session, at(day, 23, 30), LETTERHEAD)
                _deliver(session, played, day)
        if day in CHECKPOINTS:
            with reading(engine) as session:
                played.seen[day] = look(session, day)
        day += timedelta(days=1)
    return played


def view_of(session: Session, day: date) -> AsOf:
    """Return the view of the end of the day."""
    return as_of(session, at(day, 23, 59))


def look(session: Session, day: date) -> dict[str, Any]:
    """Return everything that lists, pages and tables say as of the end of the day."""
    view, decision = view_of(session, day), stored_decision(session, KEY)
    return {
        "counts": status_counts(session, view),
        "tasks": list_tasks(session, view, page=Page(limit=5000)),
        "rounds": [
            standing_of_round(session, find_round(session, decision, code), view)
            for code in ("lan-1", "lan-2")
        ],
        "pages": {agency: agency_page(session, view, find_agency(session, agency)) for agency in CAST},
        "league": league(session, view),
        "matrix": matrix(session, view, TaskFilter(decision=KEY), Page(limit=200)),
        "due": open_by_duty(session, view, None, LAST_DAY),
    }


def _deliver(session: Session, played: Played, day: date) -> None:
    """Count what is planned as sent, as in a rehearsal, and keep what was issued."""
    planned = Message.state == MessageState.PLANNED
    rows = session.execute(
        select(Agency.code, Message.kinds).join(Agency, Agency.id == Message.agency_id).where(planned)
    )
    for code, kinds in rows.tuples():
        played.sent[code, day] += 1
        played.mails.update((code, day, kind) for kind in kinds)
    for told in (
        update(Notice).where(Notice.state == NoticeState.QUEUED).values(state=NoticeState.TOLD),
        update(Message).where(planned).values(state=MessageState.SENT),
    ):
        session.execute(told.execution_options(synchronize_session=False))
    for snapshot in session.scalars(select(Snapshot).where(Snapshot.as_of == day)):
        played.issued[snapshot.id] = (snapshot.kind, snapshot.as_of, snapshot.made_at, snapshot.body)

"""Composes the day's mails of every stream from the notices that wait, so many at once that memory stays bounded."""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, exists, func, or_, select, update
from sqlalchemy.orm import Session

from notifications.addresses import bad_addresses, note_bad_addresses
from notifications.content.contexts import BadAddress
from notifications.coordination import coordination_letter
from notifications.digests import digest_letter
from notifications.mailing import Composed, Letter, Letterhead, addressees, compose, failed, store
from notifications.noticing import Day
from notifications.pending import anything_waits, sayable
from notifications.routine import Gathered, Waiting
from notifications.views import View, view_of
from tasks.among import among, among_given
from tasks.models import Duty, Message, MessageState, Notice, NoticeState, Stream

log = logging.getLogger(__name__)

_BY_DECISION = (Stream.DIGEST_COORDINATOR, Stream.DIGEST_LEADERS)  # a digest is of one decision
_STREAMS = (Stream.ROUTINE, Stream.COORDINATION, *_BY_DECISION)
AT_ONCE = (
    2_000  # lines gathered and composed together: a notice is one, an assignment as many as there are duties
)
Progress = Callable[[int, int], None]  # agencies written to so far, agencies in all
Make = Callable[[Waiting], Letter | None]


@dataclass(slots=True)
class Said:
    """What was composed: mails, the notices in them by kind, and what was skipped (key, reason)."""

    mails: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    failed: int = 0


class Composer:
    """One sweep's composing. The session's transaction is the caller's."""

    def __init__(
        self, session: Session, day: Day, letterhead: Letterhead, progress: Progress | None = None
    ) -> None:
        self._session = session
        self._day = day
        self._letterhead = letterhead
        self._progress = progress
        self._said = Said()

    @cached_property
    def _view(self) -> View:
        return view_of(self._session, self._day.now, self._letterhead)

    def compose(self) -> Said:
        """Queue every mail of the day that has something to say and was not queued before."""
        if not anything_waits(self._session):
            return self._said
        counts = self._counts()
        self._compose_routine([entry for entry in counts if entry.stream is Stream.ROUTINE])
        if note_bad_addresses(self._session, self._day):
            counts = self._counts()
        others = [entry for entry in counts if entry.stream is not Stream.ROUTINE]
        bad = bad_addresses(self._session, self._day.today) if others else ()
        for entry in others:
            self._queue(
                entry.stream, self._waiting(entry.stream, [entry.agency_id]), partial(self._other, bad=bad)
            )
        return self._said

    def _compose_routine(self, counts: list[Row[Any]]) -> None:
        done = 0
        for agencies in _chunks((entry.agency_id, self._lines(entry)) for entry in counts):
            waiting = list(self._waiting(Stream.ROUTINE, agencies))
            gathered = Gathered(self._session, waiting, self._view)
            self._queue(Stream.ROUTINE, waiting, gathered.letter)
            done += len(agencies)
            if self._progress:
                self._progress(done, len(counts))

    def _other(self, waiting: Waiting, bad: Sequence[BadAddress]) -> Letter | None:
        if waiting.notices[0].stream is Stream.COORDINATION:
            return coordination_letter(self._session, waiting, self._view, bad)
        return digest_letter(self._session, waiting, self._view, self._day)

    def _counts(self) -> list[Row[Any]]:
        """Return how many notices wait for each agency and stream, in the order in which streams are composed."""
        found = self._session.execute(_counted(), {"today": self._day.today}).all()
        return sorted(found, key=lambda row: (_STREAMS.index(row.stream), row.agency_id))

    def _lines(self, entry: Row[Any]) -> int:
        """Return how many lines the agency's mail may have: an assignment lists what may be every duty."""
        lines: int = entry.notices
        return lines + entry.assignments * self._duties if entry.assignments else lines

    @cached_property
    def _duties(self) -> int:
        return self._session.scalar(select(func.count(Duty.id))) or 0

    def _waiting(self, stream: Stream, agencies: Sequence[int]) -> Iterator[Waiting]:
        whom = addressees(self._session, agencies)
        which = {"today": self._day.today, "stream": stream, "agencies": list(agencies)}
        rows = self._session.execute(_of_stream(), which).all()
        one_mail = (
            attrgetter("agency_id", "decision_id") if stream in _BY_DECISION else attrgetter("agency_id")
        )
        for _, run in groupby(rows, key=one_mail):
            notices = tuple(run)
            yield Waiting(whom[notices[0].agency_id], notices)

    def _queue(self, stream: Stream, waiting: Iterable[Waiting], make: Make) -> None:
        made = [(mail, one) for one in waiting if (mail := self._mail(one, stream, make)) is not None]
        store(self._session, [mail for mail, _ in made])
        outcomes: dict[tuple[NoticeState, str], list[int]] = defaultdict(list)
        for mail, one in made:
            state = self._said_by(mail, one)
            if state is not None:
                outcomes[(state, mail.columns["reason"])] += [row.id for row in one.notices]
        for (state, reason), notices in outcomes.items():
            self._settle(notices, state, reason)

    def _settle(self, notices: list[int], state: NoticeState, reason: str) -> None:
        """Record that the notices stand in the mails just stored; whole sets alike, not one after the other."""
        mail = _todays_mail(self._day.today).scalar_subquery()
        told = update(Notice).where(among(Notice.id, notices))
        values = told.values(state=state, message_id=mail, reason=reason)
        self._session.execute(values.execution_options(synchronize_session=False))

    def _mail(self, waiting: Waiting, stream: Stream, make: Make) -> Composed | None:
        try:
            letter = make(waiting)
            return None if letter is None else compose(letter, self._letterhead, self._day.now)
        except Exception as error:  # whatever a template raises must not keep the other mails back
            log.exception("Không soạn được thư cho %s", waiting.addressee.code)
            return failed(waiting.addressee, stream, self._day.today, self._day.now, error)

    def _said_by(self, mail: Composed, waiting: Waiting) -> NoticeState | None:
        """Count what was composed; return what becomes of its notices. Those of a mail that failed go on waiting."""
        said, reason = self._said, mail.columns["reason"]
        if mail.state is MessageState.DEAD:
            said.failed += 1
            said.skipped.append((mail.columns["key"], reason))
            return None
        if mail.state is MessageState.SKIPPED:
            said.skipped += [(row.key, reason) for row in waiting.notices]
            return NoticeState.SKIPPED
        said.mails += 1
        said.kinds.update(row.kind for row in waiting.notices)
        return NoticeState.QUEUED


@cache
def _counted() -> Select[Any]:
    """Select how many notices wait for each agency and stream."""
    return (
        select(
            Notice.stream,
            Notice.agency_id,
            func.count().label("notices"),
            func.count().filter(Notice.kind == "assignment").label("assignments"),
        )
        .where(sayable(), Notice.stream != Stream.TRANSACTIONAL, ~_written())
        .group_by(Notice.stream, Notice.agency_id)
    )


@cache
def _of_stream() -> Select[Any]:
    """Select the notices that wait for some agencies in one stream, in the order in which a mail tells them."""
    return (
        select(
            Notice.id,
            Notice.key,
            Notice.kind,
            Notice.step,
            Notice.stream,
            Notice.agency_id,
            Notice.to_officer,
            Notice.to_head,
            Notice.decision_id,
            Notice.task_id,
            Notice.duty_id,
            Notice.standing_id,
            Notice.occasion_id,
            Notice.due,
        )
        .where(
            sayable(),
            Notice.stream == bindparam("stream"),
            among_given(Notice.agency_id, "agencies"),
            ~_written(),
        )
        .order_by(Notice.agency_id, Notice.decision_id, Notice.due, Notice.id)
    )


def _written() -> ColumnElement[bool]:
    """Return the condition that the agency was written to `today` already in the notice's stream."""
    return exists(_todays_mail(bindparam("today")))


def _todays_mail(today: Any) -> Select[tuple[int]]:
    """Select the one mail of today to the notice's agency, in its stream."""
    return select(Message.id).where(
        Message.agency_id == Notice.agency_id,
        Message.speaks_for == today,
        Message.stream == Notice.stream,
        or_(Notice.stream.not_in(_BY_DECISION), Message.decision_id == Notice.decision_id),
    )


def _chunks(counts: Iterable[tuple[int, int]]) -> Iterator[list[int]]:
    """Cut the agencies, each with its number of lines, into runs of about AT_ONCE lines."""
    chunk: list[int] = []
    size = 0
    for agency, lines in counts:
        if chunk and size + lines > AT_ONCE:
            yield chunk
            chunk, size = [], 0
        chunk.append(agency)
        size += lines
    if chunk:
        yield chunk

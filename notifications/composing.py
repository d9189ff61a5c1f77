"""Composes the day's mails of every stream from the notices that wait, so many at once that memory stays bounded."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.orm import Session

from notifications.addresses import bad_addresses, note_bad_addresses
from notifications.coordination import coordination_letter
from notifications.digests import digest_letter
from notifications.mailing import Letter, Letterhead, addressees, compose_message, failed_message
from notifications.noticing import Day
from notifications.pending import sayable
from notifications.routine import Gathered, Waiting
from notifications.transactional import compose_transactional
from notifications.views import view_of
from tasks.models import Message, MessageState, Notice, NoticeState, Stream

log = logging.getLogger(__name__)

_BY_DECISION = (Stream.DIGEST_COORDINATOR, Stream.DIGEST_LEADERS)  # a digest is of one decision
AT_ONCE = 5_000  # notices gathered and composed together
Progress = Callable[[int, int], None]  # agencies written to so far, agencies in all
Compose = Callable[[Waiting], Letter | None]


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
        self._view = view_of(session, day.now, letterhead)

    def compose(self) -> Said:
        """Queue every mail of the day that has something to say and was not queued before."""
        self._said.mails += compose_transactional(self._session, self._view, self._letterhead)
        self._compose_routine()
        note_bad_addresses(self._session, self._day)
        bad = bad_addresses(self._session, self._day.today)
        self._compose_each(
            Stream.COORDINATION, lambda one: coordination_letter(self._session, one, self._view, bad)
        )
        for stream in (Stream.DIGEST_COORDINATOR, Stream.DIGEST_LEADERS):
            self._compose_each(stream, lambda one: digest_letter(self._session, one, self._view, self._day))
        return self._said

    def _compose_routine(self) -> None:
        counts = self._waiting_counts(Stream.ROUTINE)
        done = 0
        for agencies in _chunks(counts):
            waiting = list(self._waiting(Stream.ROUTINE, agencies))
            gathered = Gathered(self._session, waiting, self._view)
            self._queue(Stream.ROUTINE, waiting, gathered.letter)
            done += len(agencies)
            if self._progress:
                self._progress(done, len(counts))

    def _compose_each(self, stream: Stream, compose: Compose) -> None:
        for agency, _ in self._waiting_counts(stream):
            self._queue(stream, self._waiting(stream, [agency]), compose)

    def _waiting_counts(self, stream: Stream) -> list[tuple[int, int]]:
        rows = (
            select(Notice.agency_id, func.count())
            .where(sayable(), Notice.stream == stream, ~self._written(stream))
            .group_by(Notice.agency_id)
            .order_by(Notice.agency_id)
        )
        return [(agency, count) for agency, count in self._session.execute(rows)]

    def _waiting(self, stream: Stream, agencies: Sequence[int]) -> Iterator[Waiting]:
        whom = addressees(self._session, agencies)
        rows = self._session.execute(
            select(
                Notice.id,
                Notice.key,
                Notice.kind,
                Notice.step,
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
            .where(sayable(), Notice.stream == stream, Notice.agency_id.in_(agencies), ~self._written(stream))
            .order_by(Notice.agency_id, Notice.decision_id, Notice.due, Notice.id)
        ).all()
        one_mail = (
            attrgetter("agency_id", "decision_id") if stream in _BY_DECISION else attrgetter("agency_id")
        )
        for _, run in groupby(rows, key=one_mail):
            notices = tuple(run)
            yield Waiting(whom[notices[0].agency_id], notices)

    def _written(self, stream: Stream) -> ColumnElement[bool]:
        """Return the condition that the agency was written to today already in this stream."""
        mail = select(Message.id).where(
            Message.agency_id == Notice.agency_id,
            Message.speaks_for == self._day.today,
            Message.stream == stream,
        )
        if stream in _BY_DECISION:
            mail = mail.where(Message.decision_id == Notice.decision_id)
        return exists(mail)

    def _queue(self, stream: Stream, waiting: Iterable[Waiting], compose: Compose) -> None:
        messages: list[tuple[Message, Waiting]] = []
        for one in waiting:
            message = self._message(one, stream, compose)
            if message is not None:
                messages.append((message, one))
        self._session.add_all(message for message, _ in messages)
        self._session.flush()
        for message, one in messages:
            self._settle(message, one)
            for recipient in message.recipients:
                self._session.expunge(recipient)
            self._session.expunge(
                message
            )  # its bytes are stored; memory must not grow with the number of mails

    def _message(self, waiting: Waiting, stream: Stream, compose: Compose) -> Message | None:
        try:
            letter = compose(waiting)
            if letter is None:
                return None
            return compose_message(letter, self._letterhead, self._day.now)
        except Exception as error:  # whatever a template raises must not keep the other mails back
            log.exception("Không soạn được thư cho %s", waiting.addressee.code)
            return failed_message(waiting.addressee, stream, self._day.today, self._day.now, error)

    def _settle(self, message: Message, waiting: Waiting) -> None:
        said = self._said
        if message.state is MessageState.DEAD:
            said.failed += 1
            said.skipped.append((message.key, message.reason))
            return  # its notices go on waiting: the next working day composes them anew
        skipped = message.state is MessageState.SKIPPED
        state = NoticeState.SKIPPED if skipped else NoticeState.QUEUED
        told = update(Notice).where(Notice.id.in_([row.id for row in waiting.notices]))
        values = {"state": state, "message_id": message.id, "reason": message.reason}
        self._session.execute(told.values(**values).execution_options(synchronize_session=False))
        if skipped:
            said.skipped += [(row.key, message.reason) for row in waiting.notices]
        else:
            said.mails += 1
            said.kinds.update(row.kind for row in waiting.notices)


def _chunks(counts: list[tuple[int, int]]) -> Iterator[list[int]]:
    """Cut the agencies into runs of about AT_ONCE notices."""
    chunk: list[int] = []
    size = 0
    for agency, count in counts:
        if chunk and size + count > AT_ONCE:
            yield chunk
            chunk, size = [], 0
        chunk.append(agency)
        size += count
    if chunk:
        yield chunk

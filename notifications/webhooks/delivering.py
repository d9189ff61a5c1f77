"""Sends what waits: one lane for each webhook, so that a slow receiver holds up nobody but itself.

A lane settles each delivery before it takes the next; a process killed at any point leaves at most one for each lane that
the receiver took and we do not know of. It goes out once more when its lease ends, under the same webhook-id.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import random
from uuid import uuid4

from sqlalchemy import Engine

from notifications.webhooks import queue
from notifications.webhooks.posting import LONGEST_ATTEMPT, Answer, Line, post
from notifications.webhooks.queue import Claim, Settlement
from notifications.webhooks.retry import next_attempt
from notifications.webhooks.signing import signed_headers
from tasks.database import reading, writing
from tasks.models import DeliveryState

LEASE = timedelta(seconds=6 * LONGEST_ATTEMPT)  # so that nobody else sends the same meanwhile
FAILED_IN_A_ROW = 3  # deliveries of one lane: its receiver is away, and the rest of the lane waits with them
LANES = 8  # webhooks at once

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Told:
    """What one run did, in deliveries; `disabled` are webhooks whose receivers want nothing more."""

    delivered: int = 0
    waiting: int = 0
    dead: int = 0
    disabled: int = 0


def tell(
    engine: Engine,
    line: Line,
    clock: Clock,
    stop: Callable[[], bool] = lambda: False,
    only: int | None = None,
) -> Told:
    """Send everything that is due and return what became of it; `only` is the id of one delivery.

    `stop` is asked before each, to end early and in order. Call it from a thread where an event loop is already running.
    """
    return asyncio.run(_Run(engine, line, clock, stop, only).tell())


class _Run:
    """One run: what its lanes share. The database is written in the event loop's own thread, as for mails."""

    def __init__(
        self, engine: Engine, line: Line, clock: Clock, stop: Callable[[], bool], only: int | None
    ) -> None:
        self._engine, self._line, self._clock, self._stop, self._only = engine, line, clock, stop, only
        self._worker = uuid4().hex
        self._lanes = asyncio.Semaphore(LANES)
        self._settled: Counter[DeliveryState] = Counter()
        self._gone = 0

    async def tell(self) -> Told:
        with reading(self._engine) as session:
            numbers = queue.due_webhooks(session, self._clock())
        try:
            async with asyncio.TaskGroup() as group:
                for number in numbers:
                    group.create_task(self._lane(number))
        except ExceptionGroup as several:  # a database that is away, the same for every lane
            raise several.exceptions[0] from several
        return Told(
            self._settled[DeliveryState.DELIVERED],
            self._settled[DeliveryState.WAITING],
            self._settled[DeliveryState.DEAD],
            self._gone,
        )

    async def _lane(self, webhook_id: int) -> None:
        """Send one webhook's deliveries one after the other, until none is due or its receiver seems to be away."""
        async with self._lanes:
            last: Settlement | None = None
            failed = 0
            while claim := self._hand_over(webhook_id, last, more=failed < FAILED_IN_A_ROW):
                last = await self._attempt(claim)
                failed = 0 if last.state is DeliveryState.DELIVERED else failed + 1
            if last and failed == FAILED_IN_A_ROW:
                self._put_off(last)

    def _hand_over(self, webhook_id: int, last: Settlement | None, *, more: bool) -> Claim | None:
        """Record what became of the last delivery, if there was one, and claim the next in the same transaction."""
        more = more and not self._stop()
        if last is None and not more:
            return None
        with writing(self._engine) as session:
            if last:
                queue.settle(session, last)
            now = self._clock()
            claim = queue.claim(session, webhook_id, self._worker, now, LEASE, self._only) if more else None
        if last:
            self._settled[last.state] += 1
            self._gone += last.gone
        return claim

    def _put_off(self, last: Settlement) -> None:
        with writing(self._engine) as session:
            given_up = queue.put_off(session, last, random())  # noqa: S311  # jitter is no secret
        self._settled[DeliveryState.DEAD] += given_up

    async def _attempt(self, claim: Claim) -> Settlement:
        body = claim.body.encode()
        headers = signed_headers(claim.secret, claim.message_id, self._clock(), body)
        return _settlement(claim, await post(self._line, claim.address, headers, body), self._clock())


def _settlement(claim: Claim, answer: Answer, now: datetime) -> Settlement:
    if answer.taken:
        return Settlement(claim, DeliveryState.DELIVERED, now, answer.status)
    luck = random()  # noqa: S311  # jitter is no secret
    again = next_attempt(claim.attempts, claim.waiting_since, now, luck, answer.retry_after)
    state = DeliveryState.DEAD if again is None else DeliveryState.WAITING
    return Settlement(claim, state, now, answer.status, answer.words, again, gone=answer.gone)

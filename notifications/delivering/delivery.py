"""Delivery: claim, send, settle. Mails travel on several connections; one writer settles them, a commit for each.

A connection takes its next mail only after its last one is settled, so that a process killed at any point leaves at
most one mail for each connection that the server took and the outbox does not know of. Those go out once more when
their lease ends, under the same Message-ID.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import random
from time import perf_counter

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from catalog.policy import QuietHours
from notifications.delivering.ledger import Ledger, Terms, Turn, database_words
from notifications.delivering.outbox import Claim, Settlement
from notifications.delivering.retry import after_refusal, is_quiet
from notifications.delivering.transport import Channel, OutageError, Reply, Transport, Verdict
from notifications.mime import unreadable
from tasks.models import MessageState

LEASE = timedelta(minutes=10)
LONGEST_ATTEMPT = 8 * 60  # seconds; shorter than the lease, so that nobody else sends the same mail meanwhile
BROKEN_IN_A_ROW = 3  # connections lost one after another without a mail accepted: the server is away
DATABASE_PATIENCE = (
    20  # seconds in which a database that restarts may come back, before a sent mail is left unsettled
)
AHEAD = (
    4  # mails claimed together for each connection; those of a worker that dies wait for the end of its lease
)
PAUSE = 0.5  # seconds between two questions to a database that is away or a rate that is used up
NO_RECIPIENT = "Thư không còn địa chỉ nào để gửi."
TOO_SLOW = "Máy chủ thư trả lời quá chậm."
NOT_TODAY = "Hôm nay không còn thử lại."

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one delivery did, in mails. `deferred` are all of today's that still wait after a failure, earlier ones included.

    `held` are claimed by another worker, or by one that died and whose lease runs; `outage` says why it stopped early.
    `expected` were due when it began.
    """

    expected: int = 0
    sent: int = 0
    refused: int = 0
    deferred: int = 0
    dead: int = 0
    elapsed_s: float = 0.0
    held: int = 0
    outage: str = ""
    quiet: bool = False

    @property
    def complete(self) -> bool:
        """Whether everything that should have left has left."""
        return not (self.refused or self.deferred or self.dead or self.outage)


@dataclass(frozen=True, slots=True)
class Options:
    """How to deliver. `rate` is mails a minute over all workers together, 0 for no limit; `limit` is mails, None for all.

    `progress` is told after each mail; `stop` is asked before each, to end early and in order.
    """

    connections: int = 4
    limit: int | None = None
    rate: int = 0
    quiet_hours: tuple[QuietHours, ...] = ()
    progress: Callable[[Delivery], None] = lambda _: None
    stop: Callable[[], bool] = lambda: False
    lease: timedelta = LEASE


def deliver(engine: Engine, transport: Transport, clock: Clock, options: Options | None = None) -> Delivery:
    """Send what is due today and return what became of it; a server, disk or database that fails is told in `outage`.

    Call it from a thread where an event loop is already running.
    """
    return asyncio.run(_Run(engine, transport, clock, options or Options()).deliver())


class _Run:
    """One delivery: what its connections share."""

    def __init__(self, engine: Engine, transport: Transport, clock: Clock, options: Options) -> None:
        self._transport = transport
        self._clock = clock
        self._options = options
        longest = timedelta(seconds=LONGEST_ATTEMPT)
        self._ledger = Ledger(
            engine, clock, Terms(options.lease, longest, options.rate, AHEAD * options.connections)
        )
        self._channels: list[Channel] = []
        self._settled: Counter[MessageState] = Counter()
        self._expected = 0
        self._handed_out = 0
        self._broken = 0  # connections lost since the last mail was accepted
        self._outage = ""
        self._database_failed = False

    async def deliver(self) -> Delivery:
        started = perf_counter()
        quiet = any(is_quiet(hours, self._clock()) for hours in self._options.quiet_hours)
        done = self._progress()
        try:
            if not quiet:
                await self._send_what_is_due()
            left = self._ledger.waiting()
            done = replace(self._progress(), deferred=left.deferred, held=left.held)
        except DBAPIError as error:
            self._lose_database(error)
            done = self._progress()
        finally:
            self._ledger.close()
        return replace(done, quiet=quiet, elapsed_s=round(perf_counter() - started, 3))

    async def _send_what_is_due(self) -> None:
        self._expected = min(self._ledger.waiting().due, self._options.limit or sys.maxsize)
        self._channels = [
            self._transport.channel() for _ in range(min(self._options.connections, self._expected))
        ]
        if not self._channels:
            return
        try:
            await self._channels[
                0
            ].open()  # alone and before anything is claimed: a server that is away is asked once
        except OutageError as error:
            self._outage = str(error)
        else:
            async with asyncio.TaskGroup() as group:
                for channel in self._channels:
                    group.create_task(self._carry(channel))
        if self._database_failed:
            return
        self._ledger.release()
        if self._outage:
            self._ledger.defer_all(self._outage)

    async def _carry(self, channel: Channel) -> None:
        """Carry mails over one channel until none is due or nothing can leave."""
        settlement: Settlement | None = None
        try:
            while True:
                if not channel.is_open:
                    await self._hand_over(settlement)  # never unsettled while a connection is made
                    settlement = None
                    if not await self._opened(channel):
                        return
                mail = await self._next(settlement)
                if mail is None:
                    return
                settlement = await self._attempt(channel, mail)
        finally:
            await channel.close()

    async def _opened(self, channel: Channel) -> bool:
        """Open the channel, unless all is over. A server may allow fewer connections than we would like."""
        if self._is_over():
            return False
        try:
            await channel.open()
        except OutageError as error:
            if not any(other.is_open for other in self._channels):
                self._outage = str(error)
            return False
        return True

    async def _next(self, settlement: Settlement | None) -> Claim | None:
        """Settle the last mail and claim the next; None when there is none, or no more are wanted."""
        most = 0 if self._is_over() else (self._options.limit or sys.maxsize) - self._handed_out
        self._handed_out += bool(
            most
        )  # before the wait, so that two connections do not both take the last one
        turn = await self._hand_over(settlement, most)
        while turn.wait and not self._is_over():
            await asyncio.sleep(PAUSE)
            turn = await self._hand_over(None, most)
        if most and turn.mail is None:
            self._handed_out -= 1
        return turn.mail

    async def _hand_over(self, settlement: Settlement | None, most: int = 0) -> Turn:
        """Ask the ledger, patiently: when the database stays away the delivery is over."""
        if settlement is None and not most:
            return Turn()
        give_up = perf_counter() + DATABASE_PATIENCE
        while True:
            try:
                turn = self._ledger.hand_over(settlement, most=most)
            except DBAPIError as error:
                if perf_counter() >= give_up:
                    self._lose_database(error)
                    return Turn()
                await asyncio.sleep(PAUSE)
            else:
                if settlement:
                    self._settled[settlement.state] += 1
                    self._options.progress(self._progress())
                return turn

    async def _attempt(self, channel: Channel, mail: Claim) -> Settlement:
        """Send one mail and return what became of it."""
        fault = unreadable(mail.mime, mail.message_id) if mail.recipients else NO_RECIPIENT
        if fault:
            return Settlement(mail, MessageState.DEAD, self._clock(), reason=fault)
        try:
            async with asyncio.timeout(LONGEST_ATTEMPT):
                replies = await channel.send(mail)
        except OutageError as error:
            self._outage = str(error)
            replies = _later(mail, self._outage)
        except TimeoutError:
            await channel.close()
            replies = _later(mail, TOO_SLOW)
        except (
            Exception
        ) as error:  # whatever breaks the sending of one mail puts that mail aside, and the rest go
            await channel.close()
            self._watch(channel, ())
            reason = f"Lỗi khi gửi: {type(error).__name__}: {error}"
            return Settlement(mail, MessageState.DEAD, self._clock(), reason=reason)
        self._watch(channel, replies)
        return _settlement(mail, replies, self._clock())

    def _watch(self, channel: Channel, replies: Iterable[Reply]) -> None:
        """End the delivery when connection after connection breaks and nothing is accepted between."""
        words = [reply.words for reply in replies]
        self._broken = 0 if channel.is_open else self._broken + 1
        if self._broken >= BROKEN_IN_A_ROW:
            self._outage = (
                f"Máy chủ thư {self._transport.place} đóng kết nối liên tục ({next(iter(words), '')})."
            )

    def _lose_database(self, error: DBAPIError) -> None:
        self._outage, self._database_failed = database_words(error), True

    def _is_over(self) -> bool:
        return bool(self._outage) or self._options.stop()

    def _progress(self) -> Delivery:
        return Delivery(
            expected=self._expected,
            sent=self._settled[MessageState.SENT],
            refused=self._settled[MessageState.REFUSED],
            deferred=self._settled[MessageState.DEFERRED],
            dead=self._settled[MessageState.DEAD],
            outage=self._outage,
        )


def _later(mail: Claim, words: str) -> tuple[Reply, ...]:
    return tuple(Reply(address, Verdict.LATER, words) for address in mail.recipients)


def _settlement(mail: Claim, replies: tuple[Reply, ...], now: datetime) -> Settlement:
    """Return what the replies to one attempt amount to for the whole mail."""
    sent = tuple(reply.address for reply in replies if reply.verdict is Verdict.SENT)
    refused = tuple((reply.address, reply.words) for reply in replies if reply.verdict is Verdict.NEVER)
    put_off = [reply.words for reply in replies if reply.verdict is Verdict.LATER]
    if put_off:
        wait = after_refusal(mail.attempts, now, random())  # noqa: S311  # jitter is no secret
        reason = put_off[0] if wait.today else f"{put_off[0]} {NOT_TODAY}"
        return Settlement(mail, MessageState.DEFERRED, now, sent, refused, reason, wait.until)
    if sent or mail.reached:
        reason = "" if not refused else f"Có {len(refused)} địa chỉ bị từ chối: {refused[0][1]}"
        return Settlement(mail, MessageState.SENT, now, sent, refused, reason)
    return Settlement(mail, MessageState.REFUSED, now, sent, refused, refused[0][1])

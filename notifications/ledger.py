"""The one writer of a delivery: it settles the last mail of a connection and claims its next one in one transaction."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar
from uuid import uuid4

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from notifications import outbox
from notifications.outbox import Claim, Settlement, Waiting
from notifications.retry import after_outage
from tasks.database import reading, writing

_R = TypeVar("_R")


@dataclass(frozen=True, slots=True)
class Turn:
    """What a connection does next: send `mail`, ask again where the rate is used up, or stop where there is neither."""

    mail: Claim | None = None
    wait: bool = False


class Ledger:
    """Writes to the outbox from a thread of its own. `rate` is mails a minute, 0 for no limit. Every method may raise DBAPIError."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime], lease: timedelta, rate: int) -> None:
        self._engine = engine
        self._clock = clock
        self._lease = lease
        self._rate = rate
        self._worker = uuid4().hex
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ledger")

    async def waiting(self) -> Waiting:
        """Return how many of today's mails have not left."""
        return await self._in_thread(self._waiting)

    async def hand_over(self, settlement: Settlement | None, *, claiming: bool) -> Turn:
        """Record what became of the last mail, if there was one, and claim the next when `claiming`."""
        return await self._in_thread(partial(self._hand_over, settlement, claiming=claiming))

    async def defer_all(self, reason: str) -> None:
        """Put off everything that is due: nothing can leave now."""
        await self._in_thread(partial(self._defer_all, reason))

    def close(self) -> None:
        """End the thread; what it was doing is finished first."""
        self._thread.shutdown()

    async def _in_thread(self, work: Callable[[], _R]) -> _R:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _waiting(self) -> Waiting:
        with reading(self._engine) as session:
            return outbox.waiting(session, self._clock())

    def _hand_over(self, settlement: Settlement | None, *, claiming: bool) -> Turn:
        with writing(self._engine) as session:
            if settlement is not None:
                outbox.settle(session, settlement)
            if not claiming:
                return Turn()
            now = self._clock()
            if self._rate and outbox.used_of_rate(session, now) >= self._rate:
                return Turn(wait=outbox.waiting(session, now).due > 0)
            claims = outbox.claim(session, self._worker, now, self._lease)
            return Turn(claims[0] if claims else None)

    def _defer_all(self, reason: str) -> None:
        now = self._clock()
        with writing(self._engine) as session:
            outbox.defer_all(session, now, after_outage(now).until, reason)


def database_words(error: DBAPIError) -> str:
    """Return why the database could not be used, in one Vietnamese sentence."""
    cause = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
    return f"Cơ sở dữ liệu không dùng được ({cause[0]})."

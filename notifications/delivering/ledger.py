"""The one writer of a delivery: it settles the last mail of a connection and claims the next ones, in one transaction where it does both.

It is synchronous and runs in the event loop's own thread: handing a commit to another thread costs more than the commit.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from notifications.delivering import outbox
from notifications.delivering.outbox import Claim, Settlement, Waiting
from notifications.delivering.retry import after_outage


@dataclass(frozen=True, slots=True)
class Turn:
    """What a connection does next: send `mail`, ask again where the rate is used up, or stop where there is neither."""

    mail: Claim | None = None
    wait: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms mails are claimed. A `longest_attempt` must end within the `lease`, or somebody else sends the same mail."""

    lease: timedelta
    longest_attempt: timedelta
    rate: int  # mails a minute over all workers, 0 for no limit
    ahead: int  # mails


class Ledger:
    """Writes to the outbox. Every method may raise DBAPIError, and nothing of that call is then recorded.

    A few mails are claimed ahead; each is handed out while enough of its lease is left for a whole attempt.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime], terms: Terms) -> None:
        self._engine = engine
        self._clock = clock
        self._terms = terms
        self._worker = uuid4().hex
        self._connection: Connection | None = None
        self._at_once: Connection | None = None  # commits each statement by itself: one round trip, not three
        self._claimed: deque[Claim] = deque()

    def waiting(self) -> Waiting:
        """Return how many of today's mails have not left."""
        with self._transaction() as connection:
            return outbox.waiting(connection, self._clock())

    def hand_over(self, settlement: Settlement | None, *, most: int) -> Turn:
        """Record what became of the last mail, if there was one, and return the next, claiming up to `most` where none is at hand."""
        self._let_go_of_the_old()
        claiming = bool(most) and not self._claimed
        claims: tuple[Claim, ...] = ()
        wait = False
        if settlement is None or claiming or not self._settled_at_once(settlement):
            with self._transaction() as connection:
                if settlement is not None:
                    outbox.settle(connection, settlement)
                if claiming:
                    claims, wait = self._claim(connection, min(most, self._terms.ahead))
        self._claimed.extend(claims)  # only now do they stand in the database
        return Turn(self._claimed.popleft() if most and self._claimed else None, wait)

    def release(self) -> None:
        """Give back what was claimed ahead."""
        with self._transaction() as connection:
            outbox.release(connection, self._claimed, self._clock())
        self._claimed.clear()

    def defer_all(self, reason: str) -> None:
        """Put off everything that is due: nothing can leave now."""
        now = self._clock()
        with self._transaction() as connection:
            outbox.defer_all(connection, now, after_outage(now).until, reason)

    def close(self) -> None:
        """Let the database go."""
        for connection in (self._connection, self._at_once):
            if connection is not None:
                connection.close()
        self._connection = self._at_once = None

    def _let_go_of_the_old(self) -> None:
        while self._claimed and self._claimed[0].until - self._clock() < self._terms.longest_attempt:
            self._claimed.popleft()  # its lease ends by itself

    def _settled_at_once(self, settlement: Settlement) -> bool:
        """Settle in one round trip instead of three, where the database can and the mail reached everybody."""
        if self._engine.dialect.name != "postgresql":
            return False
        if self._at_once is None:
            self._at_once = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            with self._at_once.begin():
                return outbox.settle_at_once(self._at_once, settlement)
        except DBAPIError:
            self.close()
            raise

    def _claim(self, connection: Connection, most: int) -> tuple[tuple[Claim, ...], bool]:
        """Return what was claimed, and whether there is more to wait for because the rate is used up."""
        now = self._clock()
        if self._terms.rate:
            most = min(most, self._terms.rate - outbox.used_of_rate(connection, now))
            if most <= 0:
                return (), outbox.waiting(connection, now).due > 0
        return outbox.claim(connection, self._worker, now, self._terms.lease, most), False

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """Yield the one connection that is kept, in a write transaction; a connection that failed is not used again."""
        if self._connection is None:
            self._connection = self._engine.connect().execution_options(dondoc_writes=True)
        try:
            with self._connection.begin():
                yield self._connection
        except DBAPIError:
            self.close()
            raise


def database_words(error: DBAPIError) -> str:
    """Return why the database could not be used, in one Vietnamese sentence."""
    cause = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
    return f"Cơ sở dữ liệu không dùng được ({cause[0]})."

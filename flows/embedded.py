"""The clock of `dondoc serve`: in one process it runs the flows when they are due, without any other server.

Only the process that holds the lease in the database works; the others wait, and one of them takes over when it ends.
Two that both believed to hold it would still say nothing twice: every flow is safe to run again.
"""

import logging
import os
import socket
from asyncio import CancelledError
from datetime import timedelta
from threading import Lock
from typing import Any
from uuid import uuid4

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from catalog.days import HANOI, day_of
from dondoc.clock import Clock
from dondoc.settings import Settings, prefect_api_url, prepare_prefect, use_prefect_api
from flows.agenda import Ran, Seen, due_now
from flows.ending import ENDING
from flows.errors import PrefectAwayError
from flows.running import run_flow, run_plainly
from flows.server import TemporaryServer
from notifications.delivering.outbox import waiting
from notifications.webhooks.feeding import has_news
from notifications.webhooks.queue import has_due
from tasks.database import reading, writing
from tasks.leases import release, take
from tasks.models import Decision, Notice, NoticeState, Round, RoundState, Stream
from tasks.rounds.collection import collections_due
from tasks.runs import begin_run, end_run, last_runs

log = logging.getLogger(__name__)
LEASE = "clock"
LENGTH = timedelta(seconds=60)  # how long after its last beat a dead holder is missed
BEAT = 15  # seconds between two beats: holding the lease longer, looking at what is due
_FIRST = 2  # seconds before the first look, in which the portal starts to answer


class EmbeddedClock:
    """Runs what is due while this process holds the lease. `as_of` tells the flows the clock's time when it is not the wall's."""

    def __init__(self, settings: Settings, engine: Engine, clock: Clock, *, as_of: bool = False) -> None:
        self._engine, self._clock, self._as_of = engine, clock, as_of
        self._prefect = _Prefect(settings)
        self._mailbox = settings.has_bounce_mailbox
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        self._holds: bool | None = None
        self._working = Lock()
        self._scheduler = BackgroundScheduler(
            timezone=HANOI, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def start(self) -> None:
        """Begin to beat, in threads of its own; the first look comes a moment later."""
        self._scheduler.add_job(self.hold, "interval", seconds=BEAT)
        self._scheduler.add_job(self.work, "interval", seconds=BEAT)
        self._scheduler.add_job(self._begin)
        self._scheduler.start()

    def stop(self) -> None:
        """End in order: mails in hand are settled, the lease is given back, Prefect's server ends."""
        ENDING.set()
        self._scheduler.shutdown(wait=True)
        ENDING.clear()  # a process that goes on without its clock may run flows again
        self._prefect.stop()
        try:
            with writing(self._engine) as session:
                release(session, LEASE, self._holder)
        except DBAPIError:
            log.warning("Chưa trả được quyền giữ đồng hồ; quyền tự hết sau %s giây.", LENGTH.seconds)

    def hold(self) -> bool:
        """Take the lease or hold it longer; return whether this process holds it."""
        try:
            with writing(self._engine) as session:
                holds = take(session, LEASE, self._holder, self._clock(), LENGTH)
        except DBAPIError as error:
            log.warning("Không giữ được đồng hồ: cơ sở dữ liệu không dùng được (%s).", error.orig)
            holds = False
        if holds != self._holds:
            log.info("Tiến trình này giữ đồng hồ." if holds else "Tiến trình khác đang giữ đồng hồ; chờ.")
        self._holds = holds
        return holds

    def work(self) -> None:
        """Run what is due, one after the other, as long as the lease is held."""
        if not self._holds or not self._working.acquire(blocking=False):
            return
        done: set[str] = set()
        try:
            while name := self._next(done):
                self._run(name)
                done.add(name)
        except DBAPIError as error:
            log.warning("Không xem được việc đến hạn: cơ sở dữ liệu không dùng được (%s).", error.orig)
        finally:
            self._working.release()

    def _next(self, done: set[str]) -> str | None:
        """Return what is due now and was not run in this look; what one flow queued is seen by the next."""
        if ENDING.is_set() or not self._holds:
            return None
        return next((name for name in due_now(self._seen()) if name not in done), None)

    def _begin(self) -> None:
        if not ENDING.wait(_FIRST) and self.hold():
            self.work()

    def _seen(self) -> Seen:
        now = self._clock()
        with reading(self._engine) as session:
            return Seen(
                now=now,
                ran={
                    name: Ran(row.started_at, row.ok, row.succeeded_at)
                    for name, row in last_runs(session).items()
                },
                rounds_to_open=_rounds_to_open(session, now),
                rounds_to_collect=collections_due(session, now),
                mails_due=waiting(session.connection(), now).due + _answers_waiting(session),
                mailbox=self._mailbox,
                to_tell=has_due(session, now) or has_news(session),
            )

    def _run(self, name: str) -> None:
        as_of = self._clock().isoformat() if self._as_of else None
        try:
            self._with_prefect_or_without(name, as_of)
        except (
            Exception,
            CancelledError,
        ) as error:  # whatever ends one run, the clock goes on and tries it again
            log.warning("Luồng %s không xong: %s", name, error)
            self._record_failure(name, f"{error}")

    def _with_prefect_or_without(self, name: str, as_of: str | None) -> None:
        """Run the flow; where Prefect itself is broken, do its work all the same: mail matters more than its pages."""
        try:
            self._prefect.start()
        except PrefectAwayError as error:
            log.warning("%s Luồng %s chạy không qua Prefect.", error, name)
            run_plainly(name, as_of)
        else:
            run_flow(name, as_of=as_of)

    def _record_failure(self, name: str, said: str) -> None:
        """Record a run that failed before it could record itself; what it recorded is left alone."""
        try:
            with writing(self._engine) as session:
                last = last_runs(session).get(name)
                if last is None or last.ok is not False:
                    begin_run(session, name, self._holder, self._clock())
                    end_run(session, name, self._clock(), ok=False, said=said)
        except DBAPIError:
            log.warning("Chưa ghi lại được lần chạy hỏng của luồng %s.", name)


class _Prefect:
    """Prefect's server as the clock needs it: started at the first run, again when it died, ended with the process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server: TemporaryServer | None = None

    def start(self) -> None:
        """Make sure there is one. Raises PrefectAwayError."""
        prepare_prefect(self._settings)
        if self._server is None and prefect_api_url() is not None:
            return
        if self._server is None:
            self._server = TemporaryServer(self._settings, pages=True)
        if not self._server.is_running:
            self._server.start()
            use_prefect_api(self._server.url)
            log.info("Trang Prefect của tiến trình này: %s", self._server.url.removesuffix("/api"))

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()


def _rounds_to_open(session: Session, now: Any) -> int:
    ready = Round.state == RoundState.PLANNED, Round.opens <= day_of(now), Decision.active_since <= now
    return session.scalar(select(func.count()).select_from(Round).join(Decision).where(*ready)) or 0


def _answers_waiting(session: Session) -> int:
    answers = Notice.state == NoticeState.PENDING, Notice.stream == Stream.TRANSACTIONAL
    return session.scalar(select(func.count()).select_from(Notice).where(*answers)) or 0

"""Delivery as a Prefect flow: any number may run at once, on any machine; the outbox's claims keep them apart."""

import asyncio
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from prefect import flow
from prefect.artifacts import acreate_progress_artifact, aupdate_progress_artifact

from flows.ending import ENDING
from flows.errors import MailNotSentError
from flows.office import Office, recorded
from flows.showing import named, show_table, warn_of_other_code
from notifications.delivering.delivery import Delivery, Options, deliver
from notifications.delivering.sending import quiet_hours
from notifications.sweep import compose_urgent
from tasks.database import reading, writing

log = logging.getLogger(__name__)
CONNECTIONS = 4  # to the mail server at once
LOOKING = 1.0  # seconds between two looks at how far the delivery is
_HEADS = ("Kết quả", "Số thư")


@dataclass
class _Watch:
    """What the flow and the delivery's thread share: how far it is, and whether it should end in order."""

    stop: threading.Event = field(default_factory=threading.Event)
    done: Delivery = field(default_factory=Delivery)

    def move(self, done: Delivery) -> None:
        self.done = done


@flow(name="delivery", flow_run_name=named("Gửi thư"), timeout_seconds=3600)
async def delivery(as_of: str | None = None, connections: int = CONNECTIONS) -> dict[str, Any]:
    """Send what is due today. Ends Failed when something due could not leave.

    Cancelled or out of time, it finishes and settles the mails in hand and leaves the rest to the next run.
    """
    await warn_of_other_code()
    watch = _Watch()
    sending = asyncio.create_task(asyncio.to_thread(deliver_what_is_due, as_of, connections, watch))
    try:
        await _follow(sending, watch)
        done = await sending
    finally:
        watch.stop.set()
    says = sentence(done)
    log.info(says)
    rows = (
        ("Đã gửi", done.sent),
        ("Bị từ chối", done.refused),
        ("Chờ gửi lại", done.deferred),
        ("Gác lại", done.dead),
        ("Lượt gửi khác đang giữ", done.held),
    )
    await show_table("delivery", _HEADS, rows, says)
    if not done.complete:
        raise MailNotSentError(says)
    return {"sent": done.sent, "refused": done.refused, "deferred": done.deferred, "dead": done.dead}


def sentence(done: Delivery) -> str:
    """Return what the delivery did in one line, why something waits included."""
    counts = (
        f"Gửi {done.sent} thư trong {done.elapsed_s:.0f} giây, bị từ chối {done.refused}, "
        f"chờ gửi lại {done.deferred}, gác lại {done.dead}."
    )
    quiet = " Đang trong giờ yên lặng của lịch đôn đốc." if done.quiet else ""
    return f"{done.outage} {counts}{quiet}".strip()


async def _follow(sending: "asyncio.Task[Delivery]", watch: _Watch) -> None:
    """Show the progress while the delivery lasts; one that ends at once shows none."""
    shown: Any = None
    while True:
        finished, _ = await asyncio.wait({sending}, timeout=LOOKING)
        share = 100.0 * _settled(watch.done) / max(watch.done.expected, 1)
        if shown is None and not finished:
            shown = await acreate_progress_artifact(
                share, key="delivery-progress", description="Đang gửi thư"
            )
        elif shown is not None:
            await aupdate_progress_artifact(shown, progress=100.0 if finished else share)
        if finished:
            return


def _settled(done: Delivery) -> int:
    return done.sent + done.refused + done.deferred + done.dead


def deliver_what_is_due(
    as_of: str | None, connections: int = CONNECTIONS, watch: _Watch | None = None
) -> Delivery:
    """Compose what must be answered at once, then send; return what became of it."""
    watch = watch or _Watch()
    with Office(as_of) as office, recorded(office, "deliver") as outcome:
        with writing(office.engine) as session:
            compose_urgent(session, office.now, office.letterhead)
        with reading(office.engine) as session:
            quiet = quiet_hours(session)
        done = deliver(
            office.engine, office.transport, office.clock, _options(office, connections, quiet, watch)
        )
        outcome.ok, outcome.said = done.complete, sentence(done)
        return done


def _options(office: Office, connections: int, quiet: Any, watch: _Watch) -> Options:
    progress: Callable[[Delivery], None] = watch.move
    return Options(
        connections=connections,
        rate=office.settings.mail_rate,
        quiet_hours=quiet,
        progress=progress,
        stop=lambda: watch.stop.is_set() or ENDING.is_set(),
    )

"""Other systems told of status changes, as a Prefect flow: any number may run at once; the claims keep them apart."""

import asyncio
import logging
import threading
import time
from typing import Any

from prefect import flow

from flows.ending import ENDING
from flows.errors import ChangesUntoldError
from flows.office import Office, recorded
from flows.showing import named, show_table, warn_of_other_code
from notifications.webhooks.delivering import Told, tell
from notifications.webhooks.feeding import feed
from notifications.webhooks.posting import Line
from notifications.webhooks.queue import clear_old
from tasks.database import writing

log = logging.getLogger(__name__)
LONGEST_RUN = 120.0  # seconds; the embedded clock does one thing after the other, and mails wait meanwhile
_HEADS = ("Kết quả", "Số lần báo")


@flow(name="webhooks", flow_run_name=named("Báo thay đổi"), timeout_seconds=1800)
async def webhooks(as_of: str | None = None) -> dict[str, Any]:
    """Tell what changed. Ends Failed only when something was given up: a receiver that is away for a while is no news.

    Cancelled or out of time, it settles what is in hand and leaves the rest to the next run.
    """
    await warn_of_other_code()
    stop = threading.Event()
    try:
        told = await asyncio.to_thread(tell_what_changed, as_of, stop)
    finally:
        stop.set()
    says = sentence(told)
    log.info(says)
    rows = (("Đã báo", told.delivered), ("Sẽ báo lại", told.waiting), ("Gác lại", told.dead))
    await show_table("webhooks", _HEADS, rows, says)
    if not _well(told):
        raise ChangesUntoldError(says)
    return {"delivered": told.delivered, "waiting": told.waiting, "dead": told.dead}


def sentence(told: Told) -> str:
    """Return what one run did, in one line."""
    says = f"Báo thay đổi {told.delivered} lần, sẽ báo lại {told.waiting}, gác lại {told.dead}."
    return f"{says} Dừng {told.disabled} kết nối vì bên nhận không còn nhận." if told.disabled else says


def tell_what_changed(as_of: str | None = None, stop: threading.Event | None = None) -> Told:
    """Read what was recorded, send it, clear away what was settled long ago; return what became of it.

    What cannot be sent in LONGEST_RUN is left to the next run.
    """
    stop = stop or threading.Event()
    with Office(as_of) as office, recorded(office, "webhooks") as outcome:
        feed(office.engine, office.now)
        line = Line(office.settings.webhook_networks)
        end = time.monotonic() + LONGEST_RUN
        told = tell(
            office.engine,
            line,
            office.clock,
            lambda: stop.is_set() or ENDING.is_set() or time.monotonic() >= end,
        )
        with writing(office.engine) as session:
            clear_old(session, office.now)
        outcome.ok, outcome.said = _well(told), sentence(told)
        return told


def _well(told: Told) -> bool:
    return not (told.dead or told.disabled)

"""Mails that came back, read from their mailbox as a Prefect flow: the addresses are marked, the coordinator is told."""

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

from prefect import flow, task

from dondoc.settings import Settings
from flows.errors import MailboxUnreadError
from flows.office import Office, recorded
from flows.showing import PATIENCE, named, passes, show_table, warn_of_other_code
from notifications.delivering.bounces import Marked, mark, read_report
from notifications.delivering.mailboxes import (
    ImapMailbox,
    UnreachableMailboxError,
    unseen_in_maildir,
    unseen_over_imap,
)
from tasks.database import writing

log = logging.getLogger(__name__)
NO_MAILBOX = "Chưa cấu hình hộp thư nhận thư trả lại (DONDOC_BOUNCE_MAILDIR hoặc DONDOC_IMAP_HOST)."


@flow(name="bounces", flow_run_name=named("Đọc thư trả lại"), timeout_seconds=900)
async def bounces(as_of: str | None = None) -> dict[str, Any]:
    """Mark the addresses that mails came back from. Ends Failed when the mailbox cannot be read."""
    await warn_of_other_code()
    try:
        read = await _read(as_of)
    except UnreachableMailboxError as error:
        raise MailboxUnreadError(f"{error}") from error
    says = sentence(read)
    log.info(says)
    if read is not None and read.marked:
        rows = [(address,) for address in read.marked]
        await show_table("bounced-addresses", ("Địa chỉ thư bị trả lại",), rows, says)
    return {"marked": list(read.marked) if read else [], "foreign": read.foreign if read else 0}


def sentence(read: Marked | None) -> str:
    """Return what was read, in one line."""
    if read is None:
        return NO_MAILBOX
    return (
        f"Đọc thư trả lại: {len(read.marked)} địa chỉ mới không dùng được, {read.known} đã biết, "
        f"{read.foreign} không thuộc thư của hệ thống."
    )


@task(name="read-bounces", retry_condition_fn=passes, **PATIENCE)
async def _read(as_of: str | None) -> Marked | None:
    return await asyncio.to_thread(read_what_came_back, as_of)


def read_what_came_back(as_of: str | None) -> Marked | None:
    """Read each new report, mark its addresses and only then take it as seen; None without a mailbox."""
    with Office(as_of) as office, recorded(office, "bounces") as outcome:
        arrived = _arrived(office.settings)
        read = None
        if arrived is not None:
            read = Marked((), 0, 0)
            for raw in arrived:
                with writing(office.engine) as session:
                    one = mark(session, read_report(raw), office.now)
                read = Marked(read.marked + one.marked, read.known + one.known, read.foreign + one.foreign)
        outcome.said = sentence(read)
        return read


def _arrived(settings: Settings) -> Iterator[bytes] | None:
    if settings.bounce_maildir is not None:
        return unseen_in_maildir(settings.bounce_maildir)
    if settings.imap_host is None:
        return None
    password = settings.imap_password.get_secret_value() if settings.imap_password else ""
    place = ImapMailbox(
        settings.imap_host, settings.imap_user or "", password, settings.imap_port, settings.imap_folder
    )
    return unseen_over_imap(place)

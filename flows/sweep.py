"""The morning sweep as a Prefect flow. It is safe to run again: what was said today is not said twice."""

import asyncio
import logging
from typing import Any

from prefect import flow, task

from flows.errors import MailNotComposedError
from flows.office import Office, recorded
from flows.showing import PATIENCE, named, passes, show_link, show_table, warn_of_other_code
from notifications.content.kinds import KIND_NAMES
from notifications.sweep import Swept, sweep
from tasks.database import writing

log = logging.getLogger(__name__)


@flow(name="morning-sweep", flow_run_name=named("Quét buổi sáng"), timeout_seconds=1800)
async def morning_sweep(as_of: str | None = None) -> dict[str, Any]:
    """Queue what must be said on the day. Ends Failed when a mail could not be composed."""
    await warn_of_other_code()
    swept, outbox_page = await queue_the_day(as_of)
    says = sentence(swept)
    log.info(says)
    rows = [(KIND_NAMES[kind], count) for kind, count in swept.notices.items()]
    await show_table("morning-sweep", ("Loại thông báo", "Số lượng"), rows, says)
    if swept.skipped:
        await show_table("skipped-notices", ("Khóa", "Lý do"), swept.skipped, "Thông báo không thành thư")
    await show_link("outbox", outbox_page, "Hộp thư đi")
    if swept.failed:
        raise MailNotComposedError(
            f"{swept.failed} thư không soạn được; xem dondoc outbox list --status dead."
        )
    return {"as_of": swept.as_of.isoformat(), "mails": swept.mails, "notices": swept.notices}


@task(name="sweep", retry_condition_fn=passes, **PATIENCE)
async def queue_the_day(as_of: str | None) -> tuple[Swept, str]:
    """Sweep in one transaction, in a thread; return what it did and where the outbox is shown."""
    return await asyncio.to_thread(sweep_the_day, as_of)


def sentence(swept: Swept) -> str:
    """Return what the sweep did in one line."""
    day = f"Ngày {swept.as_of:%d/%m/%Y}"
    parts = [f"{day}: xếp {swept.mails} thư, bỏ qua {len(swept.skipped)} thông báo"]
    if not swept.working_day:
        parts = [f"{day} là ngày nghỉ: không đôn đốc; xếp {swept.mails} thư trả lời"]
    if swept.superseded:
        parts.append(f"{swept.superseded} thư cũ chưa gửi được đã soạn lại")
    if swept.opened:
        parts.append(f"mở lần báo cáo {', '.join(swept.opened)}")
    if swept.closed:
        parts.append(f"đóng lần báo cáo {', '.join(swept.closed)}")
    if swept.failed:
        parts.append(f"{swept.failed} thư không soạn được")
    return "; ".join(parts) + "."


def sweep_the_day(as_of: str | None) -> tuple[Swept, str]:
    """Sweep and record it; return what it did and where the outbox is shown."""
    with Office(as_of) as office, recorded(office, "sweep") as outcome:
        with writing(office.engine) as session:
            swept = sweep(session, office.now, office.letterhead)
        outcome.ok, outcome.said = not swept.failed, sentence(swept)
        return swept, office.page("thu")

"""The morning sweep as a Prefect flow. It is safe to run again: what was said today is not said twice."""

import asyncio
from typing import Any

from prefect import flow
from prefect.artifacts import acreate_table_artifact
from prefect.logging import get_run_logger

from flows.office import Office, moment
from notifications.sweep import Swept, sweep
from tasks.database import writing


class MailNotComposedError(RuntimeError):
    """Some mail of the day could not be composed; the others are queued."""


@flow(name="morning-sweep", retries=2, retry_delay_seconds=60, timeout_seconds=1800)
async def morning_sweep(as_of: str | None = None) -> dict[str, Any]:
    """Queue what must be said on the day. Ends Failed when a mail could not be composed."""
    swept = await asyncio.to_thread(_sweep, as_of)
    await acreate_table_artifact(
        key="morning-sweep",
        table=[{"loại thông báo": kind, "số lượng": count} for kind, count in swept.notices.items()],
        description=f"Ngày {swept.as_of:%d/%m/%Y}: xếp {swept.mails} thư, bỏ qua {len(swept.skipped)} thông báo.",
    )
    for key, reason in swept.skipped:
        get_run_logger().warning("%s: %s", key, reason)
    if swept.failed:
        raise MailNotComposedError(
            f"{swept.failed} thư không soạn được; xem dondoc outbox list --status dead."
        )
    return {"as_of": swept.as_of.isoformat(), "mails": swept.mails, "notices": swept.notices}


def _sweep(as_of: str | None) -> Swept:
    with Office() as office, writing(office.engine) as session:
        return sweep(session, moment(as_of), office.letterhead)

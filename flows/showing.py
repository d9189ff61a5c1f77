"""What an operator reads in Prefect's own pages: tables, texts and links beside each run."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from prefect.artifacts import acreate_link_artifact, acreate_markdown_artifact, acreate_table_artifact
from prefect.client.schemas.objects import State, TaskRun
from prefect.runtime import deployment, flow_run
from prefect.tasks import Task
from sqlalchemy.exc import DBAPIError, OperationalError

from dondoc.clock import acting_moment, system_clock
from flows.version import code_version

log = logging.getLogger(__name__)
_FETCHED_AHEAD = 60  # seconds a worker may fetch a run before its time; 10 as Prefect comes
MOST_ROWS = 500  # of one table; the database has the rest

# For the part of a flow that works on the database: tried again while the cause may pass. Such a part has no Vietnamese
# run name, for the timeline of Prefect's pages drops the letters with marks; names of whole runs are shown well.
PATIENCE: Mapping[str, Any] = {
    "retries": 3,
    "retry_delay_seconds": [2, 10, 60],  # seconds
}


def passes(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Tell whether a failed attempt may succeed later by itself: the database or the disk was away."""
    error = state.data
    if isinstance(error, OperationalError):
        return "no such" not in str(error.orig)  # SQLite's word for a table that is not there
    return isinstance(error, OSError) or (isinstance(error, DBAPIError) and error.connection_invalidated)


def named(says: str) -> Callable[[], str]:
    """Return what names a flow's runs: what it does and when it acts, as an operator looks for it."""

    def name() -> str:
        moment = acting_moment(flow_run.parameters.get("as_of"))
        return f"{says} {moment:%d/%m/%Y %H:%M}"

    return name


async def wait_for_its_time() -> None:
    """Wait for the instant the run was scheduled for: a worker fetches runs ahead, and a quick one begins seconds early.

    What is due at an instant would find nothing due before it.
    """
    scheduled = flow_run.scheduled_start_time
    early = (scheduled - system_clock()).total_seconds() if scheduled is not None else 0
    if early > 0:
        await asyncio.sleep(min(early, _FETCHED_AHEAD))


async def warn_of_other_code() -> None:
    """Say so when this machine runs other code than the deployment was written from; the run goes on."""
    deployed, here = await asyncio.to_thread(_deployed_version), code_version()
    if deployed is not None and deployed != here:
        log.warning(
            "Máy này chạy mã nguồn %s, lịch được ghi từ mã nguồn %s. Hãy cài cùng phiên bản trên mọi máy rồi chạy "
            "dondoc flows deploy.",
            here,
            deployed,
        )


def _deployed_version() -> str | None:
    version: str | None = deployment.version
    return version


async def show_table(key: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], says: str) -> None:
    """Show a table; `key` is of small letters, digits and hyphens, and finds the table again from run to run."""
    table: list[dict[str, Any]] = [dict(zip(heads, row, strict=True)) for row in rows]
    await acreate_table_artifact(key=key, table=table[:MOST_ROWS], description=says)


async def show_text(key: str, markdown: str, says: str) -> None:
    """Show a text."""
    await acreate_markdown_artifact(key=key, markdown=markdown, description=says)


async def show_link(key: str, address: str, words: str) -> None:
    """Show a link to a page of the portal."""
    await acreate_link_artifact(key=key, link=address, link_text=words, description=words)

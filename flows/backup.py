"""The night's copy of the database as a Prefect flow, checked, with the older ones cleared away."""

import asyncio
import logging
from pathlib import Path
from typing import Any

from prefect import flow, task

from catalog.days import day_of
from flows.errors import BackupFailedError
from flows.office import Office, recorded
from flows.showing import PATIENCE, named, passes, show_table, warn_of_other_code
from tasks.backup import Copy, UnsoundCopyError, back_up

log = logging.getLogger(__name__)
KEPT = 14  # copies; one a night
_MEGABYTE = 1_000_000


@flow(name="nightly-backup", flow_run_name=named("Sao lưu"), timeout_seconds=3600)
async def nightly_backup(as_of: str | None = None) -> dict[str, Any]:
    """Copy the database to DONDOC_HOME/backups and check the copy. Ends Failed when there is no sound one."""
    await warn_of_other_code()
    try:
        copy, kept = await _copy(as_of)
    except (UnsoundCopyError, OSError) as error:
        raise BackupFailedError(f"Chưa có bản sao lưu dùng được: {error}") from error
    says = sentence(copy)
    log.info(says)
    rows = [(path.name, f"{path.stat().st_size / _MEGABYTE:.1f}") for path in kept]
    await show_table("backups", ("Bản sao", "MB"), rows, says)
    return {"path": str(copy.path), "size": copy.size, "rows": copy.rows}


def sentence(copy: Copy) -> str:
    """Return what the night's copy is, in one line."""
    size = f"{copy.size / _MEGABYTE:.1f}".replace(".", ",")
    return f"Đã sao lưu và kiểm tra {copy.path.name}: {copy.rows} dòng, {size} MB."


@task(name="back-up", retry_condition_fn=passes, **PATIENCE)
async def _copy(as_of: str | None) -> tuple[Copy, list[Path]]:
    return await asyncio.to_thread(copy_of_the_night, as_of)


def copy_of_the_night(as_of: str | None) -> tuple[Copy, list[Path]]:
    """Make the day's copy and clear away the oldest; return it and what is kept, newest first."""
    with Office(as_of) as office, recorded(office, "backup") as outcome:
        folder = office.settings.home / "backups"
        copy = back_up(office.engine, folder / f"dondoc-{day_of(office.now):%Y-%m-%d}.sqlite3")
        copies = sorted(folder.glob("dondoc-????-??-??.sqlite3"), reverse=True)
        for old in copies[KEPT:]:
            old.unlink()
        outcome.said = sentence(copy)
        return copy, copies[:KEPT]

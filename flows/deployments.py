"""Writes what ought to be deployed to a Prefect server: adds, updates and removes exactly what differs, and says so.

Ours are found again by a tag that carries the work pool's name; what others deployed on the server is left alone.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterTags
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule, RRuleSchedule
from prefect.exceptions import ObjectNotFound
from prefect.flows import Flow
from sqlalchemy import Engine

from catalog.days import HANOI
from flows.automations import reconcile_automations
from flows.errors import PrefectAwayError
from flows.names import FLOWS
from flows.schedule import Planned, planned
from flows.version import code_version
from tasks.database import reading

ZONE = "Asia/Ho_Chi_Minh"
TAG = "dondoc"
_PAGE = 200  # deployments asked for at once


@dataclass(frozen=True, slots=True)
class Site:
    """Where the flows run: the process work pool, and the project's folder as the workers see it."""

    pool: str
    folder: Path

    @property
    def tags(self) -> list[str]:
        """The tags of every deployment; the second is this installation's own."""
        return [TAG, f"{TAG}:{self.pool}"]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What became of each deployment, by name. `skipped` pairs a name with the reason."""

    added: tuple[str, ...]
    updated: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]
    automations: tuple[str, ...] = ()  # added or updated


@dataclass(frozen=True, slots=True)
class Compared:
    """What stands on the server against what ought to. `missing`, `different` and `kept` are plans."""

    missing: tuple[Planned, ...]
    different: tuple[Planned, ...]
    kept: tuple[Planned, ...]
    superfluous: tuple[DeploymentResponse, ...]
    past: tuple[Planned, ...]  # not deployed, and their instant has passed


def deploy(engine: Engine, site: Site, now: datetime, *, mailbox: bool = False) -> Reconciled:
    """Bring the server that Prefect's settings name to what the database says. Raises PrefectAwayError."""
    with reading(engine) as session:
        plans = planned(session, site.pool, mailbox=mailbox)
    return asyncio.run(reconcile(plans, site, now))


async def reconcile(plans: Sequence[Planned], site: Site, now: datetime) -> Reconciled:
    """Bring the server to what ought to be deployed. Raises PrefectAwayError when the pool is of another type."""
    async with get_client() as client:
        await _require_pool(client, site.pool)
        compared = await compare(client, plans, site, now)
        for plan in (*compared.missing, *compared.different):
            await _deploy(plan, site)
        for deployment in compared.superfluous:
            await client.delete_deployment(deployment.id)
        automations = await reconcile_automations(client, site.tags[1])
    return Reconciled(
        added=_names(compared.missing),
        updated=_names(compared.different),
        removed=tuple(deployment.name for deployment in compared.superfluous),
        unchanged=_names(compared.kept),
        skipped=tuple((plan.name, _why_skipped(plan)) for plan in compared.past),
        automations=automations,
    )


async def compare(client: PrefectClient, plans: Sequence[Planned], site: Site, now: datetime) -> Compared:
    """Compare without changing anything."""
    there = {deployment.name: deployment for deployment in await _ours(client, site)}
    absent = [plan for plan in plans if plan.name not in there]
    present = [plan for plan in plans if plan.name in there]
    same = [plan for plan in present if _as_deployed(there[plan.name]) == _as_planned(plan, site)]
    wanted = {plan.name for plan in plans}
    return Compared(
        missing=tuple(plan for plan in absent if not plan.is_past(now) and not plan.done),
        different=tuple(plan for plan in present if plan not in same),
        kept=tuple(same),
        superfluous=tuple(there[name] for name in sorted(there) if name not in wanted),
        past=tuple(plan for plan in absent if plan.is_past(now) and not plan.done),
    )


async def _ours(client: PrefectClient, site: Site) -> list[DeploymentResponse]:
    found: list[DeploymentResponse] = []
    tagged = DeploymentFilter(tags=DeploymentFilterTags(all_=site.tags))
    while True:
        page = await client.read_deployments(deployment_filter=tagged, limit=_PAGE, offset=len(found))
        found += page
        if len(page) < _PAGE:
            return found


async def _require_pool(client: PrefectClient, name: str) -> None:
    try:
        pool = await client.read_work_pool(name)
    except ObjectNotFound:
        await client.create_work_pool(WorkPoolCreate(name=name, type="process"))
        return
    if pool.type != "process":
        raise PrefectAwayError(
            f"Nhóm máy (work pool) «{name}» trên máy chủ Prefect là kiểu {pool.type}, cần kiểu process; "
            "hãy chọn tên khác bằng --pool."
        )


async def _deploy(plan: Planned, site: Site) -> None:
    entry = FLOWS[plan.flow]
    import_module(entry.module)  # its faults show here, in words of its own
    flow: Any = await Flow.afrom_source(source=str(site.folder), entrypoint=entry.entrypoint)
    deployment = await flow.ato_deployment(
        name=plan.name,
        schedules=[{"schedule": _schedule(plan)}],
        parameters=plan.parameters,
        description=plan.says,
        tags=site.tags,
        version=code_version(),
        concurrency_limit=ConcurrencyLimitConfig(
            limit=entry.at_once, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW
        ),
        work_pool_name=site.pool,
    )
    await deployment.aapply(work_pool_name=site.pool)


def _schedule(plan: Planned) -> CronSchedule | RRuleSchedule:
    if plan.at is None:
        return CronSchedule(cron=plan.cron, timezone=ZONE)
    return RRuleSchedule(rrule=_once(plan.at), timezone=ZONE)


def _once(at: datetime) -> str:
    local = at.astimezone(HANOI)
    return f"DTSTART:{local:%Y%m%dT%H%M%S}\nRRULE:FREQ=DAILY;COUNT=1"


Facts = dict[str, Any]


def _as_planned(plan: Planned, site: Site) -> Facts:
    """Return what a deployment is compared by, as it ought to be."""
    entry = FLOWS[plan.flow]
    return {
        "entrypoint": entry.entrypoint,
        "folder": str(site.folder),
        "pool": site.pool,
        "parameters": plan.parameters,
        "says": plan.says,
        "version": code_version(),
        "at_once": entry.at_once,
        "schedules": [(plan.cron if plan.at is None else _once(plan.at), ZONE, True)],
    }


def _as_deployed(deployment: DeploymentResponse) -> Facts:
    """Return the same of what stands on the server; a deployment that a person paused stays paused."""
    limit = deployment.global_concurrency_limit
    steps: list[dict[str, Any]] = deployment.pull_steps or []
    folders = [step.get("directory") for pull in steps for step in pull.values()]
    return {
        "entrypoint": deployment.entrypoint,
        "folder": folders[0] if folders else None,
        "pool": deployment.work_pool_name,
        "parameters": deployment.parameters,
        "says": deployment.description,
        "version": deployment.version,
        "at_once": limit.limit if limit else None,
        "schedules": [_schedule_facts(entry.schedule, active=entry.active) for entry in deployment.schedules],
    }


def _schedule_facts(schedule: Any, *, active: bool) -> tuple[str, str | None, bool]:
    words = getattr(schedule, "cron", None) or getattr(schedule, "rrule", None) or repr(schedule)
    return words, getattr(schedule, "timezone", None), active


def _why_skipped(plan: Planned) -> str:
    assert plan.at is not None
    return (
        f"{plan.says}: thời điểm này đã qua nên không đặt lịch; lần quét buổi sáng làm thay, hoặc chạy ngay "
        f"dondoc flows run {plan.flow}."
    )


def _names(plans: Sequence[Planned]) -> tuple[str, ...]:
    return tuple(plan.name for plan in plans)

"""Whether something runs the flows: the embedded clock, or a Prefect server with workers and the right deployments."""

import asyncio
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Engine

from dondoc.settings import Settings, prefect_api_url
from flows.embedded import LEASE
from flows.errors import PrefectAwayError
from flows.server import require_answer, require_fitting, server_version
from tasks.database import reading
from tasks.health import Check, speaks
from tasks.leases import holder_of

_CHOOSE = (
    "Chọn một: dondoc serve --no-clock khi đã có máy chủ Prefect, hoặc dondoc serve không có PREFECT_API_URL."
)


def check_clock(engine: Engine, now: datetime) -> Check:
    """Look who holds the embedded clock; where a Prefect server is in charge, nobody should."""
    with reading(engine) as session:
        lease, needed = holder_of(session, LEASE, now), speaks(session)
    if prefect_api_url() is not None:
        if lease is None:
            return Check("clock", ok=True, detail="Lịch do máy chủ Prefect giữ.")
        return Check(
            "clock", ok=False, detail=f"Hai đồng hồ cùng chạy: máy chủ Prefect và tiến trình {lease.holder}. "
            "Không thư nào bị gửi hai lần, nhưng mỗi việc chạy hai lượt.", remedy=_CHOOSE,
        )  # fmt: skip
    if lease is not None:
        return Check("clock", ok=True, detail=f"Tiến trình {lease.holder} giữ đồng hồ.")
    if not needed:
        return Check("clock", ok=True, detail="Chưa có quyết định nào kích hoạt nên chưa cần đồng hồ.")
    return Check(
        "clock", ok=False, detail="Không tiến trình nào giữ đồng hồ: không có gì tự quét và gửi thư.",
        remedy="Bật dondoc serve, hoặc đặt PREFECT_API_URL, chạy dondoc flows deploy và dondoc flows worker.",
    )  # fmt: skip


def check_prefect(settings: Settings, engine: Engine, pool: str, now: datetime) -> Iterator[Check]:
    """Look at the server that PREFECT_API_URL names, its workers and its deployments."""
    url = prefect_api_url()
    if url is None:
        yield Check("prefect", ok=True, detail="Không dùng máy chủ Prefect riêng (PREFECT_API_URL chưa đặt).")
        return
    try:
        require_answer(url)
        require_fitting(url)
    except PrefectAwayError as error:
        remedy = "Chạy dondoc flows server; cài cùng phiên bản trên mọi máy."
        yield Check("prefect", ok=False, detail=str(error), remedy=remedy)
        return
    yield Check("prefect", ok=True, detail=f"Máy chủ Prefect {server_version(url)} tại {url}.")
    yield from asyncio.run(_deployed(settings, engine, pool, now))


async def _deployed(settings: Settings, engine: Engine, pool: str, now: datetime) -> list[Check]:
    from prefect.client.orchestration import get_client  # deferred: only where a server is used
    from prefect.client.schemas.objects import WorkerStatus
    from prefect.exceptions import ObjectNotFound

    from flows.deployments import Compared, Site, compare
    from flows.schedule import planned
    from flows.version import PROJECT

    def deployments(found: Compared) -> Check:
        faults = (
            ("thiếu", [plan.name for plan in found.missing]),
            ("khác", [plan.name for plan in found.different]),
            ("thừa", [entry.name for entry in found.superfluous]),
        )
        words = "; ".join(f"{word} {len(names)}: {', '.join(names)}" for word, names in faults if names)
        if not words:
            return Check("deployments", ok=True, detail=f"{len(found.kept)} lịch đúng với danh mục.")
        return Check(
            "deployments", ok=False, detail=f"Lịch trên máy chủ Prefect chưa đúng: {words}.",
            remedy="Chạy lại dondoc flows deploy.",
        )  # fmt: skip

    with reading(engine) as session:
        plans = planned(session, pool, mailbox=settings.has_bounce_mailbox)
    async with get_client() as client:
        try:
            await client.read_work_pool(pool)
            workers = await client.read_workers_for_work_pool(pool)
        except ObjectNotFound:
            workers = []
        compared = await compare(client, plans, Site(pool, PROJECT), now)
    online = [worker.name for worker in workers if worker.status == WorkerStatus.ONLINE]
    return [_workers(pool, online), deployments(compared)]


def _workers(pool: str, online: list[str]) -> Check:
    if online:
        return Check("workers", ok=True, detail=f"{len(online)} máy đang nhận việc: {', '.join(online)}.")
    return Check(
        "workers", ok=False, detail=f"Không có máy nào nhận việc của nhóm «{pool}».",
        remedy=f"Chạy dondoc flows worker --pool {pool} trên ít nhất một máy.",
    )  # fmt: skip

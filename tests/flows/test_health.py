"""What `doctor` says of a Prefect server: its workers, and its deployments against the catalogue."""

import asyncio
from datetime import timedelta
from itertools import count

import httpx
import pytest
from prefect.client.orchestration import get_client

from dondoc.settings import read_settings
from flows import server
from flows.deployments import Site, deploy
from flows.errors import PrefectAwayError
from flows.health import check_prefect
from flows.version import PROJECT
from tasks.database import writing
from tests.tasks.cast import at, build

NOW = at("2025-07-26", 9)
pytestmark = [pytest.mark.xdist_group("prefect")]
_numbers = count(1)


@pytest.fixture
def pool(office, prefect_api, monkeypatch):
    monkeypatch.setenv("PREFECT_API_URL", prefect_api)
    with writing(office) as session:
        build(session).round("lan-1", "2025-08-08", "2025-09-04")
    return f"health{next(_numbers)}"


def checks(engine, pool, now=NOW):
    return {check.name: check for check in check_prefect(read_settings(), engine, pool, now)}


def test_before_anything_is_deployed_everything_is_missing(office, pool):
    found = checks(office, pool)
    assert found["prefect"].ok
    assert not found["workers"].ok
    assert "dondoc flows worker" in found["workers"].remedy
    assert "thiếu 7" in found["deployments"].detail


def test_once_deployed_and_with_a_worker_all_is_well(office, pool, prefect_api):
    deploy(office, Site(pool, PROJECT), NOW)
    beat = {"name": "may-1", "heartbeat_interval_seconds": 30}
    httpx.post(f"{prefect_api}/work_pools/{pool}/workers/heartbeat", json=beat).raise_for_status()
    found = checks(office, pool)
    assert all(check.ok for check in found.values()), found
    assert "may-1" in found["workers"].detail
    assert found["deployments"].detail == "7 lịch đúng với danh mục."


def test_a_deployment_deleted_by_hand_and_a_moved_deadline_are_told(office, pool):
    deploy(office, Site(pool, PROJECT), NOW)

    async def delete():
        async with get_client() as client:
            found = await client.read_deployment_by_name(f"morning-sweep/{pool}-sweep")
            await client.delete_deployment(found.id)

    asyncio.run(delete())
    with writing(office) as session:
        from tasks.models import Round

        session.query(Round).one().closes_at += timedelta(days=1)
    detail = checks(office, pool)["deployments"].detail
    assert f"thiếu 1: {pool}-sweep" in detail
    assert f"khác 1: {pool}-collect-quyet-dinh-lan-1" in detail


def test_a_server_of_another_version_is_refused_in_words(prefect_api, monkeypatch):
    monkeypatch.setattr(server, "version", lambda _: "3.2.1")
    with pytest.raises(PrefectAwayError, match=r"phiên bản 3\.8\.8, máy này dùng 3\.2\.1"):
        server.require_fitting(prefect_api)


def test_something_else_at_the_address_is_told(monkeypatch, prefect_api):
    with pytest.raises(PrefectAwayError, match="không trả lời"):
        server.require_answer(prefect_api.removesuffix("/api") + "/khong-co")

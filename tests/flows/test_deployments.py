"""Deployments brought to what the catalogue says, on a real Prefect server: exactly what differs changes, and it is told."""

import asyncio
from datetime import datetime, timedelta
from itertools import count

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import DeploymentScheduleUpdate, WorkPoolCreate
from prefect.client.schemas.schedules import CronSchedule
from sqlalchemy import select

from catalog.days import HANOI
from flows.deployments import Reconciled, Site, reconcile
from flows.errors import PrefectAwayError
from flows.schedule import planned
from flows.version import PROJECT
from tasks.database import reading, writing
from tasks.models import Decision, Round
from tests.tasks.cast import build

NOW = datetime(2025, 7, 26, 9, 0, tzinfo=HANOI)
REGULAR = ("sweep", "deliver", "webhooks", "digest", "backup")
pytestmark = [pytest.mark.usefixtures("prefect_api"), pytest.mark.xdist_group("prefect")]
_numbers = count(1)


@pytest.fixture
def site():
    """A pool of the test's own, so that tests share the server as installations do."""
    return Site(f"pool{next(_numbers)}", PROJECT)


@pytest.fixture
def two_rounds(office):
    with writing(office) as session:
        world = build(session)
        world.round("lan-1", "2025-08-08", "2025-09-04")
        world.round("lan-2", "2025-11-07", "2025-12-04")
    return office


def deploy(engine, site, now=NOW) -> Reconciled:
    with reading(engine) as session:
        plans = planned(session, site.pool)
    return asyncio.run(reconcile(plans, site, now))


def names(site, *tails):
    return {f"{site.pool}-{tail}" for tail in tails}


ROUNDS = tuple(f"{what}-quyet-dinh-lan-{n}" for n in (1, 2) for what in ("open", "collect"))


async def on_server(work):
    async with get_client() as client:
        return await work(client)


def test_each_regular_flow_and_each_round_gets_its_deployment_and_a_second_run_changes_nothing(
    two_rounds, site
):
    first = deploy(two_rounds, site)
    assert set(first.added) == names(site, *REGULAR, *ROUNDS)
    assert (first.updated, first.removed, first.unchanged, first.skipped) == ((), (), (), ())

    second = deploy(two_rounds, site)
    assert set(second.unchanged) == set(first.added)
    assert (second.added, second.updated, second.removed, second.automations) == ((), (), (), ())


def test_the_collection_is_scheduled_at_the_instant_the_round_closes(two_rounds, site):
    deploy(two_rounds, site)

    async def scheduled(client):
        name = f"collect-round/{site.pool}-collect-quyet-dinh-lan-1"
        found = await client.read_deployment_by_name(name)
        return found.schedules[0].schedule, found.parameters

    schedule, parameters = asyncio.run(on_server(scheduled))
    assert schedule.rrule.startswith("DTSTART:20250905T000000")
    assert schedule.timezone == "Asia/Ho_Chi_Minh"
    assert parameters == {"decision": "quyet-dinh", "code": "lan-1"}


def test_an_amendment_updates_what_it_moved_and_removes_what_it_dropped(two_rounds, site):
    deploy(two_rounds, site)
    with writing(two_rounds) as session:
        session.delete(session.scalar(select(Round).where(Round.code == "lan-1")))
        moved = session.scalar(select(Round).where(Round.code == "lan-2"))
        moved.closes_at += timedelta(days=7)

    done = deploy(two_rounds, site)
    assert set(done.updated) == names(site, "collect-quyet-dinh-lan-2")
    assert set(done.removed) == names(site, "open-quyet-dinh-lan-1", "collect-quyet-dinh-lan-1")
    assert set(done.unchanged) == names(site, *REGULAR, "open-quyet-dinh-lan-2")
    assert done.added == ()


def test_what_a_person_deleted_or_changed_by_hand_is_put_right(two_rounds, site):
    deploy(two_rounds, site)

    async def meddle(client):
        gone = await client.read_deployment_by_name(f"morning-sweep/{site.pool}-sweep")
        await client.delete_deployment(gone.id)
        changed = await client.read_deployment_by_name(f"delivery/{site.pool}-deliver")
        [schedule] = changed.schedules
        never = CronSchedule(cron="0 3 1 1 *", timezone="UTC")
        await client._client.patch(
            f"/deployments/{changed.id}/schedules/{schedule.id}",
            json=DeploymentScheduleUpdate(schedule=never).model_dump(mode="json", exclude_unset=True),
        )

    asyncio.run(on_server(meddle))
    done = deploy(two_rounds, site)
    assert set(done.added) == names(site, "sweep")
    assert set(done.updated) == names(site, "deliver")
    assert not deploy(two_rounds, site).updated


def test_an_instant_that_has_passed_is_skipped_and_told(two_rounds, site):
    done = deploy(two_rounds, site, NOW.replace(month=9, day=10))
    assert set(done.added) == names(site, *REGULAR, *(name for name in ROUNDS if name.endswith("lan-2")))
    assert {name for name, _ in done.skipped} == names(
        site, *(name for name in ROUNDS if name.endswith("lan-1"))
    )
    assert all("đã qua" in reason for _, reason in done.skipped)


def test_a_silent_decision_deploys_no_round(two_rounds, site):
    with writing(two_rounds) as session:
        session.scalar(select(Decision)).active_since = None
    assert set(deploy(two_rounds, site).added) == names(site, *REGULAR)


def test_another_installations_deployments_are_left_alone(two_rounds, site):
    other = Site(f"{site.pool}-other", PROJECT)
    deploy(two_rounds, other)
    deploy(two_rounds, site)
    assert not deploy(two_rounds, site).removed
    assert len(deploy(two_rounds, other).unchanged) == len(REGULAR) + len(ROUNDS)


def test_a_pool_of_another_type_is_refused(two_rounds, site):
    asyncio.run(
        on_server(lambda client: client.create_work_pool(WorkPoolCreate(name=site.pool, type="docker")))
    )
    with pytest.raises(PrefectAwayError, match="kiểu docker, cần kiểu process"):
        deploy(two_rounds, site)

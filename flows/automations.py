"""What Prefect's server does by itself about runs whose process is gone: a worker killed together with its child says nothing."""

from datetime import timedelta

from prefect.automations import Automation, EventTrigger, Posture, ResourceSpecification
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState

SILENCE = timedelta(seconds=100)  # three beats of PREFECT_FLOWS_HEARTBEAT_FREQUENCY=30, and a little
STUCK = timedelta(minutes=5)  # a run that no worker brings to life in this time is given to another
_BEAT = "prefect.flow-run.heartbeat"
_ENDINGS = {f"prefect.flow-run.{name}" for name in ("Completed", "Failed", "Cancelled", "Crashed")}


async def reconcile_automations(tag: str) -> tuple[str, ...]:
    """Add or update the automations for runs with the tag; return the names of those that changed."""
    return tuple([wanted.name for wanted in _wanted(tag) if await _put(wanted)])


async def _put(wanted: Automation) -> bool:
    try:
        there = await Automation.aread(name=wanted.name)
    except ValueError:  # what Prefect raises where there is none of the name
        await wanted.acreate()
        return True
    compared = {"name", "description", "enabled", "trigger", "actions"}
    ignored = {"trigger": {"id"}}
    if there.model_dump(include=compared, exclude=ignored) == wanted.model_dump(
        include=compared, exclude=ignored
    ):
        return False
    wanted.id = there.id
    await wanted.aupdate()
    return True


def _wanted(tag: str) -> list[Automation]:
    return [
        Automation(
            name=f"{tag}: run không còn tín hiệu",
            description="Lần chạy không còn báo tín hiệu: tiến trình đã mất, đánh dấu Crashed để lần sau làm tiếp.",
            trigger=_silent(tag, {_BEAT}, {_BEAT, *_ENDINGS}, SILENCE),
            actions=[
                ChangeFlowRunState(
                    state=StateType.CRASHED,
                    message="Tiến trình chạy luồng không còn tín hiệu; việc dở được làm tiếp.",
                )
            ],
        ),
        Automation(
            name=f"{tag}: run kẹt trước khi chạy",
            description="Lần chạy đã được nhận mà không bắt đầu: trả lại để máy khác nhận.",
            trigger=_silent(tag, {"prefect.flow-run.Pending"}, {"prefect.flow-run.*"}, STUCK),
            actions=[
                ChangeFlowRunState(
                    state=StateType.SCHEDULED,
                    name="Scheduled",
                    message="Máy nhận việc không bắt đầu; giao lại.",
                )
            ],
        ),
    ]


def _silent(tag: str, after: set[str], expect: set[str], within: timedelta) -> EventTrigger:
    return EventTrigger(
        after=after,
        expect=expect,
        match=ResourceSpecification({"prefect.resource.id": ["prefect.flow-run.*"]}),
        match_related=ResourceSpecification(
            {"prefect.resource.id": [f"prefect.tag.{tag}"], "prefect.resource.role": ["tag"]}
        ),
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=within,
    )

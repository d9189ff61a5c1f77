"""What Prefect's server does by itself about runs whose process is gone: a worker killed together with its child says nothing."""

from datetime import timedelta
from typing import Any

from prefect.automations import AutomationCore, EventTrigger, Posture, ResourceSpecification
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState

SILENCE = timedelta(seconds=100)  # three beats of PREFECT_FLOWS_HEARTBEAT_FREQUENCY=30, and a little
STUCK = timedelta(minutes=5)  # a run that no worker brings to life in this time is given to another
_BEAT = "prefect.flow-run.heartbeat"
_BEGINNING = "prefect.flow-run.Running"  # one that dies at once never beats
_ENDINGS = {f"prefect.flow-run.{name}" for name in ("Completed", "Failed", "Cancelled", "Crashed")}


async def reconcile_automations(client: PrefectClient, tag: str) -> tuple[str, ...]:
    """Add, update and remove the automations for runs with the tag; return the names of those that changed."""
    wanted = {automation.name: automation for automation in _wanted(tag)}
    there = {
        entry.name: entry for entry in await client.read_automations() if entry.name.startswith(f"{tag}: ")
    }
    changed = [name for name in wanted if name not in there or _facts(there[name]) != _facts(wanted[name])]
    superfluous = [name for name in there if name not in wanted]
    for name in changed:
        if name in there:
            await client.update_automation(there[name].id, wanted[name])
        else:
            await client.create_automation(wanted[name])
    for name in superfluous:
        await client.delete_automation(there[name].id)
    return (*changed, *superfluous)


def _facts(automation: AutomationCore) -> dict[str, Any]:
    """Return what an automation is compared by; the server gives every trigger an id."""
    compared = {"description", "enabled", "trigger", "actions"}
    return automation.model_dump(include=compared, exclude={"trigger": {"id"}})


def _wanted(tag: str) -> list[AutomationCore]:
    return [
        AutomationCore(
            name=f"{tag}: lần chạy không còn tín hiệu",
            description="Lần chạy không còn báo tín hiệu: tiến trình đã mất, đánh dấu Crashed để lần sau làm tiếp.",
            trigger=_silent(tag, {_BEGINNING, _BEAT}, {_BEAT, *_ENDINGS}, SILENCE),
            actions=[
                ChangeFlowRunState(
                    state=StateType.CRASHED,
                    message="Tiến trình chạy luồng không còn tín hiệu; việc dở được làm tiếp.",
                )
            ],
        ),
        AutomationCore(
            name=f"{tag}: lần chạy kẹt trước khi bắt đầu",
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

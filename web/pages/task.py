"""One task: what is asked, by when, how it stands, and everything that happened to it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import HTMLResponse
from sqlalchemy import select

from tasks.actors import Capacity, capacities
from tasks.models import OPEN_LIVES, Message, Notice, Task
from tasks.queries.task import TaskHistory, task_history
from tasks.tracking.transitions import RULES, Action
from web.forms import Typed
from web.reading import readable_task
from web.task_deeds import stamp
from web.viewer import EVERYBODY
from web.visit import Visit, visit_of

router = APIRouter()

RowNumber = Annotated[int, Path(ge=1, le=2**31 - 1)]
TOLD = 50  # the newest mails about the task


@router.get("/viec/{number}")
def task(visit: Annotated[Visit, Depends(visit_of(*EVERYBODY))], number: RowNumber) -> HTMLResponse:
    """Show the task."""
    return task_page(visit, number, Typed())


def task_page(visit: Visit, number: int, typed: Typed, status: int = 200) -> HTMLResponse:
    """Return the task's page, with what was typed into its forms. Raises NotFoundError."""
    stored = readable_task(visit.session, visit.viewer, number)
    history = task_history(visit.session, visit.view, number)
    return visit.page(
        "task.html",
        status,
        history=history,
        task=history.task,
        stored=stored,
        told=_told(visit, number),
        typed=typed,
        typed_in=lambda action: typed if typed.of("viec") == action else Typed(),
        stamp=stamp(stored),
        may=_allowed(visit, stored, history),
        asked=next((entry for entry in history.extensions if entry.granted is None), None),
    )


def _allowed(visit: Visit, task: Task, history: TaskHistory) -> frozenset[str]:
    """Return what the viewer may do with the task now, by the words of Action, and "ask" and "answer" for a later day."""
    held = capacities(visit.viewer.actor, task)
    if visit.asked_day or visit.viewer.guest or not held:
        return frozenset()
    waiting = any(entry.granted is None for entry in history.extensions)
    found = {action.value for action, rule in RULES.items() if rule.by in held and task.life in rule.sources}
    found.discard(Action.REDATE)
    if task.due is None or waiting:
        found.discard(Action.EXTEND)
    if Capacity.AGENCY in held and task.life in OPEN_LIVES and task.due is not None and not waiting:
        found.add("ask")
    if Capacity.CONFIRMER in held and waiting:
        found.add("answer")
    return frozenset(found)


def _told(visit: Visit, number: int) -> list[tuple[Notice, Message]]:
    rows = (
        select(Notice, Message)
        .join(Message, Message.id == Notice.message_id)
        .where(Notice.task_id == number, Message.speaks_for <= visit.today)
        .order_by(Message.speaks_for.desc(), Notice.id.desc())
    )
    if visit.viewer.own_id is not None:
        rows = rows.where(Message.agency_id == visit.viewer.own_id)
    return [(notice, message) for notice, message in visit.session.execute(rows.limit(TOLD)).tuples()]

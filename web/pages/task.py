"""One task: what is asked, by when, how it stands, and everything that happened to it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import HTMLResponse
from sqlalchemy import select

from tasks.models import Message, Notice
from tasks.queries_task import task_history
from web.reading import readable_task
from web.viewer import EVERYBODY
from web.visit import Visit, visit_of

router = APIRouter()

RowNumber = Annotated[int, Path(ge=1, le=2**31 - 1)]
TOLD = 50  # the newest mails about the task


@router.get("/viec/{number}")
def task(visit: Annotated[Visit, Depends(visit_of(*EVERYBODY))], number: RowNumber) -> HTMLResponse:
    """Show the task."""
    stored = readable_task(visit.session, visit.viewer, number)
    history = task_history(visit.session, visit.view, number)
    return visit.page(
        "task.html", history=history, task=history.task, stored=stored, told=_told(visit, number)
    )


def _told(visit: Visit, number: int) -> list[tuple[Notice, Message]]:
    rows = (
        select(Notice, Message)
        .join(Message, Message.id == Notice.message_id)
        .where(Notice.task_id == number, Message.speaks_for <= visit.today)
        .order_by(Message.speaks_for.desc(), Notice.id.desc())
    )
    if visit.own_agency:
        rows = rows.where(Message.agency_id == visit.viewer.agency_id)
    return [(notice, message) for notice, message in visit.session.execute(rows.limit(TOLD)).tuples()]

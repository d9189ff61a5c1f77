"""Another try for mails that failed."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from sqlalchemy.orm import Session

from notifications.delivering.outbox_queries import Wanted, retry
from tasks.actors import Role, require_keeper
from tasks.errors import NotFoundError
from tasks.models import Message
from web.act import Act, act_of
from web.pages.task import RowNumber

router = APIRouter()


@router.post("/thu/{number}/gui-lai")
def send_again(
    act: Annotated[Act, Depends(act_of(Role.ADMINISTRATOR, Role.COORDINATOR))], number: RowNumber
) -> Response:
    """Let the mail be tried again at once; one whose day has passed is composed anew by the next sweep."""

    def work(session: Session) -> str:
        message = session.get(Message, number)
        if message is None:
            raise NotFoundError(f"Hộp thư đi không có thư số {number}.")
        require_keeper(act.actor, message.agency.directory, "gửi lại thư này")
        retry(session, [message.key], Wanted(), act.now)
        return f"/thu/{number}?da=xong"

    return act.perform("Gửi lại thư", f"Thư số {number}", work)

"""The outbox as people look at it: lists of mails, and each mail as it was sent."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import selectinload, undefer

from notifications.content.kinds import KIND_NAMES
from notifications.delivering.outbox_queries import RETRIABLE, notices_of
from tasks.actors import Role
from tasks.errors import DomainError, NotFoundError
from tasks.models import Message, MessageState
from web.dates import day_from
from web.mail_list import Wanted, find_mails
from web.mail_parts import as_seen, read_mail
from web.pages.task import RowNumber
from web.paging import PageNumber, Place, offset
from web.security import MAIL_POLICY
from web.viewer import EVERYBODY
from web.visit import Visit, visit_of

router = APIRouter()

SIZE = 50


@router.get("/thu")
def mails(
    visit: Annotated[Visit, Depends(visit_of(*EVERYBODY))],
    state: Annotated[str, Query(alias="trang-thai", max_length=20)] = "",
    kind: Annotated[str, Query(alias="loai", max_length=30)] = "",
    on: Annotated[str, Query(alias="cho-ngay", max_length=10)] = "",
    search: Annotated[str, Query(alias="tim", max_length=120)] = "",
    number: PageNumber = 1,
) -> HTMLResponse:
    """Show one page of the outbox, the newest first; an agency's people see what was sent to it."""
    wanted = Wanted(
        state=MessageState(state) if state in set(MessageState) else None,
        kind=kind if kind in KIND_NAMES else None,
        on=_day(on),
        search=search,
        until=visit.today,
        agency_id=visit.viewer.own_id,
    )
    found = find_mails(visit.session, wanted, SIZE, offset(number, SIZE))
    return visit.page(
        "mails.html",
        wanted=wanted,
        items=found.items,
        kinds=KIND_NAMES,
        place=Place(number, SIZE, found.total, found.at_least),
    )


@router.get("/thu/{number}")
def mail(visit: Annotated[Visit, Depends(visit_of(*EVERYBODY))], number: RowNumber) -> HTMLResponse:
    """Show one mail: its headers, its text, its HTML in a closed frame, what it told."""
    message = _message(visit, number)
    return visit.page(
        "mail.html",
        message=message,
        may_retry=_may_retry(visit, message),
        parts=read_mail(message.mime),
        notices=notices_of(visit.session, message),
    )


@router.get("/thu/{number}/html")
def mail_html(visit: Annotated[Visit, Depends(visit_of(*EVERYBODY))], number: RowNumber) -> HTMLResponse:
    """Return the mail's HTML as its reader saw it, for the frame on the mail's page: no script, nothing fetched."""
    html = as_seen(_message(visit, number).mime)
    return HTMLResponse(
        html, headers={"Content-Security-Policy": MAIL_POLICY, "X-Frame-Options": "SAMEORIGIN"}
    )


@router.get("/thu/{number}/tep")
def mail_file(visit: Annotated[Visit, Depends(visit_of(*EVERYBODY))], number: RowNumber) -> Response:
    """Return the whole mail as a file, as it travelled."""
    name = f"thu-{number}.eml"
    return Response(
        _message(visit, number).mime,
        media_type="message/rfc822",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _message(visit: Visit, number: int) -> Message:
    found = visit.session.scalar(
        select(Message)
        .where(Message.id == number)
        .options(undefer(Message.mime), selectinload(Message.agency), selectinload(Message.recipients))
    )
    if found is None or visit.viewer.own_id not in {None, found.agency_id}:
        raise NotFoundError(f"Hộp thư đi không có thư số {number}.")
    return found


def _may_retry(visit: Visit, message: Message) -> bool:
    refused = any(recipient.outcome == "refused" for recipient in message.recipients)
    failed = message.state in RETRIABLE or (message.state is MessageState.SENT and refused)
    role, own = visit.viewer.role, visit.viewer.actor.directory in {None, message.agency.directory}
    return (
        failed
        and not visit.viewer.guest
        and (role is Role.ADMINISTRATOR or (role is Role.COORDINATOR and own))
    )


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    day = day_from(text)
    if day is None:
        raise DomainError(f"Ngày «{text}» không đọc được; hãy ghi dạng 05/09/2025.")
    return day

"""An agency's calendar: fetched by programs at a secret address; made, renewed and revoked by the agency's people."""

from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from documents.agency_calendar import Links, agency_feed
from notifications.mailing import read_letterhead
from tasks.accounts.calendar_feeds import NOTED, current_feed, find_feed, make_feed, note_fetched, revoke_feed
from tasks.actors import Role
from tasks.asof import as_of
from tasks.database import reading, writing
from tasks.errors import NotFoundError
from tasks.models import Agency
from web.act import Act, act_of
from web.downloads import download
from web.portal import Portal, portal_of
from web.visit import Visit, visit_after, visit_of

router = APIRouter()

OWNERS = (Role.AGENCY, Role.COORDINATOR)
CALENDAR = "text/calendar; charset=utf-8"
NO_AGENCY = "Tài khoản không thuộc cơ quan nào nên không có lịch."


@router.get("/lich")
def calendar(visit: Annotated[Visit, Depends(visit_of(*OWNERS))]) -> HTMLResponse:
    """Show whether there is an address, and how to make one."""
    return _page(visit)


@router.get("/lich/tep")
def calendar_once(visit: Annotated[Visit, Depends(visit_of(*OWNERS))]) -> Response:
    """Return the calendar as it is now, as a file."""
    content, _ = agency_feed(
        visit.session, visit.view, _own(visit.session, visit.viewer.agency_id), _links(visit.portal)
    )
    return download(content, "lich-thoi-han.ics", CALENDAR)


@router.post("/lich/tao")
def make(act: Annotated[Act, Depends(act_of(*OWNERS))]) -> Response:
    """Make an address and show it, this once; a form sent twice shows the page without it."""
    made: list[str] = []

    def work(session: Session) -> str:
        agency = _own(session, act.viewer.agency_id)
        made.append(make_feed(session, agency, act.actor.login, act.now))
        return "/lich"

    answer = act.perform("", "", work)
    if not made:
        return answer
    with visit_after(act) as visit:
        return _page(visit, made[0])


@router.post("/lich/thu-hoi")
def revoke(act: Annotated[Act, Depends(act_of(*OWNERS))]) -> Response:
    """Let the address stop working."""

    def work(session: Session) -> str:
        revoke_feed(session, _own(session, act.viewer.agency_id), act.actor.login, act.now)
        return "/lich?da=thu-hoi-lich"

    return act.perform("", "", work)


@router.get("/lich/{token}.ics")
def feed(request: Request, token: str) -> Response:
    """Return the calendar to a program, or only that nothing has changed since it last asked."""
    portal = portal_of(request)
    now = portal.clock()
    with reading(portal.engine) as session:
        found = find_feed(session, token)
        if found is None:
            raise NotFoundError(
                "Địa chỉ lịch này không dùng được nữa. Hãy lấy địa chỉ mới ở trang Lịch của đơn vị."
            )
        number, fetched = found.id, found.fetched_at
        content, changed = agency_feed(session, as_of(session, now), found.agency, _links(portal))
    if fetched is None or fetched <= now - NOTED:
        with writing(portal.engine) as session:
            note_fetched(session, number, now)
    headers = {
        "ETag": f'"{sha256(content).hexdigest()[:32]}"',
        "Last-Modified": format_datetime(changed, usegmt=True),
        "Cache-Control": "private, no-cache",  # may be kept, must be asked about
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if _is_known(request, headers["ETag"], changed):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=CALENDAR, headers=headers)


def _is_known(request: Request, tag: str, changed: datetime) -> bool:
    """Tell whether the program has this very calendar; a tag, where it sends one, wins over a day (RFC 9110, 13.2.2)."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return tags.strip() == "*" or tag in [one.strip().removeprefix("W/") for one in tags.split(",")]
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
        return changed.replace(microsecond=0) <= since
    except (TypeError, ValueError):  # none, or none that can be read
        return False


def _own(session: Session, number: int | None) -> Agency:
    found = session.get(Agency, number) if number else None
    if found is None:
        raise NotFoundError(NO_AGENCY)
    return found


def _links(portal: Portal) -> Links:
    head = read_letterhead(portal.settings.mail_from, portal.settings.base_url)
    return Links(head.base_url, head.domain)


def _page(visit: Visit, token: str = "") -> HTMLResponse:
    agency = _own(visit.session, visit.viewer.agency_id)
    address = f"{_links(visit.portal).base_url}/lich/{token}.ics" if token else ""
    return visit.page(
        "calendar_feed.html",
        agency=agency,
        feed=current_feed(visit.session, agency.id),
        address_made=address,
        webcal=f"webcal:{address.partition(':')[2]}" if address else "",
    )

"""What the coordinator does about rounds: opens, closes, reminds, extends, exempts, opens again, asks ad hoc."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.days import HANOI
from notifications.views import decision_name
from tasks.actors import Role
from tasks.errors import DomainError, NotFoundError
from tasks.models import Agency, Decision, Round
from tasks.rounds.ad_hoc import AdHoc, open_ad_hoc
from tasks.rounds.agencies import Ruling, exempt_agencies, extend_agencies, reopen_agencies
from tasks.rounds.reminding import remind_missing
from tasks.rounds.rounds import close_round, find_round, open_round
from web.act import Act, act_of
from web.errors import refusals_of, status_of_refusal
from web.forms import Typed
from web.pages.rounds import NO_ROUND, groups_of, may_coordinate, round_page
from web.visit import Visit, visit_after, visit_of

router = APIRouter()

COORDINATORS = (Role.ADMINISTRATOR, Role.COORDINATOR)
_Act = Annotated[Act, Depends(act_of(*COORDINATORS))]
_RULINGS = {"mien": ("Miễn báo cáo", exempt_agencies), "mo-lai": ("Mở lại báo cáo", reopen_agencies)}


@router.get("/dot-xuat/{key}")
def ad_hoc_page(visit: Annotated[Visit, Depends(visit_of(*COORDINATORS))], key: str) -> HTMLResponse:
    """Show the form that asks for a report between the rounds."""
    return _ad_hoc_page(visit, key, Typed(), ())


@router.post("/dot-xuat/{key}")
def ask_ad_hoc(act: _Act, key: str) -> Response:
    """Ask for it: the round opens at once."""
    typed = act.typed()
    chosen = tuple(str(code) for code in act.form.getlist("co-quan"))
    groups = tuple(str(code) for code in act.form.getlist("nhom"))
    subject = typed.text("noi-dung", "nội dung yêu cầu báo cáo", required=True, longest=300)
    deadline = _deadline(typed)
    if typed.faults or deadline is None:
        return _ad_hoc_again(act, key, typed, (*chosen, *groups))

    def work(session: Session) -> str:
        decision = _decision(session, key)
        asked = AdHoc(subject, deadline, chosen, groups, overdue=typed.of("qua-han") == "1")
        made = open_ad_hoc(session, decision, asked, act.actor, act.now)
        return f"/lan-bao-cao/{key}/{made.code}?da=xong"

    try:
        return act.perform("Yêu cầu báo cáo đột xuất", subject, work)
    except DomainError as refusal:
        typed.faults["chung"] = "\n".join(refusals_of(refusal))
        return _ad_hoc_again(act, key, typed, (*chosen, *groups), status_of_refusal(refusal))


@router.post("/lan-bao-cao/{key}/{code}/mo")
def open_now(act: _Act, key: str, code: str) -> Response:
    """Open a planned round before its day."""
    return _done(act, key, code, "Mở lần báo cáo", lambda s, r: open_round(s, r, act.actor, act.now))


@router.post("/lan-bao-cao/{key}/{code}/dong")
def close_now(act: _Act, key: str, code: str) -> Response:
    """Close an open round by hand."""
    return _done(act, key, code, "Đóng lần báo cáo", lambda s, r: close_round(s, r, act.actor, act.now))


@router.post("/lan-bao-cao/{key}/{code}/nhac")
def remind(act: _Act, key: str, code: str) -> Response:
    """Remind everybody whose report is missing, in the mail of the next sweep."""

    def change(session: Session, round_: Round) -> None:
        if not remind_missing(session, round_, act.actor, act.now):
            raise DomainError(f"{round_.text}: hôm nay đã nhắc tất cả các cơ quan chưa nộp.")

    return _done(act, key, code, "Nhắc nộp báo cáo", change)


@router.post("/lan-bao-cao/{key}/{code}/co-quan")
def rule(act: _Act, key: str, code: str) -> Response:
    """Extend, exempt or open again for the agencies ticked."""
    typed = act.typed()
    agencies = [str(entry) for entry in act.form.getlist("co-quan")]
    deed = typed.choice("viec", "việc phải làm", ("gia-han", *_RULINGS))
    reason = typed.text("ly-do", "lý do", required=True)
    to = typed.day("den-ngay", "ngày gia hạn đến", required=deed == "gia-han")
    if not agencies:
        typed.faults["co-quan"] = "Chưa đánh dấu cơ quan nào."
    if typed.faults:
        return _again(act, key, code, typed, 422)
    ruling = Ruling(act.actor, act.now, reason)

    def change(session: Session, round_: Round) -> None:
        if deed == "gia-han":
            assert to is not None
            extend_agencies(session, round_, agencies, to, ruling)
        else:
            _RULINGS[deed][1](session, round_, agencies, ruling)

    label = "Gia hạn báo cáo" if deed == "gia-han" else _RULINGS[deed][0]
    return _done(act, key, code, label, change, typed)


def _done(
    act: Act,
    key: str,
    code: str,
    deed: str,
    change: Callable[[Session, Round], object],
    typed: Typed | None = None,
) -> Response:
    typed = typed or act.typed()

    def work(session: Session) -> str:
        change(session, find_round(session, _decision(session, key), code))
        return f"/lan-bao-cao/{key}/{code}?da=xong"

    try:
        return act.perform(deed, f"{key} {code}", work, typed.of("ly-do"))
    except DomainError as refusal:
        typed.faults["chung"] = "\n".join(refusals_of(refusal))
        return _again(act, key, code, typed, status_of_refusal(refusal))


def _again(act: Act, key: str, code: str, typed: Typed, status: int) -> Response:
    with visit_after(act) as visit:
        return round_page(visit, key, code, typed, status)


def _deadline(typed: Typed) -> date | datetime | None:
    """Return the last on-time day, or, with an hour, the instant from which on a report is late."""
    day = typed.day("han", "hạn báo cáo", required=True)
    hour = typed.of("gio").strip()
    if day is None:
        return None
    if not hour:
        return day
    try:
        return datetime.combine(day, time.fromisoformat(hour.zfill(5)), HANOI)
    except ValueError:
        typed.faults["gio"] = f"Giờ «{hour[:10]}» không đọc được; hãy ghi dạng 16:00."
        return None


def _decision(session: Session, key: str) -> Decision:
    found = session.scalar(select(Decision).where(Decision.key == key))
    if found is None:
        raise NotFoundError(NO_ROUND)
    return found


def _ad_hoc_again(act: Act, key: str, typed: Typed, chosen: tuple[str, ...], status: int = 422) -> Response:
    with visit_after(act) as visit:
        return _ad_hoc_page(visit, key, typed, chosen, status)


def _ad_hoc_page(
    visit: Visit, key: str, typed: Typed, chosen: tuple[str, ...], status: int = 200
) -> HTMLResponse:
    decision = _decision(visit.session, key)
    if not may_coordinate(visit, decision):
        raise NotFoundError(NO_ROUND)
    agencies = (
        select(Agency.code, Agency.name)
        .where(Agency.directory == decision.directory, Agency.heir_id.is_(None))
        .order_by(Agency.sort_key)
    )
    return visit.page(
        "ad_hoc.html",
        status,
        decision=decision,
        decision_name=decision_name(decision),
        typed=typed,
        chosen=chosen,
        groups=groups_of(visit, decision),
        agencies=visit.session.execute(agencies).tuples().all(),
    )

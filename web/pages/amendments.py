"""Amendments: sent as a file or edited in a form, looked at change by change, then applied whole or not at all."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.errors import FaultyDataError
from notifications.views import decision_name
from tasks.actors import Role, require_coordinator
from tasks.amending.amendments import agencies_told, applied_amendments, apply
from tasks.errors import ConflictError, DomainError, NotFoundError
from tasks.intake import current_decision, stored_decision
from tasks.models import Amendment, Decision
from web.act import Act, act_of
from web.amendment_drafts import COLUMNS, Draft, edited, fingerprint, prepared_of, sent
from web.amendment_preview import ROWS, TASKS, TOTALS, rows_of, tasks_of
from web.errors import refusals_of, status_of_refusal
from web.forms import Typed
from web.limits import UPLOAD
from web.pages.rounds import may_coordinate
from web.pages.task import RowNumber
from web.visit import Visit, visit_after, visit_of

router = APIRouter()

COORDINATORS = (Role.ADMINISTRATOR, Role.COORDINATOR)
MOST_ROWS = 20  # edited in one form
_DEED = "điều chỉnh, bổ sung quyết định"
_MOVED = "Danh mục vừa thay đổi sau khi xem trước; chưa áp dụng gì. Hãy xem lại bản xem trước mới dưới đây rồi áp dụng."
_Sender = Annotated[Act, Depends(act_of(*COORDINATORS))]
_Reader = Annotated[Visit, Depends(visit_of(*COORDINATORS))]


@router.get("/sua-doi")
def amendments(visit: _Reader) -> HTMLResponse:
    """Show what was applied, by whom and when, and the form that takes a file."""
    return _list_page(visit, Typed())


@router.get("/sua-doi/da-ap-dung/{number}")
def applied(visit: _Reader, number: RowNumber) -> HTMLResponse:
    """Show what one amendment did."""
    stored = visit.session.get(Amendment, number)
    if stored is None:
        raise NotFoundError("Không có văn bản điều chỉnh này.")
    return visit.page(
        "amendment.html",
        amendment=stored,
        decision_name=decision_name(stored.decision),
        tasks=tasks_of(visit.session, stored.decision.directory, stored.changes["tasks"]),
        notes=stored.changes["notes"],
        TASKS=TASKS,
    )


@router.get("/sua-doi/{key}")
def edit(
    visit: _Reader, key: str, chosen: Annotated[tuple[str, ...], Query(alias="ma", max_length=200)] = (),
    editing: Annotated[str, Query(alias="sua", max_length=1)] = "",
) -> HTMLResponse:  # fmt: skip
    """Show the rows of the decision to choose from, then the fields of those chosen."""
    return _edit_page(visit, key, list(chosen), Typed(), editing=bool(editing))


@router.post("/sua-doi/xem-truoc", dependencies=[Depends(UPLOAD)])
def preview(act: _Sender) -> Response:
    """Show what the file would change, or everything that is wrong in it."""
    typed = act.typed()
    try:
        draft = sent(next(iter(act.files("tep")), None), typed)
        if not typed.faults:
            return _preview(act, draft, typed)
        status = 422
    except (DomainError, FaultyDataError) as refusal:
        typed.faults["tep"], status = "\n".join(_sentences(refusal)), _status(refusal)
    with visit_after(act) as visit:
        return _list_page(visit, typed, status)


@router.post("/sua-doi/{key}/xem-truoc")
def preview_edited(act: _Sender, key: str) -> Response:
    """Show what the edited fields would change, or everything that is wrong in them."""
    typed, codes, status = act.typed(), [str(code) for code in act.form.getlist("ma")][:MOST_ROWS], 422
    try:
        with visit_after(act) as visit:
            decision = current_decision(stored_decision(visit.session, key))
        known = {duty.code for duty in decision.duties}
        draft = edited(key, decision, [code for code in codes if code in known], typed)
        if not typed.faults:
            return _preview(act, draft, typed)
    except (DomainError, FaultyDataError) as refusal:
        typed.faults["chung"], status = "\n".join(_sentences(refusal, placed=False)), _status(refusal)
    with visit_after(act) as visit:
        return _edit_page(visit, key, codes, typed, status, editing=True)


@router.post("/sua-doi/ap-dung")
def carry_out(act: _Sender) -> Response:
    """Apply what was previewed, if it would still do the same; else show what it would do now."""
    typed = act.typed()
    reason = typed.text("ly-do", "lý do", required=True, longest=1000)
    draft = sent(None, typed)

    def work(session: Session) -> str:
        prepared = prepared_of(session, draft, lock=True)
        require_coordinator(act.actor, prepared.target.row, _DEED)
        if prepared.target.amendment.number is None or prepared.target.amendment.issued_on is None:
            raise DomainError("Dự thảo chưa có số, ký hiệu hoặc ngày ban hành; hãy ghi rồi xem trước lại.")
        if fingerprint(session, prepared) != typed.of("dau-van"):
            raise ConflictError(_MOVED)
        apply(session, prepared, act.actor.login, act.now)
        return "/sua-doi?da=sua-doi"

    try:
        if typed.faults:
            return _preview(act, draft, typed, 422)
        return act.perform("Áp dụng văn bản điều chỉnh, bổ sung", draft.number or draft.name, work, reason)
    except (DomainError, FaultyDataError) as refusal:
        typed.faults["chung"] = "\n".join(_sentences(refusal))
        status = _status(refusal)
    try:
        return _preview(act, draft, typed, status)
    except (DomainError, FaultyDataError):
        with visit_after(act) as visit:
            return _list_page(visit, typed, status)


def _preview(act: Act, draft: Draft, typed: Typed, status: int = 200) -> Response:
    with visit_after(act) as visit:
        prepared = prepared_of(visit.session, draft)
        row, difference = prepared.target.row, prepared.difference
        require_coordinator(act.actor, row, _DEED)
        return visit.page(
            "amendment_preview.html",
            status,
            draft=draft,
            amendment=prepared.target.amendment,
            decision=row,
            decision_name=decision_name(row),
            applied_before=prepared.applied_before,
            rows=rows_of(prepared),
            tasks=tasks_of(visit.session, row.directory, difference.document()["tasks"]),
            totals={TOTALS[what]: count for what, count in difference.totals.items() if count},
            notes=difference.notes,
            told=agencies_told(visit.session, prepared),
            fingerprint=fingerprint(visit.session, prepared),
            typed=typed,
            ROWS=ROWS,
            TASKS=TASKS,
        )


def _list_page(visit: Visit, typed: Typed, status: int = 200) -> HTMLResponse:
    decisions = visit.session.scalars(select(Decision).order_by(Decision.id.desc())).all()
    return visit.page(
        "amendments.html",
        status,
        typed=typed,
        decisions=[
            (
                row,
                decision_name(row),
                [
                    one
                    for one in applied_amendments(visit.session, row)
                    if one.applied_at <= visit.view.moment
                ],
                may_coordinate(visit, row),
            )
            for row in decisions
        ],
        totals_of=lambda one: {
            TOTALS[what]: count for what, count in one.changes["totals"].items() if count and what in TASKS
        },
    )


def _edit_page(
    visit: Visit, key: str, codes: list[str], typed: Typed, status: int = 200, *, editing: bool = False
) -> HTMLResponse:
    row = stored_decision(visit.session, key)
    require_coordinator(visit.viewer.actor, row, _DEED)
    decision = current_decision(row)
    chosen = [duty for duty in decision.duties if duty.code in codes]
    if len(chosen) > MOST_ROWS:
        typed.faults["chung"] = f"Mỗi lần sửa nhiều nhất {MOST_ROWS} nhiệm vụ; hãy chọn ít hơn, hoặc gửi tệp."
        editing = False
    return visit.page(
        "amendment_edit.html",
        status,
        typed=typed,
        key=key,
        decision=decision,
        decision_name=decision_name(row),
        chosen=chosen,
        editing=editing,
        columns=COLUMNS,
    )


def _sentences(refusal: DomainError | FaultyDataError, *, placed: bool = True) -> list[str]:
    if isinstance(refusal, DomainError):
        return refusals_of(refusal)
    if placed:
        return [str(fault) for fault in refusal.faults]
    return [
        _without_line(fault.place) + f"{fault.message} {fault.remedy}".strip() for fault in refusal.faults
    ]


def _without_line(place: str) -> str:
    """Return the place in words; the lines are those of a file that the portal wrote and nobody saw."""
    words = ", ".join(part for part in place.split(", ") if not part.startswith("dòng "))
    return f"{words}: " if words else ""


def _status(refusal: DomainError | FaultyDataError) -> int:
    return status_of_refusal(refusal) if isinstance(refusal, DomainError) else 422

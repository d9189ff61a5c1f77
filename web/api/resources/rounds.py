"""Rounds of reporting and how they stand: whole for the coordinator, for an agency the rounds that expect it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from tasks.accounts.tokens import Scope
from tasks.asof import AsOf
from tasks.errors import NotFoundError
from tasks.models import Decision, Submission
from tasks.models import Round as Stored
from tasks.queries.round import round_lines
from tasks.rounds.standing import standing_of_round, state_then
from web.api.admission import Caller
from web.api.calls import AskedSpan, ReadsThen
from web.api.fields import Code, DecisionKey, RoundCode
from web.api.operations import operation
from web.api.problems import ApiProblem, Kind
from web.api.schemas.rounds import AgencyStanding, AgencyStandingPage, Round, RoundPage, RoundStanding

router = APIRouter(tags=["rounds"])

NO_ROUND = "Không có lần báo cáo này, hoặc cơ quan không thuộc diện phải báo cáo."


@router.get("/rounds", **operation("listRounds", Scope.ROUNDS_READ, RoundPage, "Liệt kê các lần báo cáo"))
def rounds(
    call: ReadsThen,
    span: AskedSpan,
    decision: Annotated[Code | None, Query(description="Mã quyết định.")] = None,
) -> Response:
    """Trả về các lần báo cáo theo hạn. Khóa của một cơ quan thấy các lần đã mở mà cơ quan đó phải báo cáo."""
    rows = _readable(call.view, call.caller)
    if decision:
        rows = rows.where(Decision.key == decision)
    total = call.session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    in_order = rows.options(joinedload(Stored.decision)).order_by(Stored.due, Stored.id)
    found = call.session.scalars(in_order.limit(span.limit).offset(span.offset))
    items = tuple(Round(**_columns(row, call.view)) for row in found)
    return call.page(RoundPage(total=total, next=span.next(total), items=items), span)


@router.get(
    "/rounds/{decision}/{round_}",
    **operation("getRound", Scope.ROUNDS_READ, Round, "Đọc một lần báo cáo"),
)
def one_round(call: ReadsThen, decision: DecisionKey, round_: RoundCode) -> Response:
    """Trả về một lần báo cáo."""
    found = find_round(call.session, call.view, call.caller, decision, round_)
    return call.answer(Round(**_columns(found, call.view)))


@router.get(
    "/rounds/{decision}/{round_}/standing",
    **operation("getRoundStanding", Scope.ROUNDS_READ, RoundStanding, "Đọc tình hình nộp"),
)
def standing(call: ReadsThen, decision: DecisionKey, round_: RoundCode) -> Response:
    """Trả về tình hình nộp của mọi cơ quan; chỉ khóa của cơ quan đôn đốc đọc được."""
    found = find_round(call.session, call.view, call.caller, decision, round_)
    if call.caller.own_agency is not None:
        raise ApiProblem(
            Kind.FORBIDDEN, "Tình hình nộp của mọi cơ quan chỉ dành cho khóa của cơ quan đôn đốc."
        )
    counted = standing_of_round(call.session, found, call.view)
    own = set(RoundStanding.model_fields) - set(Round.model_fields)
    figures = {name: getattr(counted, name) for name in own}
    return call.answer(RoundStanding(**_columns(found, call.view), **figures))


@router.get(
    "/rounds/{decision}/{round_}/agencies",
    **operation("listRoundAgencies", Scope.ROUNDS_READ, AgencyStandingPage, "Liệt kê cơ quan phải báo cáo"),
)
def agencies(
    call: ReadsThen,
    span: AskedSpan,
    decision: DecisionKey,
    round_: RoundCode,
    state: Annotated[
        list[Submission] | None, Query(description="Đã nộp đến đâu; ghi nhiều lần cho nhiều trạng thái.")
    ] = None,
) -> Response:
    """Trả về từng cơ quan phải báo cáo; khóa của một cơ quan chỉ thấy dòng của chính nó."""
    found = find_round(call.session, call.view, call.caller, decision, round_)
    own, lines = call.caller.own_agency, round_lines(call.session, found, call.view)
    shown = [line for line in lines if own in {None, line.agency} and (not state or line.state in state)]
    items = tuple(
        AgencyStanding(**{name: getattr(line, name) for name in AgencyStanding.model_fields})
        for line in shown[span.offset : span.offset + span.limit]
    )
    return call.page(AgencyStandingPage(total=len(shown), next=span.next(len(shown)), items=items), span)


def find_round(session: Session, view: AsOf, caller: Caller, decision: str, code: str) -> Stored:
    """Return the round. Raises NotFoundError, also where it does not expect the caller's agency."""
    rows = _readable(view, caller).where(Decision.key == decision, Stored.code == code)
    found: Stored | None = session.scalar(rows)
    if found is None:
        raise NotFoundError(NO_ROUND)
    return found


def _readable(view: AsOf, caller: Caller) -> Select[Any]:
    rows = select(Stored).join(Decision, Decision.id == Stored.decision_id)
    if caller.viewer.own_id is not None:
        row = view.standings()
        rows = rows.where(Stored.id.in_(select(row.round_id).where(row.agency_id == caller.viewer.own_id)))
    return rows


def _columns(row: Stored, view: AsOf) -> dict[str, object]:
    own = {name: getattr(row, name) for name in Round.model_fields if name not in {"decision", "state"}}
    return {"decision": row.decision.key, "state": state_then(row, view.moment), **own}

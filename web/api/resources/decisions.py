"""The decisions that are tracked."""

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from tasks.accounts.tokens import Scope
from tasks.errors import NotFoundError
from tasks.models import Decision as Stored
from tasks.models import Occasion as StoredOccasion
from web.api.calls import AskedSpan, ReadsNow
from web.api.fields import DecisionKey
from web.api.operations import operation
from web.api.schemas.catalog import (
    DecisionDetail,
    DecisionPage,
    Occasion,
    decision_detail,
    decision_of,
)
from web.reading import readable_decisions

router = APIRouter(tags=["decisions"])


@router.get(
    "/decisions", **operation("listDecisions", Scope.CATALOG_READ, DecisionPage, "Liệt kê quyết định")
)
def decisions(call: ReadsNow, span: AskedSpan) -> Response:
    """Trả về các quyết định, cũ nhất trước; khóa của một cơ quan chỉ thấy quyết định của nơi mình."""
    own = readable_decisions(call.caller.viewer)
    total = call.session.scalar(select(func.count(Stored.id)).where(*own)) or 0
    rows = select(Stored).where(*own).options(joinedload(Stored.coordinator), joinedload(Stored.confirmer))
    found = call.session.scalars(rows.order_by(Stored.id).limit(span.limit).offset(span.offset))
    items = tuple(decision_of(row) for row in found)
    return call.page(DecisionPage(total=total, next=span.next(total), items=items), span)


@router.get(
    "/decisions/{decision}",
    **operation("getDecision", Scope.CATALOG_READ, DecisionDetail, "Đọc một quyết định"),
)
def decision(call: ReadsNow, decision: DecisionKey) -> Response:
    """Trả về một quyết định."""
    row = call.session.scalar(
        select(Stored).where(Stored.key == decision, *readable_decisions(call.caller.viewer))
    )
    if row is None:
        raise NotFoundError(f"Không có quyết định {decision}.")
    waited = select(StoredOccasion).where(StoredOccasion.decision_id == row.id).order_by(StoredOccasion.id)
    occasions = tuple(
        Occasion(code=each.code, name=each.name, day=each.day) for each in call.session.scalars(waited)
    )
    return call.answer(decision_detail(row, occasions))

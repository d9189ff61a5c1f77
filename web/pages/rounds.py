"""The rounds of reporting, and one round: who has reported, who is awaited, what the coordinator may do about it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import select

from documents.workbooks.workbook_exports import export_indicators, export_round
from notifications.views import decision_name
from tasks.errors import NotFoundError
from tasks.indicator_sets import indicators_of
from tasks.models import Decision, Group, Round, RoundState
from tasks.queries.round import Part, count_parts, round_lines
from tasks.rounds.standing import standing_of_round, standings_of_rounds
from web.downloads import EXCEL, made
from web.forms import Typed
from web.limits import EXPORT
from web.paging import PageNumber, Place, offset
from web.viewer import OVERSEERS
from web.visit import Visit, visit_of

router = APIRouter()

NO_ROUND = "Không có lần báo cáo này."
SIZE = 100  # agencies of a page
SHOWN = {
    "chua-nop": ("Chưa nộp", Part.AWAITED),
    "cho-xem": ("Chờ xem xét", Part.UNANSWERED),
    "dung-han": ("Nộp đúng hạn", Part.ON_TIME),
    "cham": ("Nộp chậm", Part.LATE),
    "tra-lai": ("Trả lại", Part.RETURNED),
    "mien": ("Được miễn", Part.EXEMPT),
}
"""The parts of a round's list, by the word of the address."""


@router.get("/lan-bao-cao")
def rounds(visit: Annotated[Visit, Depends(visit_of(*OVERSEERS))]) -> HTMLResponse:
    """Show every round by decision."""
    decisions = visit.session.scalars(select(Decision).order_by(Decision.id.desc())).all()
    found = visit.session.scalars(select(Round).order_by(Round.due, Round.id)).all()
    standings = standings_of_rounds(visit.session, found, visit.view, named=False)
    of = {
        row.id: [pair for pair in zip(found, standings, strict=True) if pair[0].decision_id == row.id]
        for row in decisions
    }
    return visit.page(
        "rounds.html",
        decisions=[(row, decision_name(row), of[row.id], may_coordinate(visit, row)) for row in decisions],
    )


@router.get("/lan-bao-cao/{key}/{code}")
def one_round(
    visit: Annotated[Visit, Depends(visit_of(*OVERSEERS))],
    key: str,
    code: str,
    part: Annotated[str, Query(alias="xem", max_length=20)] = "",
    number: PageNumber = 1,
) -> HTMLResponse:
    """Show one round, agency by agency."""
    return round_page(visit, key, code, Typed(), shown=Shown(part, number))


@router.get("/lan-bao-cao/{key}/{code}/excel", dependencies=[Depends(EXPORT)])
def workbook(visit: Annotated[Visit, Depends(visit_of(*OVERSEERS))], key: str, code: str) -> Response:
    """Return the round's list as a workbook."""
    round_ = find(visit, key, code)
    return made(f"{code}.xlsx", EXCEL, lambda path: export_round(visit.session, visit.view, round_, path))


@router.get("/lan-bao-cao/{key}/{code}/chi-tieu", dependencies=[Depends(EXPORT)])
def indicators(visit: Annotated[Visit, Depends(visit_of(*OVERSEERS))], key: str, code: str) -> Response:
    """Return the round's indicators, consolidated, as a workbook."""
    round_ = find(visit, key, code)
    return made(
        f"chi-tieu-{code}.xlsx",
        EXCEL,
        lambda path: export_indicators(visit.session, visit.view, [round_], path),
    )


@router.get("/lan-bao-cao/{code}")
def round_by_code(visit: Annotated[Visit, Depends(visit_of(*OVERSEERS))], code: str) -> RedirectResponse:
    """Lead from the short address that older mails carry to the round with that code, to the list where there are more."""
    found = visit.session.scalars(select(Round).where(Round.code == code).limit(2)).all()
    if not found:
        raise NotFoundError(NO_ROUND)
    target = f"/lan-bao-cao/{found[0].decision.key}/{code}" if len(found) == 1 else "/lan-bao-cao"
    return RedirectResponse(visit.link(target), status_code=303)


def find(visit: Visit, key: str, code: str) -> Round:
    """Return the round. Raises NotFoundError."""
    rows = select(Round).join(Decision).where(Decision.key == key, Round.code == code)
    found = visit.session.scalar(rows)
    if found is None:
        raise NotFoundError(NO_ROUND)
    return found


@dataclass(frozen=True, slots=True)
class Shown:
    """Which part of a round's list is shown, by its word in the address, and which page of it."""

    part: str = ""
    number: int = 1


def round_page(
    visit: Visit, key: str, code: str, typed: Typed, status: int = 200, shown: Shown = Shown()
) -> HTMLResponse:
    """Return a round's page, with what was typed into its forms."""
    round_ = find(visit, key, code)
    standing = standing_of_round(visit.session, round_, visit.view, named=False)
    opened = standing.state is not RoundState.PLANNED
    counts = count_parts(visit.session, round_, visit.view) if opened else {}
    part = SHOWN[shown.part][1] if opened and shown.part in SHOWN else None
    page = SIZE, offset(shown.number, SIZE)
    return visit.page(
        "round.html",
        status,
        round=round_,
        decision_name=decision_name(round_.decision),
        standing=standing,
        lines=round_lines(visit.session, round_, visit.view, part, page),
        parts={word: (label, counts[of]) for word, (label, of) in SHOWN.items()} if opened else {},
        part=shown.part,
        total=standing.expected,
        place=Place(shown.number, SIZE, counts[part] if part else standing.expected),
        typed=typed,
        has_figures=indicators_of(round_.decision) is not None,
        may=may_coordinate(visit, round_.decision),
    )


def may_coordinate(visit: Visit, decision: Decision) -> bool:
    """Tell whether the viewer may do now what the decision gives to its coordinator."""
    return not visit.viewer.guest and visit.asked_day is None and visit.viewer.actor.coordinates(decision)


def groups_of(visit: Visit, decision: Decision) -> list[tuple[str, str]]:
    """Return the groups of the decision's directory."""
    rows = select(Group.code, Group.name).where(Group.directory == decision.directory).order_by(Group.id)
    return [(code, name) for code, name in visit.session.execute(rows).tuples()]

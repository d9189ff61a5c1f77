"""The rounds of reporting, and one round: who has reported, who is awaited, what the coordinator may do about it."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import select

from documents.workbooks.workbook_exports import export_indicators, export_round
from notifications.views import decision_name
from tasks.errors import NotFoundError
from tasks.indicator_sets import indicators_of
from tasks.models import AWAITED, Decision, Group, Round, RoundState, Submission
from tasks.queries.round import AgencyStanding, round_lines
from tasks.rounds.standing import RECEIVED, standing_of_round, standings_of_rounds
from web.downloads import EXCEL, made
from web.forms import Typed
from web.limits import EXPORT
from web.viewer import OVERSEERS
from web.visit import Visit, visit_of

router = APIRouter()

NO_ROUND = "Không có lần báo cáo này."
SHOWN: dict[str, tuple[str, Callable[[AgencyStanding], bool]]] = {
    "chua-nop": ("Chưa nộp", lambda line: line.state in AWAITED),
    "cho-xem": ("Chờ xem xét", lambda line: line.state is Submission.SUBMITTED),
    "dung-han": ("Nộp đúng hạn", lambda line: line.state in RECEIVED and line.on_time is True),
    "cham": ("Nộp chậm", lambda line: line.state in RECEIVED and line.on_time is False),
    "tra-lai": ("Trả lại", lambda line: line.state is Submission.RETURNED),
    "mien": ("Được miễn", lambda line: line.state is Submission.EXEMPT),
}
"""The parts of a round's list, by the word of the address."""


@router.get("/lan-bao-cao")
def rounds(visit: Annotated[Visit, Depends(visit_of(*OVERSEERS))]) -> HTMLResponse:
    """Show every round by decision."""
    decisions = visit.session.scalars(select(Decision).order_by(Decision.id.desc())).all()
    found = visit.session.scalars(select(Round).order_by(Round.due, Round.id)).all()
    standings = standings_of_rounds(visit.session, found, visit.view)
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
) -> HTMLResponse:
    """Show one round, agency by agency."""
    return round_page(visit, key, code, Typed(), part=part)


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
    """Lead from the short address that mails carry to the newest round with that code."""
    rows = select(Round).where(Round.code == code).order_by(Round.id.desc()).limit(1)
    found = visit.session.scalars(rows).first()
    if found is None:
        raise NotFoundError(NO_ROUND)
    return RedirectResponse(visit.link(f"/lan-bao-cao/{found.decision.key}/{code}"), status_code=303)


def find(visit: Visit, key: str, code: str) -> Round:
    """Return the round. Raises NotFoundError."""
    rows = select(Round).join(Decision).where(Decision.key == key, Round.code == code)
    found = visit.session.scalar(rows)
    if found is None:
        raise NotFoundError(NO_ROUND)
    return found


def round_page(
    visit: Visit, key: str, code: str, typed: Typed, status: int = 200, part: str = ""
) -> HTMLResponse:
    """Return a round's page, with what was typed into its forms."""
    round_ = find(visit, key, code)
    lines = round_lines(visit.session, round_, visit.view)
    standing = standing_of_round(visit.session, round_, visit.view)
    opened = standing.state is not RoundState.PLANNED
    return visit.page(
        "round.html",
        status,
        round=round_,
        decision_name=decision_name(round_.decision),
        standing=standing,
        lines=[line for line in lines if part not in SHOWN or SHOWN[part][1](line)],
        parts={word: (label, _count(lines, word)) for word, (label, _) in SHOWN.items()} if opened else {},
        part=part,
        total=len(lines),
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


def _count(lines: list[AgencyStanding], word: str) -> int:
    return sum(1 for line in lines if SHOWN[word][1](line))

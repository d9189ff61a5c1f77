"""How a round stands as of an instant: expected against received, with nil, late, returned, extended and exempt apart.

expected = submitted + exempt + missing; submitted = on time + late; nil reports are among the submitted. A returned
report is missing again until it is resubmitted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, and_, bindparam, case, cast, func, select
from sqlalchemy.orm import Session

from tasks.asof import AsOf
from tasks.models import AWAITED, Agency, Decision, Round, RoundState, Standing, Submission

RECEIVED = (Submission.SUBMITTED, Submission.ACCEPTED)


@dataclass(frozen=True, slots=True)
class RoundStanding:
    """One round's figures; `missing` and `returned` name agencies by code in Vietnamese order, the second within the first."""

    code: str
    text: str
    opens: date
    due: date
    closes_at: datetime
    state: RoundState
    ad_hoc: bool
    expected: int
    submitted: int
    on_time: int
    late: int
    nil: int
    accepted: int
    drafting: int
    extended: int
    exempt: int
    missing: tuple[str, ...]
    missing_names: tuple[str, ...]
    returned: tuple[str, ...]

    @property
    def awaited(self) -> int:
        """How many owe their report; known also where they are not named."""
        return self.expected - self.submitted - self.exempt


class Awaited(NamedTuple):
    """An agency that owes its report."""

    code: str
    name: str
    state: Submission


def standings_of_rounds(
    session: Session, rounds: Sequence[Round], view: AsOf, *, named: bool = True
) -> list[RoundStanding]:
    """Return the figures of the rounds in the order given, in three statements for all of them.

    Unless `named`, nobody is listed as missing or returned, and one statement counts.
    """
    opened = [r for r in rounds if r.opened_at is not None and r.opened_at <= view.moment]
    numbers = [round_.id for round_ in opened]
    figures = _figures(session, view, numbers)
    awaited = _awaited(session, view, numbers) if named else {}
    unopened = [round_ for round_ in rounds if round_.id not in figures]
    names = _names(session, unopened) if named else None
    sizes = _sizes(session, [round_.id for round_ in unopened])
    return [
        _standing(round_, view, figures[round_.id], awaited.get(round_.id, []))
        if round_.id in figures
        else _unopened(round_, view, sizes[round_.id], names)
        for round_ in rounds
    ]


def standing_of_round(session: Session, round_: Round, view: AsOf, *, named: bool = True) -> RoundStanding:
    """Return the figures of one round."""
    return standings_of_rounds(session, [round_], view, named=named)[0]


def _figures(session: Session, view: AsOf, rounds: Sequence[int]) -> dict[int, dict[str, int]]:
    statement = _counting(view.standings()) if view.standings_changed else _counting_present()
    rows = session.execute(statement, {"rounds": list(rounds)}).mappings()
    return {entry["round_id"]: {k: int(v) for k, v in entry.items() if k != "round_id"} for entry in rows}


@cache
def _counting_present() -> Select[Any]:
    return _counting(Standing.__table__.c)


def _counting(row: Any) -> Select[Any]:
    received = row.state.in_(RECEIVED)
    counted = {
        "submitted": received,
        "on_time": and_(received, row.on_time.is_(True)),
        "late": and_(received, row.on_time.is_(False)),
        "nil": and_(received, row.nil.is_(True)),
        "accepted": row.state == Submission.ACCEPTED,
        "drafting": row.state == Submission.DRAFT,
        "extended": row.extended.is_(True),
        "exempt": row.state == Submission.EXEMPT,
    }
    sums = [func.sum(cast(case((met, 1), else_=0), Integer)).label(name) for name, met in counted.items()]
    found = select(row.round_id, func.count().label("expected"), *sums)
    return found.where(row.round_id.in_(bindparam("rounds", expanding=True))).group_by(row.round_id)


def _awaited(session: Session, view: AsOf, rounds: Sequence[int]) -> dict[int, list[Awaited]]:
    row = view.standings()
    found = (
        select(row.round_id, Agency.code, Agency.name, row.state)
        .join(Agency, Agency.id == row.agency_id)
        .where(row.round_id.in_(rounds), row.state.in_(AWAITED))
        .order_by(row.round_id, Agency.sort_key, Agency.id)
    )
    by_round: dict[int, list[Awaited]] = {}
    for number, code, name, state in session.execute(found).tuples():
        by_round.setdefault(number, []).append(Awaited(code, name, state))
    return by_round


def _standing(round_: Round, view: AsOf, figures: dict[str, int], awaited: list[Awaited]) -> RoundStanding:
    return RoundStanding(
        code=round_.code,
        text=round_.text,
        opens=round_.opens,
        due=round_.due,
        closes_at=round_.closes_at,
        state=state_then(round_, view.moment),
        ad_hoc=round_.ad_hoc,
        missing=tuple(entry.code for entry in awaited),
        missing_names=tuple(entry.name for entry in awaited),
        returned=tuple(entry.code for entry in awaited if entry.state is Submission.RETURNED),
        **figures,
    )


def _sizes(session: Session, rounds: Sequence[int]) -> dict[int, int]:
    """Return how many agencies the rounds expect, without reading which."""
    if not rounds:
        return {}
    rows = select(Round.id, func.json_array_length(Round.expected)).where(Round.id.in_(rounds))
    return dict(session.execute(rows).tuples().all())


def _unopened(
    round_: Round, view: AsOf, expected: int, names: Mapping[tuple[int, str], str] | None
) -> RoundStanding:
    """Return a round that expects, but does not hold yet, the agencies of the decision."""
    nothing = ("submitted", "on_time", "late", "nil", "accepted", "drafting", "extended", "exempt")
    figures = {"expected": expected, **dict.fromkeys(nothing, 0)}
    codes = round_.expected if names is not None else ()
    known = names or {}
    awaited = [
        Awaited(code, known.get((round_.decision_id, code), code), Submission.MISSING) for code in codes
    ]
    return _standing(round_, view, figures, awaited)


def _names(session: Session, rounds: Sequence[Round]) -> dict[tuple[int, str], str]:
    """Return the names of the agencies that the rounds expect, by decision and code."""
    codes = {code for round_ in rounds for code in round_.expected}
    if not codes:
        return {}
    rows = (
        select(Decision.id, Agency.code, Agency.name)
        .join(Agency, Agency.directory == Decision.directory)
        .where(Decision.id.in_({round_.decision_id for round_ in rounds}), Agency.code.in_(codes))
    )
    return {(decision, code): name for decision, code, name in session.execute(rows).tuples()}


def state_then(round_: Round, moment: datetime) -> RoundState:
    """Return the state the round was in at `moment`."""
    if round_.closed_at is not None and round_.closed_at <= moment:
        return RoundState.CLOSED
    if round_.opened_at is not None and round_.opened_at <= moment:
        return RoundState.OPEN
    return RoundState.PLANNED

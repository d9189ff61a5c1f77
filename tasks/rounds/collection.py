"""Collecting a round at its deadline: closed, counted, the missing named, the figures frozen; told again, the same.

The figures are those of the deadline itself, whenever the collecting is done: what came later is late.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.days import day_of
from tasks.asof import as_of
from tasks.calendars import calendar_of
from tasks.models import Agency, Decision, Round, RoundState, Snapshot, Standing
from tasks.rounds.rounds import close_due_rounds, open_due_rounds
from tasks.rounds.standing import RoundStanding, standing_of_round
from tasks.status import awaited

_INSTANT_BEFORE = timedelta(microseconds=1)  # `closes_at` itself is already late


@dataclass(frozen=True, slots=True)
class Collected:
    """One round as it was at its deadline. `missing` pairs code and name in Vietnamese order.

    `dunning_on` is the day whose sweep next speaks of those still awaited, `dunned` how many of them.
    """

    decision: str
    standing: RoundStanding
    missing: tuple[tuple[str, str], ...]
    dunning_on: date | None
    dunned: int


def collect_rounds(
    session: Session, now: datetime, decision: str | None = None, code: str | None = None
) -> list[Collected]:
    """Close and freeze every round whose deadline has passed and that was not collected yet, narrowed by what is given."""
    open_due_rounds(session, now)
    close_due_rounds(session, now)
    session.flush()
    return [
        _collect(session, round_, now)
        for round_ in session.scalars(_uncollected(now)).all()
        if code in {None, round_.code} and decision in {None, round_.decision.key}
    ]


def collections_due(session: Session, now: datetime) -> int:
    """Return how many rounds wait to be collected; the round may still stand open, or even unopened."""
    ended = Round.closes_at <= now, Decision.active_since <= now, ~_frozen()
    return session.scalar(select(func.count()).select_from(Round).join(Decision).where(*ended)) or 0


def collection_of(session: Session, round_: Round) -> Snapshot | None:
    """Return what was frozen of the round at its deadline, None before it was collected."""
    return session.scalar(
        select(Snapshot).where(
            Snapshot.kind == snapshot_kind(round_), Snapshot.decision_id == round_.decision_id
        )
    )


def snapshot_kind(round_: Round) -> str:
    """Return the kind under which the round's figures are kept."""
    return f"round:{round_.code}"


def _uncollected(now: datetime) -> Any:
    ended = Round.state == RoundState.CLOSED, Round.closes_at <= now, ~_frozen()
    return select(Round).where(*ended).order_by(Round.closes_at, Round.id)


def _frozen() -> Any:
    kind = "round:" + Round.code
    return (
        select(Snapshot.id).where(Snapshot.kind == kind, Snapshot.decision_id == Round.decision_id).exists()
    )


def _collect(session: Session, round_: Round, now: datetime) -> Collected:
    standing = standing_of_round(session, round_, as_of(session, round_.closes_at - _INSTANT_BEFORE))
    names = _names(session, round_, standing.missing)
    dunning_on, dunned = _dunning(session, round_, day_of(now))
    collected = Collected(round_.decision.key, standing, names, dunning_on, dunned)
    session.add(
        Snapshot(
            kind=snapshot_kind(round_),
            decision_id=round_.decision_id,
            as_of=round_.due,
            made_at=now,
            body=_body(collected),
        )
    )
    session.flush()
    return collected


def _names(session: Session, round_: Round, codes: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    rows = select(Agency.code, Agency.name).where(
        Agency.directory == round_.decision.directory, Agency.code.in_(codes)
    )
    names = dict(session.execute(rows).tuples().all())
    return tuple((code, names[code]) for code in codes)


def _dunning(session: Session, round_: Round, today: date) -> tuple[date | None, int]:
    rows = (
        select(Standing.next_step_on, func.count())
        .where(Standing.round_id == round_.id, awaited(Standing), Standing.next_step_on.is_not(None))
        .group_by(Standing.next_step_on)
        .order_by(Standing.next_step_on)
    )
    first = session.execute(rows).first()
    if first is None:
        return None, 0
    return calendar_of(session).working_day_on_or_after(max(first[0], today)), first[1]


def _body(collected: Collected) -> dict[str, Any]:
    figures = asdict(collected.standing)
    plain = {name: value for name, value in figures.items() if isinstance(value, (int, str))}
    return {
        **plain,
        "state": RoundState.CLOSED.value,
        "due": collected.standing.due.isoformat(),
        "closes_at": collected.standing.closes_at.isoformat(),
        "missing": [{"code": code, "name": name} for code, name in collected.missing],
        "returned": list(collected.standing.returned),
    }

"""Rounds of reporting: opened when their day comes, with the set of expected agencies frozen; closed at their deadline.

A round's `due` is its last on-time day; `closes_at` is the instant it ends, exclusive, in whatever zone. After closing,
reports are still taken, and are late.
"""

from datetime import date, datetime

from sqlalchemy import CursorResult, bindparam, func, insert, literal, select, update
from sqlalchemy.orm import Session

from catalog.calendar import WorkingCalendar
from catalog.days import day_of
from catalog.policy import Policy
from tasks.actors import Actor, require_coordinator
from tasks.calendars import calendar_of
from tasks.errors import ConflictError, DomainError, NotFoundError
from tasks.ladder import first_step_on
from tasks.models import Agency, Decision, Round, RoundState, Standing, Submission
from tasks.policies import stored_policies

# Asked on every day there is, of which few have an answer: made once.
_OPENING = (
    select(Round)
    .join(Decision)
    .where(
        Round.state == RoundState.PLANNED,
        Round.opens <= bindparam("today"),
        Decision.active_since <= bindparam("now"),
    )
    .order_by(Round.due, Round.id)
)
_CLOSING = (
    select(Round)
    .where(Round.state == RoundState.OPEN, Round.closes_at <= bindparam("now"))
    .order_by(Round.id)
)
SYSTEM = "dondoc"  # who is recorded where the clock, not a person, opened a round


def find_round(session: Session, decision: Decision, code: str) -> Round:
    """Return a round by its code; raises NotFoundError with the codes there are."""
    found = session.scalar(select(Round).where(Round.decision_id == decision.id, Round.code == code))
    if found is None:
        known = session.scalars(
            select(Round.code).where(Round.decision_id == decision.id).order_by(Round.id)
        ).all()
        raise NotFoundError(
            f"Quyết định {decision.key} không có lần báo cáo {code} "
            f"(hiện có: {', '.join(known) or 'chưa có lần nào'})."
        )
    return found


def open_due_rounds(session: Session, now: datetime) -> list[Round]:
    """Open the rounds of active decisions whose opening day has come; doing it again opens nothing."""
    planned = session.scalars(_OPENING, {"today": day_of(now), "now": now}).all()
    return [round_ for round_ in planned if _open(session, round_, SYSTEM, now)]


def open_round(session: Session, round_: Round, actor: Actor, now: datetime) -> Round:
    """Open a planned round now, before its day."""
    require_coordinator(actor, round_.decision, "mở lần báo cáo")
    if round_.decision.active_since is None:
        raise DomainError(
            f"Quyết định {round_.decision.key} chưa kích hoạt nên chưa mở được lần báo cáo nào."
        )
    if round_.state is not RoundState.PLANNED:
        raise DomainError(f"{round_.text}: lần báo cáo này đã mở từ trước.")
    if not _open(session, round_, actor.login, now):
        raise ConflictError(f"{round_.text}: lần báo cáo này vừa được người khác mở.")
    return round_


def close_due_rounds(session: Session, now: datetime) -> list[Round]:
    """Close the open rounds whose deadline has passed; doing it again closes nothing."""
    ended = session.scalars(_CLOSING, {"now": now}).all()
    return [round_ for round_ in ended if _close(session, round_, now)]


def close_round(session: Session, round_: Round, actor: Actor, now: datetime) -> Round:
    """Close an open round by hand. Its deadline stays what it was, and with it who is late."""
    require_coordinator(actor, round_.decision, "đóng lần báo cáo")
    if round_.state is not RoundState.OPEN:
        state = "đã đóng" if round_.state is RoundState.CLOSED else "chưa mở"
        raise DomainError(f"{round_.text}: lần báo cáo này {state}.")
    if not _close(session, round_, now):
        raise ConflictError(f"{round_.text}: lần báo cáo này vừa được người khác đóng.")
    return round_


def round_step(
    round_: Round, due: date, today: date, policies: dict[int, Policy], calendar: WorkingCalendar
) -> date | None:
    """Return the day on which the ladder first speaks to an agency whose last on-time day is `due`."""
    return first_step_on(policies[round_.ladder_id].rounds, due, today, calendar)


def _open(session: Session, round_: Round, by: str, now: datetime) -> bool:
    """Open the round if nobody else just did, and freeze its denominator."""
    values = {"state": RoundState.OPEN, "opened_at": now, "opened_by": by}
    if not _move(session, round_, RoundState.PLANNED, values):
        return False
    step = round_step(round_, round_.due, day_of(now), stored_policies(session), calendar_of(session))
    _freeze(session, expected_agencies(session, round_), round_, step, now)
    session.refresh(round_)
    return True


def _freeze(session: Session, agencies: list[int], round_: Round, step: date | None, now: datetime) -> None:
    """Give every expected agency its standing, in one statement."""
    values: dict[str, object] = {
        "round_id": round_.id, "state": Submission.MISSING, "due": round_.due, "extended": False, "nil": False,
        "reason": "", "since": now, "next_step_on": step,
    }  # fmt: skip
    columns = Standing.__table__.c
    given = [literal(value, columns[name].type) for name, value in values.items()]
    rows = select(Agency.id, *given).where(Agency.id.in_(agencies)).order_by(Agency.sort_key, Agency.id)
    session.execute(insert(Standing).from_select(["agency_id", *values], rows))


def _close(session: Session, round_: Round, now: datetime) -> bool:
    done = _move(session, round_, RoundState.OPEN, {"state": RoundState.CLOSED, "closed_at": now})
    if done:
        session.refresh(round_)
    return done


def _move(session: Session, round_: Round, state: RoundState, values: dict[str, object]) -> bool:
    claim = update(Round).where(Round.id == round_.id, Round.state == state).values(**values)
    result = session.execute(claim.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def expected_agencies(session: Session, round_: Round) -> list[int]:
    """Return the ids of the agencies a round expects, in Vietnamese order; who was merged is represented by its heir.

    Raises DomainError naming codes that the directory does not know.
    """
    wanted = set(round_.expected)
    directory = round_.decision.directory
    rows = select(Agency.code, func.coalesce(Agency.heir_id, Agency.id)).where(
        Agency.directory == directory, Agency.code.in_(wanted)
    )
    found = dict(session.execute(rows).tuples().all())
    unknown = sorted(wanted - set(found))
    if unknown:
        raise DomainError(f"{round_.text}: danh bạ {directory} không có cơ quan {', '.join(unknown)}.")
    order = select(Agency.id).where(Agency.id.in_(found.values())).order_by(Agency.sort_key, Agency.id)
    return list(session.scalars(order))

"""The reports a merged agency still owed: handed over to its heir, or ended where the heir reports already."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tasks.models import AWAITED, Agency, Round, RoundState, Standing, Submission
from tasks.rounds.standing_changes import StandingChange, apply_standing_changes
from tasks.tracking.changes import Grounds


def hand_over_reports(
    session: Session, agency: int, heir: int, reason: str, by: str, now: datetime
) -> tuple[int, int]:
    """Return how many reports of open rounds the heir now owes, and how many it need not owe twice.

    Of a closed round nobody is asked any longer: the missing report stays with who owed it.
    """
    owed = session.scalars(
        select(Standing)
        .join(Round)
        .where(Standing.agency_id == agency, Standing.state.in_(AWAITED), Round.state == RoundState.OPEN)
    ).all()
    rounds = [standing.round_id for standing in owed]
    reporting = set(
        session.scalars(
            select(Standing.round_id).where(Standing.agency_id == heir, Standing.round_id.in_(rounds))
        )
    )
    moved = [
        StandingChange(standing, "transfer", {"agency_id": heir, "reason": reason}, Grounds(reason))
        for standing in owed
        if standing.round_id not in reporting
    ]
    ended = [
        StandingChange(standing, "exempt", {"state": Submission.EXEMPT, "reason": reason}, Grounds(reason))
        for standing in owed
        if standing.round_id in reporting
    ]
    if moved or ended:
        apply_standing_changes(session, [*moved, *ended], by, now)
    _ask_no_longer(session, agency)
    _expect_the_heir(session, agency, heir)
    return len(moved), len(ended)


def _ask_no_longer(session: Session, agency: int) -> None:
    silent = update(Standing).where(Standing.agency_id == agency).values(next_step_on=None)
    session.execute(silent.execution_options(synchronize_session=False))


def _expect_the_heir(session: Session, agency: int, heir: int) -> None:
    """Name the heir among those expected in rounds that have not opened."""
    codes = dict(
        session.execute(select(Agency.id, Agency.code).where(Agency.id.in_([agency, heir]))).tuples().all()
    )
    for entry in session.scalars(select(Round).where(Round.state == RoundState.PLANNED)):
        if codes[agency] in entry.expected and _same_directory(session, entry, agency):
            named = [codes[heir] if code == codes[agency] else code for code in entry.expected]
            entry.expected = list(dict.fromkeys(named))
    session.flush()


def _same_directory(session: Session, entry: Round, agency: int) -> bool:
    return entry.decision.directory == session.get_one(Agency, agency).directory

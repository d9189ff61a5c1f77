"""When the reports of a round came: well before their day, by it, after it, or not at all."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.calendar import WorkingCalendar
from tasks.asof import AsOf
from tasks.calendars import calendar_of
from tasks.models import Round, Submission
from tasks.rounds.standing import RECEIVED

EARLY = 3  # working days before the last on-time day: what comes by then is early


@dataclass(frozen=True, slots=True)
class Punctuality:
    """One round's agencies. An extended agency is judged by its own day; a returned report is missing."""

    early: int
    on_time: int
    late: int
    missing: int
    exempt: int

    @property
    def expected(self) -> int:
        """All agencies that the round expects."""
        return self.early + self.on_time + self.late + self.missing + self.exempt


def punctuality(session: Session, rounds: Sequence[Round], view: AsOf) -> dict[int, Punctuality]:
    """Return the figures of the rounds that were open by the instant, by their id. Two statements."""
    calendar = calendar_of(session)
    row = view.standings()
    deciding = (row.round_id, row.state, row.due, row.received_on, row.on_time)
    numbers = [r.id for r in rounds if r.opened_at is not None and r.opened_at <= view.moment]
    found: dict[int, Counter[str]] = {}
    for number, *state, count in session.execute(
        select(*deciding, func.count()).where(row.round_id.in_(numbers)).group_by(*deciding)
    ):
        found.setdefault(number, Counter())[_part(calendar, *state)] += count
    parts = ("early", "on_time", "late", "missing", "exempt")
    return {number: Punctuality(*(counts[part] for part in parts)) for number, counts in found.items()}


def _part(
    calendar: WorkingCalendar, state: Submission, due: date, received: date | None, on_time: bool | None
) -> str:
    if state == Submission.EXEMPT:
        return "exempt"
    if state not in RECEIVED:
        return "missing"
    if not on_time:
        return "late"
    early = received is not None and received <= calendar.add_working_days(due, -EARLY)
    return "early" if early else "on_time"

"""The rounds of a regime that repeats, made ahead and opened by the clock like any other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.actors import Actor, require_coordinator
from tasks.calendars import calendar_of
from tasks.errors import DomainError
from tasks.models import Decision, Round
from tasks.rounds.recurrence import Occurrence, occurrences, read_regime

PREFIX = "dinh-ky-"
MOST = 400  # rounds one regime may make at once


@dataclass(frozen=True, slots=True)
class Recurring:
    """What repeats, in the words of the document; its deadlines lie between `first` and `last`, both inclusive.

    `notice` is how many working days before its last on-time day each round opens.
    """

    text: str
    first: date
    last: date
    expected: tuple[str, ...]
    notice: int = 3


def plan_recurring(
    session: Session, decision: Decision, asked: Recurring, actor: Actor, now: datetime
) -> list[Round]:
    """Plan the rounds of a regime, coded by their day; a round that is there already is left alone.

    Raises DomainError where the regime is not understood or makes no deadline, or too many.
    """
    require_coordinator(actor, decision, "đặt chế độ báo cáo định kỳ")
    calendar = calendar_of(session)
    known = set(session.scalars(select(Round.code).where(Round.decision_id == decision.id)))
    made = [
        Round(
            decision_id=decision.id,
            ladder_id=decision.ladder_id,
            code=f"{PREFIX}{due.due.isoformat()}",
            text=f"{asked.text.strip()}, hạn {due.due:%d/%m/%Y}",
            expected=list(asked.expected),
            opens=calendar.add_working_days(due.due, -asked.notice),
            due=due.due,
            closes_at=due.closes_at,
        )
        for due in _deadlines(asked)
        if due.closes_at > now
    ]
    fresh = [round_ for round_ in made if round_.code not in known]
    session.add_all(fresh)
    session.flush()
    return fresh


def _deadlines(asked: Recurring) -> Sequence[Occurrence]:
    regime = read_regime(asked.text)
    if regime is None:
        raise DomainError(
            f"Chưa hiểu chế độ báo cáo «{asked.text}»; hãy ghi như «định kỳ 02 tuần một lần (trước 16 giờ thứ Sáu)», "
            "«trước ngày 25 hằng tháng» hoặc «trước ngày 20/6 và 20/11 hằng năm»."
        )
    found = list(occurrences(regime, asked.first, asked.last))
    if not 0 < len(found) <= MOST:
        raise DomainError(
            f"Chế độ «{asked.text}» cho {len(found)} kỳ trong thời gian từ {asked.first:%d/%m/%Y} đến "
            f"{asked.last:%d/%m/%Y}; cần từ 1 đến {MOST} kỳ."
        )
    return found

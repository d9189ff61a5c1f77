"""One round as of an instant, agency by agency: who handed in, when, and who is still awaited."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from tasks.among import among
from tasks.asof import AsOf
from tasks.models import AWAITED, Agency, Report, Round, Submission
from tasks.rounds.standing import RECEIVED


class Part(StrEnum):
    """A part of a round's agencies; one agency may be in several."""

    AWAITED = "awaited"
    UNANSWERED = "unanswered"
    ON_TIME = "on_time"
    LATE = "late"
    RETURNED = "returned"
    EXEMPT = "exempt"

    def holds(self, state: Submission, on_time: bool | None) -> bool:
        """Tell whether an agency with this state is in the part."""
        states, punctual = _MADE_OF[self]
        return state in states and punctual in {None, on_time}


_MADE_OF: dict[Part, tuple[tuple[Submission, ...], bool | None]] = {
    Part.AWAITED: (AWAITED, None),
    Part.UNANSWERED: ((Submission.SUBMITTED,), None),
    Part.ON_TIME: (RECEIVED, True),
    Part.LATE: (RECEIVED, False),
    Part.RETURNED: ((Submission.RETURNED,), None),
    Part.EXEMPT: ((Submission.EXEMPT,), None),
}


@dataclass(frozen=True, slots=True)
class AgencyStanding:
    """Where one expected agency stands. `document` is the covering công văn of its report, when there is one."""

    agency: str
    agency_name: str
    kind: str
    state: Submission
    due: date
    extended: bool
    nil: bool
    received_on: date | None
    on_time: bool | None
    document: str


def round_lines(
    session: Session, round_: Round, view: AsOf, part: Part | None = None, page: tuple[int, int] | None = None
) -> list[AgencyStanding]:
    """Return the expected agencies in Vietnamese order; before the round opens all of them as missing. One statement.

    `part` and `page` (how many, after how many) narrow what is returned.
    """
    limit, offset = page or (None, None)
    if not _has_opened(round_, view):
        found = _expected(round_).limit(limit).offset(offset) if part in {None, Part.AWAITED} else None
        return [] if found is None else _as_missing(session, round_, found)
    row = view.standings()
    rows = (
        select(
            Agency.code, Agency.name, Agency.kind, row.state, row.due, row.extended, row.nil, row.received_on,
            row.on_time, func.coalesce(Report.document_number, ""),
        )
        .join(Agency, Agency.id == row.agency_id)
        .outerjoin(Report, Report.standing_id == row.id)
        .where(row.round_id == round_.id, *([_is_in(row, part)] if part else []))
        .order_by(Agency.sort_key, Agency.id)
        .limit(limit)
        .offset(offset)
    )  # fmt: skip
    return [AgencyStanding(*row) for row in session.execute(rows).tuples()]


def count_parts(session: Session, round_: Round, view: AsOf) -> dict[Part, int]:
    """Return how many agencies are in each part of an opened round. One statement."""
    row = view.standings()
    by = (row.state, row.on_time)
    counts: Counter[Part] = Counter()
    for state, on_time, number in session.execute(
        select(*by, func.count()).where(row.round_id == round_.id).group_by(*by)
    ).tuples():
        counts.update({part: number for part in Part if part.holds(state, on_time)})
    return {part: counts[part] for part in Part}


def _is_in(row: Any, part: Part) -> ColumnElement[bool]:
    states, punctual = _MADE_OF[part]
    in_state: ColumnElement[bool] = row.state.in_(states)
    return in_state if punctual is None else and_(in_state, row.on_time.is_(punctual))


def _has_opened(round_: Round, view: AsOf) -> bool:
    return round_.opened_at is not None and round_.opened_at <= view.moment


def _expected(round_: Round) -> Select[Any]:
    here = Agency.directory == round_.decision.directory, among(Agency.code, round_.expected)
    return select(Agency.code, Agency.name, Agency.kind).where(*here).order_by(Agency.sort_key, Agency.id)


def _as_missing(session: Session, round_: Round, rows: Select[Any]) -> list[AgencyStanding]:
    return [
        AgencyStanding(
            code, name, kind, Submission.MISSING, round_.due, extended=False, nil=False, received_on=None,
            on_time=None, document="",
        )
        for code, name, kind in session.execute(rows).tuples()
    ]  # fmt: skip

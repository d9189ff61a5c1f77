"""Writing a change of agencies' standings in a round: the new state, and an event that keeps the one before it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session, joinedload

from tasks.errors import ConflictError, NotFoundError, refuse_all
from tasks.models import Agency, Round, Standing, StandingEvent
from tasks.tracking.changes import NO_GROUNDS, Grounds, recording_instant, show_written

KEPT = ("since", "agency_id", "state", "due", "extended", "nil", "received_on", "on_time")
"""The columns of a standing that an event keeps as `from_…`."""


@dataclass(frozen=True, slots=True)
class StandingChange:
    """What becomes of one standing: the columns that change, by name."""

    standing: Standing
    action: str
    values: Mapping[str, Any] = field(default_factory=dict)
    grounds: Grounds = NO_GROUNDS


def standing_name(standing: Standing) -> str:
    """Return how a sentence names an agency's report for a round."""
    return f"Báo cáo {standing.round.code} của {standing.agency.name}"


def load_standings(session: Session, round_: Round, agencies: Sequence[str]) -> list[Standing]:
    """Return the standings of the agencies, by code, in the order asked. Raises NotFoundError naming who is not expected."""
    rows = (
        _whole(select(Standing))
        .join(Agency, Agency.id == Standing.agency_id)
        .where(Standing.round_id == round_.id, Agency.code.in_(agencies))
    )
    found = {standing.agency.code: standing for standing in session.scalars(rows)}
    missing = [code for code in dict.fromkeys(agencies) if code not in found]
    refuse_all(
        [
            NotFoundError(
                f"{round_.text}: cơ quan {code} không thuộc diện phải báo cáo hoặc lần báo cáo chưa mở."
            )
            for code in missing
        ]
    )
    return [found[code] for code in dict.fromkeys(agencies)]


def apply_standing_changes(
    session: Session, changes: Sequence[StandingChange], by: str, now: datetime
) -> None:
    """Write the changes and their events; the standings at hand then say so. Raises ConflictError when one changed meanwhile."""
    session.flush()
    rows: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    events = []
    for change in changes:
        standing = change.standing
        instant = recording_instant(standing.since, now, standing_name(standing))
        known = {"known_id": standing.id, "known_since": standing.since, "new_since": instant}
        row = {f"new_{name}": value for name, value in change.values.items()}
        rows[tuple(sorted(change.values))].append(row | known)
        events.append(_event(change, by, instant))
    for names, alike in rows.items():
        _update(session, names, alike)
    if events:
        session.execute(insert(cast("Table", StandingEvent.__table__)), events)
    for change, event in zip(changes, events, strict=True):
        show_written(session, change.standing, {**change.values, "since": event["recorded_at"]})


def _whole(rows: Any) -> Any:
    return rows.options(
        joinedload(Standing.agency), joinedload(Standing.round).joinedload(Round.decision)
    ).execution_options(populate_existing=True)


def _update(session: Session, names: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    table = cast("Table", Standing.__table__)
    statement = (
        update(table)
        .where(table.c.id == bindparam("known_id"), table.c.since == bindparam("known_since"))
        .values({name: bindparam(f"new_{name}") for name in (*names, "since")})
    )
    if session.connection().execute(statement, rows).rowcount != len(rows):
        message = "Báo cáo vừa được người khác cập nhật; hãy xem lại tình trạng mới rồi thực hiện lại."
        raise ConflictError(message)


def _event(change: StandingChange, by: str, instant: datetime) -> dict[str, Any]:
    standing, values, grounds = change.standing, change.values, change.grounds
    document_date: date | None = grounds.document_date
    return {
        "standing_id": standing.id,
        "recorded_at": instant,
        "by": by,
        "action": change.action,
        "reason": grounds.reason,
        "document_number": grounds.document_number,
        "document_date": document_date,
        "to_state": values.get("state", standing.state),
        "to_due": values.get("due", standing.due),
        **{f"from_{name}": getattr(standing, name) for name in KEPT},
    }

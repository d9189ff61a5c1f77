"""What dunning letters are made from: each agency's overdue duties and reports, as of an instant."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.asof import AsOf
from tasks.errors import NotFoundError, refuse_all
from tasks.models import AWAITED, Agency, Decision, Round
from tasks.queries.lists import TaskFilter
from tasks.queries.stream import every_task
from tasks.snapshots.issued_snapshots import Issued, decision_facts, freeze
from tasks.status import Status

KIND = "letter"


def take_letter_snapshot(
    session: Session, decision: Decision, view: AsOf, agencies: Sequence[str] = ()
) -> Issued:
    """Freeze what the agencies of these codes owe and have not done in time; without codes, all who owe, in order.

    The coordinator does not write to itself. Raises NotFoundError for an agency that does not exist or owes nothing.
    """
    owed = _owed(session, decision, view)
    names = dict(
        session.execute(
            select(Agency.code, Agency.name)
            .where(Agency.directory == decision.directory)
            .order_by(Agency.sort_key)
        )
        .tuples()
        .all()
    )
    _check(agencies, names, owed)
    wanted = agencies or [code for code in names if code in owed and code != decision.coordinator.code]
    if not wanted:
        raise NotFoundError("Không có cơ quan nào có nhiệm vụ hoặc báo cáo quá hạn.")
    body = {
        "decision": decision_facts(decision),
        "as_of": view.today.isoformat(),
        "letters": [{"code": code, "name": names[code], **owed[code]} for code in wanted],
    }
    return freeze(session, decision, KIND, view, body)


def _check(agencies: Sequence[str], names: dict[str, str], owed: dict[str, Any]) -> None:
    unknown = [NotFoundError(f"Không có cơ quan nào có mã {code}.") for code in agencies if code not in names]
    idle = [
        NotFoundError(f"{names[code]} không có nhiệm vụ hay báo cáo nào quá hạn.")
        for code in agencies
        if code in names and code not in owed
    ]
    refuse_all(unknown + idle)


def _owed(session: Session, decision: Decision, view: AsOf) -> dict[str, dict[str, list[dict[str, Any]]]]:
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    late = TaskFilter(decision=decision.key, statuses=(Status.OVERDUE,))
    for row in every_task(session, view, late):
        assert row.due is not None, "what is overdue has a due day"
        entry = found.setdefault(row.agency, {"tasks": [], "reports": []})
        entry["tasks"].append(
            {
                "code": row.duty,
                "text": row.text,
                "deadline": row.deadline,
                "due": row.due.isoformat(),
                "days": row.days_late,
            }
        )
    for code, text, due in _late_reports(session, decision, view):
        entry = found.setdefault(code, {"tasks": [], "reports": []})
        entry["reports"].append({"text": text, "due": due.isoformat(), "days": (view.today - due).days})
    return found


def _late_reports(session: Session, decision: Decision, view: AsOf) -> Sequence[Any]:
    row = view.standings()
    found = (
        select(Agency.code, Round.text, row.due)
        .join(Agency, Agency.id == row.agency_id)
        .join(Round, Round.id == row.round_id)
        .where(Round.decision_id == decision.id, row.state.in_(AWAITED), row.due < view.today)
        .order_by(row.due, Round.id, Agency.sort_key)
    )
    return session.execute(found).tuples().all()

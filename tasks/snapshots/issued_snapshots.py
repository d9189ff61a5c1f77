"""What paper is made from: frozen, numbered within its kind, never rewritten. The same state is frozen once a day."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.asof import AsOf
from tasks.errors import NotFoundError
from tasks.models import Decision, Snapshot


@dataclass(frozen=True, slots=True)
class Issued:
    """A stored snapshot, free of its session: paper is made after the transaction has ended. `number` is within `kind`."""

    kind: str
    number: int
    as_of: date
    made_at: datetime
    body: dict[str, Any]


def freeze(session: Session, decision: Decision, kind: str, view: AsOf, body: dict[str, Any]) -> Issued:
    """Store `body` as the next snapshot of `kind` ("letter"), or give back the day's last one where nothing differs.

    The caller owns the transaction, which must be a writing one.
    """
    plain = json.loads(json.dumps(body))  # as it will be read back: lists for tuples, text for keys
    last: Snapshot | None = session.scalar(
        _of_kind(decision, kind).where(Snapshot.as_of == view.today).order_by(Snapshot.id.desc()).limit(1)
    )
    if last is not None and last.body == plain:
        return _issued(last)
    number = (session.scalar(select(func.count()).select_from(_of_kind(decision, kind).subquery())) or 0) + 1
    made = Snapshot(
        kind=f"{kind}:{number}", decision_id=decision.id, as_of=view.today, made_at=view.moment, body=plain
    )
    session.add(made)
    session.flush()
    return _issued(made)


def issued(session: Session, decision: Decision, kind: str, number: int) -> Issued:
    """Return a snapshot by its number within its kind. Raises NotFoundError."""
    found = session.scalar(
        select(Snapshot).where(Snapshot.decision_id == decision.id, Snapshot.kind == f"{kind}:{number}")
    )
    if found is None:
        raise NotFoundError(f"Quyết định {decision.key} không có số liệu chốt {kind}:{number}.")
    return _issued(found)


def _issued(row: Snapshot) -> Issued:
    kind, _, number = row.kind.rpartition(":")
    return Issued(kind, int(number), row.as_of, row.made_at, row.body)


def decision_facts(decision: Decision) -> dict[str, Any]:
    """Return what every paper says of its decision."""
    return {
        "key": decision.key,
        "number": decision.number,
        "issued_on": decision.issued_on.isoformat() if decision.issued_on else None,
        "title": decision.title,
        "issuer": decision.issuer,
        "place": decision.document.get("place", ""),
        "coordinator": {"name": decision.coordinator.name, "kind": decision.coordinator.kind},
        "confirmer": decision.confirmer.name,
        "leaders": decision.leaders.name,
    }


def _of_kind(decision: Decision, kind: str) -> Any:
    return select(Snapshot).where(
        Snapshot.decision_id == decision.id, Snapshot.kind.startswith(f"{kind}:", autoescape=True)
    )

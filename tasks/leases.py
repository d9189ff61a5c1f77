"""A lease in the database: one process alone does something, and another takes over when it dies.

Taking is one compare-and-set. The instants are the processes' own, so the lease must be long against the difference
between the clocks of two machines.
"""

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, or_, update
from sqlalchemy.orm import Session

from tasks.database import insert_new
from tasks.models import Lease


def take(session: Session, name: str, holder: str, now: datetime, length: timedelta) -> bool:
    """Take the lease, or hold it longer, unless another's still runs; return whether `holder` holds it now."""
    values = {"holder": holder, "taken_at": now, "until": now + length}
    free_or_ours = or_(Lease.until <= now, Lease.holder == holder)
    kept = update(Lease).where(Lease.name == name, Lease.holder == holder).values(until=now + length)
    if _rows(session, kept):
        return True
    if _rows(session, update(Lease).where(Lease.name == name, free_or_ours).values(**values)):
        return True
    return _rows(session, insert_new(session, Lease.__table__).values(name=name, **values)) == 1


def release(session: Session, name: str, holder: str) -> bool:
    """Give the lease back, so that another process need not wait for its end; return whether it was held."""
    return _rows(session, delete(Lease).where(Lease.name == name, Lease.holder == holder)) == 1


def holder_of(session: Session, name: str, now: datetime) -> Lease | None:
    """Return the lease that runs at `now`, None when nobody holds it."""
    lease = session.get(Lease, name)
    return lease if lease is not None and lease.until > now else None


def _rows(session: Session, statement: Any) -> int:
    result = session.execute(statement.execution_options(synchronize_session=False, preserve_rowcount=True))
    return cast("CursorResult[Any]", result).rowcount

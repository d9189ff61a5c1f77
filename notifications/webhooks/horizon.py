"""Up to which event the record is settled: no event at or below it can still appear.

Ids are given out when a row is written and become visible when its transaction commits, which on PostgreSQL may be in
another order: whoever reads on from the newest id it has seen loses an older one that commits later. So the newest ids
are read first, then who is writing to these tables at that moment; once each of these writers has ended, everything up
to those ids is there or never will be. It is how PostgreSQL itself waits in CREATE INDEX CONCURRENTLY, and nobody waits
for us: an INSERT holds its table's lock before it takes an id, until its transaction ends. SQLite lets one writer in at a
time, so that its ids appear in order.
"""

import time
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, func, select, text

from tasks.models import StandingEvent, TaskEvent

PATIENCE = 5.0  # seconds to wait for the writers at work; where they take longer the next look tries again
_PAUSE = 0.05  # seconds between two looks at them
_WRITERS = text(
    "SELECT DISTINCT virtualtransaction FROM pg_locks "
    "WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND relation IN ('task_events'::regclass, 'standing_events'::regclass)"
)


@dataclass(frozen=True, slots=True)
class Heads:
    """The newest event of a task and of a standing; 0 where there is none."""

    task: int
    standing: int


def settled_heads(engine: Engine, patience: float = PATIENCE) -> Heads | None:
    """Return up to where events may be read on, None while somebody who was writing has not ended."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        heads = newest_heads(connection)
        if engine.dialect.name != "postgresql":
            return heads
        give_up = time.monotonic() + patience
        writing = _writers(connection)
        while writing:
            if time.monotonic() >= give_up:
                return None
            time.sleep(_PAUSE)
            writing &= _writers(connection)
        return heads


def newest_heads(connection: Connection) -> Heads:
    """Return the newest events that can be seen, settled or not."""
    newest = (select(func.max(table.id)).scalar_subquery() for table in (TaskEvent, StandingEvent))
    task, standing = connection.execute(select(*newest)).one()
    return Heads(task or 0, standing or 0)


def _writers(connection: Connection) -> set[str]:
    return set(connection.scalars(_WRITERS))

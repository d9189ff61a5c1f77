"""Alembic's entry: always on a connection that the caller opened (`migrations.running`), in its transaction."""

from alembic import context

from tasks.models import Base
from tasks.models.base import Instant


def _render(kind: str, item: object, _context: object) -> str | bool:
    """Write our instants as what the database has, so that an old migration never needs today's code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Instant) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    compare_type=True,
    render_item=_render,
)
with context.begin_transaction():
    context.run_migrations()

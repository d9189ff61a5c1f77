"""Brings a database to the newest tables, once, whoever comes first."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, inspect, text

from migrations import HEAD


class NewerDatabaseError(Exception):
    """The database stands at a revision that this code does not know: newer code has upgraded it."""


def alembic_config(connection: Any = None) -> Any:
    """Return Alembic's configuration, made in code so that no file names a database."""
    from alembic.config import Config  # deferred: a database that is up to date needs none of it

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("file_template", "%%(year)d-%%(month).2d-%%(day).2d_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def current_revision(engine: Engine) -> str | None:
    """Return the revision the database stands at, None for one without our tables."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(engine: Engine) -> bool:
    """Bring the database to HEAD; return whether anything had to be done. Two processes at once wait for each other.

    Raises NewerDatabaseError.
    """
    current = current_revision(engine)
    if current == HEAD:
        return False
    from alembic import command  # deferred, as above

    _require_known(current)
    if engine.dialect.name == "sqlite":
        _set_wal(engine)
    with engine.connect().execution_options(dondoc_writes=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(727366)"))  # any constant, ours alone
        command.upgrade(alembic_config(connection), "head")
    return True


def _require_known(revision: str | None) -> None:
    from alembic.script import ScriptDirectory  # deferred, as above

    known = {script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()}
    if revision is not None and revision not in known:
        raise NewerDatabaseError(revision)


def _set_wal(engine: Engine) -> None:
    raw = (
        engine.raw_connection()
    )  # below the engine's own BEGIN, inside which SQLite refuses to change the mode
    try:
        raw.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        raw.close()

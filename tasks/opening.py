"""Opening the database at its newest tables, which are made or brought up to date on first use."""

from sqlalchemy import Engine

from migrations.running import upgrade
from tasks.database import open_engine


def open_database(url: str) -> Engine:
    """Return an engine on the database at `url`, ready for use."""
    engine = open_engine(url)
    upgrade(engine)
    return engine

"""What a flow works with, wherever it runs: the settings of its machine, the database, the letterhead."""

from datetime import datetime

from sqlalchemy import Engine

from dondoc.clock import acting_moment
from dondoc.settings import Settings, read_settings
from notifications.mailing import Letterhead, read_letterhead
from tasks.opening import open_database


class Office:
    """One run's connections. Close it when the run ends."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or read_settings()
        self.engine: Engine = open_database(self.settings.database)

    def __enter__(self) -> "Office":
        return self

    def __exit__(self, *_: object) -> None:
        self.engine.dispose()

    @property
    def letterhead(self) -> Letterhead:
        """What every mail has in common. Raises ValueError when the sender's address cannot be used."""
        return read_letterhead(self.settings.mail_from, self.settings.base_url)


def moment(as_of: str | None) -> datetime:
    """Return the instant a flow acts at: now, or what a rehearsal or a late re-run names."""
    return acting_moment(as_of)

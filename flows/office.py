"""What a flow works with, wherever it runs: the settings of its machine, the database, the letterhead, the clock."""

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from dondoc.clock import Clock, acting_moment, running_from, system_clock
from dondoc.settings import Settings, read_settings
from notifications.delivering.sending import transport_for
from notifications.delivering.transport import Transport
from notifications.mailing import Letterhead, read_letterhead
from tasks.database import writing
from tasks.opening import open_database
from tasks.runs import begin_run, end_run

_HEARD = ("flows", "notifications", "tasks", "documents")  # the loggers that Prefect shows beside a run


class Office:
    """One run's connections and its clock. Close it when the run ends.

    `now` is the one instant at which a flow decides; `clock` starts there and runs, for what takes time.
    """

    def __init__(self, as_of: str | None = None, settings: Settings | None = None) -> None:
        for name in _HEARD:
            logging.getLogger(name).setLevel(logging.INFO)
        self.settings = settings or read_settings()
        self.now = acting_moment(as_of)
        self.clock: Clock = system_clock if as_of is None else running_from(self.now)
        self.engine: Engine = open_database(self.settings.database)

    def __enter__(self) -> "Office":
        return self

    def __exit__(self, *_: object) -> None:
        self.engine.dispose()

    @property
    def letterhead(self) -> Letterhead:
        """What every mail has in common. Raises ValueError when the sender's address cannot be used."""
        return read_letterhead(self.settings.mail_from, self.settings.base_url)

    @property
    def transport(self) -> Transport:
        """The way out that the settings name."""
        return transport_for(self.settings, self.letterhead.sender.address)

    def page(self, path: str) -> str:
        """Return the address of a page of the portal."""
        return f"{self.settings.base_url.rstrip('/')}/{path}"


@dataclass
class Outcome:
    """How a run ended, as the page and `dondoc doctor` show it; what raises is recorded by its own words."""

    ok: bool = True
    said: str = ""


@contextmanager
def recorded(office: Office, name: str) -> Iterator[Outcome]:
    """Record that the run `name` began, and how it ended. A database that is away is told by the run itself."""
    with writing(office.engine) as session:
        begin_run(session, name, place(), office.clock())
    outcome = Outcome()
    try:
        yield outcome
    except Exception as error:
        outcome.ok, outcome.said = False, f"{error}"
        raise
    finally:
        _end(office, name, outcome)


def place() -> str:
    """Return the host and the process, as a person finds them."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _end(office: Office, name: str, outcome: Outcome) -> None:
    try:
        with writing(office.engine) as session:
            end_run(session, name, office.clock(), ok=outcome.ok, said=outcome.said)
    except DBAPIError:
        if outcome.ok:  # else the run's own error is the one to be told
            raise

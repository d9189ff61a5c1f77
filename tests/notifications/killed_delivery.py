"""One delivery in a process that dies by SIGKILL at a chosen point of a chosen mail. `python -m` runs it.

Points: "claimed" before a word is said, "said" when the server took the mail and the outbox does not know it yet,
"settling" before the settlement is committed, "settled" before the next
transaction.
"""

import os
import signal
import sys
from datetime import datetime, timedelta

from sqlalchemy import event

from dondoc.clock import running_from
from notifications.delivery import Options, deliver
from notifications.outbox import Claim
from notifications.smtp import SmtpChannel, SmtpServer
from notifications.transport import Reply
from tasks.database import open_engine
from tests.notifications.outgoing import over

POINTS = ("claimed", "said", "settling", "settled")
CONNECTIONS = 4
LEASE = timedelta(minutes=10)


class Doom:
    """Counts the times its point is passed; the last one kills the process."""

    def __init__(self, point: str, times: int) -> None:
        self.point = point
        self.times = times

    def passes(self, point: str) -> None:
        if point == self.point:
            self.times -= 1
            if self.times == 0:
                os.kill(os.getpid(), signal.SIGKILL)


class _Channel(SmtpChannel):
    def __init__(self, server: SmtpServer, doom: Doom) -> None:
        super().__init__(server)
        self._doom = doom

    async def send(self, mail: Claim) -> tuple[Reply, ...]:
        self._doom.passes("claimed")
        replies = await super().send(mail)
        self._doom.passes("said")
        return replies


class DoomedServer:
    """The real transport, with the doom at its doors."""

    def __init__(self, server: SmtpServer, doom: Doom) -> None:
        self.place = server.place
        self._server = server
        self._doom = doom

    def channel(self) -> _Channel:
        return _Channel(self._server, self._doom)


def main(url: str, port: str, start: str, point: str, times: str) -> None:
    doom = Doom(point, int(times))
    engine = open_engine(url)
    event.listen(engine, "commit", lambda _: doom.passes("settling"))
    event.listen(engine, "begin", lambda _: doom.passes("settled"))
    options = Options(connections=CONNECTIONS, lease=LEASE)
    deliver(engine, DoomedServer(over(int(port)), doom), running_from(datetime.fromisoformat(start)), options)


if __name__ == "__main__":
    main(*sys.argv[1:])

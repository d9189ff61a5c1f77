"""One delivery in a process that dies by SIGKILL at a chosen point of a chosen mail. `python -m` runs it.

Points: "claimed" before a word is said, "said" when the server took the mail and the outbox does not know it yet,
"settling" before the settlement is committed, "settled" before the next
transaction. Without arguments it waits to be told, line by line, and forks each delivery.
"""

import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import event

from dondoc.clock import running_from
from notifications.delivering.delivery import Options, deliver
from notifications.delivering.outbox import Claim
from notifications.delivering.smtp import SmtpChannel, SmtpServer
from notifications.delivering.transport import Reply
from tasks.database import open_engine
from tests.notifications.outgoing import over

ROOT = Path(__file__).parents[2]
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


class Nursery:
    """A process that has imported everything and forks a delivery when asked: a kill then costs no start of Python."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.notifications.killed_delivery"], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def __enter__(self) -> "Nursery":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def run(self, *arguments: object) -> bool:
        """Run one delivery to its end; return whether it was killed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(*arguments, sep="\t", file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline()) == -signal.SIGKILL


def _nurse() -> None:
    for line in sys.stdin:
        child = os.fork()
        if not child:
            main(*line.rstrip("\n").split("\t"))
            os._exit(0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:]) if sys.argv[1:] else _nurse()

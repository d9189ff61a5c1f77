"""The portal in several processes: each its own application on its own socket, watched over by one that runs the clock.

Sockets that share a port let the kernel spread visitors over the processes; one socket for all would give them to whichever
process wakes first. Nothing that one process remembers is needed by another: sign-ins, one-time numbers, bounds and the
signing key are in the database or the home, and what is kept of the tasks is checked against the database by each reading.
"""

import gc
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from threading import Thread

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import Process

from dondoc.clock import Clock
from dondoc.commands.running import OutsideFailure
from dondoc.settings import read_settings
from tasks.database import open_engine
from web.app import create_app

ENDING = 10  # seconds that open requests get when the process is told to end
STUCK = 60  # seconds after which a process that does not answer its watcher is replaced


@dataclass(frozen=True, slots=True)
class Application:
    """What each process makes its application from; it travels there as it is."""

    clock: Clock

    def __call__(self) -> FastAPI:
        """Return the portal on connections of its own; the database is at its newest tables already."""
        settings = read_settings()
        portal = create_app(settings, open_engine(settings.database), self.clock)
        settle()
        return portal


class _Workers(Multiprocess):
    """Gives each process a socket of its own; one that replaces another listens on all of them, so none is left waiting.

    The first ones are forked from this process while it has one thread: what it has imported they need not import again.
    """

    def __init__(
        self, config: uvicorn.Config, sockets: list[socket.socket], begun: Callable[[], object]
    ) -> None:
        super().__init__(config, sockets)
        self._begun = begun

    def init_processes(self) -> None:
        for listening in self.sockets:
            worker = Process(self.config, [listening])
            forked = get_context("fork").Process(target=_serve, args=(worker, listening))
            worker.process = forked  # type: ignore[assignment]  # another way to start, the same process from then on
            worker.start()
            self.processes.append(worker)
        self._begun()


def _serve(worker: Process, listening: socket.socket) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    Thread(target=_end_with_parent, daemon=True).start()
    worker.config.configure_logging()
    worker.target([listening])


def _end_with_parent() -> None:
    """End with the process that watches, however it ended: nobody would tell this one to."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)


def settle() -> None:
    """Have the collector of rubbish leave alone what was loaded to stay, and look less often: pages leave little behind."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def run_workers(clock: Clock, listening: list[socket.socket], begun: Callable[[], object]) -> None:
    """Serve in as many processes as there are sockets, until this one is told to end; call `begun` once they are started.

    Until then nothing may run beside this thread and no connection may be open.
    """
    settle()
    config = uvicorn.Config(
        Application(clock), factory=True, workers=len(listening), log_level="warning",
        timeout_graceful_shutdown=ENDING, timeout_worker_healthcheck=STUCK,
    )  # fmt: skip
    _Workers(config, listening, begun).run()


def listen(host: str, port: int, number: int) -> list[socket.socket]:
    """Return the sockets to listen on, before anything else is started. Raises OutsideFailure, also where the port is in use."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        first = socket.create_server((host, port), family=family)
        if number == 1:
            return [first]
        taken = first.getsockname()[1]
        first.close()  # it stood alone: nobody else has the port
        return [
            socket.create_server((host, taken), family=family, reuse_port=True, backlog=2048)
            for _ in range(number)
        ]
    except OSError as error:
        raise OutsideFailure(
            f"Không mở được {host}:{port} ({error.strerror}); hãy chọn --host hoặc --port khác."
        ) from None

"""`dondoc serve`: the portal and the clock that runs the flows, in one process or with several for the portal."""

import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Annotated

import typer
import uvicorn
from sqlalchemy import Engine

from dondoc.clock import Clock, acting_moment, running_from, system_clock
from dondoc.commands.opening import open_database
from dondoc.commands.output import AsOf
from dondoc.serving import ENDING, listen, run_workers, settle
from dondoc.settings import Settings, read_settings
from flows.embedded import EmbeddedClock
from web.app import create_app

app = typer.Typer(help="Mở cổng thông tin trên máy này.")


MOST_WORKERS = 4  # by default; more processes than cores only wait for each other


@app.command()
def serve(
    host: Annotated[str, typer.Option("--host", help="Địa chỉ nghe.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Cổng nghe.")] = 8000,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            min=1,
            max=64,
            help="Số tiến trình cùng phục vụ cổng (mặc định: 1 với SQLite; với PostgreSQL theo số nhân, nhiều nhất 4).",
        ),
    ] = None,
    with_clock: Annotated[
        bool, typer.Option("--clock/--no-clock", help="Có hay không tự chạy các luồng theo lịch.")
    ] = True,
    as_of: AsOf = None,
) -> None:
    """Mở cổng thông tin và tự chạy các luồng theo lịch; nhiều tiến trình cùng mở thì chỉ một tiến trình giữ lịch."""
    settings = read_settings()
    clock = system_clock if as_of is None else running_from(acting_moment(as_of))
    engine = open_database(settings)
    _log_to_standard_error()
    signal.signal(signal.SIGTERM, _end_in_order)
    listening = listen(host, port, workers or default_workers(engine.dialect.name))
    print(
        f"Cổng thông tin: http://{host}:{listening[0].getsockname()[1]} – dừng bằng Ctrl-C.", file=sys.stderr
    )
    embedded = EmbeddedClock(settings, engine, clock, as_of=as_of is not None)
    with ExitStack() as running:
        if len(listening) > 1:
            engine.dispose()
            run_workers(clock, listening, lambda: running.enter_context(_running(embedded, with_clock)))
        else:
            running.enter_context(_running(embedded, with_clock))
            _run_alone(settings, engine, clock, listening)


def default_workers(dialect: str) -> int:
    """Return how many processes serve unless somebody says: SQLite's few visitors need one."""
    return min(os.cpu_count() or 1, MOST_WORKERS) if dialect == "postgresql" else 1


def _run_alone(settings: Settings, engine: Engine, clock: Clock, listening: list[socket.socket]) -> None:
    portal = create_app(settings, engine, clock)
    settle()
    config = uvicorn.Config(portal, log_level="warning", timeout_graceful_shutdown=ENDING)
    uvicorn.Server(config).run(sockets=listening)


@contextmanager
def _running(embedded: EmbeddedClock, wanted: bool) -> Iterator[None]:
    if not wanted:
        yield
        return
    embedded.start()
    try:
        yield
    finally:
        embedded.stop()


def _log_to_standard_error() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in ("flows", "notifications", "tasks"):
        logging.getLogger(name).setLevel(logging.INFO)


def _end_in_order(*_: object) -> None:
    sys.exit(
        0
    )  # leaves the blocks above: the clock ends its work, gives back its lease and ends Prefect's server

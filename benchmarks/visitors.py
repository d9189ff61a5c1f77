"""Visitors in a process of their own: each asks for a page again as soon as it has come.

`python -m benchmarks.visitors PORT COOKIE AT_ONCE SECONDS PATH`: prints how long each answer took, in milliseconds, as the
visitor saw it and as the server says. They share the machine's cores with the server that they measure.
"""

import asyncio
import json
import re
import sys
from dataclasses import asdict, dataclass, field
from time import perf_counter

_TAKEN = re.compile(rb"server-timing: app;dur=([\d.]+)", re.IGNORECASE)
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


@dataclass(slots=True)
class Seen:
    """What came back. `octets` is the size of the page."""

    seen: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)
    wrong: list[int] = field(default_factory=list)
    octets: int = 0


async def _visit(port: int, cookie: str, path: str, until: float, seen: Seen) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: dondoc={cookie}\r\n\r\n".encode()
    while True:  # once at least
        asked = perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        seen.octets = int(length[1]) if length else 0
        await reader.readexactly(seen.octets)
        seen.seen.append((perf_counter() - asked) * 1000)
        status, taken = int(head.split(b" ", 2)[1]), _TAKEN.search(head)
        if status != 200 or taken is None:
            seen.wrong.append(status)
        else:
            seen.server.append(float(taken[1]))
        if perf_counter() >= until:
            break
    writer.close()


async def _visits(port: int, cookie: str, at_once: int, seconds: float, path: str) -> Seen:
    seen, until = Seen(), perf_counter() + seconds
    await asyncio.gather(*(_visit(port, cookie, path, until, seen) for _ in range(at_once)))
    return seen


if __name__ == "__main__":
    port, cookie, at_once, seconds, path = sys.argv[1:]
    print(json.dumps(asdict(asyncio.run(_visits(int(port), cookie, int(at_once), float(seconds), path)))))

"""The smallest SMTP server that answers truthfully, in a process of its own: it counts and forgets."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def sink() -> Iterator[int]:
    """Yield the port of a running sink."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.sink"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


class _Talk(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.buffer = b""
        self.in_body = False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while self._one():
            pass

    def _one(self) -> bool:
        end = b"\r\n.\r\n" if self.in_body else b"\r\n"
        line, found, rest = self.buffer.partition(end)
        if not found:
            return False
        self.buffer = rest
        self.transport.write(self._answer(line[:4].upper()))
        return True

    def _answer(self, verb: bytes) -> bytes:
        if self.in_body:
            self.in_body = False
            return b"250 taken\r\n"
        if verb == b"DATA":
            self.in_body = True
            return b"354 go\r\n"
        if verb == b"EHLO":
            return b"250-sink\r\n250-SIZE 50000000\r\n250 8BITMIME\r\n"
        return b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n"


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Talk, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve())

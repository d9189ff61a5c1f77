"""How long the portal took to answer, said to whoever asks: from the first octet read to the first one sent."""

from time import perf_counter

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class ServerTiming:
    """Adds `Server-Timing: app;dur=…` (milliseconds, waiting for a free thread included): browsers show it, tools read it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        started = perf_counter()

        async def send_timed(message: Message) -> None:
            if message["type"] == "http.response.start":
                taken = (perf_counter() - started) * 1000
                MutableHeaders(scope=message).append("Server-Timing", f"app;dur={taken:.1f}")
            await send(message)

        await self._app(scope, receive, send_timed if scope["type"] == "http" else send)

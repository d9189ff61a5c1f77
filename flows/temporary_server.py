"""A Prefect server for one process: `python -m flows.temporary_server PORT`. It ends when its standard input does.

The starter holds the other end of that pipe, so the server never outlives it, however the starter ends.
"""

import os
import sys
import threading
import time

import uvicorn

_GRACE = 5  # seconds in which the server may end in order


def main(port: int) -> None:
    """Serve on the loopback until standard input ends."""
    config = uvicorn.Config(
        "prefect.server.api.server:create_app",
        factory=True,
        host="127.0.0.1",
        port=port,
        log_level="error",
        lifespan="on",
        timeout_graceful_shutdown=_GRACE,
    )
    server = uvicorn.Server(config)
    threading.Thread(target=_end_with_input, args=(server,), daemon=True).start()
    server.run()


def _end_with_input(server: uvicorn.Server) -> None:
    sys.stdin.buffer.read()
    server.should_exit = True
    time.sleep(2 * _GRACE)
    os._exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""Runs one flow in this process, as `dondoc flows run` and the embedded clock do."""

import asyncio
from collections.abc import Coroutine
from importlib import import_module
from typing import Any

from flows.ending import ENDING
from flows.names import FLOWS

GRACE = 10.0  # seconds a run gets to finish once its process is to end
_LOOKING = 0.25  # seconds between two looks


def run_flow(name: str, **parameters: Any) -> dict[str, Any]:
    """Run the flow and return what it returns; whatever ends it Failed is raised. Prefect's server must be known by now."""
    entry = FLOWS[name]
    flow = getattr(import_module(entry.module), entry.function)
    try:
        return asyncio.run(_until_the_end(flow(**parameters)))
    finally:
        _send_the_rest_of_the_log()


def run_plainly(name: str, as_of: str | None) -> None:
    """Do the work of the flow without Prefect: recorded as ever, shown nowhere."""
    entry = FLOWS[name]
    getattr(import_module(entry.module), entry.work)(as_of)


async def _until_the_end(running: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
    """Wait for the run; once the process is to end it gets a moment to finish in order, and is cancelled after that."""
    run, patience = asyncio.ensure_future(running), GRACE
    while not run.done():
        await asyncio.wait({run}, timeout=_LOOKING)
        if ENDING.is_set():
            patience -= _LOOKING
            if patience <= 0:
                run.cancel()
    return run.result()


def _send_the_rest_of_the_log() -> None:
    """Wait until Prefect's server has the run's log: a temporary one may end right after."""
    import_module("prefect.logging.handlers").APILogHandler().flush()

"""Runs one flow in this process, as `dondoc flows run` and the embedded clock do."""

import asyncio
from importlib import import_module
from typing import Any

from flows.names import FLOWS


def run_flow(name: str, **parameters: Any) -> dict[str, Any]:
    """Run the flow and return what it returns; whatever ends it Failed is raised. Prefect's server must be known by now."""
    entry = FLOWS[name]
    flow = getattr(import_module(entry.module), entry.function)
    try:
        returned: dict[str, Any] = asyncio.run(flow(**parameters))
        return returned
    finally:
        _send_the_rest_of_the_log()


def _send_the_rest_of_the_log() -> None:
    """Wait until Prefect's server has the run's log: a temporary one may end right after."""
    import_module("prefect.logging.handlers").APILogHandler().flush()

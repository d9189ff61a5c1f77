"""The flows: a rehearsed half-year, the start of `serve`, what Prefect adds to a run, and when a worker begins one.

A Prefect server of its own, on SQLite, serves all of it; bounds are those of the issue that asked for the flows.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import httpx

from benchmarks.figures import Figure, options, seconds, show
from dondoc.settings import prepare_prefect, read_settings
from tests.server_processes import answers, clean_environment, running, until
from tests.smtp_server import dead_port

HALF_YEAR = ("--from", "2025-07-25", "--to", "2026-01-15", "--scenario", "mixed")
MORNING = "2025-09-08T07:30:00+07:00"


def main(arguments: Sequence[str] = ()) -> None:
    chosen = options("flows", 0).parse_args(arguments)
    with TemporaryDirectory(prefix="dondoc-bench-") as name:
        home = Path(name)
        figures = [_rehearsal(home, chosen.runs), _serve(home, chosen.runs)]
        with _prefect_server(home) as api:
            figures.append(_added(home, api, chosen.runs))
            figures.append(_worker_begins(home, api, chosen.runs))
    show("The flows", figures, as_json=chosen.json)


def _command(home: Path, *arguments: str, **environment: str) -> str:
    called = [sys.executable, "-c", "from dondoc.cli import main; main()", *arguments]
    given = clean_environment(DONDOC_HOME=str(home), **environment)
    return subprocess.run(called, check=True, env=given, stdout=subprocess.PIPE, text=True).stdout


def _rehearsal(home: Path, runs: int) -> Figure:
    took = median(seconds(lambda: _command(home, "simulate", *HALF_YEAR, "--json")) for _ in range(runs))
    return Figure("SQLite", "the half-year of the first decision rehearsed", took, bound=5, runs=runs)


def _serve(home: Path, runs: int) -> Figure:
    return Figure("SQLite", "serve answers", median(_start(home) for _ in range(runs)), bound=3, runs=runs)


def _start(home: Path) -> float:
    port = dead_port()
    started = perf_counter()
    with running(home, "serve", "--port", str(port)) as program:
        until(lambda: answers(f"http://127.0.0.1:{port}/dang-nhap"), why=lambda: program.text)
        return perf_counter() - started


@contextmanager
def _prefect_server(home: Path) -> Iterator[str]:
    port = str(dead_port())
    with running(home, "flows", "server", "--port", port) as program:
        api = f"http://127.0.0.1:{port}/api"
        until(lambda: answers(f"{api}/health"), why=lambda: program.text)
        yield api


def _added(home: Path, api: str, runs: int) -> Figure:
    """Measure one process that does the work of a sweep, and then the same as a flow."""
    called = [sys.executable, "-m", "benchmarks.flows", "added", str(runs)]
    given = clean_environment(DONDOC_HOME=str(home), PREFECT_API_URL=api)
    done = subprocess.run(called, check=True, env=given, stdout=subprocess.PIPE, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    note = f"work {found['plain']:.2f} s, as a flow {found['flow']:.2f} s; importing Prefect {found['importing']:.1f} s, once"
    return Figure("SQLite", "a flow adds to its work", found["flow"] - found["plain"], None, 2, runs, note)


def _both_ways(runs: int) -> dict[str, float]:
    from flows.running import run_flow, run_plainly

    prepare_prefect(read_settings())
    importing = seconds(lambda: run_flow("sweep", as_of=MORNING))
    plain = median(seconds(lambda: run_plainly("sweep", MORNING)) for _ in range(runs))
    flow = median(seconds(lambda: run_flow("sweep", as_of=MORNING)) for _ in range(runs))
    return {"importing": importing - flow, "plain": plain, "flow": flow}


def _worker_begins(home: Path, api: str, runs: int) -> Figure:
    _command(home, "flows", "deploy", PREFECT_API_URL=api)
    with running(home, "flows", "worker", "--name", "may-1", PREFECT_API_URL=api) as program:
        until(lambda: program.said("started!"), why=lambda: program.text)
        late = median(_lateness(api) for _ in range(runs))
    return Figure("SQLite", "a worker begins a run after its time", late, bound=10, runs=runs)


def _lateness(api: str) -> float:
    """Ask for a run now; return how long after that it began, in seconds by Prefect's own record."""
    deployment = _asked(api, "GET", "/deployments/name/morning-sweep/dondoc-sweep")["id"]
    wanted = {"state": {"type": "SCHEDULED"}, "parameters": {"as_of": MORNING}}
    number = _asked(api, "POST", f"/deployments/{deployment}/create_flow_run", wanted)["id"]
    path = f"/flow_runs/{number}"
    until(lambda: _asked(api, "GET", path)["state_type"] == "COMPLETED")
    run = _asked(api, "GET", path)
    begun, expected = (datetime.fromisoformat(run[name]) for name in ("start_time", "expected_start_time"))
    return (begun - expected).total_seconds()


def _asked(api: str, method: str, path: str, body: Any = None) -> Any:
    """Ask until the server has an answer: on SQLite it is busy for a moment after deployments were written."""

    def answer() -> httpx.Response | None:
        given = httpx.request(method, f"{api}{path}", json=body, timeout=30)
        return given if given.is_success else None

    return until(answer).json()


if __name__ == "__main__":
    print(json.dumps(_both_ways(int(sys.argv[2]))))

"""Several machines, all played on the loopback: a Prefect server and our database on PostgreSQL, a process pool, two workers.

A scheduled run fires at the instant a round closes; a worker is killed with its run in the middle of a delivery, and
another one finishes it.
"""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, create_engine, make_url, select, text

from dondoc.clock import system_clock
from migrations.running import upgrade
from tasks.database import open_engine, reading, writing
from tasks.models import Message, MessageState, Round, RoundState
from tasks.rounds.collection import collection_of
from tasks.rounds.rounds import open_due_rounds
from tests.notifications.outgoing import put
from tests.server_processes import Program, answers, running, until
from tests.smtp_server import Server, dead_port, smtp_server
from tests.tasks.cast import build

MAILS = 30
CONNECTIONS = 2
AHEAD = timedelta(
    seconds=45
)  # from writing the deployments to the round's end: a loaded machine deploys in 20 s
FIRST, AFTER_THE_LEASE = "2025-09-08T08:00:00+07:00", "2025-09-08T08:20:00+07:00"
pytestmark = [pytest.mark.server, pytest.mark.postgres, pytest.mark.xdist_group("many-machines")]


@dataclass
class Machines:
    """The installation: where everything is, and the workers by name."""

    home: Path
    engine: Engine
    api: str
    environment: dict[str, str]
    workers: dict[str, Program]

    def ask(self, method: str, path: str, **body: Any) -> Any:
        answer = httpx.request(method, f"{self.api}{path}", json=body or None, timeout=30)
        assert answer.is_success, answer.text
        return answer.json()

    def start_run(self, deployment: str, **parameters: Any) -> str:
        found = self.ask("GET", f"/deployments/name/{deployment}")
        state = {"type": "SCHEDULED"}
        return self.ask(
            "POST", f"/deployments/{found['id']}/create_flow_run", parameters=parameters, state=state
        )["id"]

    def run(self, number: str) -> dict[str, Any]:
        return self.ask("GET", f"/flow_runs/{number}")

    def logs(self) -> str:
        return "\n".join(program.text[-2000:] for program in self.workers.values())


@pytest.fixture
def mail_server() -> Iterator[Server]:
    with smtp_server(delay=0.3) as server:
        yield server


@pytest.fixture
def machines(tmp_path: Path, postgres_server: str, mail_server: Server) -> Iterator[Machines]:
    ours, theirs = (database(postgres_server, name) for name in ("many_dondoc", "many_prefect"))
    engine = open_engine(ours)
    upgrade(engine)
    environment = {
        "DONDOC_DATABASE_URL": ours, "DONDOC_SMTP_HOST": "127.0.0.1", "DONDOC_SMTP_PORT": str(mail_server.port),
        "DONDOC_SMTP_TLS": "none",
    }  # fmt: skip
    with prefect_server(tmp_path, theirs) as api:
        environment["PREFECT_API_URL"] = api
        with worker(tmp_path, environment, "may-1") as one, worker(tmp_path, environment, "may-2") as two:
            workers = {"may-1": one, "may-2": two}
            yield Machines(tmp_path, engine, api, environment, workers)
    engine.dispose()


def database(server: str, name: str) -> str:
    administration = create_engine(server, isolation_level="AUTOCOMMIT")
    with administration.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    administration.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@contextmanager
def prefect_server(home: Path, url: str) -> Iterator[str]:
    port = str(dead_port())
    stored = make_url(url).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)
    with running(
        home, "flows", "server", "--port", port, PREFECT_SERVER_DATABASE_CONNECTION_URL=stored
    ) as program:
        api = f"http://127.0.0.1:{port}/api"
        until(lambda: answers(f"{api}/health"), why=lambda: program.text)
        yield api


@contextmanager
def worker(home: Path, environment: dict[str, str], name: str) -> Iterator[Program]:
    arguments = ("flows", "worker", "--name", name, "--limit", "2")
    with running(home, *arguments, **environment) as program:
        until(lambda: program.said("started!"), why=lambda: program.text)
        yield program
        program.process.send_signal(signal.SIGTERM)
        program.process.wait(30)


def a_round_that_closes_soon(engine: Engine) -> datetime:
    """Open a round whose deadline is a moment ahead by the real clock, which Prefect's schedules go by."""
    now = system_clock()
    with writing(engine) as session:
        world = build(session)
        entry = world.round("lan-1", "2025-08-08", "2025-09-04")
        entry.closes_at = (now + AHEAD).replace(microsecond=0)
        session.flush()
        open_due_rounds(session, now)
        return entry.closes_at


def deploy(machines: Machines) -> dict[str, Any]:
    with running(machines.home, "flows", "deploy", "--json", **machines.environment) as program:
        assert program.process.wait(120) == 0, program.text
        return json.loads(next(line for line in program.text.splitlines() if line.startswith("{")))


def kill_the_machine_of(machines: Machines, number: str) -> None:
    """Kill the worker that runs the flow, and the run's own process, at once."""
    child = int(machines.run(number)["infrastructure_pid"].rpartition(":")[2])
    parent = int(Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[1])
    [name] = [name for name, program in machines.workers.items() if program.process.pid == parent]
    machines.workers[name].process.kill()
    os.kill(child, signal.SIGKILL)


def sent(engine: Engine) -> int:
    with reading(engine) as session:
        return len(session.scalars(select(Message.id).where(Message.state == MessageState.SENT)).all())


def test_a_round_is_collected_on_time_and_a_killed_machine_loses_and_repeats_nothing(machines, mail_server):
    closes = a_round_that_closes_soon(machines.engine)
    put(machines.engine, MAILS)
    added = deploy(machines)["added"]
    assert "dondoc-collect-quyet-dinh-lan-1" in added

    # One machine dies in the middle of a delivery.
    first = machines.start_run("delivery/dondoc-deliver", as_of=FIRST, connections=CONNECTIONS)
    until(lambda: len(mail_server.taken) >= 5, why=machines.logs)
    kill_the_machine_of(machines, first)
    assert sent(machines.engine) < MAILS

    # The other one finishes once the dead one's claims have ended, which a later hour of the day stands for.
    machines.start_run("delivery/dondoc-deliver", as_of=AFTER_THE_LEASE, connections=CONNECTIONS)
    until(lambda: sent(machines.engine) == MAILS, why=machines.logs)
    assert len(mail_server.taken) == MAILS
    repeated = sum(mail_server.taken.values()) - MAILS
    assert repeated <= CONNECTIONS  # only what was in the wire at the kill, under the same Message-ID

    # Meanwhile the scheduled run has fired, on the machine that is left.
    def collected():
        with reading(machines.engine) as session:
            entry = session.scalar(select(Round))
            return entry.state is RoundState.CLOSED and collection_of(session, entry)

    frozen = until(collected, why=machines.logs)
    assert [line["code"] for line in frozen.body["missing"]] == ["alice", "bob", "charlie"]
    assert timedelta() <= frozen.made_at - closes < timedelta(seconds=30)
    [run] = machines.ask("POST", "/flow_runs/filter", flows={"name": {"any_": ["collect-round"]}})
    until(lambda: machines.run(run["id"])["state_type"] == "COMPLETED", why=machines.logs)

"""`dondoc serve` as a process: it answers at once, its clock does the day's work, and nothing of it is left behind."""

import os
import pickle
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from dondoc.clock import acting_moment, running_from
from dondoc.commands.serve import default_workers
from migrations.running import upgrade
from tasks.database import open_engine, reading
from tasks.models import LastRun, Lease, Message, MessageState
from tests.late_office import MAILS, MORNING, make_late
from tests.server_processes import Program, answers, running, until

pytestmark = [pytest.mark.server, pytest.mark.xdist_group("serve")]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An installation in which three agencies are late since yesterday."""
    engine = database(tmp_path)
    upgrade(engine)
    make_late(engine)
    engine.dispose()
    return tmp_path


def database(home: Path) -> Engine:
    return open_engine(f"sqlite:///{home / 'dondoc.sqlite3'}")


@contextmanager
def serving(home: Path, *arguments: str) -> Iterator[tuple[Program, str]]:
    with running(home, "serve", "--port", "0", *arguments) as program:
        found = until(lambda: program.said(r"http://127\.0\.0\.1:\d+"), why=lambda: program.text)
        until(lambda: answers(found.group()), why=lambda: program.text)
        yield program, found.group()


def sent(home: Path) -> int:
    with reading(database(home)) as session:
        return len(session.scalars(select(Message.id).where(Message.state == MessageState.SENT)).all())


def pages_of_prefect(program: Program) -> str:
    return until(lambda: program.said(r"Trang Prefect .*: (http\S+)"), why=lambda: program.text).group(1)


def test_it_answers_before_prefect_is_there_works_off_the_day_and_leaves_nothing_behind(home):
    with serving(home, "--as-of", MORNING) as (first, _):
        assert not first.said("Trang Prefect")
        until(lambda: first.said("Tiến trình này giữ đồng hồ"), why=lambda: first.text)
        with serving(home, "--as-of", MORNING) as (second, address):
            until(lambda: second.said("Tiến trình khác đang giữ đồng hồ"), why=lambda: second.text)
            assert answers(address)

        until(lambda: sent(home) == MAILS, why=lambda: first.text)
        assert len(list((home / "mail").glob("*.eml"))) == MAILS
        pages = pages_of_prefect(first)
        assert answers(pages)
        first.process.send_signal(signal.SIGTERM)
        assert first.process.wait(60) == 0, first.text
        assert not answers(pages)
    with reading(database(home)) as session:
        assert session.scalars(select(Lease)).all() == []
        assert session.get(LastRun, "sweep").ok
        assert session.get(LastRun, "deliver").ok


def test_the_portal_does_not_import_prefect():
    """Prefect alone takes a second to import; the portal must answer within three of its start."""
    program = "import sys, dondoc.commands.serve; sys.exit('prefect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_killed_outright_it_takes_its_prefect_server_along(home):
    with serving(home, "--as-of", MORNING) as (program, _):
        pages = pages_of_prefect(program)
        program.process.kill()
        until(lambda: not answers(pages), patience=30)


def test_a_port_in_use_is_told_before_anything_is_started(home):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with running(home, "serve", "--port", str(port)) as program:
            assert program.process.wait(60) == 3
            assert f"Không mở được 127.0.0.1:{port}" in program.text
            assert "Traceback" not in program.text


def test_several_processes_serve_and_one_that_died_is_replaced(home):
    with serving(home, "--no-clock", "--workers", "2") as (program, address):
        workers = until(lambda: two(children(program)), why=lambda: program.text)
        os.kill(workers[0], signal.SIGKILL)
        until(lambda: workers[0] not in children(program) and two(children(program)), patience=60)
        until(lambda: answers(address), patience=60, why=lambda: program.text)
        program.process.send_signal(signal.SIGTERM)
        assert program.process.wait(60) == 0, program.text
        assert not answers(address)


def test_killed_outright_it_takes_its_processes_along(home):
    with serving(home, "--no-clock", "--workers", "2") as (program, address):
        program.process.kill()
        until(lambda: not answers(address), patience=30)


def test_a_clock_that_was_set_shows_every_process_the_same():
    clock = running_from(acting_moment(MORNING))
    assert abs(pickle.loads(pickle.dumps(clock))() - clock()) < timedelta(seconds=1)


def test_sqlite_is_served_by_one_process_unless_somebody_says():
    assert default_workers("sqlite") == 1
    assert 1 <= default_workers("postgresql") <= 4


def children(program: Program) -> list[int]:
    number = program.process.pid
    listed = Path(f"/proc/{number}/task/{number}/children")
    return [int(child) for child in listed.read_text().split()]


def two(found: list[int]) -> list[int]:
    return found if len(found) >= 2 else []

"""The portal on a country's tasks: each main page asked for eight times at once, beside an empty page in the same run.

A million tasks of one decision, and the shipped decision whose matrix is 28 duties by about 150 agencies. The portal is
`dondoc serve` in its own process; who asks is another one on the same cores. Server time is what the portal itself says
(`Server-Timing`), from the request read to the answer begun, waiting for its turn included. The ratio is to the empty
page: signing in and the frame of a page, without a list.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, select

from benchmarks.answers import Answers, share, show_answers
from benchmarks.databases import NAMES, fresh, rest
from benchmarks.figures import options
from benchmarks.world import (
    ACTIVATED,
    DIRECTORY,
    ISSUED,
    KEY,
    LOADED,
    NATION,
    load,
    rows_for,
    start,
    write_world,
)
from benchmarks.year import hand_in, live, mail
from catalog.calendar import WorkingCalendar
from catalog.days import HANOI
from tasks.accounts.sign_ins import Origin, open_sign_in
from tasks.activation import activate
from tasks.actors import Role
from tasks.database import open_engine, writing
from tasks.intake import take_in
from tasks.models import Agency, Decision, Life, Round, Standing, Task, User
from tasks.rounds.collection import collect_rounds
from tasks.rounds.rounds import open_due_rounds

SMALL = "hai-phong-dan-van-2025-2"  # the shipped decision
NOW = datetime(2025, 11, 12, 10, 0, tzinfo=HANOI)
OPENED = datetime(2025, 10, 8, 8, 0, tzinfo=HANOI)
RECEIVED = datetime(2025, 10, 20, 8, 0, tzinfo=HANOI)
CLOSED = datetime(2025, 11, 5, 8, 0, tzinfo=HANOI)
AGENCY = "so-tai-chinh"
STARTING = 60  # seconds until the portal answers
BOUNDS = {"sqlite": 0.25, "postgresql": 0.1}  # seconds, of a page's p95
MATRIX = 0.3  # seconds
WARMING = 0.5  # seconds


@dataclass(frozen=True, slots=True)
class Visitor:
    """One page: what it is, where, and who asks for it."""

    what: str
    path: str
    own: bool = False  # asked for by the agency itself
    bound: float | None = None


EMPTY = Visitor("empty page", "/tai-khoan")


def main(arguments: Sequence[str] = ()) -> None:
    parser = options("portal", 1_000_000)
    parser.add_argument("--seconds", type=float, default=2.5, help="how long each page is asked for")
    parser.add_argument("--at-once", type=int, default=8, help="how many ask at the same time")
    parser.add_argument("--url", help="a database filled before by this benchmark, instead of a new one")
    parser.add_argument("--only", default="", help="pages whose name begins so")
    parser.add_argument("--serve", default="", help="further options of `dondoc serve`")
    chosen = parser.parse_args(arguments)
    rows: list[Answers] = []
    for kind in [None] if chosen.url else chosen.on or NAMES:
        with TemporaryDirectory(prefix="dondoc-bench-") as name:
            folder = Path(name)
            with _filled(kind, folder, chosen.tasks) if kind else _opened(chosen.url) as engine:
                load_of = Load(chosen.at_once, chosen.seconds, chosen.only, chosen.serve.split())
                rows += _measured(engine, folder, load_of)
    title = (
        f"The portal, {chosen.at_once} requests at once: server time, beside an empty page of the same run"
    )
    show_answers(title, rows, as_json=chosen.json)


@dataclass(frozen=True, slots=True)
class Load:
    at_once: int
    seconds: float
    only: str
    options: list[str]


@contextmanager
def _opened(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


@contextmanager
def _filled(kind: str, folder: Path, tasks: int) -> Iterator[Engine]:
    with fresh(kind, folder) as engine:
        fill(engine, folder, tasks)
        yield engine


def fill(engine: Engine, folder: Path, tasks: int) -> None:
    """Load a country and the shipped decision, and let the autumn pass."""
    load(engine, write_world(folder, NATION, rows_for(tasks)))
    start(engine)
    with writing(engine) as session:
        take_in(session, SMALL, ISSUED, "benchmark", LOADED)
        decision = session.scalars(select(Decision).where(Decision.key == SMALL)).one()
        activate(session, decision, ACTIVATED, WorkingCalendar(), "benchmark")
        open_due_rounds(session, OPENED)
    hand_in(engine, RECEIVED.date(), RECEIVED)
    with writing(engine) as session:
        collect_rounds(session, CLOSED)
    live(engine)
    mail(engine, date(2025, 9, 8), NOW.date())
    rest(engine)


def pages(engine: Engine) -> Iterator[Visitor]:
    """Yield the main pages; what they are about is found in the database."""
    with engine.connect() as connection:
        task = connection.scalar(select(Task.id).where(Task.life == Life.COMPLETED).limit(1))
        owed = select(Standing.round_id).join(Round).join(Decision).where(Decision.key == KEY)
        round_ = connection.scalar(owed.order_by(Standing.id).limit(1))
    yield Visitor("overview", "/")
    yield Visitor("leaders' page", "/lanh-dao")
    yield Visitor("tasks", "/viec")
    yield Visitor("tasks, page 1,000", "/viec?trang=1000")
    yield Visitor("tasks: overdue, by due day", "/viec?tinh-trang=overdue&xep=han")
    yield Visitor("tasks: of an agency", f"/viec?co-quan={AGENCY}")
    yield Visitor("tasks: of a section", "/viec?phan=1")
    yield Visitor("tasks: of a group", "/viec?nhom=cap-xa")
    yield Visitor("tasks: search so tai chinh", "/viec?tim=so+tai+chinh")
    yield Visitor("task", f"/viec/{task}")
    yield Visitor("duty", f"/nhiem-vu/{KEY}/1.5")
    yield Visitor("agency", f"/co-quan/{DIRECTORY}/{AGENCY}")
    yield Visitor("agency: its own page", f"/co-quan/{DIRECTORY}/{AGENCY}", own=True)
    yield Visitor("matrix, folded, 28 x 150", f"/ma-tran/{SMALL}", bound=MATRIX)
    yield Visitor("matrix, all 150, page 1", f"/ma-tran/{SMALL}?mo=tat-ca", bound=MATRIX)
    yield Visitor("matrix, all 150, page 3", f"/ma-tran/{SMALL}?mo=tat-ca&trang=3", bound=MATRIX)
    yield Visitor("rounds", "/lan-bao-cao")
    yield Visitor("round", f"/lan-bao-cao/{KEY}/lan-1")
    yield Visitor("mails", "/thu")
    yield Visitor("report form, 286 tasks", f"/bao-cao/{round_}/{AGENCY}", own=True)


def _measured(engine: Engine, folder: Path, load_of: Load) -> Iterator[Answers]:
    everything, own = (
        _token(engine, role, agency) for role, agency in ((Role.ADMINISTRATOR, None), (Role.AGENCY, AGENCY))
    )
    kind = engine.dialect.name
    with _served(engine, folder, load_of.options) as served:
        empty = _asked(served, everything, EMPTY, load_of, kind)
        yield empty
        for page in pages(engine):
            if page.what.startswith(load_of.only):
                taken = _asked(served, own if page.own else everything, page, load_of, kind)
                yield replace(taken, empty=empty.p95)


def _asked(served: "Served", cookie: str, page: Visitor, load_of: Load, kind: str) -> Answers:
    first = _visited(served.port, cookie, page, 1, 0)
    _visited(served.port, cookie, page, load_of.at_once, WARMING)
    before = served.cpu()
    found = _visited(served.port, cookie, page, load_of.at_once, load_of.seconds)
    return Answers(
        database=NAMES[kind],
        page=page.what,
        p50=share(found["server"], 10),
        p95=share(found["server"], 19),
        bound=(page.bound or BOUNDS[kind]) * 1000,
        cpu=(served.cpu() - before) / len(found["seen"]),
        first=first["seen"][0],
        outside=share(found["seen"], 19),
        kilobytes=found["octets"] // 1000,
        answers=len(found["seen"]),
    )


def _visited(port: int, cookie: str, page: Visitor, at_once: int, seconds: float) -> dict:  # type: ignore[type-arg]  # JSON
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.visitors", str(port), cookie, str(at_once), str(seconds), page.path],
        check=True, capture_output=True,
    )  # fmt: skip
    found: dict = json.loads(told.stdout)  # type: ignore[type-arg]  # JSON
    if found["wrong"]:
        raise RuntimeError(f"{page.path} answered {found['wrong'][0]}")
    return found


def _token(engine: Engine, role: Role, code: str | None) -> str:
    with writing(engine) as session:
        agency = (
            session.scalar(select(Agency).where(Agency.code == code).order_by(Agency.id)) if code else None
        )
        login = f"do-{role.value}"
        user = session.scalar(select(User).where(User.login == login))
        if user is None:
            user = User(login=login, role=role.value, agency=agency, created_at=NOW, created_by="benchmark")
            session.add(user)
            session.flush()
        return open_sign_in(session, login, Origin("127.0.0.1", "benchmark"), NOW, user=user)


@dataclass(frozen=True, slots=True)
class Served:
    """A portal that runs."""

    port: int
    process: int

    def cpu(self) -> float:
        """Return what it and its children have spent, in milliseconds; 0 where the system does not say."""
        found = [self.process, *_children(self.process)]
        stats = [Path(f"/proc/{number}/stat") for number in found]
        ticks = [stat.read_text().rpartition(")")[2].split()[11:13] for stat in stats if stat.exists()]
        return sum(int(tick) for pair in ticks for tick in pair) * 1000 / os.sysconf("SC_CLK_TCK")


def _children(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children")
    return [int(number) for number in listed.read_text().split()] if listed.exists() else []


@contextmanager
def _served(engine: Engine, folder: Path, further: list[str]) -> Iterator[Served]:
    port = _free_port()
    url = engine.url.render_as_string(hide_password=False)
    told = {"DONDOC_HOME": str(folder), "DONDOC_DATABASE_URL": url}
    command = [str(Path(sys.executable).with_name("dondoc")), "serve", "--no-clock", "--port", str(port)]
    with subprocess.Popen([*command, "--as-of", NOW.isoformat(), *further], env=os.environ | told) as portal:
        try:
            _wait(port, portal)
            yield Served(port, portal.pid)
        finally:
            portal.terminate()


def _wait(port: int, portal: "subprocess.Popen[bytes]") -> None:
    for _ in range(STARTING * 10):
        with socket.socket() as knocking:
            if knocking.connect_ex(("127.0.0.1", port)) == 0:
                return
        if portal.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError("The portal did not start.")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port

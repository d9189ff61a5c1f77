"""3,000 mails over a local SMTP conversation: our delivery beside a bare loop that sends the same stored bodies.

The bare loop knows its mails from the start, sends them over as many connections and commits one UPDATE for each; it
claims nothing, retries nothing and records no notice or recipient. Both run in this process in turn, five times.
"""

import asyncio
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from aiosmtplib import SMTP
from sqlalchemy import Engine, text

from benchmarks.sink import sink
from catalog.days import HANOI
from dondoc.clock import running_from
from migrations.running import upgrade
from notifications.delivering.delivery import Options, deliver
from notifications.delivering.smtp import SmtpServer
from notifications.mime import Envelope, Mailbox, build, message_id
from tasks.database import open_engine, writing
from tasks.models import Agency, Message, Notice, NoticeState, Recipient, Stream
from tests.postgres import running_postgres

MAILS = 3_000
NOTICES = 3  # a mail tells of about three things
CONNECTIONS = 4
RUNS = 5
NOW = datetime(2025, 9, 8, 8, 0, tzinfo=HANOI)
SENDER = "dondoc@dondoc.example"


def main() -> None:
    with sink() as port:
        for name, opened in (("SQLite", _sqlite), ("PostgreSQL", _postgres)):
            with opened() as engine:
                upgrade(engine)
                _fill(engine)
                _measure(name, engine, port)
                _measure_memory(name, engine, port)


def _measure(name: str, engine: Engine, port: int) -> None:
    ours, bare = [], []
    for _ in range(RUNS):
        ours.append(_rate(engine, lambda: _ours(engine, port)))
        bare.append(_rate(engine, lambda: _bare(engine, port)))
    ratios = [our / loop for our, loop in zip(ours, bare, strict=True)]
    print(
        f"{name}: ours {median(ours):.0f} mails/s, bare loop {median(bare):.0f} mails/s, "
        f"ratio {median(ratios):.2f} (medians of {RUNS}; {MAILS} mails, {CONNECTIONS} connections, a commit per mail)",
        flush=True,
    )


def _measure_memory(name: str, engine: Engine, port: int) -> None:
    """Print the peak of a process that only delivers."""
    _wind_back(engine)
    url = engine.url.render_as_string(hide_password=False)
    subprocess.run([sys.executable, "-m", "benchmarks.delivery", name, url, str(port)], check=True)


def _deliver_and_tell(name: str, url: str, port: str) -> None:
    sent = _ours(open_engine(url), int(port))
    print(f"{name}: a process that delivers {sent} mails takes {_peak():.0f} MB at most", flush=True)


def _peak() -> float:
    """Return this process's own peak in MB; on Linux getrusage would tell that of the parent it was forked from."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    fields = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return int(fields["VmHWM"].split()[0]) / 1024


def _rate(engine: Engine, run: Callable[[], int]) -> float:
    _wind_back(engine)
    started = perf_counter()
    sent = run()
    elapsed = perf_counter() - started
    assert sent == MAILS, sent
    return sent / elapsed


def _wind_back(engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(
            text("UPDATE messages SET state='planned', attempts=0, next_attempt_at=created_at, sent_at=NULL")
        )
        session.execute(text("UPDATE recipients SET outcome=''"))
        session.execute(text("UPDATE notices SET state='queued'"))
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _ours(engine: Engine, port: int) -> int:
    server = SmtpServer("127.0.0.1", port, "none", SENDER)
    return deliver(engine, server, running_from(NOW), Options(connections=CONNECTIONS)).sent


def _bare(engine: Engine, port: int) -> int:
    return asyncio.run(_bare_loop(engine, port))


async def _bare_loop(engine: Engine, port: int) -> int:
    """Send every stored body with the driver's own cursor and nothing between."""
    raw = engine.raw_connection()
    cursor = raw.cursor()
    mark = "?" if engine.dialect.name == "sqlite" else "%s"
    rows = cursor.execute(
        "SELECT m.id, m.mime, r.address FROM messages m JOIN recipients r ON r.message_id = m.id"
    )
    mails = iter((rows or cursor).fetchall())
    raw.commit()

    async def carry() -> int:
        sent = 0
        async with SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
            for number, mime, address in mails:
                await client.sendmail(SENDER, [address], bytes(mime))
                if engine.dialect.name == "sqlite":
                    cursor.execute("BEGIN IMMEDIATE")
                cursor.execute(f"UPDATE messages SET state = 'sent' WHERE id = {mark}", (number,))
                cursor.execute("COMMIT") if engine.dialect.name == "sqlite" else raw.commit()
                sent += 1
        return sent

    try:
        return sum(await asyncio.gather(*(carry() for _ in range(CONNECTIONS))))
    finally:
        raw.close()


def _fill(engine: Engine) -> None:
    with writing(engine) as session:
        agency = Agency(directory="d", code="a", name="Sở Ngoại vụ", kind="so", sort_key="a", search_key="a")
        session.add(agency)
        session.flush()
        for number in range(MAILS):
            message = _message(number, agency.id)
            session.add(message)
            session.flush()
            session.add_all(
                Notice(
                    key=f"overdue:{number}:{which}", kind="overdue", stream=Stream.ROUTINE, agency_id=agency.id,
                    on_day=NOW.date(), state=NoticeState.QUEUED, message_id=message.id,
                )
                for which in range(NOTICES)
            )  # fmt: skip


def _message(number: int, agency: int) -> Message:
    row = "<tr><td>3.4</td><td>Hoàn thành việc rà soát, đề xuất sửa đổi quy chế dân chủ ở cơ sở</td><td>15/8/2025</td></tr>\n"
    address, header = f"co-quan-{number}@haiphong.example", message_id(f"routine:{number}", SENDER)
    envelope = Envelope(
        sender=Mailbox("Đôn đốc nhiệm vụ", SENDER), to=(Mailbox("Sở Ngoại vụ", address),),
        subject="Quá hạn 3 nhiệm vụ, đến hạn hôm nay 1 nhiệm vụ",
        text="3.4 Hoàn thành việc rà soát, đề xuất sửa đổi quy chế dân chủ ở cơ sở\n" * 12,
        html=f"<html><body><table>{row * 40}</table></body></html>", message_id=header, date=NOW,
        list_id="routine.dondoc.example",
    )  # fmt: skip
    return Message(
        key=f"routine:{number}", stream=Stream.ROUTINE, agency_id=agency, kinds=["overdue"], subject=envelope.subject,
        message_id=header, mime=build(envelope), speaks_for=NOW.date(), next_attempt_at=NOW, created_at=NOW,
        recipients=[Recipient(address=address)],
    )  # fmt: skip


@contextmanager
def _sqlite() -> Iterator[Engine]:
    with TemporaryDirectory(prefix="dondoc-bench-") as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'dondoc.sqlite3'}")
        yield engine
        engine.dispose()


@contextmanager
def _postgres() -> Iterator[Engine]:
    with running_postgres() as url:
        engine = open_engine(url)
        yield engine
        engine.dispose()


if __name__ == "__main__":
    _deliver_and_tell(*sys.argv[1:])

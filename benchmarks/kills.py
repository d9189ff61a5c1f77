"""200 deliveries killed with SIGKILL between claim and settle, on both databases: what was lost, what was repeated."""

import random
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from catalog.days import day_of
from migrations.running import upgrade
from tasks.database import open_engine
from tests.notifications.killed_delivery import CONNECTIONS, LEASE, POINTS, Nursery
from tests.notifications.outgoing import MORNING, over, put, send
from tests.postgres import running_postgres
from tests.smtp_server import smtp_server

KILLS = 200
MAILS = 120  # a day
DELIVERIES = 40  # a day, each killed if it lives long enough
BETWEEN = LEASE + timedelta(minutes=1)  # so that the leases of the dead have ended


def main() -> None:
    print(f"{'database':12} {'kills':>6} {'mails':>6} {'lost':>5} {'repeated':>9} {'in flight at most':>18}")
    with TemporaryDirectory(prefix="dondoc-bench-") as folder:
        _kill("SQLite", f"sqlite:///{Path(folder) / 'dondoc.sqlite3'}")
    with running_postgres() as url:
        _kill("PostgreSQL", url)


def _kill(name: str, url: str) -> None:
    engine = open_engine(url)
    upgrade(engine)
    chance = random.Random(20250908)
    kills = days = 0
    with smtp_server() as server, Nursery() as nursery:
        while kills < KILLS:
            morning = MORNING + timedelta(days=days)
            put(engine, MAILS, first=days * MAILS, speaks_for=day_of(morning), next_attempt_at=morning)
            for number in range(DELIVERIES):
                point, times = POINTS[number % len(POINTS)], chance.randint(1, 5)
                now = morning + BETWEEN * number
                kills += nursery.run(url, server.port, now.isoformat(), point, times)
            assert send(engine, over(server.port), morning.replace(hour=23, minute=30)).complete
            days += 1
        taken = server.taken
    engine.dispose()
    lost, repeated, at_most = days * MAILS - len(taken), taken.total() - len(taken), kills * CONNECTIONS
    print(f"{name:12} {kills:6} {days * MAILS:6} {lost:5} {repeated:9} {at_most:18}", flush=True)

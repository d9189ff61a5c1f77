"""The database is locked, restarted, away or full while mails are being settled; and the disk of the .eml files is full."""

import sqlite3
import threading
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, event, make_url, text

from notifications.delivering import delivery
from notifications.delivering.delivery import LEASE
from notifications.delivering.eml_folder import EmlFolder, file_name
from notifications.delivering.smtp import SmtpChannel
from tasks.models import MessageState, NoticeState
from tests.notifications.outgoing import MORNING, count, over, put, send, states
from tests.smtp_server import smtp_server

pytestmark = pytest.mark.server

AFTER_THE_LEASE = MORNING + LEASE + timedelta(minutes=1)


class Disturbed:
    """The real transport; `disturb` is called once, when the server has taken the first mail."""

    def __init__(self, server, disturb):
        self.place = server.place
        self._server = server
        self._left = [disturb]

    def channel(self):
        left = self._left

        class Channel(SmtpChannel):
            async def send(self, mail):
                replies = await super().send(mail)
                if left:
                    left.pop()()
                return replies

        return Channel(self._server)


@pytest.fixture
def impatient(engine, monkeypatch):
    """The engine, and a delivery, that give up on the database soon."""
    monkeypatch.setattr(delivery, "DATABASE_PATIENCE", 0.3)
    monkeypatch.setattr(delivery, "PAUSE", 0.05)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout = 50"))
    return engine


class Away:
    """Makes the database unusable for everyone else, until it is let go."""

    def __init__(self, url):
        self.url = make_url(url)

    def begin(self):
        if self.url.get_backend_name() == "sqlite":
            self.lock = sqlite3.connect(self.url.database, isolation_level=None, check_same_thread=False)
            self.lock.execute("BEGIN IMMEDIATE")
        else:
            self._administer(f"ALTER DATABASE {self.url.database} ALLOW_CONNECTIONS false")
            hang_up_everyone(self.url)

    def end(self):
        if self.url.get_backend_name() == "sqlite":
            self.lock.execute("ROLLBACK")
            self.lock.close()
        else:
            self._administer(f"ALTER DATABASE {self.url.database} ALLOW_CONNECTIONS true")

    def _administer(self, statement):
        with administration(self.url) as connection:
            connection.execute(text(statement))


def administration(url):
    engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    return engine.connect()


def hang_up_everyone(url):
    with administration(url) as connection:
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": url.database},
        )


def test_a_database_that_stays_away_ends_the_run_loudly_and_what_was_sent_goes_once_more(
    impatient, database_url
):
    put(impatient, 6)
    away = Away(database_url)
    with smtp_server() as server:
        done = send(impatient, Disturbed(over(server.port), away.begin), connections=1)
        away.end()
        held = count(impatient, lambda mail: mail.state is MessageState.CLAIMED)
        soon = send(impatient, over(server.port), MORNING + timedelta(minutes=1))
        later = send(impatient, over(server.port), AFTER_THE_LEASE)

    assert not done.complete
    assert done.outage.startswith("Cơ sở dữ liệu không dùng được (")
    assert (held, soon.sent, soon.held, later.sent) == (
        4,
        2,
        4,
        4,
    )  # the one in hand and the three claimed ahead
    assert sorted(server.taken.values()) == [1, 1, 1, 1, 1, 2]
    assert count(impatient, lambda mail: set(mail.told) == {NoticeState.TOLD}) == 6


def test_a_database_that_comes_back_soon_costs_nothing(impatient, database_url, monkeypatch):
    monkeypatch.setattr(delivery, "DATABASE_PATIENCE", 30)
    put(impatient, 6)
    away = Away(database_url)
    back = threading.Timer(0.5, away.end)

    def go_and_come_back():
        away.begin()
        back.start()

    with smtp_server() as server:
        done = send(impatient, Disturbed(over(server.port), go_and_come_back), connections=1)
        back.join()

    assert (done.sent, done.complete) == (6, True)
    assert set(server.taken.values()) == {1}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_database_server_that_drops_every_connection_costs_nothing(engine, database_url):
    put(engine, 6)
    with smtp_server() as server:
        done = send(engine, Disturbed(over(server.port), lambda: hang_up_everyone(make_url(database_url))))

    assert (done.sent, done.complete) == (6, True)
    assert set(server.taken.values()) == {1}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_full_disk_under_the_database_ends_the_run_loudly_and_nothing_is_lost(impatient):
    put(impatient, 4)
    with impatient.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    impatient.dispose()

    def fill(raw, _record):
        raw.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(impatient, "connect", fill)
    with smtp_server(rcpt={"0-": "550 " + "x" * 5000}) as server:
        done = send(impatient, over(server.port), connections=1)
        event.remove(impatient, "connect", fill)
        impatient.dispose()
        later = send(impatient, over(server.port), AFTER_THE_LEASE)

    assert (done.complete, done.outage) == (
        False,
        "Cơ sở dữ liệu không dùng được (database or disk is full).",
    )
    assert (later.sent, later.refused) == (3, 1)


def test_a_full_disk_under_the_eml_folder_is_an_outage_and_leaves_no_half_file(engine, tmp_path):
    put(engine, 2)
    folder = tmp_path / "mail"
    folder.mkdir()
    for number in (1, 2):  # whoever writes here is told that no space is left
        (folder / file_name(f"mail-{number - 1}")).with_suffix(f".{number}.partial").symlink_to("/dev/full")

    full = send(engine, EmlFolder(folder))
    left = list(folder.iterdir())
    for path in left:  # there is room again
        path.unlink()
    later = send(engine, EmlFolder(folder), AFTER_THE_LEASE)

    assert (full.sent, full.deferred, full.complete) == (0, 2, False)
    assert "No space left on device" in full.outage
    assert [path for path in left if path.suffix == ".eml"] == []
    assert later.sent == 2


def test_without_a_server_each_mail_is_one_whole_file_named_after_its_key(engine, tmp_path):
    put(engine, 3)
    folder = tmp_path / "thư" / "đi"

    done = send(engine, EmlFolder(folder))

    assert (done.sent, done.complete) == (3, True)
    assert sorted(path.name for path in folder.iterdir()) == ["mail-0.eml", "mail-1.eml", "mail-2.eml"]
    assert b"\r\nMessage-ID: <" in (folder / "mail-0.eml").read_bytes()
    assert states(engine)["mail-0"].state is MessageState.SENT


def test_file_names_differ_where_keys_do_and_are_good_on_every_system():
    keys = [
        "routine:hai-phong:so-noi-vu:2025-09-05",
        "routine/hai-phong",
        "routine=hai-phong",
        "a:b",
        "a,b",
        "a%3Ab",
    ]

    names = [file_name(key) for key in keys]

    assert names[0] == "routine=hai-phong=so-noi-vu=2025-09-05.eml"
    assert len(set(names)) == len(keys)
    assert not any(sign in name for name in names for sign in '/\\:*?"<>|')

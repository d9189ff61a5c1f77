"""`dondoc doctor` on a healthy office and in each broken state: the one check that fails, what it found, what to do."""

import json
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from sqlalchemy import delete, select, update

from dondoc.commands import doctor
from dondoc.commands.running import run
from flows.embedded import LEASE
from migrations.running import upgrade
from tasks.database import open_engine, writing
from tasks.leases import take
from tasks.models import Agency, Contact, LastRun, Message, MessageState
from tasks.runs import begin_run, end_run
from tests.late_office import make_late
from tests.notifications.outgoing import put
from tests.smtp_server import dead_port, smtp_server
from tests.tasks.cast import at

NOW = at("2025-08-15", 10)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path))
    for name in (
        "DONDOC_SMTP_HOST",
        "DONDOC_DATABASE_URL",
        "DONDOC_HEARTBEAT_URL",
        "PREFECT_API_URL",
        "DONDOC_SECRET_KEY",
    ):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def office(home):
    """A healthy office: swept this morning, its clock held."""
    engine = open_engine(f"sqlite:///{home / 'dondoc.sqlite3'}")
    upgrade(engine)
    make_late(engine)
    with writing(engine) as session:
        begin_run(session, "sweep", "may-1:1", at("2025-08-15", 7, 30))
        end_run(session, "sweep", at("2025-08-15", 7, 31), ok=True, said="xong")
        take(session, LEASE, "may-1:1", NOW, timedelta(minutes=1))
    yield engine
    engine.dispose()


@pytest.fixture
def examined(capsys):
    def examine() -> tuple[int, dict[str, dict]]:
        status = run(doctor.app, ["--json", "--as-of", NOW.isoformat()])
        checks = json.loads(capsys.readouterr().out)["checks"]
        return status, {check["name"]: check for check in checks}

    return examine


def fails_alone(examined, name: str) -> dict:
    status, checks = examined()
    assert status == 1
    assert [check for check, found in checks.items() if not found["ok"]] == [name]
    assert checks[name]["remedy"]
    return checks[name]


def test_a_healthy_office_passes_every_check(office, examined):
    status, checks = examined()
    assert status == 0, checks
    assert {"database", "mail", "disk", "sweep", "unsent", "dead", "addresses", "assumed", "clock"} <= set(
        checks
    )
    assert set(next(iter(checks.values()))) == {"name", "ok", "detail", "remedy"}


def test_an_empty_home_is_healthy_too(home, examined):
    status, checks = examined()
    assert status == 0
    assert "chưa có bảng" in checks["database"]["detail"]


def test_nobody_holds_the_clock(office, examined):
    with writing(office) as session:
        take(session, LEASE, "may-1:1", NOW - timedelta(hours=1), timedelta(minutes=1))
    found = fails_alone(examined, "clock")
    assert "không có gì tự quét" in found["detail"]
    assert "dondoc serve" in found["remedy"]


def test_two_clocks_run(office, examined, monkeypatch):
    monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{dead_port()}/api")
    status, checks = examined()
    assert status == 1
    assert "Hai đồng hồ cùng chạy" in checks["clock"]["detail"]
    assert "không trả lời" in checks["prefect"]["detail"]


def test_the_mail_server_is_away(office, examined, monkeypatch):
    monkeypatch.setenv("DONDOC_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("DONDOC_SMTP_PORT", str(dead_port()))
    monkeypatch.setenv("DONDOC_SMTP_TLS", "none")
    assert "Không kết nối được máy chủ thư" in fails_alone(examined, "mail")["detail"]


def test_the_mail_server_is_greeted_and_nothing_is_sent(office, examined, monkeypatch):
    with smtp_server() as server:
        monkeypatch.setenv("DONDOC_SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("DONDOC_SMTP_PORT", str(server.port))
        monkeypatch.setenv("DONDOC_SMTP_TLS", "none")
        status, checks = examined()
    assert status == 0
    assert "nhận kết nối" in checks["mail"]["detail"]
    assert not server.taken


def test_the_sweep_of_the_day_did_not_happen(office, examined):
    with writing(office) as session:
        session.execute(update(LastRun).values(succeeded_at=at("2025-08-13", 8)))
    assert "cách đây 2 ngày" in fails_alone(examined, "sweep")["detail"]


def test_the_sweep_failed_and_says_why(office, examined):
    with writing(office) as session:
        begin_run(session, "sweep", "may-1:1", at("2025-08-15", 9))
        end_run(session, "sweep", at("2025-08-15", 9), ok=False, said="2 thư không soạn được.")
    assert "2 thư không soạn được." in fails_alone(examined, "sweep")["detail"]


def test_mails_wait_too_long(office, examined):
    put(office, 3, created_at=NOW - timedelta(hours=1), state=MessageState.DEFERRED, reason="450 later")
    found = fails_alone(examined, "unsent")
    assert "3 thư chưa gửi được; thư cũ nhất chờ 60 phút" in found["detail"]
    assert "450 later" in found["detail"]


def test_mails_were_refused_or_put_aside(office, examined):
    put(office, 2, state=MessageState.DEAD, day=NOW.date())
    with writing(office) as session:
        session.execute(update(Message).where(Message.key == "mail-0").values(state=MessageState.REFUSED))
    assert "1 thư gác lại, 1 thư bị từ chối" in fails_alone(examined, "dead")["detail"]


def test_an_agency_cannot_be_written_to(office, examined):
    with writing(office) as session:
        bob = session.scalar(select(Agency).where(Agency.code == "bob"))
        session.execute(delete(Contact).where(Contact.agency_id == bob.id))
    assert (
        "1 cơ quan không có địa chỉ thư dùng được: Sở Bằng Lăng."
        in fails_alone(examined, "addresses")["detail"]
    )


def test_assumed_agencies_are_counted_but_are_no_failure(office, examined):
    with writing(office) as session:
        session.execute(update(Agency).where(Agency.code == "bob").values(assumed=True))
    status, checks = examined()
    assert status == 0
    assert checks["assumed"]["detail"].startswith("1 cơ quan")


def test_the_tables_are_those_of_newer_code(office, examined):
    with office.connect().execution_options(dondoc_writes=True) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'zzzz'")
    assert "Bảng ở phiên bản zzzz" in fails_alone(examined, "database")["detail"]


def test_the_database_is_away(home, examined, monkeypatch):
    monkeypatch.setenv("DONDOC_DATABASE_URL", f"postgresql://postgres@127.0.0.1:{dead_port()}/dondoc")
    assert "không dùng được" in fails_alone(examined, "database")["detail"]


def test_a_host_in_another_zone_is_told_and_judged_by_vietnamese_days(office, examined, monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        status, checks = examined()
    finally:
        monkeypatch.undo()
        time.tzset()
    assert status == 0, checks
    assert "mọi ngày giờ của hệ thống vẫn theo giờ Việt Nam" in checks["zone"]["detail"]
    assert "07:31 ngày 15/08/2025" in checks["sweep"]["detail"]


class _Watcher(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.asked.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def watcher(monkeypatch):
    server = HTTPServer(("127.0.0.1", 0), _Watcher)
    server.asked = []
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("DONDOC_HEARTBEAT_URL", f"http://127.0.0.1:{server.server_port}/nhip")
    yield server
    server.shutdown()
    server.server_close()


def test_the_heartbeat_tells_whether_all_is_well(office, examined, watcher):
    assert examined()[0] == 0
    with writing(office) as session:
        session.execute(update(LastRun).values(succeeded_at=None))
    assert examined()[0] == 1
    assert watcher.asked == ["/nhip", "/nhip/fail"]


def test_people_read_marks_and_remedies(office, capsys):
    assert run(doctor.app, ["--as-of", NOW.isoformat()]) == 0
    printed = capsys.readouterr().out
    assert "✓ Lần quét: Lần quét xong gần nhất: 07:31 ngày 15/08/2025" in printed
    assert printed.endswith("Mọi mục đều tốt.\n")


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("places", "setting", "ok"),
    [
        (["may-1:1", "may-1:2"], None, True),
        (["may-1:1", "may-2:1"], None, False),
        (["may-1:1", "may-2:1"], "khóa chung của mọi máy", True),
    ],
)
def test_machines_that_share_a_database_need_a_key_in_common(
    places, setting, ok, home, examined, empty_postgres_url, monkeypatch
):
    monkeypatch.setenv("DONDOC_DATABASE_URL", empty_postgres_url)
    if setting:
        monkeypatch.setenv("DONDOC_SECRET_KEY", setting)
    engine = open_engine(empty_postgres_url)
    upgrade(engine)
    with writing(engine) as session:
        for number, place in enumerate(places):
            begin_run(session, f"luồng-{number}", place, NOW)
    engine.dispose()
    found = examined()[1]["key"]
    assert found["ok"] is ok
    assert ("DONDOC_SECRET_KEY" in found["remedy"]) is (setting is None)


def test_a_machine_alone_keeps_its_own_key(office, examined):
    assert examined()[1]["key"] == {
        "name": "key",
        "ok": True,
        "remedy": "",
        "detail": "Khóa ở thư mục của máy này, đủ cho một máy.",
    }

"""Real flow runs in this process, against a real Prefect server: what they do, show and record, and how they fail."""

import asyncio
import json
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from dondoc.clock import system_clock
from flows.backup import copy_of_the_night, nightly_backup
from flows.bounces import bounces
from flows.deliver import delivery
from flows.digest import weekly_digest
from flows.showing import wait_for_its_time
from flows.sweep import morning_sweep
from tasks.backup import check_copy
from tasks.database import reading, writing
from tasks.models import Contact, LastRun, Message, MessageState
from tests.late_office import MAILS, MORNING
from tests.smtp_server import dead_port, smtp_server

pytestmark = [pytest.mark.usefixtures("prefect_api", "home"), pytest.mark.xdist_group("prefect")]


def run(flow, **parameters):
    return asyncio.run(flow(return_state=True, **parameters))


def mails(engine):
    with reading(engine) as session:
        return session.scalars(select(Message.state).order_by(Message.id)).all()


def last_run(engine, name):
    with reading(engine) as session:
        return session.get(LastRun, name)


def artifact(api: str, key: str) -> dict:
    found = httpx.get(f"{api}/artifacts/{key}/latest")
    assert found.status_code == 200, found.text
    shown = found.json()
    if shown["type"] == "table":
        shown["data"] = json.loads(shown["data"])
    return shown


def test_the_sweep_queues_the_mails_of_the_day_and_shows_them(late_duty, prefect_api):
    state = run(morning_sweep, as_of=MORNING)

    assert state.is_completed(), state.message
    assert mails(late_duty) == [MessageState.PLANNED] * MAILS
    shown = artifact(prefect_api, "morning-sweep")
    assert shown["description"] == "Ngày 15/08/2025: xếp 6 thư, bỏ qua 0 thông báo."
    assert {"Loại thông báo": "Quá hạn", "Số lượng": 3} in shown["data"]
    assert last_run(late_duty, "sweep").ok


def test_a_second_sweep_of_the_day_queues_nothing(late_duty):
    run(morning_sweep, as_of=MORNING)
    assert run(morning_sweep, as_of=MORNING).is_completed()
    assert len(mails(late_duty)) == MAILS


def test_the_delivery_writes_each_mail_and_shows_the_count(late_duty, home, prefect_api):
    run(morning_sweep, as_of=MORNING)
    state = run(delivery, as_of="2025-08-15T08:05:00+07:00")

    assert state.is_completed(), state.message
    assert len(list((home / "mail").glob("*.eml"))) == MAILS
    assert set(mails(late_duty)) == {MessageState.SENT}
    assert artifact(prefect_api, "delivery")["description"].startswith("Gửi 6 thư")


def test_a_delivery_that_takes_a_while_shows_its_progress(late_duty, monkeypatch, prefect_api):
    run(morning_sweep, as_of=MORNING)
    with smtp_server(delay=0.8) as server:
        over(server.port, monkeypatch)
        state = run(delivery, as_of="2025-08-15T08:05:00+07:00", connections=1)
    assert state.is_completed(), state.message
    assert artifact(prefect_api, "delivery-progress")["data"] == 100.0


def test_a_delivery_that_cannot_send_ends_failed_with_the_reason(late_duty, monkeypatch):
    run(morning_sweep, as_of=MORNING)
    over(dead_port(), monkeypatch)
    state = run(delivery, as_of="2025-08-15T08:05:00+07:00")

    assert state.is_failed()
    assert "Không kết nối được máy chủ thư" in state.message
    assert mails(late_duty) == [MessageState.DEFERRED] * MAILS
    recorded = last_run(late_duty, "deliver")
    assert recorded.ok is False
    assert recorded.succeeded_at is None
    assert "Không kết nối được máy chủ thư" in recorded.said


def test_an_agency_without_an_address_is_named_in_the_run(late_duty, prefect_api):
    with writing(late_duty) as session:
        for contact in session.scalars(select(Contact).where(Contact.email.startswith("bob"))):
            session.delete(contact)
    assert run(morning_sweep, as_of=MORNING).is_completed()
    [row] = artifact(prefect_api, "skipped-notices")["data"]
    assert row == {
        "Khóa": "overdue:task:2:+1:2025-08-14:bob",
        "Lý do": "Cơ quan chưa có địa chỉ thư dùng được trong danh bạ.",
    }


def test_the_digest_of_the_week_is_shown_word_for_word(late_duty, prefect_api):
    state = run(weekly_digest, as_of="2025-08-18T08:00:00+07:00")  # a Monday

    assert state.is_completed(), state.message
    assert artifact(prefect_api, "digest-coordinator-text")["data"].count("Việc 1.1")


def test_a_week_in_which_nothing_changed_has_no_digest_and_says_so(late_duty, prefect_api):
    run(morning_sweep, as_of=MORNING)
    assert run(weekly_digest, as_of="2025-08-18T08:00:00+07:00").is_completed()
    assert "không có bản tin" in artifact(prefect_api, "weekly-digest")["description"]


def test_a_run_in_a_database_that_is_newer_than_the_code_is_refused(late_duty):
    with late_duty.connect().execution_options(dondoc_writes=True) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'zzzz'")
    state = run(morning_sweep, as_of=MORNING)
    assert state.is_failed()
    assert "mới hơn" in state.message


def over(port: int, monkeypatch) -> None:
    monkeypatch.setenv("DONDOC_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("DONDOC_SMTP_PORT", str(port))
    monkeypatch.setenv("DONDOC_SMTP_TLS", "none")


def test_the_nights_copy_is_made_checked_and_shown(late_duty, home, prefect_api):
    state = run(nightly_backup, as_of=MORNING)
    assert state.is_completed(), state.message
    copy = home / "backups" / "dondoc-2025-08-15.sqlite3"
    assert check_copy(copy) > 0
    assert artifact(prefect_api, "backups")["data"][0]["Bản sao"] == copy.name


def test_only_the_newest_copies_are_kept(late_duty, home):
    (home / "backups").mkdir()
    for day in range(1, 15):
        (home / "backups" / f"dondoc-2025-07-{day:02}.sqlite3").write_bytes(b"")
    copy_of_the_night(MORNING)
    kept = sorted(path.name for path in (home / "backups").iterdir())
    assert (len(kept), kept[0], kept[-1]) == (14, "dondoc-2025-07-02.sqlite3", "dondoc-2025-08-15.sqlite3")


def test_without_a_mailbox_reading_returned_mails_says_so(late_duty):
    assert run(bounces, as_of=MORNING).is_completed()
    assert "Chưa cấu hình hộp thư" in last_run(late_duty, "bounces").said


def test_a_mailbox_that_cannot_be_read_ends_the_flow_failed(late_duty, home, monkeypatch):
    monkeypatch.setenv("DONDOC_BOUNCE_MAILDIR", str(home / "khong-co"))
    state = run(bounces, as_of=MORNING)
    assert state.is_failed()
    assert "không phải hộp thư Maildir" in state.message


def test_a_mail_that_came_back_marks_its_address(late_duty, home, monkeypatch, prefect_api):
    run(morning_sweep, as_of=MORNING)
    run(delivery, as_of="2025-08-15T08:05:00+07:00")
    with reading(late_duty) as session:
        sent = session.scalar(select(Message.message_id).where(Message.key.contains(":bob:")))
    for folder in ("new", "cur", "tmp"):
        (home / "tra-lai" / folder).mkdir(parents=True)
    report = REPORT.replace("ADDRESS", "bob@haiphong.example").replace("MESSAGE-ID", sent)
    (home / "tra-lai" / "new" / "1").write_text(report)
    monkeypatch.setenv("DONDOC_BOUNCE_MAILDIR", str(home / "tra-lai"))

    assert run(bounces, as_of="2025-08-15T09:00:00+07:00").is_completed()
    assert artifact(prefect_api, "bounced-addresses")["data"] == [
        {"Địa chỉ thư bị trả lại": "bob@haiphong.example"}
    ]
    with reading(late_duty) as session:
        assert session.scalar(select(Contact.bounced_at).where(Contact.email == "bob@haiphong.example"))


def test_a_machine_with_other_code_than_was_deployed_says_so_and_does_its_work(
    late_duty, monkeypatch, caplog
):
    monkeypatch.setenv("PREFECT__RUNTIME__DEPLOYMENT__VERSION", "0.0.1+cu")
    assert run(morning_sweep, as_of=MORNING).is_completed()
    [warning] = [record.message for record in caplog.records if "0.0.1+cu" in record.getMessage()]
    assert "dondoc flows deploy" in warning


REPORT = """From: mailer-daemon@haiphong.example
To: dondoc@dondoc.example
Content-Type: multipart/report; report-type=delivery-status; boundary=part

--part
Content-Type: text/plain

Undelivered.
--part
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.haiphong.example

Final-Recipient: rfc822; ADDRESS
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 no such user

--part
Content-Type: text/rfc822-headers

Message-ID: MESSAGE-ID
--part--
"""


async def waited_until(scheduled):
    await wait_for_its_time()
    return system_clock() >= scheduled


def test_a_run_that_a_quick_worker_begins_early_waits_for_its_time(monkeypatch):
    scheduled = system_clock() + timedelta(seconds=0.4)
    monkeypatch.setattr("prefect.runtime.flow_run.scheduled_start_time", scheduled, raising=False)
    assert asyncio.run(waited_until(scheduled))

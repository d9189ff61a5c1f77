import json
from pathlib import Path
from typing import Any

import pytest

from dondoc.commands import doctor, webhook
from dondoc.commands.running import AT_FAULT, OK, OUTSIDE_FAILED, run
from notifications.webhooks.feeding import feed
from tasks.database import writing
from tasks.opening import open_database
from tasks.tracking import tracker
from tests.notifications.webhook_receiver import MORNING, receiving
from tests.tasks.cast import ALICE, build

AS_OF = ("--as-of", MORNING.isoformat())


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path))
    monkeypatch.setenv("DONDOC_WEBHOOK_NETWORKS", "127.0.0.0/8")
    engine = open_database(f"sqlite:///{tmp_path}/dondoc.sqlite3")
    with writing(engine) as session:
        build(session).duty("1.1", "2025-08-14")
    return engine


@pytest.fixture
def told(database, capsys: pytest.CaptureFixture[str]):
    """Run `webhook`; return the status, the JSON and the sentences."""

    def call(*arguments: str, app: Any = webhook.app) -> tuple[int, Any, str]:
        status = run(app, [*arguments, "--json"])
        out, err = capsys.readouterr()
        return status, json.loads(out) if out else None, err

    return call


def test_the_secret_is_shown_once_and_the_receiver_can_be_tried_at_once(told):
    with receiving() as receiver:
        status, made, _ = told("add", receiver.address(), "--name", "Trục liên thông", *AS_OF)
        assert (status, made["secret"][:6], len(made["kinds"])) == (OK, "whsec_", 17)
        listed = told("list")[1]
        assert listed["total"] == 1
        assert made["secret"] not in json.dumps(listed)

        status, tried, _ = told("test", str(made["id"]), *AS_OF)
        assert (status, tried["status"], tried["answer"]) == (OK, "delivered", 200)
        receiver.heard[0].verify(made["secret"])
        assert receiver.heard[0].said["type"] == "webhook.test"

        receiver.answers = [500]
        status, tried, sentence = told("test", str(made["id"]), *AS_OF)
        assert (status, tried["status"]) == (OUTSIDE_FAILED, "waiting")
        assert "HTTP 500" in sentence


def test_what_a_webhook_was_told_is_listed_and_sent_again(told, database):
    told(
        "add", "https://nhan.example/", "--name", "Một", "--kind", "task.started", "--agency", "alice", *AS_OF
    )
    with writing(database) as session:
        tracker.start(session, [1], ALICE, MORNING)
    assert feed(database, MORNING) == 1
    _, listed, _ = told("deliveries", "1")
    assert (listed["total"], listed["items"][0]["type"]) == (1, "task.started")
    status, again, _ = told("resend", str(listed["items"][0]["id"]), "--as-of", "2025-09-09T08:00:00+07:00")
    assert (status, again["next_attempt_at"]) == (OK, "2025-09-09T08:00:00+07:00")


def test_a_webhook_is_stopped_taken_up_again_and_removed(told):
    told("add", "https://nhan.example/", "--name", "Một", *AS_OF)
    assert told("disable", "1", *AS_OF)[1]["disabled_reason"] == "Tạm dừng theo yêu cầu."
    assert told("test", "1", *AS_OF)[0] == AT_FAULT
    assert told("enable", "1", *AS_OF)[1]["disabled_at"] is None
    assert told("remove", "1", *AS_OF)[0] == OK
    assert told("list")[1] == {"total": 0, "items": []}
    status, _, sentence = told("deliveries", "1")
    assert (status, "số 1" in sentence) == (AT_FAULT, True)


def test_every_fault_is_told_at_once(told):
    status, _, sentences = told(
        "add", "http://nhan.example/", "--name", "Một", "--kind", "la-gi", "--decision", "x"
    )
    assert status == AT_FAULT
    assert len(sentences.strip().splitlines()) == 3


def test_people_read_tables(told, capsys):
    told("add", "https://nhan.example/", "--name", "Một", *AS_OF)
    assert run(webhook.app, ["list"]) == OK
    assert "Một" in capsys.readouterr().out
    assert run(webhook.app, ["deliveries", "1"]) == OK
    assert "0 trên tổng số 0 lần báo" in capsys.readouterr().out


def test_doctor_has_a_line_about_it(told):
    with receiving() as receiver:
        receiver.answers = [410]
        told("add", receiver.address(), "--name", "Một", *AS_OF)
        told("test", "1", *AS_OF)
    _, found, _ = told(app=doctor.app)
    [line] = [check for check in found["checks"] if check["name"] == "webhooks"]
    assert not line["ok"]
    assert "«Một»" in line["detail"]
    assert "dondoc webhook" in line["remedy"]

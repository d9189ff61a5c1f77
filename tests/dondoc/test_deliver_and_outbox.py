"""`dondoc deliver` and `dondoc outbox` as a person or a script runs them."""

import json
import signal
from pathlib import Path

import pytest

from dondoc.commands import deliver, outbox
from dondoc.commands.opening import open_database
from dondoc.commands.running import AT_FAULT, OK, OUTSIDE_FAILED, WRONG_USAGE, run
from dondoc.settings import read_settings
from tests.notifications.outgoing import put
from tests.smtp_server import dead_port, smtp_server

DAY = "2025-09-08"
OUTCOMES = {"sent", "refused", "deferred", "dead", "elapsed_s"}


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home of the test's own with four mails to leave on 8 September 2025; signals are as before afterwards."""
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path / "home"))
    for name in ("DONDOC_DATABASE_URL", "DONDOC_SMTP_HOST"):
        monkeypatch.delenv(name, raising=False)
    engine = open_database(read_settings())
    put(engine, 4)
    engine.dispose()
    before = [(number, signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGTERM)]
    yield tmp_path / "home"
    for number, handler in before:
        signal.signal(number, handler)


@pytest.fixture
def over_port(monkeypatch: pytest.MonkeyPatch):
    """Set the mail server that the settings name."""

    def name(port: int) -> None:
        monkeypatch.setenv("DONDOC_SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("DONDOC_SMTP_PORT", str(port))
        monkeypatch.setenv("DONDOC_SMTP_TLS", "none")

    return name


def answer(capsys, app, *arguments: str, status: int = OK):
    assert run(app, [*arguments, "--json"]) == status
    return json.loads(capsys.readouterr().out)


def test_without_a_server_mails_become_files_and_the_place_is_told(home, capsys):
    assert run(deliver.app, ["--as-of", DAY]) == OK

    told = capsys.readouterr().out
    assert "Đã gửi 4 thư" in told
    assert str(home / "mail") in told
    assert len(list((home / "mail").glob("*.eml"))) == 4


def test_json_is_one_document_and_the_place_goes_to_standard_error(home, capsys):
    assert run(deliver.app, ["--as-of", DAY, "--json"]) == OK

    told = capsys.readouterr()
    assert set(json.loads(told.out)) == OUTCOMES
    assert str(home / "mail") in told.err


def test_a_server_that_is_down_ends_with_3_and_a_sentence(over_port, capsys):
    over_port(dead_port())

    assert run(deliver.app, ["--as-of", DAY, "--json"]) == OUTSIDE_FAILED

    told = capsys.readouterr()
    assert json.loads(told.out) | {"elapsed_s": 0} == {
        "sent": 0,
        "refused": 0,
        "deferred": 4,
        "dead": 0,
        "elapsed_s": 0,
    }
    assert "Không kết nối được máy chủ thư" in told.err
    assert "Còn chờ gửi lại 4 thư" in told.err
    assert answer(capsys, outbox.app, "list", "--status", "deferred", "--limit", "1")["total"] == 4
    assert (
        run(deliver.app, ["--as-of", f"{DAY}T08:00:30+07:00"]) == OUTSIDE_FAILED
    )  # still waiting is not well


@pytest.mark.server
def test_the_clock_of_as_of_lets_the_put_off_go_later(over_port, capsys):
    over_port(dead_port())
    run(deliver.app, ["--as-of", DAY])
    capsys.readouterr()
    with smtp_server() as server:
        over_port(server.port)
        done = answer(
            capsys, deliver.app, "--as-of", f"{DAY}T12:00:00+07:00", "--limit", "3", status=OUTSIDE_FAILED
        )
        rest = answer(capsys, deliver.app, "--as-of", f"{DAY}T12:00:00+07:00", "--workers", "2")

    assert (done["sent"], done["deferred"], rest["sent"], rest["deferred"]) == (3, 1, 1, 0)


def test_the_outbox_lists_what_the_interface_promises(capsys):
    run(deliver.app, ["--as-of", DAY])
    capsys.readouterr()

    listed = answer(capsys, outbox.app, "list", "--status", "sent", "--kind", "reminder", "--limit", "1")

    assert listed["total"] == 4
    (item,) = listed["items"]
    assert item.pop("message_id").endswith("@dondoc.example>")
    assert item.pop("sent_at").startswith("2025-09-08T08:00:0")
    assert item == {
        "key": "mail-3",
        "kinds": ["overdue", "reminder"],
        "agency": "so-ngoai-vu",
        "to": ["3-co-quan@haiphong.example"],
        "status": "sent",
        "attempts": 1,
        "speaks_for": DAY,
        "subject": "Việc đến hạn",
        "reason": "",
    }


def test_one_mail_is_shown_with_its_text_and_recipients(capsys):
    shown = answer(capsys, outbox.app, "show", "mail-2")
    assert run(outbox.app, ["show", "mail-2"]) == OK

    assert shown["text"].startswith("Kính gửi cơ quan")
    assert shown["recipients"] == [{"address": "2-co-quan@haiphong.example", "outcome": "", "reply": ""}]
    assert [notice["kind"] for notice in shown["notices"]] == ["reminder", "overdue"]
    assert "chờ gửi" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["show", "khong-co"], AT_FAULT, "không có thư «khong-co»"),
        (["retry", "mail-0"], AT_FAULT, "«mail-0»"),
        (["list", "--since", "hom-qua"], WRONG_USAGE, "không phải ngày"),
        (["list", "--kind", "quang-cao"], WRONG_USAGE, "không có loại «quang-cao»"),
        (["list", "--status", "lost"], WRONG_USAGE, "--status"),
        (["bounces"], WRONG_USAGE, "--maildir"),
        (["bounces", "--maildir", "khong-co"], OUTSIDE_FAILED, "không phải hộp thư Maildir"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(capsys, arguments, status, sentence):
    assert run(outbox.app, arguments) == status
    assert sentence in capsys.readouterr().err


def test_a_retry_lets_a_refused_mail_go_and_a_purge_empties_old_ones(over_port, capsys):
    with smtp_server(rcpt={"1-": "550 no"}) as server:
        over_port(server.port)
        answer(capsys, deliver.app, "--as-of", DAY, status=OUTSIDE_FAILED)
    with smtp_server() as server:
        over_port(server.port)
        assert answer(capsys, outbox.app, "retry", "--as-of", DAY) == {"waiting": 1, "recomposed": 0}
        assert answer(capsys, deliver.app, "--as-of", DAY)["sent"] == 1

    assert answer(capsys, outbox.app, "purge", "--before", "2025-12-01") == {"emptied": 4}
    assert answer(capsys, outbox.app, "list", "--status", "sent")["total"] == 4

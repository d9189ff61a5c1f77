"""`dondoc tasks`, `rounds` and `event` as acceptance runs them."""

import json
from pathlib import Path
from typing import Any

import pytest

from dondoc.cli import app
from dondoc.commands.opening import open_database
from dondoc.commands.running import AT_FAULT, OK, WRONG_USAGE, run
from tasks.database import writing
from tests.tasks.cast import World, build

ITEM = {"id", "decision", "duty", "agency", "life", "status", "due", "counted_on", "days_late"}
ROUND = {"round", "due", "expected", "submitted", "on_time", "late", "nil", "exempt", "missing"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path))
    monkeypatch.delenv("DONDOC_DATABASE_URL", raising=False)
    with writing(open_database()) as session:
        world: World = build(session)
        world.duty("1.1", "2025-08-14")
        world.duty("3.4.a", None, "alice", occasion="hdnd")
        world.round("lan-1", "2025-08-06", "2025-09-04")


@pytest.fixture
def ask(home: None, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command that must succeed and return its JSON, the only thing on standard output."""

    def asked(*words: str) -> Any:
        capsys.readouterr()
        assert run(app, [*words, "--json"]) == OK
        return json.loads(capsys.readouterr().out)

    return asked


def fail(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    capsys.readouterr()
    status = run(app, list(words))
    printed = capsys.readouterr()
    assert printed.out == ""
    return status, printed.err


def test_a_task_is_followed_from_start_to_confirmation(ask: Any) -> None:
    started = ask("tasks", "start", "1", "--as-of", "2025-08-01")
    assert started["life"] == "in_progress"
    paper = ("--document", "12/BC", "--document-date", "2025-08-13")
    declared = ask("tasks", "declare", "1", *paper, "--as-of", "2025-08-18")
    assert (declared["status"], declared["counted_on"]) == ("awaiting_confirmation", "2025-08-13")
    done = ask("tasks", "confirm", "1", "--by", "huong", "--as-of", "2025-08-19")
    assert (done["status"], [event["action"] for event in done["events"]]) == (
        "done_on_time",
        ["start", "declare", "confirm"],
    )
    assert done["events"][0]["at"] == "2025-08-01T08:00:00+07:00"  # a bare date acts at eight
    then = ask("tasks", "show", "1", "--as-of", "2025-08-17")
    assert (then["life"], then["status"], len(then["events"])) == ("in_progress", "overdue", 1)


def test_the_list_has_the_shape_of_the_interface_and_pages(ask: Any) -> None:
    found = ask("tasks", "list", "--as-of", "2025-08-20", "--limit", "2", "--offset", "1")
    assert (found["total"], len(found["items"]), set(found["items"][0])) == (4, 2, ITEM)
    late = ask("tasks", "list", "--status", "overdue", "--agency", "bob", "--as-of", "2025-08-20")
    assert [(item["duty"], item["days_late"]) for item in late["items"]] == [("1.1", 6)]
    assert ask("tasks", "list", "--search", "cúc vàng")["total"] == 1


def test_several_are_done_all_or_none(ask: Any, capsys: pytest.CaptureFixture[str]) -> None:
    ask("tasks", "declare", "1", "2", "--as-of", "2025-08-11")
    status, said = fail(
        capsys, "tasks", "confirm", "1", "2", "3", "4", "--by", "huong", "--as-of", "2025-08-12"
    )
    assert (status, len(said.splitlines())) == (AT_FAULT, 2)
    assert ask("tasks", "list", "--status", "awaiting_confirmation", "--as-of", "2025-08-12")["total"] == 2
    done = ask("tasks", "confirm", "1", "2", "--by", "huong", "--as-of", "2025-08-12")
    assert [task["life"] for task in done] == ["completed", "completed"]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("tasks", "confirm", "1"), AT_FAULT, "chưa bắt đầu nên không thể xác nhận"),
        (("tasks", "show", "99"), AT_FAULT, "Không có nhiệm vụ số 99"),
        (("tasks", "declare", "1", "--on", "2025-13-01"), WRONG_USAGE, "--on phải là ngày"),
        (("tasks", "list", "--agency", "khong"), AT_FAULT, "Không có cơ quan nào có mã khong"),
        (("tasks", "list", "--status", "late"), WRONG_USAGE, "--status không có «late»"),
        (("tasks", "return", "1", "--as-of", "mai"), WRONG_USAGE, "--as-of"),
        (("rounds", "show", "lan-9"), AT_FAULT, "hiện có: lan-1"),
        (("rounds", "exempt", "lan-1", "--reason", "x"), WRONG_USAGE, "--agency"),
        (("rounds", "open", "dot-xuat-1", "--agency", "bob"), WRONG_USAGE, "--to"),
        (("event", "set", "khac", "2025-12-09"), AT_FAULT, "hiện có: hdnd"),
        (("tasks", "list", "--decision", "khac"), AT_FAULT, "Không có quyết định nào có mã khac"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(
    home: None, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], status: int, said: str
) -> None:
    found, sentence = fail(capsys, *words)
    assert (found, said in sentence) == (status, True), sentence


def test_the_same_login_does_not_confirm_what_it_declared(
    ask: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    ask("tasks", "declare", "1", "--as-of", "2025-08-11")
    status, said = fail(capsys, "tasks", "confirm", "1", "--as-of", "2025-08-12")
    assert (status, "--by" in said) == (AT_FAULT, True)


def test_an_extension_is_asked_and_granted(ask: Any) -> None:
    why = ("--reason", "Chờ số liệu")
    asked = ask("tasks", "extend", "2", "--to", "2025-08-29", *why, "--as-of", "2025-08-12")
    assert asked["extensions"][0]["granted"] is None
    granted = ask("tasks", "grant", "2", "--as-of", "2025-08-13")
    assert (granted["due"], granted["original_due"], granted["extensions"][0]["granted"]) == (
        "2025-08-29",
        "2025-08-14",
        True,
    )


def test_a_round_opens_with_the_first_command_after_its_day_and_is_told_in_figures(ask: Any) -> None:
    reason = ("--reason", "Sáp nhập")
    shown = ask("rounds", "exempt", "lan-1", "--agency", "charlie", *reason, "--as-of", "2025-08-20")
    assert set(shown) >= ROUND
    assert (shown["expected"], shown["exempt"], shown["missing"], shown["due"]) == (
        3,
        1,
        ["alice", "bob"],
        "2025-09-04",
    )
    extended = ask(
        "rounds", "extend", "lan-1", "--agency", "bob", "--to", "2025-09-12", *reason, "--as-of", "2025-08-21"
    )
    assert extended["extended"] == 1
    again = ask("rounds", "reopen", "lan-1", "--agency", "charlie", *reason, "--as-of", "2025-08-22")
    assert again["exempt"] == 0
    assert ask("rounds", "remind", "lan-1", "--as-of", "2025-08-26") == {"round": "lan-1", "reminded": 3}
    assert ask("rounds", "close", "lan-1", "--as-of", "2025-09-05")["state"] == "closed"
    assert ask("rounds", "list", "--as-of", "2025-08-20")["items"][0]["exempt"] == 1


def test_an_ad_hoc_round_takes_an_hour_and_the_overdue(ask: Any) -> None:
    asked = ("--overdue", "--to", "2025-08-22T16:00", "--reason", "Báo cáo nhanh")
    shown = ask("rounds", "open", "dot-xuat", *asked, "--as-of", "2025-08-18")
    assert (shown["round"], shown["closes_at"], shown["missing"]) == (
        "dot-xuat-1",
        "2025-08-22T16:00:00+07:00",
        ["alice", "bob", "charlie"],
    )


def test_a_regime_is_planned_ahead(ask: Any) -> None:
    words = ("trước ngày 25 hằng tháng", "--from", "2025-09-01", "--to", "2025-11-30", "--agency", "alice")
    made = ask("rounds", "plan", *words, "--as-of", "2025-08-18")
    assert [item["round"] for item in made["items"]] == [
        "dinh-ky-2025-09-24",
        "dinh-ky-2025-10-24",
        "dinh-ky-2025-11-24",
    ]


def test_setting_the_day_of_an_event_dates_its_duties(ask: Any) -> None:
    assert ask("event", "list")["items"][0]["day"] is None
    assert ask("event", "set", "hdnd", "2025-12-09", "--as-of", "2025-11-03") == {
        "decision": "quyet-dinh",
        "code": "hdnd",
        "name": "Kỳ họp hdnd",
        "day": "2025-12-09",
        "duties": ["3.4.a"],
    }
    (task,) = ask("tasks", "list", "--duty", "3.4.a", "--as-of", "2025-11-03")["items"]
    assert task["due"] == "2025-12-09"


def test_people_read_words(home: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, ["tasks", "show", "1", "--as-of", "2025-08-20"]) == OK
    assert run(app, ["rounds", "show", "lan-1", "--as-of", "2025-08-20"]) == OK
    assert run(app, ["event", "list"]) == OK
    said = capsys.readouterr().out
    assert "Nhiệm vụ 1.1 của Sở Anh Đào (số 1): Quá hạn, hạn 14/08/2025" in said
    assert "Ủy ban nhân dân phường Cúc Vàng (charlie)" in said
    assert "chưa xác định" in said

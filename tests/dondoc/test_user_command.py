import io
import json
from pathlib import Path
from typing import Any

import pytest

from dondoc.commands import link, user
from dondoc.commands.running import AT_FAULT, OK, OUTSIDE_FAILED, run
from tasks.database import writing
from tasks.opening import open_database
from tests.tasks.cast import build

PASSWORD = "cây đa bến nước sân đình"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path))
    monkeypatch.setenv("DONDOC_BASE_URL", "https://dondoc.example/")
    with writing(open_database(f"sqlite:///{tmp_path}/dondoc.sqlite3")) as session:
        build(session)
    return tmp_path


@pytest.fixture
def told(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run `user` with a password on standard input; return the status, the JSON and the sentences."""

    def call(*arguments: str, app: Any = user.app, password: str = PASSWORD) -> tuple[int, Any, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
        status = run(app, [*arguments, "--json"])
        out, err = capsys.readouterr()
        return status, json.loads(out) if out else None, err

    return call


def test_the_first_administrator_is_made_at_the_command_line(told):
    status, made, _ = told("add", "quan.tri", "--role", "administrator", "--password-stdin")
    assert (status, made["role"], made["has_password"]) == (OK, "administrator", True)
    status, listed, _ = told("list")
    assert (listed["total"], listed["items"][0]["login"]) == (1, "quan.tri")


def test_every_fault_of_a_new_account_is_told_and_nothing_is_made(told):
    status, _, sentences = told("add", "Tên Sai", "--role", "agency", "--password-stdin", password="ngắn")
    assert status == AT_FAULT
    assert "Tên đăng nhập" in sentences
    assert "phải thuộc một cơ quan" in sentences
    assert "ít nhất 12 ký tự" in sentences
    assert told("list")[1]["total"] == 0


def test_a_password_is_not_guessed_where_there_is_no_terminal(told):
    status, _, sentences = told("add", "quan.tri", "--role", "administrator")
    assert status == OUTSIDE_FAILED
    assert "--password-stdin" in sentences


def test_an_account_is_given_another_password_and_disabled_save_the_last_administrator(told):
    told("add", "quan.tri", "--role", "administrator", "--password-stdin")
    assert told("add", "can.bo", "--agency", "bob", "--password-stdin")[1]["agency"] == "bob"
    assert told("password", "can.bo", "--password-stdin", password="con đường làng quanh co")[0] == OK
    assert told("disable", "can.bo")[1]["disabled_at"]
    status, _, sentences = told("disable", "quan.tri")
    assert status == AT_FAULT
    assert "duy nhất" in sentences


def test_a_link_is_printed_once_for_an_agency_that_exists(told):
    status, made, _ = told("bob", app=link.app)
    assert status == OK
    assert made["url"].startswith("https://dondoc.example/vao/")
    assert told("bob", app=link.app)[1]["url"] != made["url"]
    status, _, sentences = told("khong-co", app=link.app)
    assert status == AT_FAULT
    assert "khong-co" in sentences

"""`--by LOGIN`: who acts on the command line, and what the account of that login may do."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from dondoc.commands import agencies, catalog, link, tasks, token, user
from dondoc.commands.running import AT_FAULT, OK, WRONG_USAGE, run
from tasks.accounts.accounts import NewUser, add_user, disable_user
from tasks.actors import Role
from tasks.database import reading, writing
from tasks.models import Identity, Task, TaskEvent
from tasks.opening import open_database
from tests.tasks.cast import at, build

NOW = at("2025-08-01")
DAY = ("--as-of", "2025-08-12")


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A home with one duty of three agencies (task 1 is Alice's, 2 Bob's) and accounts."""
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path))
    found = f"sqlite:///{tmp_path}/dondoc.sqlite3"
    with writing(open_database(found)) as session:
        build(session).duty("1.1", "2025-08-14")
        for login, role, agency in (
            ("an", Role.AGENCY, "alice"),
            ("huong", Role.COORDINATOR, "home"),
            ("lan", Role.LEADER, "leaders"),
            ("nghi", Role.COORDINATOR, "home"),
            ("quan.tri", Role.ADMINISTRATOR, None),
        ):
            add_user(session, NewUser(login, role, agency), "admin", NOW)
        disable_user(session, "nghi", "admin", NOW)
    return found


@pytest.fixture
def ask(url: str, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def call(app: Any, *arguments: str) -> tuple[int, str]:
        status = run(app, list(arguments))
        return status, capsys.readouterr().err

    return call


def test_an_agency_s_account_declares_its_own_task_and_no_other(ask, url: str):
    assert ask(tasks.app, "declare", "1", "--by", "an", *DAY)[0] == OK
    assert ask(tasks.app, "declare", "2", "--by", "an", *DAY)[0] == AT_FAULT
    with reading(open_database(url)) as session:
        assert session.scalars(select(TaskEvent.by).where(TaskEvent.task_id == 1)).all()[-1] == "an"
        assert session.get_one(Task, 2).life == "not_started"


def test_an_agency_s_account_confirms_nothing_and_the_coordinator_s_does(ask):
    ask(tasks.app, "declare", "1", "--by", "an", *DAY)
    assert ask(tasks.app, "confirm", "1", "--by", "an", *DAY)[0] == AT_FAULT
    assert ask(tasks.app, "confirm", "1", "--by", "lan", *DAY)[0] == AT_FAULT
    assert ask(tasks.app, "confirm", "1", "--by", "HUONG", *DAY)[0] == OK


def test_a_disabled_account_does_nothing(ask):
    status, told = ask(tasks.app, "start", "1", "--by", "nghi", *DAY)
    assert (status, "đã bị khóa" in told) == (AT_FAULT, True)


def test_a_login_without_an_account_acts_as_this_machine_s_administrator(ask):
    assert ask(tasks.app, "start", "1", "--by", "van.thu", *DAY)[0] == OK
    assert ask(tasks.app, "start", "2", *DAY)[0] == OK


def test_only_an_administrator_s_account_changes_accounts(ask):
    status, told = ask(user.app, "disable", "an", "--by", "huong")
    assert (status, "không được làm việc này" in told) == (AT_FAULT, True)
    assert ask(user.app, "disable", "an", "--by", "quan.tri")[0] == OK
    assert ask(user.app, "enable", "an")[0] == OK
    assert ask(user.app, "change", "an", "--role", "leader", "--agency", "leaders")[0] == OK
    assert ask(user.app, "sign-out", "an")[0] == OK


def test_an_agency_s_account_makes_no_links(ask):
    assert ask(link.app, "bob", "--by", "an")[0] == AT_FAULT
    assert ask(link.app, "bob", "--by", "huong")[0] == OK


@pytest.mark.parametrize(
    ("app", "arguments"),
    [
        (catalog.app, ("load", "hai-phong-dan-van-2025-2", "--issued-on", "2025-08-01")),
        (catalog.app, ("activate", "quyet-dinh")),
        (agencies.app, ("merge", "alice", "--into", "bob", "--reason", "sáp nhập")),
        (token.app, ("add", "mot-cua", "--agency", "alice", "--scope", "tasks:read")),
    ],
)
def test_an_agency_s_account_does_nothing_of_the_coordinator_s(app: Any, arguments: tuple[str, ...], ask):
    status, told = ask(app, *arguments, "--by", "an")
    assert "không được làm việc này" in told
    assert status == AT_FAULT


def test_the_only_administrator_keeps_the_role(ask):
    status, told = ask(user.app, "change", "quan.tri", "--role", "leader", "--agency", "leaders")
    assert (status, "duy nhất" in told) == (AT_FAULT, True)


def test_an_account_is_bound_to_a_person_at_the_provider(ask, url: str, monkeypatch: pytest.MonkeyPatch):
    assert ask(user.app, "link", "an", "--subject", "p-an")[0] == WRONG_USAGE  # no provider yet
    monkeypatch.setenv("DONDOC_OIDC_ISSUER", "https://dang-nhap.example/")
    monkeypatch.setenv("DONDOC_OIDC_CLIENT_ID", "dondoc")
    assert ask(user.app, "link", "an")[0] == WRONG_USAGE
    assert ask(user.app, "link", "an", "--subject", "p-an")[0] == OK
    assert ask(user.app, "link", "huong", "--email", "huong@home.example")[0] == OK
    with reading(open_database(url)) as session:
        found = session.execute(select(Identity.issuer, Identity.subject, Identity.email)).tuples().all()
    issuer = "https://dang-nhap.example"
    assert found == [(issuer, "p-an", None), (issuer, None, "huong@home.example")]
    assert ask(user.app, "unlink", "an")[0] == OK
    assert ask(user.app, "unlink", "an")[0] == AT_FAULT


@pytest.mark.parametrize(
    ("name", "value"),
    [("ISSUER", "http://dang-nhap.example"), ("CLAIM", "email"), ("ISSUER", "https://dang-nhap.example")],
)
def test_settings_of_a_provider_that_are_not_safe_are_refused(
    name: str, value: str, ask, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(f"DONDOC_OIDC_{name}", value)  # the last one lacks the client's id
    status, told = ask(user.app, "list")
    assert (status, "DONDOC_OIDC_" in told) == (WRONG_USAGE, True)

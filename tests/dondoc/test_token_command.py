import json
from pathlib import Path
from typing import Any

import pytest

from dondoc.cli import app
from dondoc.commands.running import AT_FAULT, OK, WRONG_USAGE, run
from tasks.database import writing
from tasks.opening import open_database
from tests.tasks.cast import build

AS_OF = ("--as-of", "2025-09-08")


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run `dondoc token`; return the status, the JSON and the sentences."""
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path))
    with writing(open_database(f"sqlite:///{tmp_path}/dondoc.sqlite3")) as session:
        build(session)

    def call(*arguments: str) -> tuple[int, Any, str]:
        status = run(app, ["token", *arguments, "--json"])
        out, err = capsys.readouterr()
        return status, json.loads(out) if out else None, err

    return call


def test_a_key_is_made_listed_and_revoked(told):
    status, made, _ = told(
        "add", "mot-cua", "--agency", "bob", "--scope", "tasks:read", "--days", "30", *AS_OF
    )
    assert (status, made["role"], made["scopes"]) == (OK, "agency", ["tasks:read"])
    assert made["secret"].startswith(made["shown"])
    assert made["expires_at"].startswith("2025-10-08")
    status, listed, _ = told("list")
    assert (listed["total"], listed["items"][0]["name"], listed["items"][0]["used_at"]) == (
        1,
        "mot-cua",
        None,
    )
    assert "secret" not in listed["items"][0]
    status, revoked, _ = told("revoke", "mot-cua", *AS_OF)
    assert (status, revoked["revoked_at"][:10]) == (OK, "2025-09-08")


def test_the_coordinators_key_reads_every_agency(told):
    status, made, _ = told(
        "add", "bao-cao", "--agency", "home", "--coordinator", "--scope", "rounds:read", *AS_OF
    )
    assert (status, made["role"]) == (OK, "coordinator")


def test_every_fault_is_told_and_nothing_is_made(told):
    status, _, sentences = told(
        "add", "Tên Sai", "--agency", "bob", "--coordinator", "--scope", "tasks:read", "--days", "0"
    )
    assert status == AT_FAULT
    for part in ("Tên khóa", "không đôn đốc", "Thời hạn"):
        assert part in sentences
    assert told("list")[1]["total"] == 0
    assert told("revoke", "khong-co")[0] == AT_FAULT
    assert told("add", "mot-cua", "--agency", "bob", "--scope", "everything")[0] == WRONG_USAGE

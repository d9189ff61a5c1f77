"""`dondoc backup` and `dondoc restore` as an operator runs them: one home's work moved to another, refusals in a sentence."""

import json
from pathlib import Path
from typing import Any

import pytest

from dondoc.cli import app
from dondoc.commands.opening import open_database
from dondoc.commands.running import AT_FAULT, OK, OUTSIDE_FAILED, run
from tasks.database import writing
from tests.tasks.cast import build


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command at the home named; return its status, its JSON and what it said."""
    monkeypatch.delenv("DONDOC_DATABASE_URL", raising=False)

    def asked(home: str, *words: str) -> Any:
        monkeypatch.setenv("DONDOC_HOME", str(tmp_path / home))
        capsys.readouterr()
        status = run(app, [*words, "--json"])
        printed = capsys.readouterr()
        return status, json.loads(printed.out) if printed.out else None, printed.err

    monkeypatch.setenv("DONDOC_HOME", str(tmp_path / "cu"))
    with writing(open_database()) as session:
        build(session).duty("1.1", "2025-08-14")
    return asked


def test_a_home_is_moved_by_a_copy(ask: Any, tmp_path: Path) -> None:
    copy = str(tmp_path / "sao" / "dondoc.sqlite3")
    status, told, _ = ask("cu", "backup", copy)
    assert (status, told["path"]) == (OK, copy)
    assert ask("moi", "restore", copy)[:2] == (OK, {"path": copy, "rows": told["rows"], "replaced": 0})
    listed = ask("moi", "tasks", "list", "--as-of", "2025-08-20")
    assert listed == ask("cu", "tasks", "list", "--as-of", "2025-08-20")
    assert listed[1]["total"] == 3


def test_restoring_over_work_asks_for_the_word(ask: Any, tmp_path: Path) -> None:
    copy = str(tmp_path / "dondoc.sqlite3")
    _, made, _ = ask("cu", "backup", copy)
    status, told, said = ask("cu", "restore", copy)
    assert (status, told) == (AT_FAULT, None)
    assert "--replace" in said
    assert len(said.strip().splitlines()) == 1
    assert ask("cu", "restore", copy, "--replace")[1]["replaced"] == made["rows"]


def test_what_is_no_copy_is_told_in_one_sentence(ask: Any, tmp_path: Path) -> None:
    wrong = tmp_path / "bao-cao.docx"
    wrong.write_bytes(b"PK")
    status, told, said = ask("moi", "restore", str(wrong))
    assert (status, told) == (AT_FAULT, None)
    assert said.startswith("bao-cao.docx: không phải bản sao của dondoc.")


def test_a_copy_that_cannot_be_written_is_the_outsides_failure(ask: Any, tmp_path: Path) -> None:
    (tmp_path / "tep").write_text("")
    status, told, said = ask("cu", "backup", str(tmp_path / "tep" / "dondoc.sqlite3"))
    assert (status, told) == (OUTSIDE_FAILED, None)
    assert "tep" in said

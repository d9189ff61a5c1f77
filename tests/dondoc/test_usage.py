"""How a wrong call is told: one Vietnamese sentence with the remedy, and exit status 2."""

import re

import pytest

from dondoc.cli import _COMMANDS, app
from dondoc.commands.running import run


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (["khong-co"], "không có lệnh «khong-co»."),
        (["tasks", "bar"], "không có lệnh «bar»."),
        (["deadline", "--nope"], "không có tùy chọn --nope."),
        (["tasks", "list", "--limit", "x"], "giá trị phải là số."),
        (["tasks", "list", "--limit", "0"], "giá trị phải từ 1 trở lên."),
        (["simulate", "--from", "2025-01-01"], "thiếu tùy chọn --to."),
        (["catalog", "load"], "thiếu tham số SOURCE."),
        (
            ["simulate", "--from", "2025-01-01", "--to", "2025-01-02", "--scenario", "zz"],
            "«zz» không phải là một trong:",
        ),
        (["sweep", "--as-of", "hôm qua"], "«hôm qua»"),
    ],
)
def test_a_wrong_call_is_told_in_vietnamese(call, told, capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path))
    assert run(app, call) == 2
    said = capsys.readouterr()
    assert told in said.err
    assert said.out == ""


def test_every_help_is_vietnamese_throughout(capsys):
    """No English word of the library is left, in any command, and no summary is cut."""
    calls = [[], *([name] for name in _COMMANDS)]
    for call in calls:
        assert run(app, [*call, "--help"]) == 0
        told = capsys.readouterr().out
        assert told.startswith(f"Cách dùng: {' '.join(['dondoc', *call])}")
        assert "Hiện hướng dẫn này." in told
        assert not re.search(
            r"Usage|Options|Arguments|Commands|COMMAND|Show this|completion|required|default:", told
        )
        assert "..." not in told.replace("LỆNH [THAM SỐ]...", "")


def test_a_group_without_a_command_is_answered_by_its_help(capsys):
    assert run(app, ["report"]) == 2
    assert capsys.readouterr().err.startswith("Cách dùng: dondoc report [TÙY CHỌN] LỆNH")


def test_the_first_word_answers_without_heavy_imports(tmp_path):
    import subprocess
    import sys

    code = "import sys, dondoc.cli; print([m for m in ('prefect', 'sqlalchemy', 'fastapi', 'pydantic') if m in sys.modules])"
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert told.stdout.strip() == "[]"

"""Every command of the README works as printed, in its order, in a fresh home."""

import re
import shlex
from pathlib import Path

from dondoc.cli import app
from dondoc.commands.running import run

README = Path(__file__).parent.parent / "README.md"


def test_the_commands_of_the_readme_work_as_printed(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path / "home"))
    lines = re.findall(r"^\.venv/bin/dondoc (.+)$", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(lines) >= 8
    monkeypatch.chdir(tmp_path)
    for line in lines:
        status = run(app, shlex.split(line))
        assert status == 0, (line, capsys.readouterr().err)
    assert (tmp_path / "lich-thu.html").stat().st_size > 10_000

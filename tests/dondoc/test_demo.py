"""The demonstration, run as a person runs it: it plays six weeks, sends nothing outside, and runs again."""

import subprocess
import sys
from email import message_from_bytes
from pathlib import Path

import pytest


def demo(home: Path) -> subprocess.CompletedProcess[str]:
    import os

    environment = {**os.environ, "DONDOC_HOME": str(home), "NO_COLOR": "1", "COLUMNS": "160"}
    return subprocess.run(
        [sys.executable, "-m", "dondoc", "demo", "--no-serve"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.server
def test_the_demonstration_plays_six_weeks_and_tells_what_it_assumed(tmp_path):
    played = demo(tmp_path)
    assert played.returncode == 0, played.stderr[-2000:]
    assert "giả định ngày ban hành" in played.stdout
    assert "Luồng Prefect «sweep» chạy xong, xếp thêm 0 thư." in played.stdout
    assert "Quá hạn lâu nhất" in played.stdout
    mails = list((tmp_path / "mail").glob("*.eml"))
    assert len(mails) > 1500
    recipients = {message_from_bytes(path.read_bytes())["To"] for path in mails[:50]}
    assert all(".example" in to for to in recipients)


def test_a_home_with_real_data_is_never_touched(tmp_path, monkeypatch):
    from dondoc.cli import app
    from dondoc.commands.running import run

    monkeypatch.setenv("DONDOC_HOME", str(tmp_path))
    assert run(app, ["catalog", "load", "hai-phong-dan-van-2025-2", "--issued-on", "2025-07-25"]) == 0
    before = (tmp_path / "dondoc.sqlite3").read_bytes()
    assert run(app, ["demo", "--no-serve"]) == 1
    assert (tmp_path / "dondoc.sqlite3").read_bytes() == before

"""`dondoc catalog amend` as a person or a script runs it, on the shipped decision."""

import json
from pathlib import Path

import pytest

from dondoc.commands.catalog import app
from dondoc.commands.running import AT_FAULT, OK, run

FILE = str(Path(__file__).parents[1] / "data" / "amendments" / "thang-10.yaml")


@pytest.fixture(autouse=True)
def loaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys) -> None:
    """A home in which the shipped decision speaks since 25 July 2025."""
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DONDOC_DATABASE_URL", raising=False)
    load = [
        "load",
        "hai-phong-dan-van-2025-2",
        "--issued-on",
        "2025-07-25",
        "--as-of",
        "2025-07-25",
        "--json",
    ]
    assert run(app, load) == OK
    capsys.readouterr()


def answer(capsys, *arguments: str):
    assert run(app, list(arguments)) == OK
    return json.loads(capsys.readouterr().out)


def test_check_shows_task_by_task_what_applying_then_does(capsys):
    shown = answer(capsys, "amend", FILE, "--check", "--as-of", "2025-10-16", "--json")
    assert shown["applied"] is False
    # 4.20: one department and 114 communes; 1.1: every lead; 4.8: Sở Nội vụ alone
    assert shown["totals"] == {
        "added": 115, "moved": 147, "reworded": 0, "cancelled": 1, "restored": 0, "untouched": 1555,
    }  # fmt: skip
    assert shown["rounds"][0]["due_from"] == "2025-12-04"
    assert shown["rounds"][0]["due_to"] == "2025-12-14"
    done = answer(capsys, "amend", FILE, "--as-of", "2025-10-16", "--json")
    assert done["applied"] is True
    keys = ("duty", "agency", "what", "due_from", "due_to")
    assert [[task[key] for key in keys] for task in done["tasks"]] == [
        [task[key] for key in keys] for task in shown["tasks"]
    ]
    assert all(task["id"] for task in done["tasks"])
    again = answer(capsys, "amend", FILE, "--as-of", "2025-10-17", "--json")
    assert (again["applied"], again["applied_before"], again["tasks"]) == (False, True, [])
    duties = {duty["code"]: duty for duty in answer(capsys, "show", "--json")["duties"]}
    assert duties["1.1"]["deadline"]["due"] == "2025-11-14"
    assert "4.8" not in duties


def test_a_faulty_file_is_told_and_changes_nothing(capsys, tmp_path):
    file = tmp_path / "sai.yaml"
    file.write_text('amends: hai-phong-dan-van-2025-2\ncancel:\n  - {code: "9.9", reason: Thôi}\n', "utf-8")
    for extra in (["--check"], []):
        assert run(app, ["amend", str(file), "--as-of", "2025-10-16", *extra]) == AT_FAULT
        assert "sai.yaml, dòng 3: quyết định hai-phong-dan-van-2025-2 không có nhiệm vụ mang mã “9.9”" in (
            capsys.readouterr().err
        )


def test_a_draft_gets_its_number_and_date_when_it_is_applied(capsys, tmp_path):
    file = tmp_path / "nhap.yaml"
    file.write_text(
        'amends: hai-phong-dan-van-2025-2\nnumber: null\nissued_on: null\ncancel:\n  - {code: "4.8", reason: Thôi}\n',
        "utf-8",
    )
    assert run(app, ["amend", str(file), "--as-of", "2025-10-16"]) == AT_FAULT
    assert len(capsys.readouterr().err.splitlines()) == 2
    given = ("--number", "7/QĐ-UBND", "--issued-on", "2025-10-15")
    assert answer(capsys, "amend", str(file), *given, "--as-of", "2025-10-16", "--json")["applied"] is True

"""`dondoc agencies` as a person or a script runs it."""

import json
from pathlib import Path

import pytest

from dondoc.commands.agencies import app
from dondoc.commands.running import AT_FAULT, OK, WRONG_USAGE, run

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty home of the test's own."""
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DONDOC_DATABASE_URL", raising=False)
    return tmp_path / "home"


def answer(capsys: pytest.CaptureFixture[str], *arguments: str):
    assert run(app, list(arguments)) == OK
    return json.loads(capsys.readouterr().out)


def test_a_cell_is_answered_with_its_parts(capsys):
    cell = "Sở Nội vụ tổng hợp, theo dõi chung; các sở, ngành liên quan"
    assert answer(capsys, "resolve", cell, "--column", "support", "--json") == {
        "text": cell,
        "parts": [
            {
                "text": "Sở Nội vụ tổng hợp, theo dõi chung",
                "as": "agency",
                "role": "monitor",
                "codes": ["so-noi-vu"],
                "members": 1,
                "choose": False,
            },
            {
                "text": "các sở, ngành liên quan",
                "as": "group",
                "role": "support",
                "codes": ["so-nganh"],
                "members": 14,
                "choose": True,
            },
        ],
    }


def test_a_batch_is_answered_line_by_line_in_order(capsys):
    assert run(app, ["resolve", "--batch", str(DATA / "agency-cells.jsonl"), "--json"]) == OK
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    asked = [
        json.loads(line)["text"] for line in (DATA / "agency-cells.jsonl").read_text("utf-8").splitlines()
    ]
    assert [line["text"] for line in lines] == asked


def test_a_batch_with_wrong_lines_names_all_of_them_and_answers_nothing(capsys, tmp_path):
    file = tmp_path / "o.jsonl"
    file.write_text('{"text": "Sở Nội vụ"}\n{"texts": 1}\n{"text": "a", "column": "x"}\nkhông\n', "utf-8")
    assert run(app, ["resolve", "--batch", str(file), "--json"]) == AT_FAULT
    told = capsys.readouterr()
    assert told.out == ""
    assert [
        f"dòng {number}" in line for number, line in zip((2, 3, 4), told.err.splitlines(), strict=True)
    ] == [True] * 3


def test_both_or_neither_of_cell_and_batch_is_wrong_usage(capsys):
    assert run(app, ["resolve"]) == WRONG_USAGE
    assert run(app, ["resolve", "Sở", "--batch", "x"]) == WRONG_USAGE


def test_agencies_are_listed_and_narrowed(capsys):
    assert len(answer(capsys, "list", "--group", "cap-xa", "--json")) == 114
    (found,) = answer(capsys, "list", "--search", "so noi vu", "--json")
    assert found["code"] == "so-noi-vu"
    assert set(found) == {"code", "name", "kind", "groups", "contacts", "assumed"}
    assert run(app, ["list", "--group", "khong-co"]) == AT_FAULT
    assert "khong-co" in capsys.readouterr().err


def test_one_agency_is_shown_and_an_unknown_one_told(capsys):
    assert answer(capsys, "show", "so-y-te", "--json")["name"] == "Sở Y tế"
    assert run(app, ["show", "so-khong-co"]) == AT_FAULT
    assert "so-khong-co" in capsys.readouterr().err


def test_what_is_exported_checks_well(capsys, tmp_path):
    file = str(tmp_path / "danh-ba.xlsx")
    assert answer(capsys, "export", file, "--json")["agencies"] >= 150
    assert answer(capsys, "check", file, "--json")["ok"] is True


def test_a_faulty_file_is_told_and_exits_at_fault(capsys, tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text("key: a\nname: B\n", "utf-8")
    assert run(app, ["check", str(file), "--json"]) == AT_FAULT
    assert json.loads(capsys.readouterr().out)["ok"] is False
    assert run(app, ["check", str(file)]) == AT_FAULT
    assert "không có cơ quan nào" in capsys.readouterr().err


def test_looking_makes_no_database(capsys, home):
    answer(capsys, "list", "--json")
    assert not home.exists()


def test_what_is_loaded_serves_from_then_on(capsys, tmp_path):
    book = str(tmp_path / "danh-ba.xlsx")
    answer(capsys, "export", book, "--json")
    total = len(answer(capsys, "list", "--json"))
    assert answer(capsys, "load", book, "--json") == {"added": total, "changed": 0, "unchanged": 0}
    assert answer(capsys, "load", "hai-phong", "--json") == {"added": 0, "changed": 0, "unchanged": total}
    small = tmp_path / "nho.yaml"
    small.write_text(
        "key: hai-phong\nname: Thành phố Hải Phòng\nagencies:\n  - {code: moi, name: Sở Mới, kind: department}\n",
        "utf-8",
    )
    assert answer(capsys, "load", str(small), "--json") == {"added": 1, "changed": 0, "unchanged": 0}
    assert answer(capsys, "show", "moi", "--json")["name"] == "Sở Mới"
    assert len(answer(capsys, "list", "--json")) == total + 1
    assert answer(capsys, "resolve", "Sở Mới", "--json")["parts"][0]["codes"] == ["moi"]


def test_a_faulty_directory_is_not_loaded(capsys, tmp_path, home):
    file = tmp_path / "a.yaml"
    file.write_text("key: a\nname: B\n", "utf-8")
    assert run(app, ["load", str(file)]) == AT_FAULT
    assert not home.exists()


def test_a_merged_agency_is_found_at_its_heir(capsys):
    answer(capsys, "load", "hai-phong", "--json")
    merger = ("merge", "so-y-te", "--into", "so-noi-vu", "--reason", "Nghị quyết", "--on", "2025-09-01")
    told = answer(capsys, *merger, "--as-of", "2025-10-01", "--json")
    assert [each["code"] for each in told["merged"]] == ["so-y-te"]
    assert run(app, ["show", "so-y-te"]) == AT_FAULT
    assert "đã sáp nhập vào “so-noi-vu”" in capsys.readouterr().err
    assert answer(capsys, "resolve", "Sở Y tế", "--json")["parts"][0]["codes"] == ["so-noi-vu"]
    assert run(app, [*merger, "--as-of", "2025-10-01"]) == AT_FAULT

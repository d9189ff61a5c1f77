"""`dondoc indicators` as a person or a script runs it."""

import json
from pathlib import Path

import pytest

from dondoc.commands.indicators import app
from dondoc.commands.running import AT_FAULT, OK, run

TABLES = Path(__file__).parents[1] / "data" / "tables"
WRONG = TABLES / "lanh-dao-chi-dao-2013-2022.csv"


def test_a_table_whose_sums_hold_exits_well_with_an_empty_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, ["check", str(TABLES / "doi-thoai-2014-2023.csv"), "--json"]) == OK
    assert json.loads(capsys.readouterr().out) == {"ok": True, "faults": [], "blanks": [], "notes": []}


def test_a_wrong_total_is_printed_in_full_and_exits_at_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, ["check", str(WRONG), "--json"]) == AT_FAULT
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is False
    assert answer["faults"] == [
        {
            "row": "Tổng cộng",
            "line": 4,
            "column": "số người tham gia",
            "cell": "C4",
            "printed": "274.584",
            "expected": 273359,
            "rule": "“Tổng cộng” = “2013-2018” + “2019-2022”",
        }
    ]
    assert [blank["cell"] for blank in answer["blanks"]] == ["G3", "H3", "I3", "J3"]


def test_a_person_reads_the_right_figure_in_vietnamese(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, ["check", str(WRONG)]) == AT_FAULT
    shown = capsys.readouterr().out
    assert "273.359" in shown
    assert "Ô để trống (4): G3, H3, I3, J3." in shown


def test_a_file_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, ["check", "khong-co.csv", "--json"]) == AT_FAULT
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "khong-co.csv: không tìm thấy tệp." in captured.err


def test_the_only_shipped_set_is_shown_without_naming_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, ["show", "--json"]) == OK
    answer = json.loads(capsys.readouterr().out)
    assert answer["key"] == "hai-phong-dan-van-2025-2"
    assert {"code", "duty", "name", "unit", "scope", "measure", "parts", "rules"} <= set(
        answer["indicators"][0]
    )


def test_the_set_is_shown_as_a_table_to_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, ["show", "hai-phong-dan-van-2025-2"]) == OK
    shown = capsys.readouterr().out
    assert "Nhiệm vụ" in shown
    assert "tính lại từ số liệu gốc" in shown

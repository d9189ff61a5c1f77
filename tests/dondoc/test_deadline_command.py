"""`dondoc deadline` as a person or a script runs it."""

import json
from pathlib import Path

import pytest

from dondoc.commands.deadline import app
from dondoc.commands.running import AT_FAULT, OK, WRONG_USAGE, run


def test_a_script_gets_one_document_with_iso_days(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, ["Hoàn thành trước ngày 15/8/2025", "--json"]) == OK
    assert json.loads(capsys.readouterr().out) == {
        "text": "Hoàn thành trước ngày 15/8/2025",
        "kind": "before",
        "start": None,
        "due": "2025-08-14",
        "milestones": [],
        "needs_review": False,
        "notes": [],
    }


def test_a_person_reads_the_last_day_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, ["trước ngày 05/9/2025"]) == OK
    assert "hết ngày 04/9/2025 (thứ Năm)" in capsys.readouterr().out


def test_a_period_is_counted_from_the_issue_over_the_working_calendar(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(app, ["10 ngày làm việc kể từ ngày ban hành", "--issued", "2025-08-25", "--json"]) == OK
    assert json.loads(capsys.readouterr().out)["due"] == "2025-09-10"  # 01 and 02/9/2025 are off


def test_a_batch_answers_line_by_line_in_the_same_order(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    batch = tmp_path / "thoi-han.jsonl"
    lines = [
        {"text": "Quý I", "doc_year": 2026},
        {"text": "Thường xuyên", "kind": "passed over"},
        {"text": "30/8"},
    ]
    batch.write_text(
        "\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n\n", encoding="utf-8-sig"
    )
    assert run(app, ["--batch", str(batch), "--json"]) == OK
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(answer["kind"], answer["due"], answer["needs_review"]) for answer in answers] == [
        ("quarter", "2026-03-31", False),
        ("ongoing", None, False),
        ("by", None, True),
    ]


def test_a_batch_for_a_person_is_a_table(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    batch = tmp_path / "thoi-han.jsonl"
    batch.write_text('{"text": "Quý I/2026"}\n', encoding="utf-8")
    assert run(app, ["--batch", str(batch)]) == OK
    shown = capsys.readouterr().out
    assert "Quý I/2026" in shown
    assert "31/3/2026" in shown


def test_every_bad_line_is_named_and_nothing_is_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    batch = tmp_path / "thoi-han.jsonl"
    batch.write_bytes(
        b'{"text": "2026"}\n[1]\n{"text": 5, "issued": "25/7/2025"}\n{\n{"text": "x", "doc_year": 20255}\n\xff\xfe\n'
    )
    assert run(app, ["--batch", str(batch), "--json"]) == AT_FAULT
    output = capsys.readouterr()
    assert output.out == ""
    told = output.err.splitlines()
    assert [line.split(":")[0] for line in told] == [
        f"thoi-han.jsonl, dòng {number}" for number in (2, 3, 3, 4, 5, 6)
    ]


def test_a_file_that_is_not_there_is_told_with_its_name(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(app, ["--batch", str(tmp_path / "khong-co.jsonl"), "--json"]) == AT_FAULT
    assert "khong-co.jsonl: không đọc được tệp" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [[], ["Quý I", "--batch", "x.jsonl"], ["Quý I", "--issued", "25/7/2025"], ["Quý I", "--doc-year", "5"]],
)
def test_a_wrong_use_is_told_apart_from_wrong_data(arguments: list[str]) -> None:
    assert run(app, arguments) == WRONG_USAGE

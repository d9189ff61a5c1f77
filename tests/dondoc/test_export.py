"""`dondoc export` on the shipped decision: every kind of file, one JSON document each, refusals in one sentence."""

import json
from pathlib import Path

import pytest
from docx import Document
from icalendar import Calendar
from python_calamine import CalamineWorkbook

from dondoc.cli import app
from dondoc.commands.running import run

LOADED = "2025-07-25"
LATE = "2025-09-10"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the shipped decision speaking and its first round open."""
    path = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DONDOC_HOME", str(path))
        load = ["catalog", "load", "hai-phong-dan-van-2025-2", "--issued-on", LOADED, "--as-of", LOADED]
        assert run(app, [*load, "--activate"]) == 0
        assert run(app, ["sweep", "--as-of", "2025-08-19", "--json"]) == 0
    return path


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DONDOC_HOME", str(home))


def export(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    capsys.readouterr()
    assert run(app, ["export", *arguments, "--as-of", LATE, "--json"]) == 0
    document: dict[str, object] = json.loads(capsys.readouterr().out)
    return document


@pytest.mark.parametrize(
    ("arguments", "least"),
    [
        (["tasks", "--agency", "so-noi-vu"], 15),
        (["tasks", "--status", "overdue", "--status", "due_soon"], 400),
        (["matrix"], 140),
        (["league"], 140),
        (["round", "--round", "lan-1"], 140),
        (["indicators", "--round", "lan-1"], 30),
        (["proof"], 300),
    ],
)
def test_workbooks_hold_as_many_rows_as_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str], least: int
) -> None:
    path = tmp_path / "tep.xlsx"
    told = export(capsys, *arguments, "-o", str(path))
    assert told["path"] == str(path)
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert isinstance(told["rows"], int)
    assert least <= told["rows"] <= len(rows)


def test_a_report_is_frozen_and_printed_again_from_its_number(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    first, again = tmp_path / "1.docx", tmp_path / "2.docx"
    told = export(capsys, "report", "--round", "lan-1", "-o", str(first))
    assert (told["outline"], told["as_of"]) == ("interim", LATE)
    export(capsys, "report", "--round", "lan-1", "-o", str(again), "--snapshot", str(told["snapshot"]))
    assert first.read_bytes() == again.read_bytes()
    final = export(capsys, "report", "--round", "lan-2", "-o", str(again))
    assert final["outline"] == "final"


def test_an_edited_template_prints_the_report(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    template, path = tmp_path / "mau.docx", tmp_path / "bao-cao.docx"
    export_template = ["export", "template", "-o", str(template)]
    assert run(app, export_template) == 0
    document = Document(str(template))
    document.add_paragraph("Dòng thêm của {{ issuer_name }}")
    document.save(str(template))
    export(capsys, "report", "--round", "lan-1", "-o", str(path), "--template", str(template))
    assert "Dòng thêm của Sở Nội vụ" in [each.text for each in Document(str(path)).paragraphs]


def test_letters_come_merged_or_one_file_each(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    merged = export(capsys, "letter", "-o", str(tmp_path / "don-doc.docx"))
    assert isinstance(merged["rows"], int)
    assert merged["rows"] > 100
    apart = export(
        capsys, "letter", "--each", "--agency", "so-tai-chinh", "--agency", "so-y-te", "-o", str(tmp_path)
    )
    assert apart["files"] == [str(tmp_path / f"don-doc-{code}.docx") for code in ("so-tai-chinh", "so-y-te")]


def test_a_calendar_is_read_by_another_parser(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    told = export(capsys, "calendar", "--agency", "so-noi-vu", "-o", str(tmp_path / "lich.ics"))
    events = Calendar.from_ical((tmp_path / "lich.ics").read_bytes()).walk("VEVENT")
    assert len(events) == told["rows"]
    assert {"20250904", "20251204"} <= {event["DTSTART"].to_ical().decode() for event in events}


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["tasks", "-o", "viec.pdf"], 2, "hãy đặt tên tệp có đuôi .xlsx"),
        (["report", "--round", "lan-1", "-o", "bao-cao.xlsx"], 2, "đuôi .docx hoặc .pdf"),
        (["tasks", "-o", "khong/co/viec.xlsx"], 2, "không có thư mục"),
        (["tasks", "--agency", "ai-day", "-o", "viec.xlsx"], 1, "Không có cơ quan nào có mã ai-day."),
        (["round", "--round", "lan-9", "-o", "lan.xlsx"], 1, "không có lần báo cáo lan-9"),
        (["report", "--round", "lan-1", "--snapshot", "99", "-o", "b.docx"], 1, "không có số liệu chốt"),
        (["receipt", "--round", "lan-1", "--agency", "so-y-te", "-o", "r.docx"], 1, "chưa nộp báo cáo"),
        (["letter", "--each", "-o", "khong-co"], 2, "hãy nêu một thư mục có sẵn"),
    ],
)
def test_refusals_are_sentences_and_leave_no_file(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    status: int,
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(app, ["export", *arguments]) == status
    told = capsys.readouterr()
    assert sentence in told.err
    assert told.out == ""
    assert list(tmp_path.iterdir()) == []

"""`dondoc report` from the empty form to acceptance, with a real Excel file filled in and read back."""

import json

import openpyxl
import pytest

from dondoc.cli import app
from dondoc.commands.running import run

KEY = "hai-phong-dan-van-2025-2"


@pytest.fixture
def dondoc(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path / "home"))

    def call(*arguments):
        status = run(app, [*arguments, "--json"])
        said = capsys.readouterr()
        return status, json.loads(said.out) if said.out else None, said.err

    call("catalog", "load", KEY, "--issued-on", "2025-07-25", "--activate", "--as-of", "2025-07-25")
    call("sweep", "--as-of", "2025-08-05")
    return call


def report(dondoc, verb, *more, agency="so-xay-dung"):
    return dondoc("report", verb, "--round", "lan-1", "--agency", agency, *more)


def fill(form, page, place, value):
    book = openpyxl.load_workbook(form)
    book[page][place] = value
    book.save(form)


def test_a_nil_report_is_a_report_and_is_not_missing(dondoc):
    status, said, _ = report(dondoc, "submit", "--nil", "--as-of", "2025-09-03")
    assert (status, said["state"], said["nil"], said["on_time"]) == (0, "submitted", True, True)
    shown = dondoc("rounds", "show", "lan-1", "--as-of", "2025-09-03")[1]
    assert (shown["submitted"], shown["nil"]) == (1, 1)
    assert "so-xay-dung" not in shown["missing"]


def test_what_arrives_on_the_day_named_by_truoc_ngay_is_late(dondoc):
    assert report(dondoc, "submit", "--nil", "--as-of", "2025-09-04T23:59:00+07:00")[1]["on_time"] is True
    late = report(dondoc, "submit", "--nil", "--as-of", "2025-09-05T00:00:00+07:00", agency="so-tai-chinh")[1]
    assert late["on_time"] is False


def test_the_form_goes_out_comes_back_and_declares(dondoc, tmp_path):
    form = tmp_path / "bao-cao.xlsx"
    status, counts, _ = report(dondoc, "template", str(form))
    assert status == 0
    assert counts["duties"] > 5
    fill(form, "Nhiệm vụ", "F6", "Đã hoàn thành")
    fill(form, "Nhiệm vụ", "G6", "Đã ban hành kế hoạch")
    status, said, error = report(dondoc, "submit", str(form), "--as-of", "2025-09-03")
    assert status == 0, error
    assert [(line["duty"], line["declares"], line["result"]) for line in said["lines"]] == [
        ("1.2", "done", "Đã ban hành kế hoạch")
    ]
    found = dondoc("tasks", "list", "--agency", "so-xay-dung", "--duty", "1.2", "--as-of", "2025-09-03")[1]
    assert found["items"][0]["status"] == "awaiting_confirmation"


def test_an_empty_form_is_not_a_report(dondoc, tmp_path):
    form = tmp_path / "bao-cao.xlsx"
    report(dondoc, "template", str(form))
    status, _, error = report(dondoc, "submit", str(form), "--as-of", "2025-09-03")
    assert status == 1
    assert "không phát sinh" in error
    assert report(dondoc, "show")[1]["state"] == "missing"


def test_a_return_keeps_the_first_punctuality_and_acceptance_closes(dondoc):
    report(dondoc, "submit", "--nil", "--as-of", "2025-09-03", "--by", "an")
    assert (
        report(dondoc, "return", "--reason", "Thiếu số liệu", "--as-of", "2025-09-08")[1]["state"]
        == "returned"
    )
    again = report(dondoc, "submit", "--nil", "--as-of", "2025-09-09", "--by", "an")[1]
    assert (again["state"], again["on_time"]) == ("submitted", True)
    assert report(dondoc, "accept", "--as-of", "2025-09-10", "--by", "huong")[1]["state"] == "accepted"


def test_a_paper_report_counts_from_the_day_it_arrived(dondoc, tmp_path):
    scan = tmp_path / "cong-van.pdf"
    scan.write_bytes(b"%PDF-1.4 ban chup")
    paper = ("--document", "12/BC-UBND", "--document-date", "2025-09-03", "--received", "2025-09-04", "--nil")
    said = report(dondoc, "record", *paper, "--scan", str(scan), "--as-of", "2025-09-08")[1]
    assert (said["on_time"], said["document"], said["attachments"][0]["name"]) == (
        True,
        "12/BC-UBND",
        "cong-van.pdf",
    )


def test_a_file_of_another_agency_is_refused_and_nothing_is_submitted(dondoc, tmp_path):
    form = tmp_path / "bao-cao.xlsx"
    report(dondoc, "template", str(form), agency="so-tai-chinh")
    status, said, error = report(dondoc, "submit", str(form), "--as-of", "2025-09-03")
    assert (status, said) == (1, None)
    assert error.strip()
    assert report(dondoc, "show")[1]["state"] == "missing"


def test_text_in_a_number_cell_is_told_by_its_cell(dondoc, tmp_path):
    form = tmp_path / "bao-cao.xlsx"
    report(dondoc, "template", str(form))
    fill(form, "Số liệu", "F5", "nhiều")
    status, _, error = report(dondoc, "submit", str(form), "--as-of", "2025-09-03")
    assert status == 1
    assert "F5" in error

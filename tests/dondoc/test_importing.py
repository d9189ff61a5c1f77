"""`dondoc catalog import`: one JSON document, a draft that is not reviewed, people's output in Vietnamese."""

import json
from pathlib import Path

import pytest
import yaml
from openpyxl import load_workbook

from dondoc.cli import app
from dondoc.commands.importing import import_file
from dondoc.commands.running import run

WORD = Path(__file__).parent.parent / "data" / "import" / "hai-phong-danh-muc-dan-van-2025.docx"
TEXT = WORD.with_name("hai-phong-quyet-dinh-2025.txt")


def test_json_is_one_document_in_the_agreed_form(capsys):
    import_file(WORD, None, as_json=True)
    document = json.loads(capsys.readouterr().out)
    assert {"rows", "rounds", "warnings"} <= set(document)
    assert len([row for row in document["rows"] if not row["heading"]]) == 28
    first = document["rows"][1]
    assert [first[name] for name in ("code", "heading", "support", "deadline")] == [
        "1.1",
        False,
        "",
        "Thường xuyên",
    ]
    assert first["source"]["lead"] == "bảng 2, dòng 3, cột 3"


def test_the_draft_file_waits_for_its_review(tmp_path, capsys):
    output = tmp_path / "nhap.yaml"
    import_file(WORD, output, as_json=False)
    values = yaml.safe_load(output.read_text(encoding="utf-8"))
    assert values["reviewed"] is False
    assert len(values["duties"]) == 28
    assert "Đọc được 28 nhiệm vụ, 6 dòng mục" in capsys.readouterr().out


def test_a_draft_that_a_person_completed_is_a_decision_file(tmp_path, capsys):
    from catalog.decision import Decision

    output = tmp_path / "nhap.yaml"
    import_file(WORD, output, as_json=True)
    values = yaml.safe_load(output.read_text(encoding="utf-8"))
    values.pop("review")
    values.pop("reviewed")
    values["coordinator"] = "so-noi-vu"
    decision = Decision.model_validate(values)
    assert [section.code for section in decision.sections] == ["1", "2", "3", "4", "5"]
    assert (decision.directory, decision.place) == ("hai-phong", "Hải Phòng")
    assert decision.duty("3.4.b1").parent == "3.4"
    assert json.loads(capsys.readouterr().out)["decision"]["year"] == 2025


def test_a_folder_that_does_not_take_the_draft_is_an_outside_failure(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        import_file(WORD, tmp_path / "khong-co" / "nhap.yaml", as_json=True)


@pytest.fixture
def dondoc(tmp_path, monkeypatch, capsys):
    """Run the command in a fresh home; return its exit status, its standard output and standard error."""
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path / "home"))

    def call(*arguments):
        status = run(app, list(map(str, arguments)))
        said = capsys.readouterr()
        return status, said.out, said.err

    return call


def test_a_draft_goes_out_as_a_sheet_and_comes_back_the_same(tmp_path, dondoc):
    draft, sheet, again = tmp_path / "nhap.yaml", tmp_path / "nhap.xlsx", tmp_path / "lai.yaml"
    assert dondoc("catalog", "import", TEXT, "-o", draft, "--json")[0] == 0
    made = json.loads(dondoc("catalog", "sheet", draft, "-o", sheet, "--json")[1])
    assert (made["duties"], made["rounds"]) == (28, 2)
    status, out, _ = dondoc("catalog", "import", sheet, "-o", again, "--json")
    document = json.loads(out)
    assert status == 0
    assert len([row for row in document["rows"] if not row["heading"]]) == 28
    assert [each["code"] for each in document["rounds"]][:2] == ["lan-1", "lan-2"]
    assert again.read_text(encoding="utf-8") == draft.read_text(encoding="utf-8")


def test_a_faulty_sheet_is_refused_with_its_cells(tmp_path, dondoc):
    draft, sheet = tmp_path / "nhap.yaml", tmp_path / "nhap.xlsx"
    dondoc("catalog", "import", WORD, "-o", draft)
    dondoc("catalog", "sheet", draft, "-o", sheet)
    book = load_workbook(sheet)
    book["Nhiệm vụ"]["D2"], book["Nhiệm vụ"]["J3"] = "=1+1", "mai"
    book.save(sheet)
    status, out, told = dondoc("catalog", "import", sheet, "--json")
    assert (status, out) == (1, "")
    assert "trang Nhiệm vụ, ô D2" in told
    assert "trang Nhiệm vụ, ô J3" in told

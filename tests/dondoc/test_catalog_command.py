"""`dondoc catalog` as an officer uses it: loading twice, bad files, activation, all through the command itself."""

import json
from pathlib import Path

import pytest
import yaml

from dondoc.cli import app
from dondoc.commands.running import run

KEY = "hai-phong-dan-van-2025-2"
SHIPPED = Path("catalog/data/decisions") / f"{KEY}.yaml"
CELLS = json.loads(Path("tests/data/duty-cells-dan-van-2025-2.json").read_text(encoding="utf-8"))


@pytest.fixture
def dondoc(tmp_path, monkeypatch, capsys):
    """Run the command in a fresh home; return its exit status, its JSON (or text) and what it told on standard error."""
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path / "home"))

    def call(*arguments):
        status = run(app, list(arguments))
        said = capsys.readouterr()
        told = json.loads(said.out) if "--json" in arguments and said.out else said.out
        return status, told, said.err

    return call


def load(dondoc, *more):
    return dondoc(
        "catalog", "load", KEY, "--issued-on", "2025-07-25", "--as-of", "2025-07-25", "--json", *more
    )


def test_loading_on_an_empty_home_loads_the_directory_too_and_says_how_many_tasks(dondoc):
    assert load(dondoc) == (0, {"added": 28, "changed": 0, "unchanged": 0, "tasks": 1703}, "")


def test_loading_again_changes_nothing(dondoc):
    load(dondoc)
    assert load(dondoc)[1] == {"added": 0, "changed": 0, "unchanged": 28, "tasks": 1703}


def test_a_loaded_decision_is_silent_until_it_is_activated(dondoc):
    load(dondoc)
    assert dondoc("sweep", "--as-of", "2025-08-15", "--json")[1]["mails"] == 0
    assert dondoc("catalog", "activate", KEY, "--as-of", "2025-08-15", "--json")[1]["mails"] > 140


def test_sweeping_twice_on_a_day_does_nothing_the_second_time(dondoc):
    load(dondoc, "--activate")
    first = dondoc("sweep", "--as-of", "2025-08-07", "--json")[1]
    second = dondoc("sweep", "--as-of", "2025-08-07T16:00:00+07:00", "--json")[1]
    assert first["mails"] >= 147
    assert (second["mails"], second["notices"]) == (0, {})


def test_every_cell_of_the_shipped_decision_is_the_sources_word_for_word(dondoc):
    shown = dondoc("catalog", "show", KEY, "--json")[1]
    cells = {
        duty["code"]: [duty["text"], duty["lead"], duty["support"], duty["deadline"]["text"]]
        for duty in shown["duties"]
    }
    assert len(cells) == 28
    names = ("text", "lead", "support", "deadline")
    assert cells == {code: [row[name] for name in names] for code, row in CELLS.items()}


def test_the_rounds_close_before_the_day_named(dondoc):
    rounds = dondoc("catalog", "show", KEY, "--json")[1]["rounds"]
    assert [(row["code"], row["due"], row["expected"]) for row in rounds] == [
        ("lan-1", "2025-09-04", 147),
        ("lan-2", "2025-12-04", 147),
    ]


def changed(tmp_path, change):
    data = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    change(data)
    path = tmp_path / "quyet-dinh.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return str(path)


def repeat_a_code(data):
    data["duties"][1]["code"] = "1.1"


def name_an_unknown_agency(data):
    data["coordinator"] = "so-khong-co"


def put_the_deadline_before_the_decision(data):
    data["duties"][1]["deadline"] = "trước ngày 15/8/2024"


def write_what_nobody_understands(data):
    data["duties"][1]["deadline"] = "càng sớm càng tốt nhé"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (repeat_a_code, "1.1"),
        (name_an_unknown_agency, "so-khong-co"),
        (put_the_deadline_before_the_decision, "trước ngày ban hành"),
        (write_what_nobody_understands, "càng sớm càng tốt nhé"),
    ],
)
def test_a_file_with_faults_is_refused_with_its_line_and_nothing_is_done(dondoc, tmp_path, change, told):
    status, out, error = dondoc(
        "catalog", "load", changed(tmp_path, change), "--issued-on", "2025-07-25", "--json"
    )
    assert (status, out) == (1, "")
    assert told in error
    assert "dòng" in error
    assert dondoc("tasks", "list", "--json")[1].get("total", 0) == 0


def test_all_faults_are_told_at_once(dondoc, tmp_path):
    def both(data):
        name_an_unknown_agency(data)
        write_what_nobody_understands(data)

    error = dondoc("catalog", "check", changed(tmp_path, both), "--issued-on", "2025-07-25")[2]
    assert "so-khong-co" in error
    assert "càng sớm càng tốt nhé" in error


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00not text", b"key: [", b"key: a\r\ntitle: b\r\n", "ke\u0302: a\n".encode()],
    ids=["empty", "binary", "broken", "crlf", "nfd"],
)
def test_an_unreadable_file_is_one_sentence_and_no_trace(dondoc, tmp_path, content):
    path = tmp_path / "tep.yaml"
    path.write_bytes(content)
    status, _, error = dondoc("catalog", "load", str(path))
    assert status == 1
    assert "tep.yaml" in error
    assert "Traceback" not in error


def test_a_file_that_is_not_there_is_told(dondoc):
    status, _, error = dondoc("catalog", "load", "khong-co.yaml")
    assert status == 1
    assert "khong-co.yaml" in error


def test_a_draft_that_nobody_reviewed_is_refused(dondoc, tmp_path):
    status, _, error = dondoc(
        "catalog",
        "load",
        changed(tmp_path, lambda data: data.update(reviewed=False)),
        "--issued-on",
        "2025-07-25",
    )
    assert status == 1
    assert "reviewed" in error


def test_a_reviewed_draft_loads(dondoc, tmp_path):
    def reviewed(data):
        data.update(reviewed=True, review={"file": "danh-muc.docx"})

    status, out, _ = dondoc(
        "catalog", "load", changed(tmp_path, reviewed), "--issued-on", "2025-07-25", "--json"
    )
    assert (status, out["added"]) == (0, 28)


def test_a_speaking_decision_is_not_loaded_over(dondoc, tmp_path):
    load(dondoc, "--activate")

    def reword(data):
        data["duties"][0]["text"] = "Việc khác"

    status, _, error = dondoc("catalog", "load", changed(tmp_path, reword), "--issued-on", "2025-07-25")
    assert status == 1
    assert "catalog amend" in error


def test_a_silent_decision_is_corrected_by_loading_again(dondoc, tmp_path):
    load(dondoc)

    def only_departments(data):
        data["duties"][0]["lead"] = "Sở Xây dựng"

    again = dondoc(
        "catalog", "load", changed(tmp_path, only_departments), "--issued-on", "2025-07-25", "--json"
    )[1]
    assert again == {"added": 0, "changed": 1, "unchanged": 27, "tasks": 1703 - 146}


def test_a_database_that_cannot_be_written_is_told_with_status_3(dondoc, monkeypatch, tmp_path):
    (tmp_path / "tep").write_text("không phải thư mục", encoding="utf-8")
    monkeypatch.setenv("DONDOC_DATABASE_URL", f"sqlite:///{tmp_path / 'tep' / 'x.sqlite3'}")
    status, _, error = dondoc("catalog", "list")
    assert status == 3
    assert "Traceback" not in error
    assert error.strip()


def test_simulate_writes_nothing_and_speaks_on_the_days_of_the_decision(dondoc):
    load(dondoc, "--activate")
    before = dondoc("outbox", "list", "--json")[1]["total"]
    status, played, _ = dondoc("simulate", "--from", "2025-08-25", "--to", "2025-09-08", "--json")
    kinds = {
        day["on"]: {kind for message in day["messages"] for kind in message["kinds"]}
        for day in played["days"]
    }
    assert status == 0
    assert "round_reminder" in kinds["2025-08-26"]
    assert kinds["2025-09-01"] == kinds["2025-09-02"] == set()
    assert "escalation" in kinds["2025-09-05"]
    assert dondoc("outbox", "list", "--json")[1]["total"] == before

"""`notices preview` and `policy show`, as a person and as a program read them."""

import json

import pytest
import typer

from dondoc.commands import notices, policy
from dondoc.commands.running import run
from notifications.content.samples import sample_kinds


@pytest.fixture
def command(capsys):
    app = typer.Typer()
    app.add_typer(notices.app, name="notices")
    app.add_typer(policy.app, name="policy")

    def call(*arguments: str) -> tuple[int, str, str]:
        status = run(app, list(arguments))
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


@pytest.mark.parametrize("kind", sample_kinds())
def test_every_kind_can_be_previewed(command, kind):
    status, out, _ = command("notices", "preview", kind, "--json")
    document = json.loads(out)
    assert status == 0
    assert document["kind"] == kind
    assert document["subject"]
    assert document["html"].startswith("<!doctype html>")


def test_a_preview_for_people_shows_subject_and_text_and_writes_the_page(command, tmp_path):
    page = tmp_path / "thu.html"
    status, out, _ = command("notices", "preview", "overdue", "--html", str(page))
    assert status == 0
    assert out.startswith("Tiêu đề: [Đôn đốc] 2 việc quá hạn – Sở Xây dựng")
    assert "Kính gửi: Sở Xây dựng" in page.read_text(encoding="utf-8")


def test_an_unknown_kind_lists_the_known_ones(command):
    status, out, err = command("notices", "preview", "la")
    assert status == 1
    assert out == ""
    assert "không có loại thư “la”" in err
    assert "digest_leaders" in err


def test_the_ladder_is_explained_in_words(command):
    status, out, _ = command("policy", "show")
    assert status == 0
    assert "trước hạn 10 ngày làm việc" in out
    assert "nêu đích danh việc quá hạn từ 10 ngày làm việc" in out


def test_the_ladder_as_json_has_steps_and_sentences(command):
    status, out, _ = command("policy", "show", "--json")
    document = json.loads(out)
    assert status == 0
    assert [rung["step"] for rung in document["rounds"]] == [-10, -5, -2, 0, 1, 1, 5, 5]
    assert document["tasks"][0]["tell"] == ["agency", "supporters"]
    assert "cơ quan báo cáo" in document["rounds"][0]["text"]
    assert document["sentences"]


def test_a_faulty_policy_is_told_and_nothing_is_printed(command, tmp_path):
    path = tmp_path / "lich.yaml"
    path.write_text("key: a\nname: b\n", encoding="utf-8")
    status, out, err = command("policy", "show", str(path))
    assert status == 1
    assert out == ""
    assert "thiếu mục “tasks”" in err

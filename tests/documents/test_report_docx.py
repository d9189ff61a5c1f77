"""The consolidated report of the cast's first round: laid out by the decree, its text and annexes of one snapshot."""

import re
import time
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import docx
import pytest
from sqlalchemy import Engine

from catalog.errors import FaultyDataError
from catalog.report_outline import Outline
from documents.conclusion_docx import write_conclusion
from documents.packing import save_document
from documents.report_docx import write_report
from documents.report_template import report_template, shipped_template
from tasks.asof import as_of
from tasks.database import writing
from tasks.reporting.content import Content, Declares, Line
from tasks.reporting.reports import Deed, find_standing, save_draft, submit, submit_nil
from tasks.rounds.rounds import open_due_rounds
from tasks.snapshots.issued_snapshots import Issued, issued
from tasks.snapshots.report_snapshot import take_report_snapshot
from tasks.tracking import tracker
from tests.documents import decree
from tests.tasks.cast import ALICE, BOB, HOME, World, at, build

STATES = ("on_time", "late", "awaiting", "running", "overdue", "undated", "nil", "cancelled")


@pytest.fixture
def world(engine: Engine) -> Iterator[World]:
    with writing(engine) as session:
        made = build(session)
        made.decision.document = {
            "place": "Hải Phòng",
            "sections": [{"code": "1", "title": "Tuyên truyền"}, {"code": "2", "title": "Dân chủ & cơ sở"}],
        }
        yield made


@pytest.fixture
def snapshot(world: World) -> Issued:
    """1.1 due 14/8: Alice done in time and confirmed, Bob declares in his late report, Charlie is silent. 2.1 ongoing."""
    first = world.duty("1.1", "2025-08-14")
    [second] = world.duty("2.1", None, "alice")
    round_ = world.round("lan-1", "2025-08-01", "2025-09-04")
    world.round("lan-2", "2025-11-01", "2025-12-04")
    open_due_rounds(world.session, at("2025-08-01"))
    tracker.declare(world.session, [first[0]], ALICE, at("2025-08-14"))
    tracker.confirm(world.session, [first[0]], HOME, at("2025-08-20"))
    same = "Phối hợp chưa chặt chẽ."
    alice = Content(
        (Line(second, result="Đã ban hành kế hoạch", document_number="12/KH", document_date=date(2025, 8, 12),
              difficulties="Thiếu kinh phí <10%>", proposals="Bố trí kinh phí", addressee="sở anh đào"),),
        {"limits": same, "strengths": "Chủ động"},
    )  # fmt: skip
    bob = Content(
        (Line(first[1], Declares.DONE, "Đã xong", difficulties="Thiếu người", proposals="Bố trí kinh phí",
              addressee="SỞ ANH ĐÀO"),),
        {"limits": "phối hợp chưa chặt chẽ", "proposals": "Tập huấn"},
    )  # fmt: skip
    for code, content, deed in (
        ("alice", alice, Deed(ALICE, at("2025-09-03"))),
        ("bob", bob, Deed(BOB, at("2025-09-08"))),
    ):
        standing = find_standing(world.session, round_, code)
        save_draft(world.session, standing, content, deed)
        submit(world.session, standing, deed)
    return take_report_snapshot(world.session, round_, as_of(world.session, at("2025-09-10", 23)))


@pytest.fixture
def paper(snapshot: Issued, tmp_path: Path) -> decree.Paper:
    write_report(snapshot, tmp_path / "bao-cao.docx")
    return decree.read(tmp_path / "bao-cao.docx")


@pytest.mark.parametrize("outline", list(Outline))
def test_both_outlines_are_laid_out_by_the_decree(snapshot: Issued, tmp_path: Path, outline: Outline) -> None:
    path = tmp_path / "bao-cao.docx"
    write_report(snapshot, path, outline)
    assert decree.breaches(path) == []
    paper = decree.read(path)
    assert paper.tables[0][0][1].startswith("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    assert "SỞ NỘI VỤ" in paper.tables[0][0][0]
    assert "{" not in paper.text
    assert not any("{" in cell for table in paper.tables for row in table for cell in row)


def test_the_interim_and_the_final_outline_are_the_citys(snapshot: Issued, tmp_path: Path) -> None:
    heads = {}
    for outline in Outline:
        write_report(snapshot, tmp_path / "bao-cao.docx", outline)
        lines = decree.read(tmp_path / "bao-cao.docx").paragraphs
        heads[outline] = [line for line in lines if re.match(r"[IV]+\. ", line)]
    assert heads[Outline.INTERIM] == [
        "I. TÌNH HÌNH TRIỂN KHAI", "II. KẾT QUẢ THỰC HIỆN", "III. ĐÁNH GIÁ CHUNG",
        "IV. PHƯƠNG HƯỚNG, NHIỆM VỤ TRỌNG TÂM", "V. ĐỀ XUẤT, KIẾN NGHỊ",
    ]  # fmt: skip
    assert heads[Outline.FINAL] == [
        "I. ĐẶC ĐIỂM, TÌNH HÌNH", "II. KẾT QUẢ THỰC HIỆN", "III. ĐÁNH GIÁ CHUNG",
        "IV. NHIỆM VỤ TRỌNG TÂM TRONG THỜI GIAN TỚI", "V. ĐỀ XUẤT, KIẾN NGHỊ",
    ]  # fmt: skip


def test_a_round_before_the_last_is_reported_in_mid_term(snapshot: Issued) -> None:
    assert snapshot.body["last"] is False


def test_who_reported_is_told_in_words_and_counted_by_kind(paper: decree.Paper) -> None:
    assert "Có 02/03 cơ quan đã gửi báo cáo (hạn gửi: hết ngày 04/9/2025 (thứ Năm))" in paper.text
    assert (
        "trong đó 01 cơ quan gửi đúng hạn, 01 cơ quan gửi chậm; 01 cơ quan chưa gửi (xem Phụ lục III)."
        in paper.text
    )
    assert "Cơ quan chưa gửi báo cáo (01): Ủy ban nhân dân phường Cúc Vàng." in paper.text
    assert "Cơ quan gửi báo cáo chậm (01): Sở Bằng Lăng." in paper.text
    [kinds] = [table for table in paper.tables if table[0][0] == "Loại cơ quan"]
    assert kinds[-1] == ["Tổng số", "3", "2", "1", "1", "0", "0", "1"]


def test_every_figure_of_the_text_is_that_of_the_annex(paper: decree.Paper) -> None:
    [annex] = [table for table in paper.tables if table[0][0] == "Mã" and len(table[0]) == 12]
    total = dict(zip(("total", *STATES), (int(cell) for cell in annex[-1][3:]), strict=True))
    assert total == dict.fromkeys(STATES, 0) | {
        "total": 4,
        "on_time": 1,
        "awaiting": 1,
        "running": 1,
        "overdue": 1,
    }
    assert [sum(int(row[n]) for row in annex[1:-1]) for n in range(3, 12)] == [int(c) for c in annex[-1][3:]]
    assert (
        "Danh mục có 02 nhiệm vụ, thành 04 đầu việc giao các cơ quan chủ trì (03 cơ quan trong diện báo cáo): "
        "01 hoàn thành đúng hạn, 01 chờ xác nhận, 01 đang thực hiện trong hạn, 01 quá hạn. "
        "Tỷ lệ đúng hạn trên số đầu việc đã hoàn thành hoặc quá hạn: 50,0%."
    ) in paper.text
    [sections] = [table for table in paper.tables if table[0][0] == "Nhóm nhiệm vụ"]
    assert sections[-1] == ["Tổng số", "4", "1", "0", "1", "2"]
    [agencies] = [table for table in paper.tables if table[0][1:2] == ["Cơ quan"] and len(table[0]) == 11]
    assert sum(int(row[6]) for row in agencies[1:]) == total["total"]
    assert sum(int(row[10]) for row in agencies[1:]) == total["overdue"]


def test_duties_name_their_late_agencies_and_their_results(paper: decree.Paper) -> None:
    assert (
        "- Nhiệm vụ 1.1. Việc 1.1 (2025-08-14): 03 cơ quan chủ trì; 01 hoàn thành đúng hạn, 01 chờ xác nhận, 01 quá hạn."
        in paper.text
    )
    assert "+ Cơ quan quá hạn: Ủy ban nhân dân phường Cúc Vàng." in paper.text
    assert "+ Sở Anh Đào: Đã ban hành kế hoạch (văn bản số 12/KH ngày 12/8/2025)." in paper.text


def test_the_same_words_of_several_agencies_are_told_once(paper: decree.Paper) -> None:
    assert "- Phối hợp chưa chặt chẽ (02 cơ quan: Sở Anh Đào, Sở Bằng Lăng)." in paper.text
    assert paper.text.lower().count("phối hợp chưa chặt chẽ") == 1


def test_proposals_stand_by_addressee_however_it_is_spelled(paper: decree.Paper) -> None:
    lines = paper.paragraphs
    begin = lines.index("V. ĐỀ XUẤT, KIẾN NGHỊ")
    assert lines[begin + 1 : begin + 5] == [
        "1. Đối với Sở Anh Đào",
        "- Bố trí kinh phí (02 cơ quan: Sở Bằng Lăng, Sở Anh Đào).",
        "2. Kiến nghị chung",
        "- Tập huấn (Sở Bằng Lăng).",
    ]


def test_what_people_typed_stands_as_they_typed_it(paper: decree.Paper) -> None:
    assert "Thiếu kinh phí <10%>" in paper.text
    assert "Dân chủ & cơ sở" in paper.text


def test_the_same_snapshot_gives_the_same_file_even_after_things_changed(
    world: World, snapshot: Issued, tmp_path: Path
) -> None:
    write_report(snapshot, tmp_path / "1.docx")
    tracker.confirm(world.session, [world.task(2).id], HOME, at("2025-09-11"))
    again = issued(world.session, world.decision, "report:lan-1", snapshot.number)
    write_report(again, tmp_path / "2.docx")
    assert (tmp_path / "1.docx").read_bytes() == (tmp_path / "2.docx").read_bytes()


def test_the_file_says_when_its_figures_were_frozen(snapshot: Issued, tmp_path: Path) -> None:
    write_report(snapshot, tmp_path / "bao-cao.docx")
    created = docx.Document(str(tmp_path / "bao-cao.docx")).core_properties.created
    assert created is not None
    assert created.replace(tzinfo=UTC) == snapshot.made_at.replace(microsecond=0)


def test_a_nil_report_is_counted_as_a_report(world: World, tmp_path: Path) -> None:
    world.duty("1.1", "2025-08-14")
    round_ = world.round("lan-1", "2025-08-01", "2025-09-04")
    open_due_rounds(world.session, at("2025-08-01"))
    deed = Deed(ALICE, at("2025-09-03"))
    submit_nil(world.session, find_standing(world.session, round_, "alice"), "Không phát sinh", deed)
    taken = take_report_snapshot(world.session, round_, as_of(world.session, at("2025-09-10")))
    assert (taken.body["round"]["submitted"], taken.body["round"]["nil"], taken.body["round"]["missing"]) == (
        1,
        1,
        2,
    )
    assert taken.body["last"] is True
    write_report(taken, tmp_path / "bao-cao.docx")
    assert "(01 báo cáo không phát sinh)" in decree.read(tmp_path / "bao-cao.docx").text


def test_the_conclusion_notice_names_who_is_silent_or_late(snapshot: Issued, tmp_path: Path) -> None:
    path = tmp_path / "thong-bao.docx"
    assert write_conclusion(snapshot, path) == 2
    assert decree.breaches(path) == []
    paper = decree.read(path)
    assert "Cơ quan chưa gửi báo cáo (01): Ủy ban nhân dân phường Cúc Vàng." in paper.text
    assert "hoàn thành dứt điểm 01 đầu việc quá hạn" in paper.text
    assert paper.tables[-1][1:] == [
        ["1", "Sở Bằng Lăng", "gửi chậm", ""],
        ["2", "Ủy ban nhân dân phường Cúc Vàng", "chưa gửi", "1"],
    ]


@pytest.mark.parametrize("outline", list(Outline))
def test_the_shipped_template_is_the_one_the_program_makes(outline: Outline, tmp_path: Path) -> None:
    save_document(
        report_template(outline), tmp_path / "mau.docx", datetime(2025, 1, 1, tzinfo=UTC), "Báo cáo"
    )
    parts = []
    for path in (tmp_path / "mau.docx", shipped_template(outline)):
        with zipfile.ZipFile(path) as archive:
            parts.append(archive.read("word/document.xml"))
    assert parts[0] == parts[1], "run: python -m documents.report_template"


def edited(folder: Path, more: str) -> Path:
    """Let an officer add a line to a copy of the template."""
    document = docx.Document(str(shipped_template(Outline.INTERIM)))
    document.add_paragraph(more)
    document.save(str(folder / "mau.docx"))
    return folder / "mau.docx"


def test_an_edited_template_is_used(snapshot: Issued, tmp_path: Path) -> None:
    template = edited(tmp_path, "Số liệu của {{ issuer_name }}.")
    write_report(snapshot, tmp_path / "bao-cao.docx", Outline.INTERIM, template)
    assert "Số liệu của Sở Nội vụ." in decree.read(tmp_path / "bao-cao.docx").text


@pytest.mark.parametrize("more", ["{{ khong_co }}", "{{ basis.__class__.__mro__ }}", "{% for x in %}"])
def test_a_template_that_asks_for_what_is_not_there_or_reaches_out_is_refused(
    snapshot: Issued, tmp_path: Path, more: str
) -> None:
    with pytest.raises(
        FaultyDataError, match=r"mau\.docx: mẫu báo cáo dùng một chỗ điền không có hoặc viết sai"
    ):
        write_report(snapshot, tmp_path / "bao-cao.docx", None, edited(tmp_path, more))
    assert not (tmp_path / "bao-cao.docx").exists()


def test_what_is_no_template_is_refused(snapshot: Issued, tmp_path: Path) -> None:
    (tmp_path / "mau.docx").write_text("không phải Word", encoding="utf-8")
    with pytest.raises(FaultyDataError, match=r"mẫu báo cáo phải là tệp Word \.docx"):
        write_report(snapshot, tmp_path / "bao-cao.docx", None, tmp_path / "mau.docx")


def grown(snapshot: Issued, agencies: int, duties: int) -> Issued:
    """Return the snapshot with as many agencies and duties as a city has."""
    body: dict[str, Any] = deepcopy(snapshot.body)
    body["agencies"] = [{**body["agencies"][n % 3], "name": f"Cơ quan {n}"} for n in range(agencies)]
    body["duties"] = [{**body["duties"][0], "code": f"1.{n}"} for n in range(duties)]
    result = body["gathered"]["results"][0]
    body["gathered"]["results"] = [
        {**result, "duty": f"1.{n % duties}", "agency": f"Cơ quan {n}"} for n in range(agencies * duties // 3)
    ]
    return replace(snapshot, body=body)


def test_a_report_of_150_agencies_and_28_duties_takes_less_than_five_seconds(
    snapshot: Issued, tmp_path: Path
) -> None:
    large = grown(snapshot, 150, 28)
    begin = time.process_time()
    write_report(large, tmp_path / "bao-cao.docx")
    assert time.process_time() - begin < 5  # seconds

"""Dunning letters of the cast: Bob and Charlie owe, Alice does not; receipts of what came in."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from documents.administrative import new_document
from documents.letter_docx import write_each_letter, write_letters
from documents.packing import save_document
from documents.receipt_docx import write_receipt
from documents.word_table import WordColumn, add_table
from tasks.asof import AsOf, as_of
from tasks.database import writing
from tasks.errors import DomainError, NotFoundError
from tasks.models import Round
from tasks.reporting.content import Content, Line, Paper
from tasks.reporting.reports import Deed, find_standing, record_paper, submit_nil
from tasks.rounds.rounds import find_round, open_due_rounds
from tasks.snapshots.issued_snapshots import issued
from tasks.snapshots.letter_snapshot import take_letter_snapshot
from tasks.snapshots.receipt_snapshot import take_receipt_snapshot
from tasks.tracking import tracker
from tests.documents import decree
from tests.tasks.cast import ALICE, BOB, HOME, World, at, build


@pytest.fixture
def world(engine: Engine) -> Iterator[World]:
    with writing(engine) as session:
        yield build(session)


@pytest.fixture
def view(world: World) -> AsOf:
    """On 10/9: Bob and Charlie are late with 1.1 (14/8), Charlie and Alice with the report of 04/9."""
    tasks = world.duty("1.1", "2025-08-14")
    round_ = world.round("lan-1", "2025-08-01", "2025-09-04")
    open_due_rounds(world.session, at("2025-08-01"))
    tracker.declare(world.session, [tasks[0]], ALICE, at("2025-08-14"))
    submit_nil(
        world.session, find_standing(world.session, round_, "bob"), "Không có", Deed(BOB, at("2025-09-03"))
    )
    return as_of(world.session, at("2025-09-10", 23))


def test_everyone_who_owes_gets_a_letter_with_what_it_owes(world: World, view: AsOf, tmp_path: Path) -> None:
    snapshot = take_letter_snapshot(world.session, world.decision, view)
    assert [letter["code"] for letter in snapshot.body["letters"]] == ["alice", "bob", "charlie"]
    path = tmp_path / "don-doc.docx"
    assert write_letters(snapshot, path) == 3
    paper = decree.read(path)
    assert "Kính gửi: Sở Bằng Lăng." in paper.paragraphs
    assert "Sở Bằng Lăng còn 01 nhiệm vụ quá hạn chưa hoàn thành, cụ thể" in paper.text
    assert (
        "phường Cúc Vàng còn 01 nhiệm vụ quá hạn chưa hoàn thành và 01 báo cáo quá hạn chưa gửi" in paper.text
    )
    lists = [table for table in paper.tables if table[0][0] == "STT"]
    assert len(lists) == 4
    assert ["1", "1.1", "Việc 1.1", "2025-08-14", "14/8/2025", "27"] in lists[1]


def test_the_letters_are_laid_out_by_the_decree(world: World, view: AsOf, tmp_path: Path) -> None:
    path = tmp_path / "don-doc.docx"
    write_letters(take_letter_snapshot(world.session, world.decision, view), path)
    assert decree.breaches(path) == []
    paper = decree.read(path)
    head = paper.tables[0][0]
    assert head[0].startswith("ỦY BAN")
    assert "SỞ NỘI VỤ" in head[0]
    assert head[1].startswith("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    assert len(paper.sections) == 3
    assert all(section.find(f"{decree.W}titlePg") is not None for section in paper.sections)
    starts = [section.find(f"{decree.W}pgNumType") for section in paper.sections[1:]]
    assert [each.get(f"{decree.W}start") for each in starts] == ["1", "1"]  # each letter begins on its page 1


def test_one_file_for_each_agency(world: World, view: AsOf, tmp_path: Path) -> None:
    snapshot = take_letter_snapshot(world.session, world.decision, view, ("charlie", "bob"))
    files = write_each_letter(snapshot, tmp_path)
    assert [file.name for file in files] == ["don-doc-charlie.docx", "don-doc-bob.docx"]
    assert all(decree.breaches(file) == [] for file in files)


def test_who_owes_nothing_or_does_not_exist_gets_no_letter(world: World, view: AsOf) -> None:
    with pytest.raises(DomainError) as refused:
        take_letter_snapshot(world.session, world.decision, view, ("home", "ai-day", "bob"))
    assert str(refused.value) == (
        "Không có cơ quan nào có mã ai-day.\nSở Nội vụ không có nhiệm vụ hay báo cáo nào quá hạn."
    )


def test_a_letter_is_printed_again_as_it_was_whatever_happened_since(
    world: World, view: AsOf, tmp_path: Path
) -> None:
    first, again = tmp_path / "1.docx", tmp_path / "2.docx"
    snapshot = take_letter_snapshot(world.session, world.decision, view)
    write_letters(snapshot, first)
    tracker.declare(world.session, [world.task(2).id], BOB, at("2025-09-10", 23))
    write_letters(issued(world.session, world.decision, "letter", snapshot.number), again)
    assert first.read_bytes() == again.read_bytes()


def test_the_same_state_is_frozen_once_and_a_changed_one_anew(world: World, view: AsOf) -> None:
    first = take_letter_snapshot(world.session, world.decision, view)
    assert take_letter_snapshot(world.session, world.decision, view) == first
    tracker.declare(world.session, [world.task(2).id], BOB, at("2025-09-10", 22))
    later = as_of(world.session, at("2025-09-10", 23, 59))
    assert take_letter_snapshot(world.session, world.decision, later).number == first.number + 1


def test_when_nobody_owes_anything_there_is_no_letter(world: World) -> None:
    world.duty("1.1", "2025-08-14")
    with pytest.raises(NotFoundError, match="Không có cơ quan nào có nhiệm vụ hoặc báo cáo quá hạn"):
        take_letter_snapshot(world.session, world.decision, as_of(world.session, at("2025-08-01")))


def test_a_receipt_says_when_how_and_whether_in_time(world: World, view: AsOf, tmp_path: Path) -> None:
    round_ = find_standing_round(world)
    standing = find_standing(world.session, round_, "charlie")
    content = Content((Line(world.task(3).id, result="Đã làm"),))
    paper = Paper("15/BC-UBND", date(2025, 9, 5), date(2025, 9, 8))
    record_paper(world.session, standing, content, paper, Deed(HOME, at("2025-09-09")))
    path = tmp_path / "xac-nhan.docx"
    write_receipt(take_receipt_snapshot(world.session, round_, "charlie", view), path)
    assert decree.breaches(path) == []
    text = decree.read(path).text
    assert "1. Ngày nhận: 08/9/2025 (thứ Hai); hạn nộp: hết ngày 04/9/2025 (thứ Năm)." in text
    assert "2. Báo cáo được nộp chậm 04 ngày." in text
    assert "3. Hình thức: văn bản số 15/BC-UBND ngày 05/9/2025." in text
    with pytest.raises(DomainError, match="chưa nộp báo cáo nên không có gì để xác nhận"):
        take_receipt_snapshot(world.session, round_, "alice", view)


def find_standing_round(world: World) -> Round:
    return find_round(world.session, world.decision, "lan-1")


def test_a_table_of_three_thousand_rows_takes_less_than_two_seconds(tmp_path: Path) -> None:
    document = new_document()
    columns = [WordColumn(f"Cột {n}", 33) for n in range(5)]
    begin = time.process_time()
    add_table(document, columns, ([f"Dòng {n} & <{n}>\nhai"] * 5 for n in range(3000)))
    save_document(document, tmp_path / "bang.docx", datetime(2025, 9, 5, tzinfo=UTC), "Bảng")
    assert time.process_time() - begin < 2  # seconds
    [table] = decree.read(tmp_path / "bang.docx").tables
    assert len(table) == 3001
    assert table[3000][4] == "Dòng 2999 & <2999>\nhai"

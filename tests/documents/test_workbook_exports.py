"""The workbooks people take away, made of the cast's September and read by another library."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine

from catalog.figures.consolidation import Consolidated
from catalog.figures.indicators import read_indicators
from documents.workbooks.workbook import write_workbook
from documents.workbooks.workbook_exports import (
    export_league,
    export_matrix,
    export_proof,
    export_round,
    export_tasks,
)
from documents.workbooks.workbook_rounds import indicator_sheet
from tasks.asof import AsOf, as_of
from tasks.database import writing
from tasks.errors import NotFoundError
from tasks.models import Message, MessageState, Notice, NoticeState, Recipient, Stream
from tasks.queries.lists import TaskFilter
from tasks.queries.proof import ProofFilter
from tasks.reporting.content import Content, Line
from tasks.reporting.reports import Deed, find_standing, save_draft, submit, submit_nil
from tasks.rounds.rounds import open_due_rounds
from tasks.status import Status
from tasks.tracking import tracker
from tests.tasks.cast import ALICE, BOB, HOME, World, at, build


@pytest.fixture
def world(engine: Engine) -> Iterator[World]:
    with writing(engine) as session:
        yield build(session)


@pytest.fixture
def september(world: World) -> AsOf:
    """1.1 due 14/8: Alice done in time, Bob declared, Charlie overdue. 1.2 ongoing, Alice only."""
    tasks = world.duty("1.1", "2025-08-14", words="=1+1")
    world.duty("1.2", None, "alice")
    tracker.declare(world.session, [tasks[0]], ALICE, at("2025-08-14"))
    tracker.confirm(world.session, [tasks[0]], HOME, at("2025-08-20"))
    tracker.declare(world.session, [tasks[1]], BOB, at("2025-08-18"))
    return as_of(world.session, at("2025-09-05", 23))


def read(path: Path, sheet: int = 0, titles: int = 3) -> list[list[object]]:
    rows: list[list[object]] = CalamineWorkbook.from_path(path).get_sheet_by_index(sheet).to_python()
    return rows[titles:]


def test_tasks_come_as_filtered_with_real_days(world: World, september: AsOf, tmp_path: Path) -> None:
    path = tmp_path / "viec.xlsx"
    assert export_tasks(world.session, september, TaskFilter(duty="1.1"), path) == 3
    heads, *rows = read(path)
    named = [dict(zip(heads, row, strict=True)) for row in rows]
    assert [row["Cơ quan chủ trì"] for row in named] == [
        "Sở Anh Đào", "Sở Bằng Lăng", "Ủy ban nhân dân phường Cúc Vàng",
    ]  # fmt: skip
    assert [row["Trạng thái"] for row in named] == ["Hoàn thành đúng hạn", "Chờ xác nhận", "Quá hạn"]
    assert [row["Số ngày quá hạn"] for row in named] == [0, 4, 22]
    assert {row["Hạn đang áp dụng"] for row in named} == {date(2025, 8, 14)}
    assert [row["Ngày tính"] for row in named] == [date(2025, 8, 14), date(2025, 8, 18), ""]


def test_only_the_statuses_asked_for(world: World, september: AsOf, tmp_path: Path) -> None:
    wanted = TaskFilter(statuses=(Status.OVERDUE,))
    assert export_tasks(world.session, september, wanted, tmp_path / "viec.xlsx") == 1


def test_a_code_that_does_not_exist_is_refused_before_anything_is_written(
    world: World, september: AsOf, tmp_path: Path
) -> None:
    with pytest.raises(NotFoundError, match="Không có cơ quan nào có mã ai-day"):
        export_tasks(world.session, september, TaskFilter(agency="ai-day"), tmp_path / "viec.xlsx")
    assert not list(tmp_path.glob("*viec*"))


def test_the_matrix_has_a_line_for_each_agency_and_a_column_for_each_duty(
    world: World, september: AsOf, tmp_path: Path
) -> None:
    path = tmp_path / "ma-tran.xlsx"
    assert export_matrix(world.session, september, TaskFilter(decision="quyet-dinh"), path) == 3
    heads, alice, bob, charlie = read(path)
    assert heads[-2:] == ["1.1", "1.2"]
    assert alice == ["Sở Anh Đào", 2, 1, 0, 0, "Hoàn thành đúng hạn", "Đang thực hiện trong hạn"]
    assert bob[-2:] == ["Chờ xác nhận", ""]
    assert charlie == ["Ủy ban nhân dân phường Cúc Vàng", 1, 0, 0, 1, "Quá hạn", ""]
    assert read(path, sheet=1)[0] == ["1.1", "Việc 1.1"]


def test_the_league_leaves_a_rate_blank_where_nothing_is_judged(
    world: World, september: AsOf, tmp_path: Path
) -> None:
    path = tmp_path / "xep-hang.xlsx"
    export_league(world.session, september, TaskFilter(), path)
    _, first, second, third = read(path, titles=4)
    assert first[1:] == ["Sở Anh Đào", 2, 1, 0, 0, 0, 1.0, ""]
    assert second[1:] == ["Ủy ban nhân dân phường Cúc Vàng", 1, 0, 0, 1, 0, 0.0, 22.0]
    assert third[1:] == ["Sở Bằng Lăng", 1, 0, 0, 0, 1, "", ""]


def test_a_round_names_who_is_on_time_late_nil_and_missing(world: World, tmp_path: Path) -> None:
    [task] = world.duty("1.1", "2025-08-14", "alice")
    round_ = world.round("lan-1", "2025-08-01", "2025-09-04")
    open_due_rounds(world.session, at("2025-08-01"))
    alice, bob = (find_standing(world.session, round_, code) for code in ("alice", "bob"))
    deed = Deed(ALICE, at("2025-09-03"))
    save_draft(world.session, alice, Content((Line(task, result="Đã làm"),)), deed)
    submit(world.session, alice, deed)
    submit_nil(world.session, bob, "Không phát sinh", Deed(BOB, at("2025-09-08")))
    path = tmp_path / "lan-1.xlsx"
    assert export_round(world.session, as_of(world.session, at("2025-09-10")), round_, path) == 3
    _, first, second, third = read(path)
    due = date(2025, 9, 4)
    assert first[3:9] == ["Đã nộp (đúng hạn)", due, "", "", date(2025, 9, 3), ""]
    assert second[3:9] == ["Đã nộp (chậm)", due, "", "có", date(2025, 9, 8), 4]
    assert third[3:9] == ["Chưa nộp", due, "", "", "", ""]
    figures = {str(name).strip(): count for name, count in read(path, sheet=1)[1:]}
    assert (
        figures["Cơ quan phải báo cáo"] == figures["Đã nộp"] + figures["Được miễn"] + figures["Chưa nộp"] == 3
    )


def test_a_round_that_is_not_open_yet_shows_whom_it_expects(world: World, tmp_path: Path) -> None:
    round_ = world.round("lan-1", "2025-08-01", "2025-09-04", "bob alice")
    path = tmp_path / "lan-1.xlsx"
    export_round(world.session, as_of(world.session, at("2025-07-26")), round_, path)
    assert [row[1] for row in read(path)[1:]] == ["Sở Anh Đào", "Sở Bằng Lăng"]


def test_the_proof_says_who_was_told_what_when_and_what_the_server_answered(
    world: World, tmp_path: Path
) -> None:
    [task] = world.duty("1.1", "2025-08-14", "bob")
    agency, day = world.agencies["bob"], date(2025, 8, 12)
    mail = Message(
        key="bob:2025-08-12", stream=Stream.ROUTINE, agency_id=agency.id, kinds=["reminder"], subject="Còn 2 ngày",
        message_id="<1@a.example>", mime=b"", speaks_for=day, state=MessageState.SENT, created_at=at(day),
        next_attempt_at=at(day), sent_at=at(day, 8, 5),
        recipients=[
            Recipient(address="a@bob.example", outcome="sent"),
            Recipient(address="b@bob.example", outcome="refused", reply="550 unknown"),
        ],
    )  # fmt: skip
    world.session.add(mail)
    world.session.flush()
    common = {
        "agency_id": agency.id,
        "decision_id": world.decision.id,
        "task_id": task,
        "stream": Stream.ROUTINE,
    }
    world.session.add_all(
        [
            Notice(
                key="1", kind="reminder", step=-2, due=date(2025, 8, 14), on_day=day, state=NoticeState.TOLD,
                message_id=mail.id, **common,
            ),
            Notice(key="2", kind="overdue", step=1, on_day=date(2025, 8, 15), state=NoticeState.SKIPPED,
                   reason="Đã khai báo", **common),
        ]
    )  # fmt: skip
    world.session.flush()
    view = as_of(world.session, at("2025-09-05", 23))
    path = tmp_path / "bang-chung.xlsx"
    kinds = {"reminder": "Nhắc trước hạn", "overdue": "Quá hạn"}
    assert export_proof(world.session, view, ProofFilter(agency="bob"), kinds, path) == 3
    heads, *rows = read(path)
    named = [dict(zip(heads, row, strict=True)) for row in rows]
    assert [row["Địa chỉ"] for row in named] == ["a@bob.example", "b@bob.example", ""]
    assert [row["Máy chủ thư trả lời"] for row in named] == ["Đã nhận", "Từ chối: 550 unknown", ""]
    assert named[0]["Gửi lúc"] == datetime(2025, 8, 12, 8, 5)  # noqa: DTZ001  # a wall clock has no zone
    assert named[0]["Về nhiệm vụ, lần báo cáo"] == "1.1"
    assert named[2]["Kết quả"] == "Bỏ qua: Đã khai báo"
    assert export_proof(world.session, view, ProofFilter(until=day), kinds, path) == 2


def test_indicators_stand_with_their_coverage_and_a_blank_is_not_a_zero(tmp_path: Path) -> None:
    indicators, _ = read_indicators("hai-phong-dan-van-2025-2")
    assert indicators is not None
    total = [Consolidated(key, None, 0, 3, (), ()) for key in indicators.figures()]
    total[0] = Consolidated(total[0].figure, Decimal(7), 2, 3, (), ("charlie",))
    sheet = indicator_sheet("CHỈ TIÊU", date(2025, 9, 5), indicators, total, {"Cấp xã": total})
    write_workbook(tmp_path / "so.xlsx", [sheet], at("2025-09-05"))
    _, first, second, *_ = read(tmp_path / "so.xlsx")
    assert first[2:] == ["cuộc", 7, 2, 3, 7]
    assert second[3:] == ["", 0, 3, ""]

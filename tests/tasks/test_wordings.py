"""A list of an earlier day reads as it did then, also where an amendment has given its rows other words since."""

from pathlib import Path

import pytest
from icalendar import Calendar
from sqlalchemy.orm import Session

from documents.agency_calendar import Links, agency_calendar
from tasks.asof import as_of
from tasks.models import Decision, Round
from tasks.queries.due import open_by_duty
from tasks.queries.lists import TaskFilter, list_tasks
from tasks.queries.matrix import matrix
from tasks.snapshots.report_snapshot import take_report_snapshot
from tests.tasks.cast import at
from tests.tasks.small import amend, amendment, load_small, tasks_of

FIRST = """
    add:
      - {code: "1.3", section: "1", text: Việc mới, lead: Sở Y tế, deadline: Tháng 12/2025}
    change:
      - {code: "1.1", text: Lập kế hoạch cả năm, deadline: Hoàn thành trước ngày 15/12/2025}
    cancel:
      - {code: "1.2", reason: Trùng nhiệm vụ khác}
"""
SECOND = """
    change:
      - {code: "2.1", text: Đối thoại hai lần}
"""


@pytest.fixture
def decision(session: Session, tmp_path: Path) -> Decision:
    """Amended twice, in October and in November."""
    found = load_small(session, tmp_path)
    amend(session, amendment(tmp_path, FIRST), at("2025-10-16"))
    amend(
        session, amendment(tmp_path, SECOND, number="100/QĐ-UBND", issued_on="2025-11-03"), at("2025-11-03")
    )
    return found


def words(session: Session, day: str, duty: str) -> list[tuple[str, str]]:
    rows = list_tasks(session, as_of(session, at(day, 23)), TaskFilter(duty=duty)).items
    return sorted({(row.text, row.deadline) for row in rows})


def test_each_day_has_its_own_words(session: Session, decision: Decision) -> None:
    plan, year = "Hoàn thành trước ngày 15/11/2025", "Hoàn thành trước ngày 15/12/2025"
    assert words(session, "2025-10-15", "1.1") == [("Lập kế hoạch", plan)]
    assert words(session, "2025-10-16", "1.1") == [("Lập kế hoạch cả năm", year)]
    assert words(session, "2025-11-03", "1.1") == [("Lập kế hoạch cả năm", year)]
    assert words(session, "2025-11-02", "2.1") == [("Đối thoại", "6 tháng cuối năm 2025")]
    assert words(session, "2025-11-03", "2.1") == [("Đối thoại hai lần", "6 tháng cuối năm 2025")]


def test_the_matrix_and_what_is_due_say_the_same(session: Session, decision: Decision) -> None:
    shown = {}
    for day in ("2025-10-15", "2025-10-20", "2025-11-03"):
        view = as_of(session, at(day, 23))
        shown[day] = dict(matrix(session, view, TaskFilter(decision=decision.key)).duties)
        due = {group.duty: group.text for group in open_by_duty(session, view, None, at("2026-01-15").date())}
        assert due.items() <= shown[day].items()
    rest = {"1.2": "Trình kỳ họp", "2.2": "Báo cáo nhanh"}
    amended = {"1.1": "Lập kế hoạch cả năm", "1.3": "Việc mới"}
    assert shown == {
        "2025-10-15": {"1.1": "Lập kế hoạch", "2.1": "Đối thoại"}
        | rest,  # what was added later was not there
        "2025-10-20": amended | {"2.1": "Đối thoại"} | rest,  # what was cancelled stays as history
        "2025-11-03": amended | {"2.1": "Đối thoại hai lần"} | rest,
    }


def test_no_two_rows_share_a_place_in_the_list(session: Session, decision: Decision) -> None:
    in_order = sorted(decision.duties, key=lambda duty: duty.position)
    assert [duty.code for duty in in_order] == ["1.1", "1.2", "1.3", "2.1", "2.2"]
    assert len({duty.position for duty in in_order}) == 5
    assert tasks_of(session, "1.2")["so-xay-dung"].life.value == "cancelled"


def test_the_agencys_calendar_of_an_earlier_day_has_the_words_of_that_day(
    session: Session, decision: Decision
) -> None:
    def told(day: str) -> str:
        view = as_of(session, at(day, 23))
        content, _ = agency_calendar(
            session, view, "so-xay-dung", Links("https://dondoc.example", "dondoc.example")
        )
        events = {str(event["SUMMARY"]): event for event in Calendar.from_ical(content).walk("VEVENT")}
        return str(events["Hạn nhiệm vụ 1.1"]["DESCRIPTION"])

    assert told("2025-10-15") == "Lập kế hoạch\nThời gian thực hiện: Hoàn thành trước ngày 15/11/2025"
    assert told("2025-10-16") == "Lập kế hoạch cả năm\nThời gian thực hiện: Hoàn thành trước ngày 15/12/2025"


def test_the_report_of_an_earlier_day_has_the_rows_words_and_days_of_that_day(
    session: Session, decision: Decision
) -> None:
    round_ = next(entry for entry in session.query(Round) if entry.code == "lan-2")

    def rows(day: str) -> dict[str, tuple[str, str | None]]:
        body = take_report_snapshot(session, round_, as_of(session, at(day, 23))).body
        return {row["code"]: (row["text"], row["due"]) for row in body["duties"]}

    before, after = rows("2025-10-15"), rows("2025-11-03")
    assert before["1.1"] == ("Lập kế hoạch", "2025-11-14")
    assert after["1.1"] == ("Lập kế hoạch cả năm", "2025-12-14")
    assert before["2.1"][0] == "Đối thoại"
    assert after["2.1"][0] == "Đối thoại hai lần"
    assert "1.3" not in before  # it was added by the amendment
    assert "1.3" in after
    assert before.keys() == {"1.1", "1.2", "2.1", "2.2"}

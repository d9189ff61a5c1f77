from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from catalog.errors import FaultyDataError
from tasks.amending.amendments import prepare
from tasks.asof import as_of
from tasks.database import writing
from tasks.errors import DomainError
from tasks.intake import current_decision, take_in
from tasks.models import Amendment, Decision, Duty, Life, Notice, Round, Standing, Supporter
from tasks.occasions import set_occasion
from tasks.rounds.agencies import Ruling, extend_agencies
from tasks.rounds.rounds import open_due_rounds
from tasks.tracking import tracker
from tasks.tracking.changes import Grounds
from tasks.tracking.extensions import ask_extension, grant_extension
from tests.tasks.cast import ADMIN, at, statements
from tests.tasks.small import amend, amendment, load_small, tasks_of

OCTOBER = at("2025-10-16")
MOVE = """
    change:
      - {code: "1.1", deadline: Hoàn thành trước ngày 15/12/2025, because: Kéo dài}
"""


@pytest.fixture
def decision(session: Session, tmp_path: Path) -> Decision:
    return load_small(session, tmp_path)


def said(difference) -> list[tuple[str, str, str, date | None, date | None]]:
    return [(c.duty, c.agency, c.what, c.due_from, c.timing.due) for c in difference.tasks if c.told]


def test_each_kind_of_change_does_what_was_shown_before(session, decision, tmp_path) -> None:
    path = amendment(tmp_path, """
        because: Theo đề nghị của Sở Nội vụ
        add:
          - {code: "1.3", section: "1", text: Việc mới, lead: Sở Y tế, deadline: Trong 20 ngày kể từ ngày ban hành}
        change:
          - {code: "1.1", deadline: Hoàn thành trước ngày 15/12/2025, lead: Sở Xây dựng; Sở Y tế}
        cancel:
          - {code: "2.2", reason: Trùng nhiệm vụ khác}
    """)  # fmt: skip
    shown = prepare(session, path).difference
    assert said(shown) == [
        ("1.3", "so-y-te", "added", None, date(2025, 11, 4)),  # twenty days from 15 October
        ("1.1", "so-tai-chinh", "cancelled", date(2025, 11, 14), date(2025, 11, 14)),
        ("1.1", "so-xay-dung", "moved", date(2025, 11, 14), date(2025, 12, 14)),
        ("1.1", "so-y-te", "added", None, date(2025, 12, 14)),
        ("2.2", "so-y-te", "cancelled", date(2025, 9, 30), date(2025, 9, 30)),
    ]
    assert shown.totals["untouched"] == 5  # 1.2 and the four departments of 2.1
    done = amend(session, path, OCTOBER)
    assert said(done) == said(shown)
    first = tasks_of(session, "1.1")
    assert {code: (task.life, task.due, task.original_due) for code, task in first.items()} == {
        "so-xay-dung": (Life.NOT_STARTED, date(2025, 12, 14), date(2025, 12, 14)),
        "so-tai-chinh": (Life.CANCELLED, date(2025, 11, 14), date(2025, 11, 14)),
        "so-y-te": (Life.NOT_STARTED, date(2025, 12, 14), date(2025, 12, 14)),
    }
    assert first["so-xay-dung"].next_step_on == date(
        2025, 11, 28
    )  # 10 working days before Friday 12 December
    assert first["so-y-te"].next_step_on == date(2025, 11, 28)
    events = {code: [(e.action, e.reason) for e in task.events] for code, task in first.items()}
    why = "Quyết định số 99/QĐ-UBND ngày 15/10/2025: Theo đề nghị của Sở Nội vụ"
    assert events == {
        "so-xay-dung": [("amend", why)],
        "so-tai-chinh": [("cancel", f"Không còn là cơ quan chủ trì. {why}")],
        "so-y-te": [("add", why)],
    }
    (event,) = first["so-xay-dung"].events
    assert (event.from_due, event.to_due, event.document_number, event.document_date, event.by) == (
        date(2025, 11, 14), date(2025, 12, 14), "99/QĐ-UBND", date(2025, 10, 15), "huyen",
    )  # fmt: skip
    rows = {duty.code: duty for duty in decision.duties}
    assert [duty.code for duty in sorted(rows.values(), key=lambda d: d.position)][:3] == [
        "1.1",
        "1.2",
        "1.3",
    ]
    assert rows["2.2"].cancelled_at is not None
    assert [rows[code].amended_by for code in ("1.1", "1.3", "2.2")] == ["99/QĐ-UBND"] * 3
    assert rows["2.1"].amended_by is None
    codes = [duty.code for duty in current_decision(decision).duties]
    assert codes == ["1.1", "1.2", "1.3", "2.1"]


def test_the_past_shows_the_old_day_and_the_present_the_new(session, decision, tmp_path) -> None:
    amend(session, amendment(tmp_path, MOVE), OCTOBER)
    number = tasks_of(session, "1.1")["so-xay-dung"].id
    for day, due in (("2025-10-15", date(2025, 11, 14)), ("2025-10-16", date(2025, 12, 14))):
        tasks = as_of(session, at(day, 23)).tasks()
        row = session.execute(select(tasks.due, tasks.original_due).where(tasks.id == number)).one()
        assert tuple(row) == (due, due)


def test_what_is_finished_granted_or_declared_in_time_keeps_its_day(session, decision, tmp_path) -> None:
    first = {code: task.id for code, task in tasks_of(session, "1.1").items()}
    late = tasks_of(session, "2.2")["so-y-te"].id
    tracker.declare(session, [first["so-xay-dung"], late], ADMIN, at("2025-09-29"))
    tracker.confirm(session, [first["so-xay-dung"]], HUYEN, at("2025-09-30"))
    ask_extension(session, first["so-tai-chinh"], date(2025, 11, 28), "Cần thêm", ADMIN, at("2025-09-29"))
    grant_extension(session, first["so-tai-chinh"], HUYEN, at("2025-09-30"))
    done = amend(session, amendment(tmp_path, """
        change:
          - {code: "1.1", deadline: Hoàn thành trước ngày 01/11/2025}
          - {code: "2.2", deadline: Hoàn thành trước ngày 20/9/2025, accept_past: true}
    """, issued_on="2025-09-15"), at("2025-09-30", 9))  # fmt: skip
    assert [(c.agency, c.what, c.reason) for c in done.tasks] == [
        ("so-tai-chinh", "kept", "Đã được gia hạn đến 28/11/2025"),
        ("so-xay-dung", "kept", "Đã hoàn thành"),
        ("so-y-te", "kept", "Đã báo hoàn thành trong hạn cũ"),
    ]
    assert {code: task.due for code, task in tasks_of(session, "1.1").items()} == {
        "so-xay-dung": date(2025, 11, 14),
        "so-tai-chinh": date(2025, 11, 28),
    }


HUYEN = ADMIN.__class__("huyen", ADMIN.role)


def test_a_lead_taken_away_and_given_back_takes_its_task_up_again(session, decision, tmp_path) -> None:
    before = tasks_of(session, "1.1")["so-tai-chinh"].id
    amend(session, amendment(tmp_path, 'change: [{code: "1.1", lead: Sở Xây dựng}]'), OCTOBER)
    back = amendment(
        tmp_path, 'change: [{code: "1.1", lead: Sở Xây dựng; Sở Tài chính}]', number="100/QĐ-UBND"
    )
    assert said(amend(session, back, OCTOBER)) == [
        ("1.1", "so-tai-chinh", "restored", date(2025, 11, 14), date(2025, 11, 14))
    ]
    task = tasks_of(session, "1.1")["so-tai-chinh"]
    assert (task.id, task.life) == (before, Life.IN_PROGRESS)
    assert task.next_step_on == date(2025, 10, 31)


def test_a_deadline_on_an_occasion_takes_its_day_once_it_is_set(session, decision, tmp_path) -> None:
    amend(session, amendment(tmp_path, """
        change: [{code: "1.1", deadline: Kỳ họp HĐND thành phố cuối năm 2025, event: ky-hop}]
    """), OCTOBER)  # fmt: skip
    task = tasks_of(session, "1.1")["so-xay-dung"]
    assert (task.due, task.waits, task.next_step_on) == (None, True, None)
    set_occasion(session, decision, "ky-hop", date(2025, 12, 9), ADMIN, at("2025-11-03"))
    assert tasks_of(session, "1.1")["so-xay-dung"].due == date(2025, 12, 9)
    again = amendment(tmp_path, """
        change: [{code: "2.2", deadline: Kỳ họp HĐND thành phố cuối năm 2025, event: ky-hop}]
    """, number="101/QĐ-UBND", issued_on="2025-11-04")  # fmt: skip
    amend(session, again, at("2025-11-04"))
    assert tasks_of(session, "2.2")["so-y-te"].due == date(2025, 12, 9)


def test_words_alone_leave_the_days_and_are_in_the_history(session, decision, tmp_path) -> None:
    done = amend(session, amendment(tmp_path, 'change: [{code: "1.1", text: Lập kế hoạch năm}]'), OCTOBER)
    assert {change.what for change in done.tasks} == {"reworded"}
    task = tasks_of(session, "1.1")["so-xay-dung"]
    assert (task.due, [event.action for event in task.events]) == (date(2025, 11, 14), ["amend"])
    assert session.scalars(select(Duty.text).where(Duty.code == "1.1")).one() == "Lập kế hoạch năm"


def test_who_stands_beside_a_duty_changes_with_its_cell(session, decision, tmp_path) -> None:
    amend(session, amendment(tmp_path, 'change: [{code: "1.1", support: Sở Nội vụ}]'), OCTOBER)
    codes = select(Supporter.agency_id).join(Duty).where(Duty.code == "1.1")
    named = session.scalars(codes).all()
    assert named == [tasks_of(session, "2.1")["so-noi-vu"].agency_id]


def test_rounds_move_for_who_still_owes_and_new_ones_are_planned(session, decision, tmp_path) -> None:
    open_due_rounds(session, at("2025-11-10"))
    second = session.scalars(select(Round).where(Round.code == "lan-2")).one()
    extend_agencies(session, second, ["so-y-te"], date(2025, 12, 31), Ruling(ADMIN, at("2025-11-11"), "Bận"))
    amend(session, amendment(tmp_path, """
        rounds:
          - {code: lan-2, text: lần 2 trước ngày 15/12/2025}
          - {code: lan-3, text: lần 3 trước ngày 15/01/2026, source: Điều 2}
    """, issued_on="2025-11-12"), at("2025-11-12"))  # fmt: skip
    session.refresh(second)
    assert (second.due, second.closes_at) == (date(2025, 12, 14), at("2025-12-15", 0))
    dues = dict(session.execute(select(Standing.agency_id, Standing.due)).tuples().all())
    assert sorted(dues.values()) == [date(2025, 12, 14)] * 3 + [date(2025, 12, 31)]
    third = session.scalars(select(Round).where(Round.code == "lan-3")).one()
    assert (third.due, third.state.value, len(third.expected)) == (date(2026, 1, 14), "planned", 4)
    # the third report comes after 31 December, so what ends with the year no longer outlives the reports
    assert session.scalars(select(Duty.close_out).where(Duty.code == "2.1")).one() is False


def test_a_closed_round_is_not_moved(session, decision, tmp_path) -> None:
    first = session.scalars(select(Round).where(Round.code == "lan-1")).one()
    first.state = first.state.__class__.CLOSED
    session.flush()
    with pytest.raises(DomainError, match="đã đóng"):
        prepare(session, amendment(tmp_path, "rounds: [{code: lan-1, text: lần 1 trước ngày 30/10/2025}]"))


def test_applying_it_again_changes_nothing_and_another_text_of_the_number_is_refused(
    session, decision, tmp_path
) -> None:
    path = amendment(tmp_path, MOVE)
    amend(session, path, OCTOBER)
    since = tasks_of(session, "1.1")["so-xay-dung"].since
    again = prepare(session, path, lock=True)
    assert again.applied_before
    assert again.difference.totals["untouched"] == 8
    assert tasks_of(session, "1.1")["so-xay-dung"].since == since
    other = amendment(tmp_path, 'change: [{code: "1.1", text: Khác}]')
    with pytest.raises(DomainError, match="99/QĐ-UBND đã áp dụng"):
        prepare(session, other)


def test_an_amended_row_is_amended_again_only_by_what_was_issued_later(session, decision, tmp_path) -> None:
    amend(session, amendment(tmp_path, MOVE), OCTOBER)
    for day, refused in (("2025-10-14", True), ("2025-10-15", False), ("2025-10-16", False)):
        path = amendment(tmp_path, 'change: [{code: "1.1", text: Khác}]', number="100/QĐ-UBND", issued_on=day)
        if refused:
            with pytest.raises(FaultyDataError, match="đã được Quyết định số 99/QĐ-UBND"):
                prepare(session, path)
        else:
            assert prepare(session, path).difference.totals["reworded"] == 2
    other = amendment(
        tmp_path, 'change: [{code: "2.1", text: Khác}]', number="100/QĐ-UBND", issued_on="2025-10-14"
    )
    assert (
        prepare(session, other).difference.totals["reworded"] == 4
    )  # another row: the order does not matter


def test_a_draft_is_shown_but_not_applied_and_nothing_is_applied_before_its_day(
    session, decision, tmp_path
) -> None:
    path = tmp_path / "nhap.yaml"
    path.write_text("amends: nho-2025\nchange: [{code: '1.1', text: Khác}]\n", "utf-8")
    draft = prepare(session, path)
    assert draft.difference.totals["reworded"] == 2
    with pytest.raises(FaultyDataError) as refused:
        amend(session, path, OCTOBER)
    assert len(refused.value.faults) == 2  # number and date
    later = amendment(tmp_path, MOVE)
    with pytest.raises(DomainError, match="ban hành sau hôm nay"):
        amend(session, later, at("2025-10-14"))
    assert session.scalars(select(Amendment)).all() == []


def test_the_original_is_kept_and_loading_it_again_changes_nothing(session, decision, tmp_path) -> None:
    original = dict(decision.document)
    amend(session, amendment(tmp_path, MOVE), OCTOBER)
    (kept,) = session.scalars(select(Amendment))
    assert kept.before == original
    assert decision.document != original
    assert kept.changes["totals"]["moved"] == 2
    _, loaded = take_in(session, str(tmp_path / "quyet-dinh.yaml"), None, "admin", at("2025-10-17"))
    assert (loaded.added, loaded.changed, loaded.unchanged) == (0, 0, 4)
    assert tasks_of(session, "1.1")["so-xay-dung"].due == date(2025, 12, 14)


def test_each_agency_it_touches_is_owed_one_notice(session, decision, tmp_path) -> None:
    amend(session, amendment(tmp_path, MOVE), OCTOBER)
    rows = session.execute(
        select(Notice.key, Notice.stream).where(Notice.kind == "amended").order_by(Notice.key)
    ).all()
    assert [(key.rpartition(":")[2], stream.value) for key, stream in rows] == [
        ("so-tai-chinh", "transactional"),
        ("so-xay-dung", "transactional"),
    ]


def test_a_silent_decision_is_amended_silently(session, tmp_path) -> None:
    load_small(session, tmp_path, active=False)
    amend(session, amendment(tmp_path, MOVE), OCTOBER)
    assert tasks_of(session, "1.1")["so-xay-dung"].next_step_on is None
    assert session.scalars(select(Notice)).all() == []


def test_the_statements_do_not_grow_with_the_tasks(session, decision, tmp_path) -> None:
    with statements(session) as few:
        amend(session, amendment(tmp_path, 'change: [{code: "2.2", text: Khác}]'), OCTOBER)
    with statements(session) as many:
        path = amendment(tmp_path, 'change: [{code: "2.1", text: Khác}]', number="100/QĐ-UBND")
        amend(session, path, OCTOBER)
    assert len(many) <= len(few) + 1


ENTRIES = st.lists(
    st.sampled_from(
        [
            'change: {code: "1.1", deadline: Hoàn thành trước ngày 15/12/2025}',
            'change: {code: "1.1", lead: Sở Y tế; Sở Xây dựng}',
            'change: {code: "1.2", deadline: Quý IV/2025}',
            'change: {code: "2.1", deadline: Thường xuyên}',
            'change: {code: "2.2", text: Khác, deadline: 6 tháng cuối năm 2025}',
            'cancel: {code: "2.2", reason: Thôi}',
            'cancel: {code: "1.1", reason: Thôi}',
            'add: {code: "1.9", section: "1", text: Mới, lead: Các sở, deadline: Tháng 12/2025}',
        ]
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda entry: entry.split('"')[1],
)
DEEDS = st.lists(st.tuples(st.sampled_from(["declare", "confirm", "cancel"]), st.integers(0, 7)), max_size=5)


def everything(session: Session, moment) -> list[tuple]:
    tasks = as_of(session, moment).tasks()
    names = ("id", "agency_id", "life", "start", "due", "original_due", "waits", "declared_on", "counted_on")
    return session.execute(select(*(getattr(tasks, name) for name in names)).order_by(tasks.id)).all()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=ENTRIES, deeds=DEEDS)
def test_the_day_before_reads_as_it_was(
    engine: Engine, tmp_path: Path, entries: list[str], deeds: list[tuple[str, int]]
) -> None:
    with writing(engine) as session:
        load_small(session, tmp_path)
        ids = [row.id for row in everything(session, at("2025-10-14"))]
        for deed, which in deeds:
            try:
                who = ADMIN if deed == "declare" else HUYEN
                getattr(tracker, deed)(session, [ids[which]], who, at("2025-10-14"), Grounds("Vì vậy"))
            except DomainError:
                continue  # the table of lives refuses it
        before = everything(session, at("2025-10-15", 23))
        groups = {
            name: [e.split(": ", 1)[1] for e in entries if e.startswith(name)]
            for name in ("add", "change", "cancel")
        }
        body = "\n".join(f"{name}: [{', '.join(rows)}]" for name, rows in groups.items() if rows)
        shown = amend(session, amendment(tmp_path, body), OCTOBER)
        assert everything(session, at("2025-10-15", 23)) == before
        after = {row.id: row for row in everything(session, OCTOBER + timedelta(hours=1))}
        for change in shown.tasks:
            assert after[change.task].due == change.timing.due
        session.rollback()


def test_faults_name_their_line(session, decision, tmp_path) -> None:
    path = amendment(tmp_path, """
        add:
          - {code: "1.1", section: "1", text: Trùng, lead: Sở Y tế, deadline: Thường xuyên}
          - {code: "3.1", section: "9", text: Mới, lead: Sở Lạ, deadline: Ngày 31/02/2025}
        change:
          - {code: "8.8", text: Không có}
          - {code: "1.2"}
          - {code: "2.1", tex: Sai tên cột}
          - {code: "2.2", deadline: Hoàn thành trước ngày 01/8/2025}
        cancel:
          - {code: "1.2", reason: Hai lần}
        rounds:
          - {code: lan-9}
    """)  # fmt: skip
    with pytest.raises(FaultyDataError) as refused:
        prepare(session, path)
    told = [str(fault) for fault in refused.value.faults]
    for line, words in (
        (6, "đã có nhiệm vụ mang mã “1.1”"),
        (7, "không có phần nào mang mã “9”"),
        (7, "Sở Lạ"),
        (7, "không hiểu thời hạn"),
        (9, "không có nhiệm vụ mang mã “8.8”"),
        (10, "không nêu nội dung nào thay đổi"),
        (11, "tex"),
        (12, "trước ngày ban hành"),
        (14, "“1.2” đã dùng ở trên"),
        (16, "thiếu mục text và source"),
    ):
        assert any(f"dòng {line}" in sentence and words in sentence for sentence in told), (line, words, told)


def test_a_decision_that_is_not_loaded_is_named(session, tmp_path) -> None:
    with pytest.raises(FaultyDataError, match="chưa nạp quyết định “nho-2025”"):
        prepare(session, amendment(tmp_path, MOVE))

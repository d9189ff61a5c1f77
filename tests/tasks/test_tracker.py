from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tasks.database import reading, writing
from tasks.errors import ConflictError, DomainError, ManyRefusalsError, NotAllowedError, NotFoundError
from tasks.models import Life, Notice, Stream, Task, TaskEvent
from tasks.tracking import tracker
from tasks.tracking.changes import Change, Grounds, apply_changes, load_tasks
from tasks.tracking.transitions import Action
from tests.tasks.cast import ADMIN, ALICE, BOB, CHARLIE, HOME, LEADER, SEAL, World, at, build, statements

WHY = Grounds(reason="Thiếu số liệu quý III")


def test_a_task_lives_from_start_to_confirmation_with_an_event_for_each_step(world: World) -> None:
    (task, *_) = world.duty("1.1", "2025-08-14")
    tracker.start(world.session, [task], ALICE, at("2025-08-01"))
    tracker.declare(world.session, [task], ALICE, at("2025-08-14", 23, 59))
    (done,) = tracker.confirm(world.session, [task], HOME, at("2025-08-20"))
    assert (done.life, done.counted_on, done.declared_by) == (Life.COMPLETED, date(2025, 8, 14), "an")
    told = [(e.action, e.by, e.from_life.value, e.to_life.value) for e in done.events]
    assert told == [
        ("start", "an", "not_started", "in_progress"),
        ("declare", "an", "in_progress", "declared"),
        ("confirm", "huong", "declared", "completed"),
    ]
    assert [e.from_since for e in done.events][1:] == [e.recorded_at for e in done.events][:-1]


def test_a_minute_past_midnight_in_hanoi_is_the_next_day(world: World) -> None:
    (task, *_) = world.duty("1.1", "2025-08-14")
    (declared,) = tracker.declare(world.session, [task], ALICE, at("2025-08-15", 0, 1))
    assert declared.counted_on == date(2025, 8, 15)  # still 14 August in UTC


def test_the_date_of_the_output_document_is_the_counted_day(world: World) -> None:
    (task, *_) = world.duty("1.1", "2025-08-14")
    paper = Grounds(document_number="12/BC-SAD", document_date=date(2025, 8, 13))
    tracker.declare(world.session, [task], ALICE, at("2025-08-18"), paper)
    (done,) = tracker.confirm(world.session, [task], HOME, at("2025-08-19"))
    assert (done.counted_on, done.declared_on) == (date(2025, 8, 13), date(2025, 8, 18))
    assert done.events[0].document_number == "12/BC-SAD"


def test_the_confirmer_may_count_another_document(world: World) -> None:
    (task, *_) = world.duty("1.1", "2025-08-14")
    tracker.declare(world.session, [task], ALICE, at("2025-08-18"))
    paper = Grounds(document_number="12/BC-SAD", document_date=date(2025, 8, 13))
    (done,) = tracker.confirm(world.session, [task], HOME, at("2025-08-19"), paper)
    assert done.counted_on == date(2025, 8, 13)


@pytest.mark.parametrize(
    ("grounds", "words"),
    [
        (Grounds(document_date=date(2025, 8, 19)), "sau hôm nay"),
        (Grounds(on=date(2025, 8, 19)), "sau hôm nay"),
        (Grounds(document_date=date(2025, 7, 24)), "trước ngày ban hành"),
        (Grounds(on=date(2025, 7, 24)), "trước ngày ban hành"),
    ],
)
def test_a_day_in_the_future_or_before_the_decision_is_refused(
    world: World, grounds: Grounds, words: str
) -> None:
    (task, *_) = world.duty("1.1", "2025-08-14")
    with pytest.raises(DomainError, match=f"Nhiệm vụ 1.1 của Sở Anh Đào.*{words}"):
        tracker.declare(world.session, [task], ADMIN, at("2025-08-18"), grounds)
    assert world.task(task).life is Life.NOT_STARTED


def test_an_agency_does_not_backdate_its_own_declaration_but_the_administrator_enters_the_past(
    world: World,
) -> None:
    alice, bob, _ = world.duty("1.1", "2025-08-14")
    earlier = Grounds(on=date(2025, 8, 14))
    with pytest.raises(NotAllowedError, match="không ghi lùi"):
        tracker.declare(world.session, [alice], ALICE, at("2025-08-18"), earlier)
    (declared,) = tracker.declare(world.session, [bob], ADMIN, at("2025-08-18"), earlier)
    assert (declared.declared_on, declared.counted_on) == (date(2025, 8, 14), date(2025, 8, 14))


def test_a_returned_declaration_is_not_done_and_the_agency_is_written_to(world: World) -> None:
    (task, *_) = world.duty("1.1", "2025-08-14")
    for day in ("2025-08-11", "2025-08-13"):
        tracker.declare(world.session, [task], ALICE, at(day))
        (back,) = tracker.return_(world.session, [task], HOME, at(day, 16), WHY)
    assert (back.life, back.counted_on, back.declared_by) == (Life.IN_PROGRESS, None, None)
    notices = world.session.scalars(select(Notice).where(Notice.task_id == task)).all()
    assert [(n.kind, n.stream) for n in notices] == [("returned", Stream.TRANSACTIONAL)] * 2
    assert len({n.key for n in notices}) == 2


def test_a_silent_decision_says_nothing(session: Session) -> None:
    world = build(session, active=False)
    (task, *_) = world.duty("1.1", "2025-08-14")
    tracker.declare(session, [task], ALICE, at("2025-08-11"))
    tracker.return_(session, [task], HOME, at("2025-08-11", 16), WHY)
    assert session.scalars(select(Notice)).all() == []


def test_declaring_leaves_the_ladder_where_it_stood(world: World) -> None:
    (task, *_) = world.duty("1.1", "2025-08-14")
    world.task(task).next_step_on = date(2025, 8, 12)
    world.session.flush()
    tracker.declare(world.session, [task], ALICE, at("2025-08-11"))
    (back,) = tracker.return_(world.session, [task], HOME, at("2025-08-11", 9), WHY)
    assert back.next_step_on == date(2025, 8, 12)


def test_not_applicable_is_confirmed_like_a_declaration(world: World) -> None:
    (task, *_) = world.duty("1.1", "2025-08-14")
    with pytest.raises(DomainError, match="phải ghi lý do"):
        tracker.declare_not_applicable(world.session, [task], ALICE, at("2025-08-11"))
    tracker.declare_not_applicable(
        world.session, [task], ALICE, at("2025-08-11"), Grounds("Không có cơ sở tôn giáo")
    )
    (answered,) = tracker.confirm(world.session, [task], HOME, at("2025-08-12"))
    assert answered.life is Life.NOT_APPLICABLE


@pytest.mark.parametrize("how", [tracker.return_, tracker.cancel, tracker.reopen])
def test_sending_back_cancelling_and_reopening_need_a_reason(world: World, how: Any) -> None:
    (task, *_) = world.duty("1.1", "2025-08-14")
    tracker.declare(world.session, [task], ALICE, at("2025-08-11"))
    if how is tracker.reopen:
        tracker.confirm(world.session, [task], HOME, at("2025-08-12"))
    with pytest.raises(DomainError, match="phải ghi lý do"):
        how(world.session, [task], HOME, at("2025-08-13"), Grounds(reason=" "))


def test_reopening_forgets_the_finish_and_starts_the_ladder_anew(world: World) -> None:
    (task, *_) = world.duty("1.1", "2025-08-29")
    tracker.declare(world.session, [task], ALICE, at("2025-08-11"))
    tracker.confirm(world.session, [task], HOME, at("2025-08-12"))
    (again,) = tracker.reopen(world.session, [task], HOME, at("2025-08-18"), WHY)
    assert (again.life, again.counted_on) == (Life.IN_PROGRESS, None)
    assert again.next_step_on == date(
        2025, 8, 22
    )  # 5 working days before; the step of 10 went by on the 15th


def test_the_table_refuses_with_a_sentence_that_names_the_task(world: World) -> None:
    (task, *_) = world.duty("1.1", "2025-08-14")
    with pytest.raises(DomainError) as refused:
        tracker.confirm(world.session, [task], HOME, at("2025-08-12"))
    assert str(refused.value) == "Nhiệm vụ 1.1 của Sở Anh Đào chưa bắt đầu nên không thể xác nhận."


@pytest.mark.parametrize("stranger", [BOB, CHARLIE, HOME, SEAL, LEADER])
def test_one_agency_does_not_declare_for_another(world: World, stranger: Any) -> None:
    (task, *_) = world.duty("1.1", "2025-08-14")
    with pytest.raises(NotAllowedError, match="việc này của Sở Anh Đào"):
        tracker.declare(world.session, [task], stranger, at("2025-08-11"))


@pytest.mark.parametrize("stranger", [ALICE, BOB, SEAL, LEADER])
def test_only_the_coordinator_confirms_what_others_lead(world: World, stranger: Any) -> None:
    (task, *_) = world.duty("1.1", "2025-08-14")
    tracker.declare(world.session, [task], ADMIN, at("2025-08-11"))
    with pytest.raises(NotAllowedError, match="việc này của Sở Nội vụ"):
        tracker.confirm(world.session, [task], stranger, at("2025-08-11"))


def test_what_the_coordinator_leads_is_confirmed_by_the_confirmer(world: World) -> None:
    (task,) = world.duty("2.4", "2025-08-14", "home")
    tracker.declare(world.session, [task], HOME, at("2025-08-11"))
    with pytest.raises(NotAllowedError, match="Văn phòng Ủy ban nhân dân thành phố"):
        tracker.confirm(world.session, [task], HOME, at("2025-08-12"))
    (done,) = tracker.confirm(world.session, [task], SEAL, at("2025-08-12"))
    assert done.life is Life.COMPLETED


def test_the_coordinator_does_not_cancel_what_it_leads_itself(world: World) -> None:
    (task,) = world.duty("2.4", "2025-08-14", "home")
    with pytest.raises(NotAllowedError):
        tracker.cancel(world.session, [task], HOME, at("2025-08-11"), WHY)


def test_nobody_confirms_what_the_same_person_declared(world: World) -> None:
    (task, *_) = world.duty("1.1", "2025-08-14")
    tracker.declare(world.session, [task], ADMIN, at("2025-08-11"))
    with pytest.raises(NotAllowedError, match="--by"):
        tracker.confirm(world.session, [task], ADMIN, at("2025-08-12"))


def test_an_agency_of_another_directory_with_the_same_code_is_a_stranger(world: World) -> None:
    (task, *_) = world.duty("1.1", "2025-08-14")
    elsewhere = replace(ALICE, directory="tinh-khac")
    with pytest.raises(NotAllowedError):
        tracker.declare(world.session, [task], elsewhere, at("2025-08-11"))


def test_several_are_done_all_or_none_and_every_refusal_is_told(world: World) -> None:
    alice, bob, charlie = world.duty("1.1", "2025-08-14")
    tracker.declare(world.session, [alice, bob, charlie], ADMIN, at("2025-08-11"))
    tracker.confirm(world.session, [bob], HOME, at("2025-08-12"))
    again = world.duty("1.2", "2025-08-14", "alice")
    with pytest.raises(ManyRefusalsError) as refused:
        tracker.confirm(world.session, [alice, bob, *again], HOME, at("2025-08-13"))
    assert str(refused.value).splitlines() == [
        "Nhiệm vụ 1.1 của Sở Bằng Lăng đã hoàn thành nên không thể xác nhận.",
        "Nhiệm vụ 1.2 của Sở Anh Đào chưa bắt đầu nên không thể xác nhận.",
    ]
    assert world.task(alice).life is Life.DECLARED
    done = tracker.confirm(world.session, [alice, charlie], HOME, at("2025-08-13"))
    assert {task.life for task in done} == {Life.COMPLETED}


def test_a_task_that_does_not_exist_is_named(world: World) -> None:
    with pytest.raises(NotFoundError, match="Không có nhiệm vụ số 999"):
        tracker.start(world.session, [999], ADMIN, at("2025-08-11"))


def test_a_clock_a_little_behind_still_records_after_what_stands(world: World) -> None:
    (task, *_) = world.duty("1.1", "2025-08-14")
    tracker.start(world.session, [task], ALICE, at("2025-08-11", 8))
    (declared,) = tracker.declare(world.session, [task], ALICE, at("2025-08-11", 7, 30))
    assert declared.since > at("2025-08-11", 8)
    assert declared.declared_on == date(2025, 8, 11)


def test_a_clock_far_behind_is_refused(world: World) -> None:
    (task, *_) = world.duty("1.1", "2025-08-14")
    tracker.start(world.session, [task], ALICE, at("2025-08-11", 8))
    with pytest.raises(DomainError, match="kiểm tra đồng hồ"):
        tracker.declare(world.session, [task], ALICE, at("2025-08-11", 6, 30))


def test_two_changes_of_the_same_instant_are_told_apart(world: World) -> None:
    (task, *_) = world.duty("1.1", "2025-08-14")
    tracker.start(world.session, [task], ALICE, at("2025-08-11"))
    (declared,) = tracker.declare(world.session, [task], ALICE, at("2025-08-11"))
    first, second = declared.events
    assert first.recorded_at < second.recorded_at


def test_who_writes_on_a_state_that_is_gone_gets_a_conflict(engine: Engine) -> None:
    with writing(engine) as session:
        (number, *_) = build(session).duty("1.1", "2025-08-14")
    with reading(engine) as stale:
        (read,) = load_tasks(stale, [number])
        stale.expunge_all()
    with writing(engine) as session:
        tracker.start(session, [number], ALICE, at("2025-08-11"))
    with pytest.raises(ConflictError, match="người khác cập nhật"), writing(engine) as session:
        apply_changes(session, [Change(read, Action.CANCEL, {"life": Life.CANCELLED})], "x", at("2025-08-12"))
    with reading(engine) as session:
        assert session.get_one(Task, number).life is Life.IN_PROGRESS
        assert [event.action for event in session.scalars(select(TaskEvent))] == ["start"]


def test_five_hundred_are_confirmed_with_a_bounded_number_of_statements(world: World) -> None:
    ids = [number for n in range(170) for number in world.duty(f"9.{n}", "2025-08-14")]
    tracker.declare(world.session, ids, ADMIN, at("2025-08-11"))
    with statements(world.session) as told:
        done = tracker.confirm(world.session, ids, HOME, at("2025-08-11") + timedelta(minutes=1))
    assert len(done) == 510
    assert len(told) < 10
    assert {task.life for task in done} == {Life.COMPLETED}

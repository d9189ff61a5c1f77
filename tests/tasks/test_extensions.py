from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tasks.errors import ConflictError, DomainError, NotAllowedError
from tasks.models import Extension, Life, Notice, Task
from tasks.status import Facts, Status, status_of
from tasks.tracking import tracker
from tasks.tracking.extensions import ask_extension, grant_extension, refuse_extension
from tests.tasks.cast import ALICE, BOB, HOME, SEAL, World, at

LATER = date(2025, 8, 29)
WHY = "Chờ ý kiến Sở Tài chính"


def status(task: Task, day: str) -> Status:
    facts = Facts(task.life, task.due, task.waits, task.counted_on)
    return status_of(facts, date.fromisoformat(day), date.fromisoformat(day))


def test_a_granted_extension_moves_the_due_day_and_keeps_the_first_one(world: World) -> None:
    (task, *_) = world.duty("1.1", "2025-08-14")
    ask_extension(world.session, task, LATER, WHY, ALICE, at("2025-08-12"))
    granted = grant_extension(world.session, task, HOME, at("2025-08-13"), "Đồng ý")
    row = world.task(task)
    assert (row.due, row.original_due) == (LATER, date(2025, 8, 14))
    assert (granted.due_before, granted.granted, granted.answered_by) == (date(2025, 8, 14), True, "huong")
    assert row.next_step_on == date(2025, 8, 15)  # the ladder anew: 10 working days before 29 August
    assert [(e.action, e.from_due, e.to_due) for e in row.events] == [("extend", date(2025, 8, 14), LATER)]
    (notice,) = world.session.scalars(select(Notice).where(Notice.task_id == task))
    assert (notice.kind, notice.due) == ("extension_granted", LATER)


def test_lateness_counts_from_the_day_in_force(world: World) -> None:
    (task, *_) = world.duty("1.1", "2025-08-14")
    ask_extension(world.session, task, LATER, WHY, ALICE, at("2025-08-12"))
    grant_extension(world.session, task, HOME, at("2025-08-13"))
    assert status(world.task(task), "2025-08-29") is Status.DUE_SOON
    assert status(world.task(task), "2025-08-30") is Status.OVERDUE


def test_a_refused_extension_leaves_the_due_day_and_needs_a_reason(world: World) -> None:
    (task, *_) = world.duty("1.1", "2025-08-14")
    ask_extension(world.session, task, LATER, WHY, ALICE, at("2025-08-12"))
    with pytest.raises(DomainError, match="phải ghi lý do"):
        refuse_extension(world.session, task, HOME, at("2025-08-13"))
    refuse_extension(world.session, task, HOME, at("2025-08-13"), "Không có căn cứ")
    assert world.task(task).due == date(2025, 8, 14)
    (notice,) = world.session.scalars(select(Notice).where(Notice.task_id == task))
    assert notice.kind == "extension_refused"
    ask_extension(world.session, task, LATER, WHY, ALICE, at("2025-08-13", 10))  # it may ask again
    asked = world.session.scalars(select(Extension).order_by(Extension.id)).all()
    assert [entry.granted for entry in asked] == [False, None]


@pytest.mark.parametrize(
    ("to", "reason", "words"),
    [
        (date(2025, 8, 14), WHY, "phải sau hạn"),
        (date(2025, 8, 19), WHY, "đã qua"),
        (LATER, "  ", "phải ghi lý do"),
    ],
)
def test_a_senseless_request_is_refused(world: World, to: date, reason: str, words: str) -> None:
    (task, *_) = world.duty("1.1", "2025-08-14")
    with pytest.raises(DomainError, match=words):
        ask_extension(world.session, task, to, reason, ALICE, at("2025-08-20"))


def test_what_has_no_due_day_or_is_declared_cannot_be_extended(world: World) -> None:
    (ongoing,) = world.duty("1.1", None, "alice")
    with pytest.raises(DomainError, match="không có hạn"):
        ask_extension(world.session, ongoing, LATER, WHY, ALICE, at("2025-08-12"))
    (declared,) = world.duty("1.2", "2025-08-14", "alice")
    tracker.declare(world.session, [declared], ALICE, at("2025-08-12"))
    with pytest.raises(DomainError, match="không cần gia hạn"):
        ask_extension(world.session, declared, LATER, WHY, ALICE, at("2025-08-12", 9))


def test_one_request_at_a_time_and_none_to_answer_is_said(world: World) -> None:
    (task, *_) = world.duty("1.1", "2025-08-14")
    with pytest.raises(DomainError, match="không có đề nghị"):
        grant_extension(world.session, task, HOME, at("2025-08-12"))
    ask_extension(world.session, task, LATER, WHY, ALICE, at("2025-08-12"))
    with pytest.raises(DomainError, match="đang chờ trả lời"):
        ask_extension(world.session, task, LATER, WHY, ALICE, at("2025-08-12", 9))


@pytest.mark.parametrize("stranger", [BOB, HOME, SEAL])
def test_only_the_agency_asks(world: World, stranger: Any) -> None:
    (task, *_) = world.duty("1.1", "2025-08-14")
    with pytest.raises(NotAllowedError):
        ask_extension(world.session, task, LATER, WHY, stranger, at("2025-08-12"))


@pytest.mark.parametrize("stranger", [ALICE, BOB, SEAL])
def test_only_the_coordinator_answers(world: World, stranger: Any) -> None:
    (task, *_) = world.duty("1.1", "2025-08-14")
    ask_extension(world.session, task, LATER, WHY, ALICE, at("2025-08-12"))
    with pytest.raises(NotAllowedError, match="Sở Nội vụ"):
        grant_extension(world.session, task, stranger, at("2025-08-12", 9))


def test_the_coordinator_does_not_extend_what_it_leads_itself(world: World) -> None:
    (task,) = world.duty("2.4", "2025-08-14", "home")
    ask_extension(world.session, task, LATER, WHY, HOME, at("2025-08-12"))
    with pytest.raises(NotAllowedError, match="Văn phòng"):
        grant_extension(world.session, task, HOME, at("2025-08-12", 9))
    assert grant_extension(world.session, task, SEAL, at("2025-08-12", 9)).granted is True


def test_a_slow_answer_does_not_make_the_agency_late(world: World) -> None:
    (task, *_) = world.duty("1.1", "2025-08-14")
    ask_extension(world.session, task, LATER, WHY, ALICE, at("2025-08-12"))
    tracker.declare(world.session, [task], ALICE, at("2025-08-20"))
    tracker.confirm(world.session, [task], HOME, at("2025-08-21"))
    assert status(world.task(task), "2025-08-22") is Status.DONE_LATE
    grant_extension(world.session, task, HOME, at("2025-08-22"))
    assert world.task(task).life is Life.COMPLETED
    assert status(world.task(task), "2025-08-22") is Status.DONE_ON_TIME


def test_a_request_overtaken_by_a_later_due_day_cannot_be_granted(world: World) -> None:
    (task, *_) = world.duty("1.1", "2025-08-14")
    ask_extension(world.session, task, LATER, WHY, ALICE, at("2025-08-12"))
    world.task(task).due = date(2025, 9, 30)
    world.session.flush()
    with pytest.raises(ConflictError, match="hạn đã đổi"):
        grant_extension(world.session, task, HOME, at("2025-08-13"))

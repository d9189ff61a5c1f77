from datetime import date

import pytest

from tasks.errors import DomainError, NotAllowedError, NotFoundError
from tasks.models import Life
from tasks.occasions import list_occasions, set_occasion
from tasks.tracking import tracker
from tasks.tracking.extensions import ask_extension, grant_extension
from tests.tasks.cast import ADMIN, ALICE, BOB, HOME, World, at, statements

FIRST, MOVED = date(2025, 12, 9), date(2025, 12, 18)


def test_setting_the_day_dates_the_duty_and_starts_the_ladder(world: World) -> None:
    tasks = world.duty("5.3", None, occasion="hdnd")
    dated = set_occasion(world.session, world.decision, "hdnd", FIRST, HOME, at("2025-11-03"))
    assert (dated.day, dated.duties) == (FIRST, ("5.3",))
    for number in tasks:
        task = world.task(number)
        assert (task.due, task.original_due, task.waits) == (FIRST, FIRST, False)
        assert task.next_step_on == date(2025, 11, 25)  # 10 working days before
        (event,) = task.events
        assert (event.action, event.from_waits, event.from_due, event.to_due) == ("redate", True, None, FIRST)
    world.session.refresh(world.duties["5.3"])
    assert world.duties["5.3"].due == FIRST


def test_moving_the_day_keeps_the_finished_the_prolonged_and_the_first_day(world: World) -> None:
    alice, bob, charlie = world.duty("5.3", None, occasion="hdnd")
    set_occasion(world.session, world.decision, "hdnd", FIRST, HOME, at("2025-11-03"))
    tracker.declare(world.session, [alice], ALICE, at("2025-11-10"))
    tracker.confirm(world.session, [alice], HOME, at("2025-11-11"))
    ask_extension(world.session, bob, date(2025, 12, 31), "Chờ số liệu", BOB, at("2025-11-10"))
    grant_extension(world.session, bob, HOME, at("2025-11-11"))
    set_occasion(world.session, world.decision, "hdnd", MOVED, HOME, at("2025-11-12"))
    assert [(world.task(n).due, world.task(n).original_due) for n in (alice, bob, charlie)] == [
        (FIRST, FIRST),
        (date(2025, 12, 31), FIRST),
        (MOVED, FIRST),
    ]
    set_occasion(world.session, world.decision, "hdnd", date(2026, 1, 9), HOME, at("2025-11-13"))
    assert world.task(bob).due == date(2026, 1, 9)  # the extension is no longer the later day


def test_a_declared_task_gets_the_day_too(world: World) -> None:
    (task,) = world.duty("5.3", None, "alice", occasion="hdnd")
    tracker.declare(world.session, [task], ALICE, at("2025-11-01"))
    set_occasion(world.session, world.decision, "hdnd", FIRST, HOME, at("2025-11-03"))
    assert (world.task(task).life, world.task(task).due) == (Life.DECLARED, FIRST)


def test_setting_the_same_day_again_changes_nothing(world: World) -> None:
    (task, *_) = world.duty("5.3", None, occasion="hdnd")
    for hour in (8, 9):
        set_occasion(world.session, world.decision, "hdnd", FIRST, HOME, at("2025-11-03", hour))
    assert len(world.task(task).events) == 1


def test_other_duties_keep_their_day(world: World) -> None:
    world.duty("5.3", None, occasion="hdnd")
    (other,) = world.duty("5.1", "2025-12-31", "alice")
    set_occasion(world.session, world.decision, "hdnd", FIRST, HOME, at("2025-11-03"))
    assert world.task(other).due == date(2025, 12, 31)
    assert world.task(other).events == []


def test_what_cannot_be_set_is_refused(world: World) -> None:
    world.duty("5.3", None, occasion="hdnd")
    with pytest.raises(NotFoundError, match="hiện có: hdnd"):
        set_occasion(world.session, world.decision, "khac", FIRST, HOME, at("2025-11-03"))
    with pytest.raises(DomainError, match="trước ngày ban hành"):
        set_occasion(world.session, world.decision, "hdnd", date(2025, 7, 1), HOME, at("2025-11-03"))
    with pytest.raises(NotAllowedError, match="Sở Nội vụ"):
        set_occasion(world.session, world.decision, "hdnd", FIRST, ALICE, at("2025-11-03"))


def test_the_list_says_what_still_waits(world: World) -> None:
    world.duty("5.3", None, occasion="hdnd")
    (entry,) = list_occasions(world.session)
    assert (entry.code, entry.day, entry.duties) == ("hdnd", None, ("5.3",))


def test_the_statements_do_not_grow_with_the_tasks(world: World) -> None:
    world.duty("5.3", None, "alice bob charlie home seal", occasion="hdnd")
    with statements(world.session) as many:
        set_occasion(world.session, world.decision, "hdnd", FIRST, ADMIN, at("2025-11-03"))
    world.duty("5.4", None, "alice", occasion="khac")
    with statements(world.session) as few:
        set_occasion(world.session, world.decision, "khac", FIRST, ADMIN, at("2025-11-03"))
    assert len(many) <= len(few) + 1


@pytest.mark.parametrize(
    ("deadline", "due"),
    [
        ("05 ngày làm việc sau khi được Hội đồng nhân dân phê chuẩn", date(2025, 12, 16)),
        ("Chậm nhất 10 ngày kể từ ngày kết thúc kỳ họp", date(2025, 12, 19)),
        ("Kỳ họp HĐND thành phố cuối năm 2025", FIRST),
    ],
)
def test_a_period_counted_from_the_occasion_ends_after_it(world: World, deadline: str, due: date) -> None:
    (alice,) = world.duty("5.3", None, leads="alice", occasion="hdnd")
    world.duties["5.3"].deadline = deadline
    world.session.flush()
    set_occasion(world.session, world.decision, "hdnd", FIRST, HOME, at("2025-11-03"))
    assert world.task(alice).due == due

"""An agency's calendar read by a parser that is not ours: days, moves, cancellations, reports."""

from collections.abc import Iterator
from datetime import date

import pytest
from icalendar import Calendar
from sqlalchemy import Engine

from documents.agency_calendar import Links, agency_calendar
from tasks.asof import as_of
from tasks.database import writing
from tasks.errors import NotFoundError
from tasks.rounds.rounds import open_due_rounds
from tasks.tracking import tracker
from tasks.tracking.changes import Grounds
from tasks.tracking.extensions import ask_extension, grant_extension
from tests.tasks.cast import ALICE, HOME, World, at, build

LINKS = Links("https://dondoc.example", "dondoc.example")


@pytest.fixture
def world(engine: Engine) -> Iterator[World]:
    with writing(engine) as session:
        yield build(session)


def events(world: World, day: str, agency: str = "alice") -> dict[str, object]:
    content, count = agency_calendar(world.session, as_of(world.session, at(day, 23)), agency, LINKS)
    found = {str(event["UID"]): event for event in Calendar.from_ical(content).walk("VEVENT")}
    assert len(found) == count
    return found


def test_each_dated_task_and_each_report_is_an_event_on_its_last_day(world: World) -> None:
    [task] = world.duty("1.1", "2025-08-14", "alice")
    world.duty("1.2", None, "alice")
    round_ = world.round("lan-1", "2025-08-01", "2025-09-04")
    found = events(world, "2025-07-26")
    report = f"round-{round_.id}-agency-{world.agencies['alice'].id}@dondoc.example"
    assert {uid: event["DTSTART"].dt for uid, event in found.items()} == {
        f"task-{task}@dondoc.example": date(2025, 8, 14),
        report: date(2025, 9, 4),
    }
    assert str(found[f"task-{task}@dondoc.example"]["URL"]) == f"https://dondoc.example/viec/{task}"


def test_an_extension_moves_the_same_event_and_raises_its_sequence(world: World) -> None:
    [task] = world.duty("1.1", "2025-08-14", "alice")
    uid = f"task-{task}@dondoc.example"
    before = events(world, "2025-08-01")[uid]
    ask_extension(world.session, task, date(2025, 8, 29), "Chờ hướng dẫn", ALICE, at("2025-08-05"))
    grant_extension(world.session, task, HOME, at("2025-08-06"), "Đồng ý")
    after = events(world, "2025-08-07")[uid]
    assert after["DTSTART"].dt == date(2025, 8, 29)
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert events(world, "2025-08-01")[uid]["DTSTART"].dt == date(2025, 8, 14)  # as it was then


def test_a_cancelled_duty_is_taken_out_of_the_calendar(world: World) -> None:
    [task] = world.duty("1.1", "2025-08-14", "alice")
    tracker.cancel(world.session, [task], HOME, at("2025-08-05"), Grounds("Trùng nhiệm vụ 1.2"))
    event = events(world, "2025-08-07")[f"task-{task}@dondoc.example"]
    assert (str(event["STATUS"]), event["SEQUENCE"]) == ("CANCELLED", 1)


def test_only_the_agencys_own_rounds_stand_in_its_calendar(world: World) -> None:
    world.round("lan-1", "2025-08-01", "2025-09-04", "bob")
    open_due_rounds(world.session, at("2025-08-01"))
    assert events(world, "2025-08-07") == {}
    assert len(events(world, "2025-08-07", "bob")) == 1


def test_an_agency_that_does_not_exist_has_no_calendar(world: World) -> None:
    with pytest.raises(NotFoundError, match="Không có cơ quan nào có mã ai-day"):
        events(world, "2025-08-07", "ai-day")

"""The calendar file moves with its deadlines, read back by a parser."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar

from documents.calendar_ics import Deadline, calendar_file

STAMP = datetime(2025, 8, 5, 1, 0, tzinfo=UTC)
ROUND = Deadline(
    "standing-7", "Báo cáo lần 1 (hạn cuối)", date(2025, 9, 4), description="lần 1 trước ngày 05/9/2025"
)
TASK = Deadline("task-12", "1.1 Xây dựng kế hoạch", date(2025, 8, 14), url="https://dondoc.example/viec/12")


def events_of(*deadlines: Deadline):
    content = calendar_file("Thời hạn – Sở Xây dựng", deadlines, stamp=STAMP, domain="dondoc.example")
    calendar = Calendar.from_ical(content)
    return content, calendar, {str(event["uid"]): event for event in calendar.walk("VEVENT")}


def test_a_deadline_is_an_all_day_event_on_its_last_on_time_day():
    _, calendar, events = events_of(ROUND, TASK)
    event = events["standing-7@dondoc.example"]
    assert event.decoded("dtstart") == date(2025, 9, 4)
    assert event.decoded("dtend") == date(2025, 9, 5)
    assert str(event["summary"]) == "Báo cáo lần 1 (hạn cuối)"
    assert str(event["transp"]) == "TRANSPARENT"
    assert str(calendar["method"]) == "PUBLISH"
    assert str(events["task-12@dondoc.example"]["url"]) == "https://dondoc.example/viec/12"


def test_a_moved_deadline_keeps_its_uid_and_raises_its_sequence():
    _, _, before = events_of(TASK)
    _, _, after = events_of(replace(TASK, due=date(2025, 9, 12), sequence=1))
    assert before.keys() == after.keys()
    (old,), (new,) = before.values(), after.values()
    assert new["sequence"] > old["sequence"]
    assert new.decoded("dtstart") == date(2025, 9, 12)


def test_a_cancelled_deadline_says_so():
    _, _, events = events_of(replace(TASK, cancelled=True, sequence=2))
    (event,) = events.values()
    assert str(event["status"]) == "CANCELLED"


def test_the_same_deadlines_give_the_same_bytes_in_any_order():
    assert events_of(ROUND, TASK)[0] == events_of(TASK, ROUND)[0]


def test_long_vietnamese_lines_are_folded_within_75_octets():
    content, _, events = events_of(replace(TASK, summary="Rà soát, giải quyết dứt điểm các vụ việc " * 8))
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    (event,) = events.values()
    assert str(event["summary"]).startswith("Rà soát, giải quyết dứt điểm các vụ việc Rà soát")


def test_a_line_break_or_comma_in_a_text_stays_in_it():
    hostile = replace(TASK, summary="Việc 1, việc 2\nEND:VCALENDAR; xong")
    _, calendar, events = events_of(hostile)
    assert len(events) == 1
    assert str(events["task-12@dondoc.example"]["summary"]) == "Việc 1, việc 2\nEND:VCALENDAR; xong"
    assert len(list(calendar.walk("VCALENDAR"))) == 1


def test_an_agency_without_deadlines_has_an_empty_calendar():
    _, _, events = events_of()
    assert events == {}


def test_a_uid_twice_and_a_naive_stamp_are_refused():
    with pytest.raises(ValueError, match="twice"):
        events_of(TASK, TASK)
    with pytest.raises(ValueError, match="aware"):
        calendar_file("x", (), stamp=STAMP.replace(tzinfo=None), domain="dondoc.example")

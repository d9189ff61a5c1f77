"""The calendar that programs fetch: at a secret address, cheaply when nothing changed, the same events moved or cancelled."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar
from sqlalchemy import Engine, select

from tasks.amending.merging import Merger, merge_agencies
from tasks.database import reading, writing
from tasks.models import CalendarFeed, Decision, Deed, Duty
from tasks.tracking import tracker
from tasks.tracking.changes import Grounds
from tests.tasks.cast import HOME, at
from tests.web.people import Browser
from tests.web.stage import Stage

ADDRESS = re.compile(r'value="http://127\.0\.0\.1:8000(/lich/[\w-]{43}\.ics)"')


@pytest.fixture
def agency(browser: Callable[..., Browser], stage: Stage) -> Browser:
    return browser("binh")


def made(person: Browser) -> str:
    """Make an address as the page's button does."""
    page = person.submit("/lich/tao")
    assert page.status_code == 200
    return ADDRESS.findall(page.text)[0]


def program(app) -> TestClient:
    """A calendar program: it has the address and nothing else."""
    return TestClient(app, base_url="http://127.0.0.1:8000")


def events(content: bytes) -> dict[str, tuple[date, int, str]]:
    return {
        str(event["UID"]).partition("@")[0]: (
            event["DTSTART"].dt,
            int(event["SEQUENCE"]),
            str(event["STATUS"]),
        )
        for event in Calendar.from_ical(content).walk("VEVENT")
    }


def test_a_program_reads_the_agencys_own_deadlines_without_signing_in(agency: Browser, app, stage: Stage):
    answer = program(app).get(made(agency))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-cache"
    found = events(answer.content)
    assert found[f"task-{stage.tasks['1.2']['bob']}"] == (date(2025, 9, 12), 0, "CONFIRMED")
    assert f"task-{stage.tasks['1.2']['alice']}" not in found
    assert sum(uid.startswith("round-") for uid in found) == 2
    raw = answer.content.decode()
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT6H" in raw  # as RFC 7986 writes it, read without our library
    assert raw.count("BEGIN:VEVENT") == len(found)
    assert max(len(line.encode()) for line in raw.split("\r\n")) <= 75


def test_nothing_new_is_not_sent_again_and_a_change_is(agency: Browser, app, stage: Stage, engine: Engine):
    address, reader = made(agency), program(app)
    first = reader.get(address)
    for header in ({"If-None-Match": first.headers["etag"]}, {"If-None-Match": f'"x", W/{first.headers["etag"]}'},
                   {"If-Modified-Since": first.headers["last-modified"]}):  # fmt: skip
        again = reader.get(address, headers=header)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    assert reader.get(address, headers={"If-Modified-Since": "yesterday"}).status_code == 200
    number = stage.tasks["1.2"]["bob"]
    with writing(engine) as session:
        tracker.cancel(session, [number], HOME, at("2025-09-08", 8, 30), Grounds("Trùng nhiệm vụ"))
    second = reader.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert second.status_code == 200
    was, now = events(first.content)[f"task-{number}"], events(second.content)[f"task-{number}"]
    assert now[0] == was[0]
    assert now[1] > was[1]
    assert now[2] == "CANCELLED"
    assert (
        events(first.content).keys() == events(second.content).keys()
    )  # the same events, never new ones for old


def test_the_address_is_shown_once_and_only_its_digest_is_kept(agency: Browser, app, engine: Engine):
    address = made(agency)
    token = address.split("/")[-1].removesuffix(".ics")
    page = agency.get("/lich").text
    assert token not in page
    assert "chưa chương trình nào đọc" in page
    with reading(engine) as session:
        stored = session.scalars(select(CalendarFeed)).one()
        assert token not in str(vars(stored))
        told = session.scalars(select(Deed)).all()
        assert not any(token in f"{deed.subject}{deed.detail}" for deed in told)
        assert ("binh", "feed.made") in {(deed.by, deed.action) for deed in told}
    program(app).get(address)
    assert "đọc gần nhất khoảng 09:00 08/09/2025" in agency.get("/lich").text


def test_a_new_address_ends_the_old_and_a_revoked_one_ends(agency: Browser, app):
    first = made(agency)
    second = made(agency)
    reader = program(app)
    assert reader.get(first).status_code == 404
    assert reader.get(second).status_code == 200
    assert agency.submit("/lich/thu-hoi").headers["location"] == "/lich?da=thu-hoi-lich"
    assert reader.get(second).status_code == 404
    assert "Chưa có địa chỉ lịch nào" in agency.get("/lich").text
    assert reader.get("/lich/đoán.ics").status_code == 404


def test_a_merged_agency_has_no_calendar_any_longer(agency: Browser, app, engine: Engine):
    address = made(agency)
    with writing(engine) as session:
        merger = Merger("d", ("bob",), "alice", "Nghị quyết", date(2025, 9, 1), "huong")
        merge_agencies(session, merger, at("2025-09-08"))
    assert program(app).get(address).status_code == 404


def test_a_silent_decision_is_not_in_it(agency: Browser, app, stage: Stage, engine: Engine):
    with writing(engine) as session:
        session.scalars(select(Decision)).one().active_since = None
    assert events(program(app).get(made(agency)).content) == {}


def test_the_calendar_can_be_taken_away_as_a_file(agency: Browser, stage: Stage, engine: Engine):
    answer = agency.get("/lich/tep")
    assert "attachment" in answer.headers["content-disposition"]
    with reading(engine) as session:
        text = session.scalars(select(Duty.text).where(Duty.code == "1.2")).one()
    events_told = Calendar.from_ical(answer.content).walk("VEVENT")
    assert text in {
        str(event["DESCRIPTION"]).splitlines()[0] for event in events_told if "DESCRIPTION" in event
    }

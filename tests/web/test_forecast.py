"""The calendar of the mails to come: played from today's state on a copy, day by day, and nothing real is touched."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, func, select

from tasks.database import reading, writing
from tasks.models import Base, Round
from tasks.rounds.agencies import Ruling, exempt_agencies
from tasks.tracking import tracker
from tasks.tracking.changes import Grounds
from tests.tasks.cast import HOME, at
from tests.web.people import ON_SQLITE, Browser
from tests.web.stage import Stage
from web import forecast

pytestmark = ON_SQLITE


def sizes(engine: Engine) -> dict[str, int]:
    with reading(engine) as session:
        return {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }


def days_with_mails(page: str) -> dict[str, str]:
    return dict(re.findall(r"xem=(\d{4}-\d\d-\d\d)[^>]*><b>\d+</b> <span>(\d+) thư", page))


def test_the_coming_days_are_shown_and_nothing_is_written(browser: Callable[..., Browser], engine: Engine):
    huong = browser("huong")
    before = sizes(engine)
    page = huong.get("/lich-gui").text
    assert sizes(engine) == before
    days = days_with_mails(page)
    assert days
    assert "2025-09-08" not in days  # this morning's mails are queued already
    assert min(days) >= "2025-09-09"
    assert "không ghi và không gửi gì" in page


def test_a_day_opens_the_mails_it_would_send(browser: Callable[..., Browser]):
    huong = browser("huong")
    days = days_with_mails(huong.get("/lich-gui").text)
    for day, mails in days.items():
        page = huong.get(f"/lich-gui?xem={day}").text
        assert page.count('data-label="Tiêu đề"') == int(mails)
    assert "Ngày này không có thư nào." in huong.get("/lich-gui?xem=2025-09-13").text


def test_what_is_done_meanwhile_changes_the_calendar(
    browser: Callable[..., Browser], stage: Stage, engine: Engine
):
    huong = browser("huong")
    first = huong.get("/lich-gui").text
    assert huong.get("/lich-gui").text == first
    with writing(engine) as session:
        late = [stage.tasks["1.1"]["bob"], stage.tasks["1.1"]["charlie"]]
        tracker.cancel(session, late, HOME, at("2025-09-08", 9, 1), Grounds("Bãi bỏ"))
        round_ = session.get_one(Round, stage.round)
        exempt_agencies(
            session, round_, ["bob", "charlie", "alice"], Ruling(HOME, at("2025-09-08", 9, 2), "Bãi bỏ")
        )
    assert sum(map(int, days_with_mails(huong.get("/lich-gui").text).values())) < sum(
        map(int, days_with_mails(first).values())
    )


def test_senseless_words_in_the_address_are_passed_over(browser: Callable[..., Browser]):
    page = browser("huong").get("/lich-gui?so-ngay=999&gia-dinh=abc&xem=hôm+qua&trang=7")
    assert page.status_code == 200
    assert "30 ngày tới" in page.text


def test_too_much_to_play_is_sent_to_the_command_line(
    browser: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(forecast, "MOST_TASKS", 3)
    page = browser("huong").get("/lich-gui").text
    assert "dondoc simulate --from 2025-09-09 --to 2025-10-08" in page

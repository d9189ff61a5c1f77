"""The pictures: each says in words what it shows, keeps its table behind it, and stays small whatever there is to show."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tasks.database import writing
from tasks.queries.league import Standing
from tasks.queries.progress import Progress
from tasks.queries.punctuality import Punctuality
from tasks.tracking import tracker
from tests.tasks.cast import ALICE, at
from tests.web.people import ON_SQLITE, Browser
from tests.web.stage import Stage
from web import drawings
from web.remembering import Memory


def svgs(text: str) -> list[str]:
    return re.findall(r'<svg class="picture".*?</svg>\n<ul', text, re.DOTALL)


@ON_SQLITE
@pytest.mark.parametrize("path", ["/bieu-do", "/", "/lanh-dao"])
def test_a_picture_has_a_title_words_and_a_table_and_no_style_of_its_own(
    browser: Callable[..., Browser], path: str
):
    page = browser("huong").get(path).text
    assert svgs(page)
    for svg in svgs(page):
        assert 'role="img"' in svg
        labels = re.search(r'aria-labelledby="(\S+) (\S+)"', svg)
        assert labels
        assert all(f'id="{name}"' in svg for name in labels.groups())
    assert page.count("<summary>Bảng số liệu</summary>") == len(svgs(page))
    assert " style=" not in page
    assert len(set(re.findall(r'id="([^"]+)"', page))) == len(re.findall(r'id="([^"]+)"', page))


def test_every_colour_but_the_good_one_has_a_pattern_of_its_own():
    inks = [value for value in vars(drawings).values() if isinstance(value, drawings.Ink)]
    for picture in (
        "DONE AWAITING OPEN OVERDUE",
        "ON_TIME LATE OVERDUE",
        "EARLY BY_THE_DAY AFTER MISSING EXEMPT",
    ):
        patterns = [getattr(drawings, name).pattern for name in picture.split()]
        assert len(set(patterns)) == len(patterns)
    assert {ink.tone for ink in inks if ink.pattern == "plain"} == {"green"}


def test_the_parts_of_a_row_fill_it_and_of_a_column_its_share():
    row = drawings.rounds_picture([("lần 1", Punctuality(3, 80, 21, 42, 1))]).strips[0]
    assert round(sum(block.length for block in row.blocks), 6) == 100
    assert [block.value for block in row.blocks] == [3, 80, 21, 42, 1]
    day = date(2025, 8, 3)
    weeks = [Progress(day + timedelta(7 * n), n, 1, 2, 97 - n) for n in range(26)]
    columns = drawings.progress_picture(weeks).strips
    assert all(abs(sum(b.length for b in column.blocks) - drawings.TALL) < 0.01 for column in columns)
    assert columns[-1].brief == "25/01"
    assert sum(1 for column in columns if column.brief) <= drawings.LABELS


def test_names_on_a_narrow_screen_keep_what_tells_them_apart():
    entry = Standing("ubnd-x", "Ủy ban nhân dân phường Trần Hưng Đạo", 8, 1, 1, 1, 0, 1 / 3, 2.0, "d")
    strip = drawings.agencies_picture([entry]).strips[0]
    assert strip.brief == "UBND phường Trần Hưng Đạo"
    assert strip.note == "33,3 % (1/3)"


def week_of_24_august(page: str) -> str:
    found = re.search(r"<tr>[^\n]*24/08/2025[^\n]*", page)
    assert found
    return found.group()


@ON_SQLITE
def test_the_progress_of_weeks_gone_by_is_kept_until_something_is_recorded_as_of_them(
    browser: Callable[..., Browser], stage: Stage
):
    huong = browser("huong")
    shown = huong.get("/bieu-do").text
    assert huong.get("/bieu-do").text == shown
    with writing(huong.served.engine) as session:
        tracker.declare(session, [stage.tasks["1.2"]["alice"]], ALICE, at("2025-08-20"))
    assert week_of_24_august(huong.get("/bieu-do").text) != week_of_24_august(shown)


def test_what_is_dear_is_made_once_until_its_mark_no_longer_holds():
    memory, made = Memory(most=2), []

    def ask(key: str, mark: int) -> str:
        return memory.remembered(key, lambda kept: kept == mark, lambda: (mark, made.append(key) or key))

    assert [ask("a", 1), ask("a", 1), ask("b", 1), ask("a", 2)] == ["a", "a", "b", "a"]
    assert made == ["a", "b", "a"]
    ask("c", 1)  # makes room: b goes
    ask("b", 1)
    assert made == ["a", "b", "a", "c", "b"]

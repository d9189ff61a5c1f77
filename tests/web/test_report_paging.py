"""A report of very many duties is written part by part; here one duty makes a part, so that a small one is long."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine, select

from documents.report_form.form import FormLine, ReportForm
from tasks.database import reading
from tasks.models import Report, Submission
from tasks.reporting.content import Content, Line
from tests.web.people import ON_SQLITE, Browser
from tests.web.stage import Stage
from web import report_paging
from web.forms import Typed
from web.report_paging import SIZE, Part, read_part

JSON = {"accept": "application/json"}


@pytest.fixture
def bob(browser: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch) -> Browser:
    monkeypatch.setattr(report_paging, "SIZE", 1)
    return browser("binh")


@pytest.fixture
def page(stage: Stage) -> str:
    return f"/bao-cao/{stage.round}/bob"


def form_of(answer: str) -> dict[str, str]:
    """Return the fields of the big form as a browser would send them, texts included."""
    body = answer[answer.index('id="bao-cao"') : answer.index("</form>", answer.index('id="bao-cao"'))]
    values = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', body))
    values |= dict.fromkeys(re.findall(r'<select[^>]* name="([^"]+)"', body), "")
    values |= dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)</textarea>', body))
    return {name: value for name, value in values.items() if name not in {"_dau", "_so"}}


def stored(engine: Engine) -> Report:
    with reading(engine) as session:
        found = session.scalars(select(Report)).one()
        _ = found.lines, found.figures, found.standing
        session.expunge_all()
        return found


@ON_SQLITE
def test_each_part_is_saved_by_itself_and_the_whole_is_sent(
    bob: Browser, page: str, stage: Stage, engine: Engine
):
    first = bob.get(page).text
    count = int(re.search(r"soạn theo (\d+) phần", first)[1])
    assert count >= 3
    assert "Nội dung chung</h2>" not in first
    for number in range(1, count):
        fields = form_of(bob.get(f"{page}?trang={number}").text)
        (result,) = [name for name in fields if name.endswith("-ket-qua")]
        answer = bob.submit(
            f"{page}/luu?trang={number}&sang={number + 1}", {**fields, result: f"Phần {number}"}
        )
        assert answer.headers["location"] == f"{page}?da=luu&trang={number + 1}", answer.text
    last = bob.get(f"{page}?trang={count}").text
    assert "Nội dung chung</h2>" in last
    sent = bob.submit(f"{page}/nop?trang={count}", {**form_of(last), "phan-strengths": "Nhiều cách làm hay"})
    assert sent.status_code == 303, sent.text
    report = stored(engine)
    assert sorted(line.result for line in report.lines) == [f"Phần {n}" for n in range(1, count)]
    assert report.narrative == {"strengths": "Nhiều cách làm hay"}
    assert report.standing.state is Submission.SUBMITTED


@ON_SQLITE
def test_what_a_part_does_not_show_stays_as_it_is_stored(
    bob: Browser, page: str, stage: Stage, engine: Engine
):
    whole = "?trang=99"  # beyond the last is the last
    last = form_of(bob.get(page + whole).text)
    bob.submit(f"{page}/luu{whole}", {**last, "phan-strengths": "Lời chung"})
    fields = form_of(bob.get(page).text)
    (result,) = [name for name in fields if name.endswith("-ket-qua")]
    told = bob.submit(f"{page}/luu?trang=1", {**fields, result: "Của phần một"}, headers=JSON)
    assert told.json()["version"] == 2
    report = stored(engine)
    assert report.narrative == {"strengths": "Lời chung"}
    assert [line.result for line in report.lines] == ["Của phần một"]


@ON_SQLITE
def test_two_officers_in_different_parts_lose_nothing(
    bob: Browser, browser: Callable[..., Browser], page: str, engine: Engine
):
    other = browser("binh")
    mine, theirs = form_of(bob.get(page).text), form_of(other.get(f"{page}?trang=2").text)
    for fields, words in ((mine, "Của tôi"), (theirs, "Của bạn")):
        (result,) = [name for name in fields if name.endswith("-ket-qua")]
        fields[result] = words
    assert other.submit(f"{page}/luu?trang=2", theirs).status_code == 303
    answer = bob.submit(f"{page}/luu?trang=1", mine)
    assert answer.status_code == 409
    assert "Của tôi</textarea>" in answer.text
    again = form_of(answer.text)
    assert bob.submit(f"{page}/luu?trang=1", again).status_code == 303
    assert {line.result for line in stored(engine).lines} == {"Của tôi", "Của bạn"}


@ON_SQLITE
def test_what_is_wrong_in_a_part_is_told_in_it_and_nothing_is_saved(bob: Browser, page: str, engine: Engine):
    fields = form_of(bob.get(f"{page}?trang=2").text)
    (day,) = [name for name in fields if name.endswith("-ngay-van-ban")]
    answer = bob.submit(f"{page}/luu?trang=2&sang=3", {**fields, day: "30/02/2025"})
    assert answer.status_code == 422
    assert "không đọc được" in answer.text
    assert "Đang mở phần 2" in answer.text
    assert 'value="30/02/2025"' in answer.text


def test_a_line_that_was_not_sent_is_kept_whatever_part_it_stands_in_now():
    lines = tuple(FormLine(n, f"1.{n}", "Việc", "", None, "") for n in range(SIZE * 2))
    form = ReportForm("d", "", "lan-1", "", date(2025, 9, 4), "a", "A", "C", lines, ())
    part = Part(1, 3, len(lines), form, general=False)
    kept = Content(tuple(Line(n, result=f"Cũ {n}") for n in range(SIZE * 2 + 5)), {"strengths": "Chung"})
    typed = Typed({"viec-3-tinh-hinh": "", "viec-3-ket-qua": "Mới"})
    found = read_part(typed, form, part, kept)
    assert {line.task: line.result for line in found.lines} == {
        n: "Mới" if n == 3 else f"Cũ {n}" for n in range(SIZE * 2)
    }
    assert [line.task for line in found.lines] == list(range(SIZE * 2))
    assert found.narrative == {"strengths": "Chung"}
    assert typed.faults == {}

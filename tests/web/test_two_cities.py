"""Two cities that use the same codes: an agency reads and changes nothing of the other's, a coordinator changes nothing.

Every route of tests.web.test_access and every operation of tests.web.api.table is tried, in both directions.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import Engine, func, select

from tasks.accounts.tokens import NewToken, Scope, make_token
from tasks.database import reading, writing
from tasks.models import Attachment, Message, MessageState, Notice, Report, Standing, StandingEvent, TaskEvent
from tests.tasks.cast import at
from tests.web.api.systems import API, System
from tests.web.api.table import TABLE as OPERATIONS
from tests.web.people import ON_SQLITE, Browser
from tests.web.stage import Stage
from tests.web.test_access import TABLE
from tests.web.twin import BINH, CITY, HUONG, KEY, PLACE, Place, add_twin

FIRST = (
    "Bằng Lăng",
    "Anh Đào",
    "Cúc Vàng",
    "Thành phố Đào",
    "bob.example",
    "quyet-dinh/1.1",
    "quyet-dinh/lan-1",
)
SECOND = (PLACE, KEY)
WORDS = {"d": FIRST, CITY: SECOND}
BOBS = {"d": "binh", CITY: BINH}
HOMES = {"d": "huong", CITY: HUONG}
BOTH_WAYS = pytest.mark.parametrize(("mine", "other"), [("d", CITY), (CITY, "d")])
CHANGED = (TaskEvent, StandingEvent, Report, Attachment, Notice, Message)


@pytest.fixture
def places(engine: Engine, stage: Stage) -> dict[str, Place]:
    return {place.city: place for place in add_twin(engine)}


def in_city(path: str, place: Place) -> str:
    """The path of a route's line as it is in a city."""
    path = re.sub(r"/quyet-dinh(?=/|$)", f"/{place.decision}", path).replace("/d/", f"/{place.city}/")
    path = path.replace("/tep/1", f"/tep/{place.file}")
    path = path.replace("/charlie/attachments", "/bob/attachments")
    return path.format(file=place.digest, bob=place.tasks[0], mail=place.mail, round=place.round, sign_in=1)


def told(answer: Response) -> str:
    """All the words of an answer, those of a workbook too."""
    if not answer.content.startswith(b"PK"):
        return unescape(answer.text)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        return "\n".join(unescape(book.read(name).decode(errors="replace")) for name in book.namelist())


def leaks(answer: Response, other: Place) -> list[str]:
    """The words and numbers of the other city in an answer."""
    text = told(answer)
    found = [word for word in WORDS[other.city] if word in text]
    return found + [f"/viec/{number}" for number in other.tasks if re.search(rf"/viec/{number}\b", text)]


def rows(engine: Engine) -> dict[str, object]:
    """What a change would change."""
    with reading(engine) as session:
        counted = {kind.__name__: session.scalar(select(func.count()).select_from(kind)) for kind in CHANGED}
        return {
            **counted,
            "standings": session.execute(select(Standing.id, Standing.state, Standing.since)).all(),
            "mails": session.execute(select(Message.id, Message.state)).all(),
            "reports": session.execute(select(Report.id, Report.version)).all(),
        }


def paths(method: str) -> Iterator[str]:
    yield from (line.path for name, line in TABLE.items() if name.startswith(method) and not line.open_to_all)


@ON_SQLITE
@BOTH_WAYS
def test_no_page_workbook_file_or_mail_of_an_agency_tells_anything_of_the_other_city(
    mine: str, other: str, places: dict[str, Place], browser: Callable[..., Browser]
):
    bob, opened = browser(BOBS[mine]), 0
    for path in paths("GET"):
        answer = bob.get(in_city(path, places[mine]))
        assert leaks(answer, places[other]) == [], path
        opened += answer.status_code == 200
    assert opened >= 14


@ON_SQLITE
@BOTH_WAYS
def test_what_is_the_other_citys_does_not_exist_for_an_agency(
    mine: str, other: str, places: dict[str, Place], browser: Callable[..., Browser]
):
    bob = browser(BOBS[mine])
    for path in paths("GET"):
        theirs = in_city(path, places[other])
        if theirs != in_city(path, places[mine]):
            answer = bob.get(theirs)
            assert answer.status_code in {403, 404}, theirs
            assert leaks(answer, places[other]) == [], theirs


@BOTH_WAYS
def test_no_filter_or_search_finds_the_other_citys_tasks_for_an_agency(
    mine: str, other: str, places: dict[str, Place], browser: Callable[..., Browser]
):
    bob = browser(BOBS[mine])
    for query in (
        "co-quan=bob",
        "co-quan={city}/bob",
        "tim=lien",
        "tim=bang+lang",
        "quyet-dinh={key}",
        "nhom=so",
    ):
        asked = query.format(city=other, key=places[other].decision)
        for page in (f"/viec?{asked}", f"/viec/excel?{asked}", f"/thu?{asked}"):
            answer = bob.get(page)
            assert [found for found in leaks(answer, places[other]) if found not in asked] == [], page


@ON_SQLITE
@BOTH_WAYS
def test_a_whole_list_is_chosen_among_the_agencys_own_tasks_alone(
    mine: str, other: str, places: dict[str, Place], browser: Callable[..., Browser]
):
    asked = {"viec": "start", "pham-vi": "loc", "loc": f"co-quan={other}/bob", "ve": "/viec"}
    preview = browser(BOBS[mine]).submit("/viec/xem-truoc", asked)
    assert preview.status_code == 200
    assert leaks(preview, places[other]) == []
    assert f'value="{places[mine].tasks[0]}"' in preview.text


@BOTH_WAYS
def test_nobody_of_a_city_changes_anything_of_the_other(
    mine: str, other: str, places: dict[str, Place], browser: Callable[..., Browser], engine: Engine
):
    before = rows(engine)
    deed = {
        "viec": "cancel",
        "ly-do": "Thử",
        "ma": "thu",
        "noi-dung": "Thử",
        "loi-xac-nhan": "Thử",
        "dong-y": "1",
    }
    days = {
        "xin-den": "30/09/2025",
        "ly-do-xin": "Thử",
        "den-ngay": "30/09/2025",
        "y-kien": "Thử",
        "ngay": "08/09/2025",
    }
    paper = {
        "so-giay": "1/BC",
        "ngay-giay": "01/09/2025",
        "ngay-den": "02/09/2025",
        "co-quan": "bob",
        "han": "30/09/2025",
    }
    for who in (BOBS[mine], HOMES[mine]):
        person = browser(who)
        for path in paths("POST"):
            theirs = in_city(path, places[other])
            if theirs != in_city(path, places[mine]):
                answer = person.submit(theirs, {**deed, **days, **paper})
                assert answer.status_code in {403, 404, 422}, (who, theirs, answer.status_code)
        task = str(places[other].tasks[0])
        for action in ("cancel", "declare", "confirm", "extend"):
            many = person.submit(
                "/viec/thao-tac", {**deed, **days, "viec": action, "so": task, "ve": "/viec"}
            )
            assert many.status_code in {403, 404, 409, 422}, (who, action)
    assert rows(engine) == before


@BOTH_WAYS
def test_a_coordinator_sends_a_failed_mail_of_its_own_city_again_and_not_the_others(
    mine: str, other: str, places: dict[str, Place], browser: Callable[..., Browser], engine: Engine
):
    home = browser(HOMES[mine])
    assert home.submit(f"/thu/{places[other].mail}/gui-lai").status_code == 403
    assert "Gửi lại" not in home.get(f"/thu/{places[other].mail}").text
    assert home.submit(f"/thu/{places[mine].mail}/gui-lai").status_code == 303
    with reading(engine) as session:
        assert session.get_one(Message, places[other].mail).state is MessageState.DEAD


@ON_SQLITE
def test_an_overseer_is_led_to_the_agency_of_the_city_that_a_link_means(
    places: dict[str, Place], browser: Callable[..., Browser]
):
    admin, home = browser("admin"), browser(HUONG)
    assert admin.get("/co-quan/bob").status_code == 422
    assert "d/bob; k/bob" in admin.get("/co-quan/bob").text
    assert leaks(admin.get("/co-quan/k/bob"), places["d"]) == []
    assert PLACE not in admin.get("/co-quan/d/bob").text
    assert PLACE in home.get("/co-quan/bob").text  # of its own city
    assert 'href="/co-quan/k/bob"' in admin.get("/viec").text
    assert 'value="k/bob"' in admin.get("/viec").text
    assert leaks(admin.get("/viec/excel?co-quan=k/bob"), places["d"]) == []
    assert admin.get("/co-quan/k/khong").status_code == 404


@ON_SQLITE
def test_an_administrator_names_the_city_of_an_account_a_key_and_a_webhook(
    places: dict[str, Place], browser: Callable[..., Browser]
):
    admin = browser("admin")
    for page in (
        "/quan-tri/tai-khoan",
        "/quan-tri/khoa-truy-cap",
        "/quan-tri/webhook",
        f"/quan-tri/tai-khoan/{BINH}",
    ):
        assert 'value="k/bob"' in admin.get(page).text, page
    new = {"ten": "moi", "vai-tro": "agency", "co-quan": "bob"}
    assert "nêu rõ danh bạ" in admin.submit("/quan-tri/tai-khoan", new).text
    assert admin.submit("/quan-tri/tai-khoan", {**new, "co-quan": "k/bob"}).status_code == 303
    assert PLACE in browser("moi").get("/co-quan/bob").text


@ON_SQLITE
@BOTH_WAYS
def test_the_calendar_that_programs_fetch_has_nothing_of_the_other_city(
    mine: str, other: str, places: dict[str, Place], browser: Callable[..., Browser], app: FastAPI
):
    page = browser(BOBS[mine]).submit("/lich/tao").text
    found = re.findall(r"/lich/[\w-]{43}\.ics", page)
    feed = TestClient(app).get(found[0])
    assert feed.status_code == 200
    assert f"/viec/{places[mine].tasks[0]}" in feed.text
    assert leaks(feed, places[other]) == []


def key_of(engine: Engine, city: str, agency: str) -> str:
    new = NewToken(f"{city}-{agency}", agency, tuple(Scope), coordinator=agency == "home", directory=city)
    with writing(engine) as session:
        return make_token(session, new, "admin", at("2025-07-25"))[1]


@BOTH_WAYS
def test_no_operation_tells_an_agencys_key_anything_of_the_other_city_or_changes_it(
    mine: str, other: str, places: dict[str, Place], app: FastAPI, engine: Engine
):
    bob, home = (System(app, key_of(engine, mine, agency)) for agency in ("bob", "home"))
    before = rows(engine)
    for name, line in OPERATIONS.items():
        method, path = line.call.split()
        said = {} if method == "GET" else {"json": line.says, "headers": {"if-match": "*"}}
        theirs = in_city(path, places[other])
        if method == "GET":
            assert leaks(bob.get(API + in_city(path, places[mine])), places[other]) == [], name
        if theirs != in_city(path, places[mine]):
            answer = bob.request(method, API + theirs, **said)
            assert answer.status_code in {403, 404}, name
            if method != "GET":
                assert home.request(method, API + theirs, **said).status_code in {403, 404}, name
    assert rows(engine) == before
    for query in (f"agency={other}/bob", f"agency={other}/alice"):
        assert bob.get(f"{API}/tasks?{query}").status_code == 403
    assert {task["id"] for task in bob.read("/tasks", agency="bob").json()["items"]} == set(
        places[mine].tasks
    )
    assert home.read("/agencies/bob", directory=other).json()["directory"] == other
    assert home.read("/tasks", agency=f"{other}/bob").json()["total"] == len(places[other].tasks)

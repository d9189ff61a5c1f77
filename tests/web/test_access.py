"""Every route × everybody. A route without a line here fails, and so does a line without a route."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.routing import Mount

from tests.web.api.table import TABLE as OPERATIONS
from tests.web.people import NOBODY, ON_SQLITE, PEOPLE, Browser
from tests.web.stage import Stage
from web.api.operations import routes_of as operations_of

pytestmark = ON_SQLITE

EVERYBODY = set(PEOPLE)
OVERSEERS = {"huong", "lan", "admin"}
DOERS = set(PEOPLE) - {"lan"}
BOBS = "/bao-cao/{round}/bob"
ROUND = "/lan-bao-cao/quyet-dinh/lan-1"
NIL = {"loi-xac-nhan": "Không phát sinh."}
ASKING = {"xin-den": "30/09/2025", "ly-do-xin": "Chờ văn bản"}


@dataclass(frozen=True)
class Line:
    """Whom a route admits; the path with `{bob}`, `{home}`, `{mail}`, `{sign_in}` filled in from the stage."""

    path: str
    admits: set[str]
    fields: dict[str, str] = field(default_factory=dict)
    open_to_all: bool = False


# Where nobody enters, the stage has no such thing: a wrong password, a used-up link, no file, no indicators.
TABLE = {
    "GET /": Line("/", EVERYBODY),
    "GET /viec": Line("/viec", EVERYBODY),
    "GET /viec/{number}": Line("/viec/{bob}", OVERSEERS | {"binh"}),
    "GET /nhiem-vu/{key}/{code}": Line("/nhiem-vu/quyet-dinh/1.1", OVERSEERS | {"an", "binh", "chi"}),
    "GET /nhiem-vu/{name}": Line("/nhiem-vu/3.1", EVERYBODY),
    "GET /co-quan/{code}": Line("/co-quan/bob", OVERSEERS | {"binh"}),
    "GET /co-quan/{directory}/{code}": Line("/co-quan/d/bob", OVERSEERS | {"binh"}),
    "GET /thu": Line("/thu", EVERYBODY),
    "GET /thu/{number}": Line("/thu/{mail}", OVERSEERS | {"binh"}),
    "GET /thu/{number}/html": Line("/thu/{mail}/html", OVERSEERS | {"binh"}),
    "GET /thu/{number}/tep": Line("/thu/{mail}/tep", OVERSEERS | {"binh"}),
    "POST /viec/{number}/thao-tac": Line("/viec/{bob}/thao-tac", {"huong", "admin", "binh"}),
    "POST /viec/xem-truoc": Line("/viec/xem-truoc", DOERS),
    "POST /viec/thao-tac": Line("/viec/thao-tac", DOERS),
    "POST /viec/{number}/xin-gia-han": Line("/viec/{bob}/xin-gia-han", {"admin", "binh"}, ASKING),
    "POST /viec/{number}/tra-loi-gia-han": Line("/viec/{bob}/tra-loi-gia-han", {"huong", "admin"}),
    "GET /bao-cao/{number}": Line("/bao-cao/{round}", EVERYBODY),
    "GET /bao-cao/{number}/{agency}": Line(BOBS, OVERSEERS | {"binh"}),
    "GET /bao-cao/{number}/{agency}/mau": Line(f"{BOBS}/mau", OVERSEERS | {"binh"}),
    "GET /bao-cao/{number}/{agency}/tep/{file}": Line(f"{BOBS}/tep/1", set()),
    "POST /bao-cao/{number}/{agency}/luu": Line(f"{BOBS}/luu", {"binh", "admin"}),
    "POST /bao-cao/{number}/{agency}/nop": Line(f"{BOBS}/nop", {"binh", "admin"}),
    "POST /bao-cao/{number}/{agency}/khong-phat-sinh": Line(f"{BOBS}/khong-phat-sinh", {"binh", "admin"}, NIL),
    "POST /bao-cao/{number}/{agency}/excel": Line(f"{BOBS}/excel", {"huong", "binh", "admin"}),
    "POST /bao-cao/{number}/{agency}/tep": Line(f"{BOBS}/tep", {"huong", "binh", "admin"}),
    "POST /bao-cao/{number}/{agency}/tra-lai": Line(f"{BOBS}/tra-lai", {"huong", "admin"}),
    "POST /bao-cao/{number}/{agency}/xac-nhan": Line(f"{BOBS}/xac-nhan", {"huong", "admin"}),
    "POST /bao-cao/{number}/{agency}/ban-giay": Line(f"{BOBS}/ban-giay", {"huong", "admin"}),
    "GET /lan-bao-cao": Line("/lan-bao-cao", OVERSEERS),
    "GET /lan-bao-cao/{code}": Line("/lan-bao-cao/lan-1", OVERSEERS),
    "GET /lan-bao-cao/{key}/{code}": Line(ROUND, OVERSEERS),
    "GET /lan-bao-cao/{key}/{code}/excel": Line(f"{ROUND}/excel", OVERSEERS),
    "GET /lan-bao-cao/{key}/{code}/chi-tieu": Line(f"{ROUND}/chi-tieu", set()),
    "POST /lan-bao-cao/{key}/{code}/mo": Line(f"{ROUND}/mo", {"huong", "admin"}),
    "POST /lan-bao-cao/{key}/{code}/dong": Line(f"{ROUND}/dong", {"huong", "admin"}),
    "POST /lan-bao-cao/{key}/{code}/nhac": Line(f"{ROUND}/nhac", {"huong", "admin"}),
    "POST /lan-bao-cao/{key}/{code}/co-quan": Line(f"{ROUND}/co-quan", {"huong", "admin"}),
    "GET /dot-xuat/{key}": Line("/dot-xuat/quyet-dinh", {"huong", "admin"}),
    "POST /dot-xuat/{key}": Line("/dot-xuat/quyet-dinh", {"huong", "admin"}),
    "GET /dieu-phoi": Line("/dieu-phoi", OVERSEERS),
    "GET /bieu-do": Line("/bieu-do", OVERSEERS),
    "GET /lanh-dao": Line("/lanh-dao", OVERSEERS),
    "GET /lanh-dao/moi-qua-han": Line("/lanh-dao/moi-qua-han", OVERSEERS),
    "GET /viec/excel": Line("/viec/excel", EVERYBODY),
    "GET /ma-tran": Line("/ma-tran", OVERSEERS),
    "GET /ma-tran/{key}": Line("/ma-tran/quyet-dinh", OVERSEERS),
    "GET /ma-tran/{key}/excel": Line("/ma-tran/quyet-dinh/excel", OVERSEERS),
    "GET /su-kien": Line("/su-kien", OVERSEERS),
    "POST /su-kien/{key}/{code}": Line("/su-kien/quyet-dinh/hdnd", {"huong", "admin"}),
    "GET /lich-gui": Line("/lich-gui", {"huong", "admin"}),
    "GET /ket-thuc": Line("/ket-thuc", {"huong", "admin"}),
    "GET /ket-thuc/{key}": Line("/ket-thuc/quyet-dinh", {"huong", "admin"}),
    "POST /ket-thuc/{key}": Line("/ket-thuc/quyet-dinh", {"huong", "admin"}),
    "GET /sua-doi": Line("/sua-doi", {"huong", "admin"}),
    "GET /sua-doi/{key}": Line("/sua-doi/khong-co", set()),
    "GET /sua-doi/da-ap-dung/{number}": Line("/sua-doi/da-ap-dung/1", set()),
    "POST /sua-doi/xem-truoc": Line("/sua-doi/xem-truoc", {"huong", "admin"}),
    "POST /sua-doi/{key}/xem-truoc": Line("/sua-doi/khong-co/xem-truoc", set()),
    "POST /sua-doi/ap-dung": Line("/sua-doi/ap-dung", {"huong", "admin"}),
    "GET /danh-ba": Line("/danh-ba", {"huong", "admin"}),
    "GET /danh-ba/{key}/excel": Line("/danh-ba/d/excel", {"huong", "admin"}),
    "POST /danh-ba/{key}/excel": Line("/danh-ba/d/excel", {"huong", "admin"}),
    "GET /danh-ba/{key}/co-quan/{code}": Line("/danh-ba/d/co-quan/bob", {"huong", "admin"}),
    "POST /danh-ba/{key}/co-quan/{code}": Line("/danh-ba/d/co-quan/bob", {"huong", "admin"}),
    "POST /danh-ba/{key}/co-quan/{code}/dia-chi/{number}": Line("/danh-ba/d/co-quan/bob/dia-chi/9999", set()),
    "POST /danh-ba/{key}/co-quan/{code}/da-xem": Line("/danh-ba/d/co-quan/bob/da-xem", {"huong", "admin"}),
    "POST /danh-ba/{key}/co-quan/{code}/sap-nhap": Line("/danh-ba/d/co-quan/bob/sap-nhap", {"huong", "admin"}),
    "POST /co-quan/{code}/dia-chi": Line("/co-quan/bob/dia-chi", {"binh"}),
    "GET /lich": Line("/lich", DOERS - {"admin"}),
    "GET /lich/tep": Line("/lich/tep", DOERS - {"admin"}),
    "GET /lich/{token}.ics": Line("/lich/khong-co.ics", set()),
    "POST /lich/tao": Line("/lich/tao", DOERS - {"admin"}),
    "POST /lich/thu-hoi": Line("/lich/thu-hoi", DOERS - {"admin"}),
    "POST /bao-cao/{number}/{agency}/tep/{file}/bo": Line(f"{BOBS}/tep/1/bo", set()),
    "GET /nguoi-dang-nhap": Line("/nguoi-dang-nhap", {"an", "binh", "chi", "son"}),
    "POST /nguoi-dang-nhap/phien/{number}": Line("/nguoi-dang-nhap/phien/{sign_in}", {"binh"}),
    "POST /thu/{number}/gui-lai": Line("/thu/{mail}/gui-lai", {"huong", "admin"}),
    "GET /dang-nhap": Line("/dang-nhap", EVERYBODY, open_to_all=True),
    "POST /dang-nhap": Line("/dang-nhap", set()),
    "GET /dang-nhap/mot-lan": Line("/dang-nhap/mot-lan", set()),
    "GET /dang-nhap/mot-lan/tro-ve": Line("/dang-nhap/mot-lan/tro-ve", set()),
    "POST /dang-xuat": Line("/dang-xuat", EVERYBODY),
    "GET /xin-duong-dan": Line("/xin-duong-dan", EVERYBODY, open_to_all=True),
    "POST /xin-duong-dan": Line("/xin-duong-dan", EVERYBODY, {"dia-chi": "khong@co.example"}),
    "GET /vao/{token}": Line("/vao/abc", EVERYBODY, open_to_all=True),
    "POST /vao/{token}": Line("/vao/abc", set()),
    "GET /tai-khoan": Line("/tai-khoan", EVERYBODY),
    "POST /tai-khoan/mat-khau": Line("/tai-khoan/mat-khau", EVERYBODY),
    "POST /tai-khoan/phien/{number}": Line("/tai-khoan/phien/{sign_in}", {"binh"}),
    "GET /quan-tri/tai-khoan": Line("/quan-tri/tai-khoan", {"admin"}),
    "POST /quan-tri/tai-khoan": Line("/quan-tri/tai-khoan", {"admin"}),
    "GET /quan-tri/tai-khoan/{login}": Line("/quan-tri/tai-khoan/an", {"admin"}),
    "POST /quan-tri/tai-khoan/{login}/sua": Line("/quan-tri/tai-khoan/an/sua", {"admin"}),
    "POST /quan-tri/tai-khoan/{login}/mo-khoa": Line("/quan-tri/tai-khoan/an/mo-khoa", {"admin"}),
    "POST /quan-tri/tai-khoan/{login}/ket-thuc": Line("/quan-tri/tai-khoan/an/ket-thuc", {"admin"}),
    "POST /quan-tri/tai-khoan/{login}/lien-ket": Line("/quan-tri/tai-khoan/an/lien-ket", {"admin"}),
    "POST /quan-tri/tai-khoan/{login}/go-lien-ket": Line("/quan-tri/tai-khoan/an/go-lien-ket", {"admin"}),
    "POST /quan-tri/tai-khoan/{login}/mat-khau": Line("/quan-tri/tai-khoan/an/mat-khau", {"admin"}),
    "POST /quan-tri/tai-khoan/{login}/khoa": Line("/quan-tri/tai-khoan/an/khoa", {"admin"}),
    "GET /quan-tri/khoa-truy-cap": Line("/quan-tri/khoa-truy-cap", {"admin"}),
    "POST /quan-tri/khoa-truy-cap": Line("/quan-tri/khoa-truy-cap", {"admin"}),
    "POST /quan-tri/khoa-truy-cap/{number}/thu-hoi": Line("/quan-tri/khoa-truy-cap/1/thu-hoi", set()),
    "GET /quan-tri/webhook": Line("/quan-tri/webhook", {"admin"}),
    "POST /quan-tri/webhook": Line("/quan-tri/webhook", {"admin"}),
    # The stage has no webhook; tests/web/test_webhooks_page.py tries everybody on one that is there.
    "GET /quan-tri/webhook/{number}": Line("/quan-tri/webhook/1", set()),
    "POST /quan-tri/webhook/{number}/dung": Line("/quan-tri/webhook/1/dung", set()),
    "POST /quan-tri/webhook/{number}/bat-lai": Line("/quan-tri/webhook/1/bat-lai", set()),
    "POST /quan-tri/webhook/{number}/xoa": Line("/quan-tri/webhook/1/xoa", set()),
    "POST /quan-tri/webhook/{number}/thu": Line("/quan-tri/webhook/1/thu", set()),
    "POST /quan-tri/webhook/{number}/lan-bao/{delivery}/gui-lai": Line("/quan-tri/webhook/1/lan-bao/1/gui-lai", set()),
    "GET /nhap-quyet-dinh": Line("/nhap-quyet-dinh", {"huong", "admin"}),
    "POST /nhap-quyet-dinh": Line("/nhap-quyet-dinh", {"huong", "admin"}),
    "GET /nhap-quyet-dinh/{number}": Line("/nhap-quyet-dinh/1", {"huong", "admin"}),
    "GET /nhap-quyet-dinh/{number}/dong/{at}": Line("/nhap-quyet-dinh/1/dong/1", {"huong", "admin"}),
    "GET /nhap-quyet-dinh/{number}/chung": Line("/nhap-quyet-dinh/1/chung", {"huong", "admin"}),
    "GET /nhap-quyet-dinh/{number}/xem-truoc": Line("/nhap-quyet-dinh/1/xem-truoc", {"huong", "admin"}),
    "GET /nhap-quyet-dinh/{number}/tep": Line("/nhap-quyet-dinh/1/tep", {"huong", "admin"}),
    "GET /nhap-quyet-dinh/{number}/yaml": Line("/nhap-quyet-dinh/1/yaml", {"huong", "admin"}),
    "GET /nhap-quyet-dinh/{number}/excel": Line("/nhap-quyet-dinh/1/excel", {"huong", "admin"}),
    "GET /nhap-quyet-dinh/{number}/trang/{page}": Line("/nhap-quyet-dinh/1/trang/1", set()),
    "POST /nhap-quyet-dinh/{number}/dong/{at}": Line("/nhap-quyet-dinh/1/dong/1", {"huong", "admin"}),
    "POST /nhap-quyet-dinh/{number}/them": Line("/nhap-quyet-dinh/1/them", {"huong", "admin"}),
    "POST /nhap-quyet-dinh/{number}/chung": Line("/nhap-quyet-dinh/1/chung", {"huong", "admin"}),
    "POST /nhap-quyet-dinh/{number}/thay": Line("/nhap-quyet-dinh/1/thay", {"huong", "admin"}),
    "POST /nhap-quyet-dinh/{number}/xoa": Line("/nhap-quyet-dinh/1/xoa", {"huong", "admin"}),
    "POST /nhap-quyet-dinh/{number}/nap": Line("/nhap-quyet-dinh/1/nap", {"huong", "admin"}),
    "GET /nhat-ky": Line("/nhat-ky", {"huong", "admin"}),
}  # fmt: skip


def routes_of(routes: Iterable[Any]) -> set[str]:
    """Every page, form and machine's entry, in whichever router; static files are open to all."""
    found: set[str] = set()
    for route in routes:
        if router := getattr(route, "original_router", None):
            found |= routes_of(router.routes)
        elif not isinstance(route, Mount):
            found |= {f"{method} {route.path}" for method in route.methods}
    return found


def test_every_route_has_its_line(app: FastAPI):
    assert routes_of(app.routes) == set(TABLE)


def test_what_is_mounted_has_a_table_of_its_own_or_is_open_to_all(app: FastAPI):
    mounted = {route.name: route.app for route in app.routes if isinstance(route, Mount)}
    assert set(mounted) == {"static", "api", "no-api"}
    operations = {route.operation_id: route for route in operations_of(mounted["api"])}
    assert set(operations) == set(OPERATIONS)
    tested = {f"{method} {route.path}" for route in operations.values() for method in route.methods}
    assert routes_of(mounted["api"].routes) - tested == {"GET /openapi.json", "HEAD /openapi.json"}


@pytest.mark.parametrize("name", TABLE)
def test_a_route_admits_whom_its_line_names_and_nobody_else(
    name: str, browser: Callable[..., Browser], stage: Stage
):
    method, line = name.split(maxsplit=1)[0], TABLE[name]
    known = browser("binh")
    path = line.path.format(
        bob=stage.tasks["1.1"]["bob"], mail=stage.mail_to["bob"], sign_in=1, round=stage.round
    )
    people = [known, *(browser(login) for login in sorted(EVERYBODY - {"binh"}))]
    names = ["binh", *sorted(EVERYBODY - {"binh"})]
    admitted = {who for who, person in zip(names, people, strict=True) if _enters(person, method, path, line)}
    assert admitted == line.admits
    assert _enters(browser(NOBODY), method, path, line) == line.open_to_all


@pytest.mark.parametrize("name", [name for name in TABLE if name.startswith("POST")])
def test_a_form_without_our_mark_is_refused(name: str, browser: Callable[..., Browser], stage: Stage):
    line = TABLE[name]
    path = line.path.format(
        bob=stage.tasks["1.1"]["bob"], mail=stage.mail_to["bob"], sign_in=1, round=stage.round
    )
    for person in (browser("binh"), browser("huong"), browser("admin")):
        assert person.post(path, data=line.fields).status_code == 403
        elsewhere = person.submit(path, line.fields, headers={"sec-fetch-site": "cross-site"})
        assert elsewhere.status_code == 403
        assert person.submit(path, line.fields, headers={"origin": "https://evil.example"}).status_code == 403


def _enters(person: Browser, method: str, path: str, line: Line) -> bool:
    """Whether the person is let in; a form that is let in may still be refused for what it says."""
    answer = person.get(path) if method == "GET" else person.submit(path, line.fields)
    assert answer.status_code < 500, answer.text
    to_sign_in = answer.headers.get("location", "").startswith("/dang-nhap?") or (
        answer.headers.get("location") == "/dang-nhap" and path != "/dang-xuat"
    )
    return answer.status_code not in {403, 404} and not to_sign_in

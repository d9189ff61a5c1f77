"""Signing in by password and by link; what ends a sign-in; what is told to whom."""

import re
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, select

from dondoc.settings import Settings
from tasks.accounts.accounts import NewUser, add_user, disable_user, set_password
from tasks.accounts.attempts import LINK_FOR_ADDRESS, PASSWORD_OF_LOGIN
from tasks.accounts.sign_ins import IDLE, LONGEST
from tasks.actors import Role
from tasks.database import reading, writing
from tasks.models import Deed, Message, SignIn, SignInLink
from tests.web.people import MORNING, ON_SQLITE, Browser
from web.app import create_app

PASSWORD = "cây đa bến nước sân đình"
MARK = re.compile(r'name="_dau" value="([^"]+)"')


@pytest.fixture
def known(app: FastAPI, engine: Engine) -> str:
    """A coordinator's account with a password."""
    with writing(engine) as session:
        add_user(session, NewUser("thu.ky", Role.COORDINATOR, "home", password=PASSWORD), "admin", MORNING)
    return "thu.ky"


def try_password(person: Browser, login: str, password: str, **more: str):
    mark = MARK.search(person.get("/dang-nhap").text)
    assert mark
    return person.post("/dang-nhap", data={"_dau": mark[1], "ten": login, "mat-khau": password, **more})


def test_the_right_password_opens_the_page_that_was_asked_for(browser: Callable[..., Browser], known: str):
    person = browser()
    asked = person.get("/viec?tinh-trang=overdue")
    assert asked.headers["location"] == "/dang-nhap?tiep=%2Fviec%3Ftinh-trang%3Doverdue"
    answer = try_password(person, known.upper(), PASSWORD, tiep="/viec?tinh-trang=overdue")
    assert answer.headers["location"] == "/viec?tinh-trang=overdue"
    assert person.get("/viec").status_code == 200
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


@ON_SQLITE
def test_behind_tls_the_cookie_travels_over_nothing_else(engine: Engine, known: str, settings: Settings):
    served = create_app(
        settings.model_copy(update={"base_url": "https://dondoc.example"}), engine, lambda: MORNING
    )
    cookie = Browser(served, engine).get("/dang-nhap").headers["set-cookie"]
    assert cookie.startswith("__Host-")
    assert "Secure" in cookie


@ON_SQLITE
def test_who_does_not_exist_is_told_the_same_as_a_wrong_password(browser: Callable[..., Browser], known: str):
    wrong = try_password(browser(), known, "sai mật khẩu rồi").text
    nobody = try_password(browser(), "khong-co", "sai mật khẩu rồi").text
    plain = [re.sub(r'value="[^"]*"', "", text) for text in (wrong, nobody)]
    assert plain[0] == plain[1]
    assert "không đúng" in wrong


def test_too_many_wrong_passwords_lock_the_account_for_a_while_and_are_recorded(
    browser: Callable[..., Browser], known: str, engine: Engine
):
    person = browser()
    for _ in range(PASSWORD_OF_LOGIN.most):
        try_password(person, known, "sai mật khẩu rồi")
    answer = try_password(person, known, PASSWORD)
    assert answer.status_code == 403
    assert "Hãy đợi 15 phút" in answer.text
    with reading(engine) as session:
        failed = session.scalars(select(Deed).where(Deed.action == "sign_in.failed")).all()
    assert len(failed) == PASSWORD_OF_LOGIN.most + 1


def test_a_disabled_account_is_out_at_once(browser: Callable[..., Browser], engine: Engine):
    person = browser("huong")
    assert person.get("/").status_code == 200
    with writing(engine) as session:
        disable_user(session, "huong", "admin", MORNING)
    assert person.get("/").headers["location"] == "/dang-nhap"


@ON_SQLITE
@pytest.mark.parametrize("later", [LONGEST, IDLE])
def test_a_sign_in_ends_by_itself(later: timedelta, app: FastAPI, engine: Engine, settings: Settings):
    known = Browser(app, engine, "huong")
    if later == LONGEST:
        with writing(engine) as session:
            session.scalars(select(SignIn)).one().seen_at = MORNING + later - timedelta(minutes=1)
    served = create_app(settings, engine, lambda: MORNING + later)
    person = Browser(served, engine)
    person.cookies.update(known.cookies)
    assert person.get("/").headers["location"] == "/dang-nhap"


def test_a_new_password_ends_the_sign_ins_of_the_account(
    browser: Callable[..., Browser], known: str, engine: Engine
):
    person = browser()
    try_password(person, known, PASSWORD)
    with writing(engine) as session:
        set_password(session, known, "mật khẩu khác hẳn, dài hơn", "admin", MORNING)
    assert person.get("/").headers["location"] == "/dang-nhap"


def test_one_changes_the_own_password_and_stays_signed_in(browser: Callable[..., Browser], known: str):
    person = browser()
    try_password(person, known, PASSWORD)
    mark = MARK.search(person.get("/tai-khoan").text)
    fields = {"_dau": mark[1], "_so": "1", "cu": PASSWORD, "moi": "ngắn", "moi-2": "ngắn"}
    assert "ít nhất 12 ký tự" in person.post("/tai-khoan/mat-khau", data=fields).text
    new = "con đường làng quanh co"
    answer = person.post("/tai-khoan/mat-khau", data={**fields, "_so": "2", "moi": new, "moi-2": new})
    assert answer.headers["location"] == "/tai-khoan?da=mat-khau"
    assert person.get("/").status_code == 200
    assert try_password(browser(), known, new).headers["location"] == "/"


def asked_link(person: Browser, address: str, settings: Settings) -> str | None:
    """Ask for a link as a browser does and return the path in the mail, None when none came."""
    before = set(settings.mail_folder.glob("*.eml"))
    mark = MARK.search(person.get("/xin-duong-dan").text)
    answer = person.post("/xin-duong-dan", data={"_dau": mark[1], "dia-chi": address})
    assert "Nếu địa chỉ vừa ghi có trong danh bạ" in answer.text
    new = set(settings.mail_folder.glob("*.eml")) - before
    if not new:
        return None
    text = message_from_bytes(Path(new.pop()).read_bytes(), policy=default).get_body(("plain",)).get_content()
    return re.search(r"/vao/[\w-]+", text)[0]


def redeem(person: Browser, path: str):
    mark = MARK.search(person.get(path).text)
    return person.post(path, data={"_dau": mark[1]})


def test_an_agency_signs_in_with_a_link_once_and_only_by_the_button(
    browser: Callable[..., Browser], settings: Settings, engine: Engine
):
    path = asked_link(browser(), "van-thu@bob.example", settings)
    assert path is not None
    assert browser().get(path).status_code == 200  # a scanner opens it
    person = browser()
    assert redeem(person, path).headers["location"] == "/"
    assert person.get("/").headers["location"] == "/co-quan/bob"
    assert "Sở Bằng Lăng" in person.get("/co-quan/bob").text
    again = redeem(browser(), path)
    assert again.status_code == 403
    assert "Hãy xin đường dẫn mới" in again.text
    with reading(engine) as session:  # the secret is nowhere: not in the outbox, only its digest in the table
        secret = path.removeprefix("/vao/")
        assert all(secret.encode() not in mime for mime in session.scalars(select(Message.mime)))
        assert session.scalars(select(SignInLink.digest)).one() != secret


@ON_SQLITE
def test_an_unknown_address_gets_no_mail_and_the_same_answer(
    browser: Callable[..., Browser], settings: Settings
):
    assert asked_link(browser(), "la@la.example", settings) is None


@pytest.mark.parametrize("address", ["van-thu@bob.example", "la@la.example"])
def test_links_to_one_address_are_bounded_whether_it_is_known_or_not(
    address: str, browser: Callable[..., Browser], settings: Settings
):
    for _ in range(LINK_FOR_ADDRESS.most):
        asked_link(browser(), address, settings)
    person = browser()
    mark = MARK.search(person.get("/xin-duong-dan").text)
    answer = person.post("/xin-duong-dan", data={"_dau": mark[1], "dia-chi": address.upper()})
    assert answer.status_code == 429
    assert 800 < int(answer.headers["retry-after"]) <= 900  # seconds
    assert "Hãy đợi 15 phút rồi thử lại" in answer.text


def test_a_link_lapses(app: FastAPI, engine: Engine, settings: Settings, browser: Callable[..., Browser]):
    path = asked_link(browser(), "van-thu@bob.example", settings)
    served = create_app(settings, engine, lambda: MORNING + timedelta(minutes=16))
    assert redeem(Browser(served, engine), path).status_code == 403


def test_signing_out_ends_it_on_the_server_too(browser: Callable[..., Browser]):
    person = browser("binh")
    kept = dict(person.cookies)
    assert person.submit("/dang-xuat").headers["location"] == "/dang-nhap"
    person.cookies.update(kept)
    assert person.get("/").headers["location"] == "/dang-nhap"


def test_the_administrator_adds_and_disables_accounts_and_what_was_typed_stays(
    browser: Callable[..., Browser], engine: Engine
):
    admin = browser("admin")
    fields = {"ten": "can.bo", "vai-tro": "agency", "co-quan": "", "hien-thi": "Cán bộ", "mat-khau": PASSWORD}
    answer = admin.submit("/quan-tri/tai-khoan", fields)
    assert answer.status_code == 422
    assert "phải thuộc một cơ quan" in answer.text
    assert 'value="can.bo"' in answer.text
    assert PASSWORD not in answer.text
    assert admin.submit("/quan-tri/tai-khoan", {**fields, "co-quan": "bob"}).status_code == 303
    assert try_password(browser(), "can.bo", PASSWORD).headers["location"] == "/"
    assert admin.submit("/quan-tri/tai-khoan/can.bo/khoa").status_code == 303
    assert try_password(browser(), "can.bo", PASSWORD).status_code == 403
    with reading(engine) as session:
        done = session.scalars(select(Deed.action).where(Deed.by == "admin").order_by(Deed.id)).all()
    assert done == ["user.add", "user.disable"]


def test_a_form_sent_twice_is_carried_out_once(browser: Callable[..., Browser], engine: Engine):
    admin = browser("admin")
    fields = {"_so": "mot-lan", "ten": "can.bo", "vai-tro": "agency", "co-quan": "bob", "mat-khau": PASSWORD}
    answers = [admin.submit("/quan-tri/tai-khoan", fields) for _ in range(2)]
    assert [answer.headers.get("location") for answer in answers] == ["/quan-tri/tai-khoan?da=tai-khoan"] * 2

"""What the administrator does with accounts, and what an agency's people see of who may enter for them."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import Engine, select

from dondoc.settings import Settings
from tasks.accounts.accounts import set_password
from tasks.accounts.attempts import EXPORT_OF_LOGIN, PASSWORD_CHANGE_OF_LOGIN, UPLOAD_OF_LOGIN, Bound, count
from tasks.actors import Role
from tasks.database import reading, writing
from tasks.models import Deed, Identity, User
from tests.web.people import MORNING, ON_SQLITE, Browser
from web.app import create_app

HOME = "/quan-tri/tai-khoan"
ISSUER = "https://dang-nhap.example"


@pytest.fixture
def admin(browser: Callable[..., Browser]) -> Browser:
    return browser("admin")


@pytest.fixture
def with_provider(engine: Engine, app: FastAPI, settings: Settings) -> Browser:
    """The administrator of a portal with a provider, which need not be there for binding."""
    changed = {"oidc_issuer": f"{ISSUER}/", "oidc_client_id": "dondoc", "oidc_client_secret": SecretStr("x")}
    return Browser(create_app(settings.model_copy(update=changed), engine, lambda: MORNING), engine, "admin")


def user_of(engine: Engine, login: str) -> User:
    with reading(engine) as session:
        return session.scalars(select(User).where(User.login == login)).one()


def identities(engine: Engine) -> list[tuple[str, str | None, str | None]]:
    with reading(engine) as session:
        rows = select(User.login, Identity.subject, Identity.email).join(Identity).order_by(User.login)
        return [tuple(row) for row in session.execute(rows)]


@ON_SQLITE
def test_accounts_are_found_by_login_and_by_agency_without_accents(admin: Browser):
    assert f"{HOME}/binh" in admin.get(HOME).text
    found = admin.get(f"{HOME}?tim=so bang lang").text
    assert f"{HOME}/binh" in found
    assert f"{HOME}/an" not in found
    assert "Không có tài khoản nào khớp" in admin.get(f"{HOME}?tim=%25").text


@ON_SQLITE
def test_an_account_without_any_way_in_is_told(admin: Browser):
    assert "Chưa đăng nhập được" in admin.get(HOME).text


def test_a_role_is_changed_and_counts_at_once(
    admin: Browser, browser: Callable[..., Browser], engine: Engine
):
    person = browser("binh")
    fields = {"vai-tro": "coordinator", "co-quan": "home", "hien-thi": "Chuyên viên"}
    answer = admin.submit(f"{HOME}/binh/sua", fields)
    assert answer.headers["location"] == f"{HOME}/binh?da=tai-khoan"
    assert person.get("/lan-bao-cao").status_code == 200
    assert user_of(engine, "binh").name == "Chuyên viên"


@ON_SQLITE
def test_a_role_that_needs_an_agency_is_refused_without_one(admin: Browser, engine: Engine):
    answer = admin.submit(f"{HOME}/binh/sua", {"vai-tro": "leader", "co-quan": "", "hien-thi": "Giữ lại"})
    assert answer.status_code == 422
    assert "phải thuộc một cơ quan" in answer.text
    assert 'value="Giữ lại"' in answer.text
    assert user_of(engine, "binh").role == Role.AGENCY


@ON_SQLITE
def test_administrators_neither_disable_nor_demote_themselves(admin: Browser, engine: Engine):
    assert admin.submit(f"{HOME}/admin/khoa").status_code == 422
    fields = {"vai-tro": "coordinator", "co-quan": "home"}
    assert admin.submit(f"{HOME}/admin/sua", fields).status_code == 422
    assert user_of(engine, "admin").role == Role.ADMINISTRATOR


def test_a_disabled_account_is_let_in_again(admin: Browser, browser: Callable[..., Browser], engine: Engine):
    admin.submit(f"{HOME}/binh/khoa")
    assert "Mở khóa tài khoản binh" in admin.get(f"{HOME}/binh").text
    assert browser("binh").get("/").headers["location"] == "/dang-nhap"
    admin.submit(f"{HOME}/binh/mo-khoa")
    assert browser("binh").get("/co-quan/bob").status_code == 200
    with reading(engine) as session:
        done = session.scalars(select(Deed.action).where(Deed.by == "admin").order_by(Deed.id)).all()
    assert done == ["user.disable", "user.enable"]


def test_every_sign_in_of_an_account_is_ended(admin: Browser, browser: Callable[..., Browser]):
    people = [browser("binh"), browser("binh")]
    assert "Kết thúc mọi phiên" in admin.get(f"{HOME}/binh").text
    admin.submit(f"{HOME}/binh/ket-thuc")
    assert [person.get("/").headers["location"] for person in people] == ["/dang-nhap"] * 2
    assert "Không có phiên nào" in admin.get(f"{HOME}/binh").text


def test_an_account_is_bound_to_a_subject_and_set_free_again(with_provider: Browser, engine: Engine):
    assert with_provider.submit(f"{HOME}/binh/lien-ket", {"ma": " p-binh ", "thu": ""}).status_code == 303
    assert identities(engine) == [("binh", "p-binh", None)]
    assert "p-binh" in with_provider.get(f"{HOME}/binh").text
    assert "đăng nhập một lần" in with_provider.get(f"{HOME}?tim=binh").text
    assert with_provider.submit(f"{HOME}/binh/go-lien-ket").status_code == 303
    assert identities(engine) == []


@ON_SQLITE
def test_an_account_awaits_who_proves_an_address(with_provider: Browser, engine: Engine):
    with_provider.submit(f"{HOME}/binh/lien-ket", {"ma": "", "thu": "Binh@Bob.example"})
    assert identities(engine) == [("binh", None, "binh@bob.example")]
    assert "Chờ người có địa chỉ" in with_provider.get(f"{HOME}/binh").text


@ON_SQLITE
@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"ma": "p-1", "thu": "a@a.example"}, "một trong hai"),
        ({"ma": "", "thu": ""}, "một trong hai"),
        ({"ma": "", "thu": "không phải địa chỉ"}, "chưa đúng"),
        ({"ma": "x" * 256, "thu": ""}, "255 ký tự"),
        ({"ma": "p-an", "thu": ""}, "đã liên kết với tài khoản an"),
    ],
)
def test_a_binding_that_cannot_be_is_told(
    fields: dict[str, str], told: str, with_provider: Browser, engine: Engine
):
    with_provider.submit(f"{HOME}/an/lien-ket", {"ma": "p-an", "thu": ""})
    answer = with_provider.submit(f"{HOME}/binh/lien-ket", fields)
    assert answer.status_code == 422
    assert told in answer.text
    assert identities(engine) == [("an", "p-an", None)]


@ON_SQLITE
def test_an_account_is_bound_once(with_provider: Browser):
    with_provider.submit(f"{HOME}/an/lien-ket", {"ma": "p-an", "thu": ""})
    assert "hãy gỡ liên kết cũ" in with_provider.submit(f"{HOME}/an/lien-ket", {"ma": "p-2", "thu": ""}).text


@ON_SQLITE
def test_without_a_provider_nothing_can_be_bound(admin: Browser):
    assert "lien-ket" not in admin.get(f"{HOME}/binh").text
    assert admin.submit(f"{HOME}/binh/lien-ket", {"ma": "p"}).status_code == 422


@ON_SQLITE
def test_an_agency_sees_who_may_enter_for_it(browser: Callable[..., Browser]):
    page = browser("binh").get("/tai-khoan").text
    assert "Ai đăng nhập được cho cơ quan" in page
    assert "van-thu@bob.example" in page
    assert "van-thu@alice.example" not in page


def spent(engine: Engine, bound: Bound, login: str) -> None:
    with writing(engine) as session:
        for _ in range(bound.most):
            count(session, bound, login, MORNING)


@pytest.mark.parametrize(
    ("bound", "method", "path"),
    [
        (EXPORT_OF_LOGIN, "get", "/viec/excel"),
        (EXPORT_OF_LOGIN, "get", "/bao-cao/1/bob/mau"),
        (UPLOAD_OF_LOGIN, "post", "/bao-cao/1/bob/excel"),
        (UPLOAD_OF_LOGIN, "post", "/bao-cao/1/bob/tep"),
        (UPLOAD_OF_LOGIN, "post", "/nhap-quyet-dinh"),
        (PASSWORD_CHANGE_OF_LOGIN, "post", "/tai-khoan/mat-khau"),
    ],
)
def test_what_costs_much_is_bounded_for_each_account(
    bound: Bound, method: str, path: str, browser: Callable[..., Browser], engine: Engine
):
    spent(engine, bound, "binh")
    person = browser("binh")
    answer = person.get(path) if method == "get" else person.submit(path)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= bound.span.total_seconds()
    assert "Hãy đợi" in answer.text
    other = browser("an")
    another = other.get(path) if method == "get" else other.submit(path)
    assert another.status_code != 429


@ON_SQLITE
def test_guesses_at_the_password_in_use_are_bounded(browser: Callable[..., Browser], engine: Engine):
    with writing(engine) as session:
        set_password(session, "binh", "cây đa bến nước sân đình", "admin", MORNING)
    person = browser("binh")
    told = [
        person.submit("/tai-khoan/mat-khau", {"cu": f"đoán {n}", "moi": "a", "moi-2": "a"}).status_code
        for n in range(PASSWORD_CHANGE_OF_LOGIN.most + 1)
    ]
    assert told == [422] * PASSWORD_CHANGE_OF_LOGIN.most + [429]


@ON_SQLITE
@pytest.mark.parametrize("path", ["/co-quan/{}", "/bao-cao/1/{}", "/bao-cao/1/{}/mau"])
def test_an_agency_does_not_learn_which_others_there_are(path: str, browser: Callable[..., Browser]):
    person = browser("binh")
    there, nowhere = person.get(path.format("alice")), person.get(path.format("khong-co"))
    assert there.status_code == nowhere.status_code == 404
    assert there.text == nowhere.text

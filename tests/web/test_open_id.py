"""Signing in through a real OpenID provider: who gets in, who does not, and what is told to whom."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape

import pytest
from httpx import URL, Response
from pydantic import SecretStr
from sqlalchemy import Engine, func, select

from dondoc.settings import Settings
from tasks.accounts.accounts import disable_user, set_password
from tasks.accounts.attempts import OPEN_ID_FAILURE_FROM_NETWORK, OPEN_ID_START_FROM_NETWORK, count
from tasks.accounts.identities import Proof, await_address, bind_subject, unbind
from tasks.database import reading, writing
from tasks.models import Deed, Identity, SignIn
from tests.web.people import MORNING, ON_SQLITE, Browser
from tests.web.provider import CLIENT, RunningProvider, running_provider
from tests.web.stage import Stage
from web.app import create_app

pytestmark = [ON_SQLITE, pytest.mark.server]

START = "/dang-nhap/mot-lan"
PASSWORD = "cây đa bến nước sân đình"


@pytest.fixture(scope="module")
def honest() -> Iterator[RunningProvider]:
    with running_provider() as provider:
        provider.knows("p-huong", email="huong@home.example", email_verified=True)
        provider.knows("p-chi", email="huong@home.example", email_verified=False)
        yield provider


class Portal:
    """The portal with a provider, and what its browsers do."""

    def __init__(self, engine: Engine, settings: Settings, provider: RunningProvider) -> None:
        self.engine, self.provider = engine, provider
        self.settings = settings.model_copy(
            update={
                "oidc_issuer": provider.issuer,
                "oidc_client_id": CLIENT,
                "oidc_client_secret": SecretStr("bí mật của cổng"),
                "oidc_name": "tài khoản công vụ",
            }
        )

    def browser(self, later: timedelta = timedelta()) -> Browser:
        return Browser(create_app(self.settings, self.engine, lambda: MORNING + later), self.engine)

    def bind(self, login: str, subject: str) -> None:
        with writing(self.engine) as session:
            bind_subject(session, login, Proof(self.provider.issuer, subject), "admin", MORNING)

    def awaits(self, login: str, email: str) -> None:
        with writing(self.engine) as session:
            await_address(session, login, Proof(self.provider.issuer, "", email), "admin", MORNING)

    def path_back(self, person: Browser, subject: str, start: str = START) -> str:
        """Go to the provider as `subject`; return the path that the browser is sent back to."""
        left = person.get(start)
        assert left.status_code == 303, left.text
        return URL(self.provider.consent(left.headers["location"], subject)).raw_path.decode()

    def sign_in(self, person: Browser, subject: str, start: str = START) -> Response:
        return person.get(self.path_back(person, subject, start))

    def deeds(self) -> list[tuple[str, str]]:
        with reading(self.engine) as session:
            rows = select(Deed.by, Deed.action).where(Deed.action.like("sign%")).order_by(Deed.id)
            return list(session.execute(rows).tuples())


@pytest.fixture
def portal(engine: Engine, stage: Stage, settings: Settings, honest: RunningProvider) -> Portal:
    return Portal(engine, settings, honest)


@pytest.fixture
def lying(engine: Engine, stage: Stage, settings: Settings) -> Callable[[RunningProvider], Portal]:
    return lambda provider: Portal(engine, settings, provider)


def sentence_in(answer: Response) -> str:
    found = re.search(r'role="alert".*?<li>(.*?)</li>', answer.text, re.DOTALL)
    return unescape(found[1]) if found else ""


def test_who_is_bound_to_the_subject_gets_in_to_the_page_that_was_asked_for(portal: Portal):
    portal.bind("huong", "p-huong")
    person = portal.browser()
    assert "Đăng nhập bằng tài khoản công vụ" in person.get("/dang-nhap").text
    answer = portal.sign_in(person, "p-huong", f"{START}?tiep=/viec%3Ftinh-trang%3Doverdue")
    assert (answer.status_code, answer.headers["location"]) == (303, "/viec?tinh-trang=overdue")
    assert person.get("/viec").status_code == 200
    assert portal.deeds() == [("huong", "sign_in.open_id")]
    cookies = [value for name, value in answer.headers.multi_items() if name == "set-cookie"]
    assert all("HttpOnly" in cookie and "SameSite=lax" in cookie for cookie in cookies)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_nobody_is_led_elsewhere(elsewhere: str, portal: Portal):
    portal.bind("huong", "p-huong")
    person = portal.browser()
    person.get(START, params={"tiep": elsewhere})
    left = person.get(START, params={"tiep": elsewhere})
    back = URL(portal.provider.consent(left.headers["location"], "p-huong")).raw_path.decode()
    assert person.get(back).headers["location"] == "/"


def test_an_unknown_person_is_told_what_to_send_to_whom_and_no_account_is_made(portal: Portal):
    answer = portal.sign_in(portal.browser(), "p-la{x}")
    assert answer.status_code == 403
    assert "chưa được liên kết với tài khoản nào" in sentence_in(answer)
    assert "p-la{x}" in sentence_in(answer)
    with reading(portal.engine) as session:
        assert session.scalar(select(func.count()).select_from(Identity)) == 0
        assert session.scalar(select(func.count()).select_from(SignIn)) == 0
    assert portal.deeds() == [("p-la{x}", "sign_in.failed")]


def test_a_verified_address_binds_once_and_for_good(portal: Portal):
    portal.awaits("huong", "Huong@Home.example")
    assert portal.sign_in(portal.browser(), "p-huong").headers["location"] == "/"
    portal.provider.knows("p-moi", email="huong@home.example", email_verified=True)
    assert portal.sign_in(portal.browser(), "p-moi").status_code == 403  # the address has a new owner
    portal.provider.knows("p-huong", email="khac@home.example", email_verified=True)
    assert portal.sign_in(portal.browser(), "p-huong").headers["location"] == "/"
    portal.provider.knows("p-huong", email="huong@home.example", email_verified=True)


def test_an_address_that_is_not_verified_binds_nobody(portal: Portal):
    portal.awaits("huong", "huong@home.example")
    assert portal.sign_in(portal.browser(), "p-chi").status_code == 403


def test_a_disabled_account_stays_out(portal: Portal):
    portal.bind("huong", "p-huong")
    with writing(portal.engine) as session:
        disable_user(session, "huong", "admin", MORNING)
    answer = portal.sign_in(portal.browser(), "p-huong")
    assert (answer.status_code, "đã bị khóa" in sentence_in(answer)) == (403, True)
    assert portal.deeds()[-1] == ("huong", "sign_in.failed")


def test_a_disabled_account_is_not_bound_by_its_address(portal: Portal):
    portal.awaits("huong", "huong@home.example")
    with writing(portal.engine) as session:
        disable_user(session, "huong", "admin", MORNING)
    assert portal.sign_in(portal.browser(), "p-huong").status_code == 403
    with reading(portal.engine) as session:
        assert session.scalars(select(Identity)).one().subject is None


def test_the_way_back_counts_once(portal: Portal):
    portal.bind("huong", "p-huong")
    person = portal.browser()
    back = portal.path_back(person, "p-huong")
    kept = dict(person.cookies)
    assert person.get(back).status_code == 303
    assert "làm lại từ đầu" in sentence_in(person.get(back))  # this browser's state is gone
    thief = portal.browser()
    thief.cookies.update(kept)
    assert thief.get(back).status_code == 403  # and the code is used up at the provider


def test_another_browser_cannot_take_the_way_back(portal: Portal):
    portal.bind("huong", "p-huong")
    back = portal.path_back(portal.browser(), "p-huong")
    other = portal.browser()
    assert other.get(back).status_code == 403
    other.get(START)  # not even one that was sent itself
    assert other.get(back).status_code == 403
    assert portal.deeds() == [("", "sign_in.failed")] * 2


def test_the_state_is_ours_alone_and_does_not_last(portal: Portal):
    portal.bind("huong", "p-huong")
    person = portal.browser()
    back = portal.path_back(person, "p-huong")
    late = portal.browser(timedelta(minutes=10))
    late.cookies.update(person.cookies)
    assert late.get(back).status_code == 403
    forger = portal.browser()
    name = next(name for name in person.cookies if "mot-lan" in name)
    payload, _, signature = person.cookies[name].rpartition(".")
    forger.cookies.set(name, f"{payload}.{signature[::-1]}")
    assert forger.get(back).status_code == 403


def test_a_wrong_state_or_another_provider_s_answer_is_refused(portal: Portal):
    portal.bind("huong", "p-huong")
    for change in ({"state": "khac"}, {"iss": "https://khac.example"}):
        person = portal.browser()
        back = URL(portal.path_back(person, "p-huong")).copy_merge_params(change)
        assert person.get(str(back)).status_code == 403


def test_who_declines_at_the_provider_is_told_so(portal: Portal):
    person = portal.browser()
    state = URL(person.get(START).headers["location"]).params["state"]
    answer = person.get(f"{START}/tro-ve", params={"error": "access_denied", "state": state})
    assert answer.status_code == 403
    assert "đã bị hủy hoặc bị từ chối" in sentence_in(answer)


@pytest.mark.parametrize("lie", ["issuer", "audience", "nonce", "key", "expired"])
def test_a_token_that_is_wrong_in_one_place_proves_nobody(lie: str, lying: Callable[..., Portal]):
    with running_provider(lie) as provider:
        portal = lying(provider)
        portal.bind("huong", "p-huong")
        answer = portal.sign_in(portal.browser(), "p-huong")
    assert answer.status_code == 403
    assert "làm lại từ đầu" in sentence_in(answer)
    assert portal.deeds() == [("", "sign_in.failed")]


def test_a_provider_that_gives_another_name_is_not_used(lying: Callable[..., Portal]):
    with running_provider("name") as provider:
        answer = lying(provider).browser().get(START)
    assert (answer.status_code, "Chưa liên hệ được" in sentence_in(answer)) == (503, True)


def test_a_code_of_somebody_else_is_worth_nothing_in_this_browser(lying: Callable[..., Portal]):
    with running_provider("strict") as provider:
        portal = lying(provider)
        portal.bind("huong", "p-huong")
        assert portal.sign_in(portal.browser(), "p-huong").headers["location"] == "/"
        stolen = URL(portal.path_back(portal.browser(), "p-huong")).params["code"]
        thief = portal.browser()
        back = URL(portal.path_back(thief, "p-khac")).copy_set_param("code", stolen)
        assert thief.get(str(back)).status_code == 403


def test_while_the_provider_is_down_the_password_still_opens(lying: Callable[..., Portal], engine: Engine):
    with writing(engine) as session:
        set_password(session, "huong", PASSWORD, "admin", MORNING)
    with running_provider() as provider:
        portal = lying(provider)
        waiting = portal.browser()
        back = portal.path_back(waiting, "p-huong")
    person = portal.browser()
    answer = person.get(f"{START}?tiep=/viec")
    assert answer.status_code == 503
    assert "hoặc đăng nhập bằng mật khẩu" in sentence_in(answer)
    assert waiting.get(back).status_code == 503
    mark = re.search(r'name="_dau" value="([^"]+)"', answer.text)
    fields = {"_dau": mark[1], "ten": "huong", "mat-khau": PASSWORD, "tiep": "/viec"}
    assert person.post("/dang-nhap", data=fields).headers["location"] == "/viec"


def test_signing_out_ends_both_sessions(portal: Portal):
    portal.bind("huong", "p-huong")
    person = portal.browser()
    portal.sign_in(person, "p-huong")
    person.seed = person.cookies["dondoc"]
    answer = person.submit("/dang-xuat")
    there = URL(answer.headers["refresh"].removeprefix("0; url="))
    assert str(there).startswith(f"{portal.provider.issuer}/oauth2/end_session?")
    assert there.params["post_logout_redirect_uri"] == f"{portal.settings.base_url}/dang-nhap"
    assert there.params["client_id"] == CLIENT
    assert person.get("/").headers["location"] == "/dang-nhap"


def test_signing_out_works_while_the_provider_is_down(lying: Callable[..., Portal]):
    with running_provider() as provider:
        portal = lying(provider)
        portal.bind("huong", "p-huong")
        person = portal.browser()
        portal.sign_in(person, "p-huong")
    person.seed = person.cookies["dondoc"]
    assert person.submit("/dang-xuat").headers["location"] == "/dang-nhap"


def test_what_a_provider_opened_ends_with_the_binding(portal: Portal):
    portal.bind("huong", "p-huong")
    person = portal.browser()
    portal.sign_in(person, "p-huong")
    with writing(portal.engine) as session:
        unbind(session, "huong", portal.provider.issuer, "admin", MORNING)
    assert person.get("/").headers["location"] == "/dang-nhap"
    assert portal.sign_in(portal.browser(), "p-huong").status_code == 403


def test_failures_from_one_network_are_bounded(portal: Portal):
    person = portal.browser()
    for _ in range(OPEN_ID_FAILURE_FROM_NETWORK.most):
        assert person.get(f"{START}/tro-ve?state=x&code=y").status_code == 403
    answer = person.get(f"{START}/tro-ve?state=x&code=y")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "900")


def test_being_sent_to_the_provider_is_bounded(portal: Portal, engine: Engine):
    with writing(engine) as session:
        for _ in range(OPEN_ID_START_FROM_NETWORK.most):
            count(session, OPEN_ID_START_FROM_NETWORK, "testclient", MORNING)
    assert portal.browser().get(START).status_code == 429


def test_without_a_provider_nothing_of_it_shows(browser: Callable[..., Browser]):
    assert START not in browser().get("/dang-nhap").text
    assert browser().get(START).status_code == 404

"""One person's way through a real provider in a real Chromium, under the portal's own policy, there and back and out."""

import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright
from pydantic import SecretStr

from dondoc.clock import running_from
from dondoc.settings import Settings
from tasks.accounts.identities import Proof, bind_subject
from tasks.database import open_engine, writing
from tests.web.chromium import MISSING, executable
from tests.web.people import MORNING
from tests.web.provider import CLIENT, RunningProvider, running_provider
from tests.web.stage import Stage
from web.app import create_app

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.xdist_group("browser")]


@pytest.fixture
def provider() -> Iterator[RunningProvider]:
    with running_provider() as running:
        yield running


@pytest.fixture
def base(staged: tuple[Path, Stage], tmp_path: Path, provider: RunningProvider) -> Iterator[str]:
    """The address of a running portal with the provider, to which huong is bound."""
    file = tmp_path / "dondoc.sqlite3"
    shutil.copyfile(staged[0], file)
    engine = open_engine(f"sqlite:///{file}")
    with writing(engine) as session:
        bind_subject(session, "huong", Proof(provider.issuer, "p-huong"), "admin", MORNING)
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    settings = Settings(
        home=tmp_path,
        base_url=address,
        secret_key=SecretStr("khóa thử " * 5),
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SecretStr("bí mật của cổng"),
        oidc_name="tài khoản công vụ",
    )
    app = create_app(settings, engine, running_from(MORNING))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield address
    server.should_exit = True
    thread.join(10)
    engine.dispose()


@pytest.fixture
def page() -> Iterator[Page]:
    """A window that must stay without errors of scripts and of the policy."""
    with sync_playwright() as playwright:
        path = executable(playwright)
        if path is None:
            pytest.fail(MISSING)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        opened = browser.new_page(locale="vi-VN")
        errors: list[str] = []
        opened.on("pageerror", lambda error: errors.append(str(error)))
        opened.on(
            "console", lambda said: errors.append(said.text) if "Content Security" in said.text else None
        )
        yield opened
        assert errors == []
        browser.close()


def go_to_provider(page: Page, base: str, path: str) -> None:
    page.goto(f"{base}{path}")
    page.get_by_role("link", name="Đăng nhập bằng tài khoản công vụ").click()
    expect(page.get_by_role("heading", name="Authorize Client")).to_be_visible()


def test_a_person_goes_to_the_provider_comes_back_works_and_leaves_both(
    page: Page, base: str, provider: RunningProvider
):
    go_to_provider(page, base, "/viec?tinh-trang=overdue")
    page.get_by_placeholder("sub").fill("p-huong")
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url(f"{base}/viec?tinh-trang=overdue")
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(f"{provider.issuer}/oauth2/end_session?**")
    page.get_by_role("button").first.click()
    page.wait_for_url(f"{base}/dang-nhap")
    page.goto(f"{base}/viec")
    expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()


def test_who_is_unknown_and_who_declines_come_back_to_a_form_that_says_so(page: Page, base: str):
    go_to_provider(page, base, "/dang-nhap")
    page.get_by_placeholder("sub").fill("p-la")
    page.get_by_role("button", name="Authorize").click()
    expect(page.get_by_role("alert")).to_contain_text("chưa được liên kết với tài khoản nào")
    expect(page.get_by_label("Mật khẩu")).to_be_visible()
    findings = Axe().run(page).response["violations"]
    assert [found["id"] for found in findings if found["impact"] in {"serious", "critical"}] == []
    go_to_provider(page, base, "/dang-nhap")
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_role("alert")).to_contain_text("đã bị hủy hoặc bị từ chối")

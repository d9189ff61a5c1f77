"""The portal in a real Chromium: whole journeys, every page without a serious finding of axe, in light and in dark."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pydantic import SecretStr
from sqlalchemy import Engine, select

from dondoc.clock import running_from
from dondoc.settings import Settings
from tasks.accounts.accounts import set_password
from tasks.accounts.sign_in_links import BY_HAND, make_link
from tasks.database import open_engine, reading, writing
from tasks.models import Life, Report, Standing, Submission, Task
from tests.web.chromium import MISSING, executable
from tests.web.people import MORNING
from tests.web.stage import Stage
from web.app import create_app

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PASSWORD = "cây đa bến nước sân đình"
PHONE = {"width": 360, "height": 740}
LAPTOP = {"width": 1440, "height": 900}


class Site:
    """A running portal on a database of its own."""

    def __init__(self, engine: Engine, stage: Stage, base: str) -> None:
        self.engine, self.stage, self.base = engine, stage, base

    def agency_link(self, code: str) -> str:
        """A fresh sign-in link for an agency."""
        with writing(self.engine) as session:
            agency = session.get_one(Task, self.stage.tasks["1.2"][code]).agency
            return f"{self.base}/vao/{make_link(session, agency, agency.code, 'admin', MORNING, BY_HAND)}"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = executable(playwright)
        if path is None:
            pytest.fail(MISSING)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def site(staged: tuple[Path, Stage], tmp_path: Path) -> Iterator[Site]:
    file = tmp_path / "dondoc.sqlite3"
    shutil.copyfile(staged[0], file)
    engine = open_engine(f"sqlite:///{file}")
    with writing(engine) as session:
        for login in ("huong", "lan", "admin"):
            set_password(session, login, PASSWORD, "admin", MORNING)
    listening = socket.create_server(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    settings = Settings(home=tmp_path, base_url=base, secret_key=SecretStr("khóa thử " * 5))
    app = create_app(settings, engine, running_from(MORNING))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield Site(engine, staged[1], base)
    server.should_exit = True
    thread.join(10)
    engine.dispose()


@contextmanager
def opened(chromium: Browser, **options: object) -> Iterator[tuple[BrowserContext, Page]]:
    """A fresh browser window that must stay without errors."""
    context = chromium.new_context(**{"viewport": LAPTOP, "locale": "vi-VN", **options})  # type: ignore[arg-type]
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None
    )
    yield context, page
    assert errors == []
    context.close()


def sign_in(page: Page, site: Site, login: str) -> None:
    page.goto(f"{site.base}/dang-nhap")
    page.get_by_label("Tên đăng nhập").fill(login)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()


def enter_by_link(page: Page, site: Site, code: str) -> None:
    page.goto(site.agency_link(code))
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()


def the_report(site: Site, code: str) -> tuple[Submission, str]:
    with reading(site.engine) as session:
        standing = session.scalars(select(Standing).where(Standing.agency.has(code=code))).one()
        report = session.scalar(select(Report).where(Report.standing_id == standing.id))
        return standing.state, (report.narrative.get("strengths", "") if report else "")


def until(what, seconds: float = 10) -> None:
    """Wait for something that another process of the browser does."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        threading.Event().wait(0.05)


def test_an_agency_enters_by_its_link_and_sends_its_report(chromium: Browser, site: Site):
    with opened(chromium) as (_, page):
        enter_by_link(page, site, "bob")
        expect(page.get_by_role("heading", name="Việc đang phải làm")).to_be_visible()
        page.get_by_role("link", name="Báo cáo lần lan-1").click()
        page.get_by_label("Ưu điểm").fill("Triển khai sớm")
        expect(page.locator("#trang-thai-luu")).to_contain_text("Đã tự lưu", timeout=10_000)
        assert the_report(site, "bob") == (Submission.DRAFT, "Triển khai sớm")
        page.get_by_role("button", name="Lưu và nộp báo cáo").click()
        expect(page.get_by_role("status").first).to_contain_text("bằng chứng đã nộp")
    assert the_report(site, "bob")[0] is Submission.SUBMITTED


def test_what_was_written_survives_a_lost_connection(chromium: Browser, site: Site):
    with opened(chromium) as (context, page):
        enter_by_link(page, site, "bob")
        page.goto(f"{site.base}/bao-cao/{site.stage.round}/bob")
        context.set_offline(True)
        page.get_by_label("Ưu điểm").fill("Viết lúc mất mạng")
        expect(page.locator("#trang-thai-luu")).to_contain_text("Mất kết nối", timeout=10_000)
        context.set_offline(False)
        page.reload()
        page.get_by_role("button", name="Khôi phục").click()
        expect(page.get_by_label("Ưu điểm")).to_have_value("Viết lúc mất mạng")
        expect(page.locator("#trang-thai-luu")).to_contain_text("Đã tự lưu", timeout=10_000)
    assert the_report(site, "bob")[1] == "Viết lúc mất mạng"


def test_the_report_is_written_and_sent_without_any_script(chromium: Browser, site: Site):
    with opened(chromium, java_script_enabled=False, viewport=PHONE) as (_, page):
        enter_by_link(page, site, "bob")
        page.goto(f"{site.base}/bao-cao/{site.stage.round}/bob")
        page.get_by_label("Ưu điểm").fill("Không cần script")
        page.get_by_role("button", name="Lưu bản nháp").click()
        expect(page.get_by_label("Ưu điểm")).to_have_value("Không cần script")
        page.get_by_role("button", name="Lưu và nộp báo cáo").click()
    assert the_report(site, "bob") == (Submission.SUBMITTED, "Không cần script")


def test_the_coordinator_finds_late_tasks_and_extends_them_after_a_preview(chromium: Browser, site: Site):
    with opened(chromium) as (_, page):
        sign_in(page, site, "huong")
        page.get_by_role("link", name="Quá hạn", exact=False).first.click()
        page.get_by_label("Áp dụng cho").select_option("loc")
        page.get_by_label("Việc phải làm").select_option("extend")
        page.get_by_label("Lý do (trả lại").fill("Mưa bão")
        page.get_by_label("Gia hạn đến hết ngày").fill("30/09/2025")
        page.get_by_role("button", name="Xem trước").click()
        expect(page.get_by_text("Chưa có gì thay đổi")).to_be_visible()
        page.get_by_role("button", name="Cho gia hạn 2 nhiệm vụ").click()
        expect(page.get_by_text("Không có việc nào khớp")).to_be_visible()
    with reading(site.engine) as session:
        assert f"{session.get_one(Task, site.stage.tasks['1.1']['bob']).due:%d/%m}" == "30/09"


def test_a_declaration_is_confirmed_by_keyboard_alone(chromium: Browser, site: Site):
    number = site.stage.tasks["1.2"]["bob"]
    with opened(chromium) as (_, page):
        enter_by_link(page, site, "bob")
        page.goto(f"{site.base}/viec/{number}")
        page.get_by_role("button", name="Báo hoàn thành").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Chờ xác nhận").first).to_be_visible()
    with opened(chromium) as (_, page):
        sign_in(page, site, "huong")
        page.goto(f"{site.base}/viec/{number}")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Đến nội dung chính")).to_be_focused()
        page.get_by_role("button", name="Xác nhận", exact=True).focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Đã xác nhận.")).to_be_visible()
    with reading(site.engine) as session:
        assert session.get_one(Task, number).life is Life.COMPLETED


def test_a_mail_is_seen_as_it_was_sent_and_its_links_lead_into_the_portal(chromium: Browser, site: Site):
    with opened(chromium) as (_, page):
        sign_in(page, site, "huong")
        page.goto(f"{site.base}/thu/{site.stage.mail_to['bob']}")
        inside = page.frame_locator("iframe.mail")
        expect(inside.get_by_text("Kính gửi: Sở Bằng Lăng")).to_be_visible()
        colour = inside.locator("td.card, table.card").first.evaluate(
            "e => getComputedStyle(e).backgroundColor"
        )
        assert colour != "rgba(0, 0, 0, 0)"  # its own styles are in force


def pages(site: Site) -> dict[str, list[str]]:
    """Every page by who looks at it."""
    task, mail = site.stage.tasks["1.2"]["bob"], site.stage.mail_to["bob"]
    return {
        "huong": [
            "/", "/lanh-dao", "/viec", f"/viec/{task}", "/nhiem-vu/quyet-dinh/1.1", "/co-quan/bob",
            "/ma-tran/quyet-dinh", "/lan-bao-cao", "/lan-bao-cao/quyet-dinh/lan-1", f"/bao-cao/{site.stage.round}/bob",
            "/dot-xuat/quyet-dinh", "/su-kien", "/ket-thuc", "/ket-thuc/quyet-dinh", "/thu", f"/thu/{mail}",
            "/tai-khoan", "/nhat-ky",
        ],
        "admin": ["/quan-tri/tai-khoan"],
    }  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_serious_finding_or_breaks_on_a_phone(chromium: Browser, site: Site, scheme: str):
    axe, findings = Axe(), []
    with opened(chromium, color_scheme=scheme) as (_, page):
        for path in ("/dang-nhap", "/xin-duong-dan", "/vao/abc"):
            findings += _findings(page, site.base + path, axe)
        for login, paths in pages(site).items():
            sign_in(page, site, login)
            for path in paths:
                findings += _findings(page, site.base + path, axe)
            page.get_by_role("button", name="Đăng xuất").click()
    with opened(chromium, color_scheme=scheme) as (_, page):
        enter_by_link(page, site, "bob")
        for path in (
            "/co-quan/bob",
            "/viec",
            f"/bao-cao/{site.stage.round}/bob",
            f"/viec/{site.stage.tasks['1.2']['bob']}",
        ):
            findings += _findings(page, site.base + path, axe)
    assert findings == []


def _findings(page: Page, address: str, axe: Axe) -> list[str]:
    """What axe calls serious or critical, sideways scrolling at 360 px, and at 200 % text."""
    page.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
    page.goto(address)
    found = [
        f"{address}: {entry['id']} {entry['nodes'][0]['html'][:100]}"
        for entry in axe.run(page).response["violations"]
        if entry["impact"] in {"serious", "critical"}
    ]
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    if _scrolls(page):
        found.append(f"{address}: wider than 360 px")
    page.set_viewport_size({"width": 720, "height": 900})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    if _scrolls(page):
        found.append(f"{address}: wider than the window at 200 % text")
    return found


def _scrolls(page: Page) -> bool:
    wider: bool = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return wider

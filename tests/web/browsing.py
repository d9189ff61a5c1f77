"""A portal that runs, and windows of a real browser that must stay without errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import Engine, select

from tasks.accounts.sign_in_links import BY_HAND, make_link
from tasks.accounts.sign_ins import Origin, open_sign_in
from tasks.database import writing
from tasks.models import Agency, User
from tests.web.people import MORNING
from tests.web.stage import Stage

PASSWORD = "cây đa bến nước sân đình"
PHONE = {"width": 360, "height": 740}
LAPTOP = {"width": 1440, "height": 900}


@dataclass(frozen=True)
class Site:
    """A running portal on a database of its own."""

    engine: Engine
    stage: Stage
    base: str

    def agency_link(self, code: str) -> str:
        """A fresh sign-in link for an agency."""
        with writing(self.engine) as session:
            agency = session.scalars(select(Agency).where(Agency.code == code)).one()
            return f"{self.base}/vao/{make_link(session, agency, agency.code, 'admin', MORNING, BY_HAND)}"

    def seed(self, login: str) -> str:
        """What the browser of somebody who signed in holds."""
        with writing(self.engine) as session:
            user = session.scalars(select(User).where(User.login == login)).one()
            return open_sign_in(session, login, Origin("192.0.2.1", "Chromium"), MORNING, user=user)


@contextmanager
def opened(chromium: Browser, **options: object) -> Iterator[tuple[BrowserContext, Page]]:
    """A fresh browser window that must stay without errors."""
    context = chromium.new_context(**{"viewport": LAPTOP, "locale": "vi-VN", **options})  # type: ignore[arg-type]  # options of playwright
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None
    )
    yield context, page
    assert errors == []
    context.close()


@contextmanager
def window(chromium: Browser, site: Site, login: str, **options: object) -> Iterator[Page]:
    """A window of somebody who signed in already, on the first page."""
    with opened(chromium, **options) as (context, page):
        context.add_cookies([{"name": "dondoc", "value": site.seed(login), "url": site.base}])
        page.goto(site.base)
        yield page


def sign_in(page: Page, site: Site, login: str) -> None:
    page.goto(f"{site.base}/dang-nhap")
    page.get_by_label("Tên đăng nhập").fill(login)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()


def enter_by_link(page: Page, site: Site, code: str) -> None:
    page.goto(site.agency_link(code))
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()

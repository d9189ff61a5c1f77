"""Every page of the route table in a real Chromium: no serious finding of axe in light and in dark, no sideways scrolling,
small, and nothing from outside. A new page is tried as soon as tests.web.test_access has its line.
"""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.web.browsing import LAPTOP, PHONE, Site, opened
from tests.web.people import NOBODY
from tests.web.stage import Stage
from tests.web.test_access import TABLE, Line

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

HEAVIEST = 150_000  # bytes of a page
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}  # what dark mode can change
LOOKERS = ("huong", "admin", "binh", "lan")


def pages_of(stage: Stage, who: str) -> list[str]:
    """The pages of the table that somebody is the first, or the only agency, to be admitted to."""
    lines = [line for name, line in TABLE.items() if name.startswith("GET") and _looker(line, who)]
    return [
        line.path.format(
            bob=stage.tasks["1.1"]["bob"], mail=stage.mail_to["bob"], sign_in=1, round=stage.round
        )
        for line in lines
    ]


def _looker(line: Line, who: str) -> bool:
    if line.open_to_all or who == NOBODY:
        return line.open_to_all and who == NOBODY
    first = next((login for login in LOOKERS if login in line.admits), None)
    return who == first or (who == "binh" and who in line.admits)


@pytest.mark.parametrize("who", [NOBODY, *LOOKERS[:3]])
def test_no_page_has_a_serious_finding_or_breaks_on_a_phone(chromium: Browser, site: Site, who: str):
    findings, looked_at = [], 0
    with opened(chromium) as (context, page):
        if who != NOBODY:
            context.add_cookies([{"name": "dondoc", "value": site.seed(who), "url": site.base}])
        for path in pages_of(site.stage, who):
            if _is_a_page(context, site.base + path):
                findings += [f"{who} {path}: {found}" for found in _findings(page, site, path)]
                looked_at += 1
    assert findings == []
    assert looked_at >= {NOBODY: 3, "huong": 20, "admin": 1, "binh": 7}[who]


def _is_a_page(context: BrowserContext, address: str) -> bool:
    answer = context.request.get(address)
    assert answer.status < 500, address
    return "text/html" in answer.headers.get("content-type", "") and not address.endswith("/html")


def _findings(page: Page, site: Site, path: str) -> list[str]:
    """What axe calls serious or critical, sideways scrolling at 360 px and at 200 % text, weight, and what is fetched."""
    axe, found = Axe(), []
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(LAPTOP)  # type: ignore[arg-type]  # its own TypedDict
    answer = page.goto(site.base + path)
    assert answer is not None
    found += [
        f"{url} comes from outside" for url in fetched if not re.match(rf"{site.base}/|about:|data:", url)
    ]
    if len(answer.body()) > HEAVIEST:
        found.append(f"{len(answer.body())} bytes")
    found += _serious(axe.run(page).response)
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {what}" for what in _serious(axe.run(page, options=CONTRAST).response)]
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # its own TypedDict
    if _scrolls(page):
        found.append("wider than 360 px")
    page.set_viewport_size({"width": 720, "height": 900})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    if _scrolls(page):
        found.append("wider than the window at 200 % text")
    return found


def _serious(response: dict) -> list[str]:  # type: ignore[type-arg]  # axe's own JSON
    return [
        f"{entry['id']} {entry['nodes'][0]['html'][:100]}"
        for entry in response["violations"]
        if entry["impact"] in {"serious", "critical"}
    ]


def _scrolls(page: Page) -> bool:
    wider: bool = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return wider

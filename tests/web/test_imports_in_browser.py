"""A decision taken in by an officer in a real Chromium: sent, one duty corrected beside its source, loaded."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from tasks.database import reading
from tasks.models import Decision, Duty
from tests.web.browsing import PHONE, Site, window

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

WORD = Path(__file__).parent.parent / "data" / "import" / "hai-phong-danh-muc-dan-van-2025.docx"


def send(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/nhap-quyet-dinh")
    page.get_by_label("Tệp Word, Excel, PDF").set_input_files(WORD)
    page.get_by_role("button", name="Đọc văn bản").click()
    expect(page.get_by_text("28 nhiệm vụ", exact=False).first).to_be_visible(timeout=60_000)


def fill_in_general(page: Page) -> None:
    page.get_by_role("link", name="Thông tin chung", exact=True).click()
    page.get_by_label("Mã quyết định").fill("dan-van-trinh-duyet")
    page.get_by_label("Trích yếu").fill("Danh mục nhiệm vụ công tác dân vận")
    page.get_by_label("Cơ quan ban hành").fill("Ủy ban nhân dân thành phố Hải Phòng")
    page.get_by_label("Nơi ban hành").fill("Hải Phòng")
    page.get_by_label("Danh bạ").select_option("hai-phong")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_text("Đã lưu.")).to_be_visible()
    page.get_by_label("Cơ quan tổng hợp, đôn đốc").select_option(label="Sở Nội vụ")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_text("Đã lưu.")).to_be_visible()


def test_a_word_file_becomes_a_loaded_decision(chromium: Browser, site: Site):
    with window(chromium, site, "admin") as page:  # the sample is of a directory that huong does not keep
        send(page, site)
        fill_in_general(page)
        page.get_by_role("link", name="Danh mục", exact=True).click()
        page.get_by_role("link", name="1.2 ", exact=False).first.click()
        expect(page.get_by_role("heading", name="Trong văn bản")).to_be_visible()
        page.get_by_label("Thời gian thực hiện").fill("Trước ngày 20/12/2025")
        expect(page.locator("#trang-thai-luu")).to_contain_text("Đã tự lưu", timeout=15_000)
        page.get_by_role("button", name="Lưu", exact=True).click()
        expect(page.get_by_text("hết ngày 19/12/2025")).to_be_visible()
        page.get_by_role("link", name=WORD.name).click()
        page.get_by_role("link", name="Xem trước khi nạp").click()
        page.get_by_label("Tôi đã đối chiếu").check()
        page.get_by_role("button", name="Nạp quyết định").click()
        expect(page.get_by_text("Đã nạp thành quyết định dan-van-trinh-duyet")).to_be_visible(timeout=60_000)
    with reading(site.engine) as session:
        decision = session.scalars(select(Decision).where(Decision.key == "dan-van-trinh-duyet")).one()
        duty = session.scalars(select(Duty).where(Duty.decision_id == decision.id, Duty.code == "1.2")).one()
        assert (duty.deadline, str(duty.due)) == ("Trước ngày 20/12/2025", "2025-12-19")


def test_the_review_fits_a_telephone(chromium: Browser, site: Site):
    with window(chromium, site, "huong", viewport=PHONE) as page:
        send(page, site)
        here = page.url
        for path in ("", "/dong/2", "/chung", "/xem-truoc"):
            page.goto(f"{here}{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

"""The agencies' journeys in a real Chromium: the link, the report and its receipt, with and without script, network, Excel."""

import threading
import time
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from tasks.database import reading
from tasks.models import Life, Report, Standing, Submission, Task
from tests.web.browsing import PHONE, Site, enter_by_link, opened, window

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


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
        page.get_by_role("link", name="Báo cáo lần lan-1", exact=True).click()
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


def test_a_declaration_is_confirmed_by_keyboard_alone(chromium: Browser, site: Site):
    number = site.stage.tasks["1.2"]["bob"]
    with opened(chromium) as (_, page):
        enter_by_link(page, site, "bob")
        page.goto(f"{site.base}/viec/{number}")
        page.get_by_role("button", name="Báo hoàn thành").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Chờ xác nhận").first).to_be_visible()
    with window(chromium, site, "huong") as page:
        page.goto(f"{site.base}/viec/{number}")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Đến nội dung chính")).to_be_focused()
        page.get_by_role("button", name="Xác nhận", exact=True).focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Đã xác nhận.")).to_be_visible()
    with reading(site.engine) as session:
        assert session.get_one(Task, number).life is Life.COMPLETED


def test_the_report_is_filled_in_excel_and_sent_up(chromium: Browser, site: Site, tmp_path: Path):
    with opened(chromium) as (_, page):
        enter_by_link(page, site, "bob")
        page.goto(f"{site.base}/bao-cao/{site.stage.round}/bob")
        with page.expect_download() as coming:
            page.get_by_role("link", name="Tải mẫu Excel").click()
        file = tmp_path / "bao-cao.xlsx"
        coming.value.save_as(file)
        book = load_workbook(file)
        sheet = book["Nhiệm vụ"]
        heads = {cell.value: cell.column for cell in sheet[4]}
        sheet.cell(5, heads["Kết quả thực hiện"], "Viết trong Excel")
        book.save(file)
        page.get_by_label("Tệp Excel đã điền").set_input_files(file)
        page.get_by_role("button", name="Nhập từ Excel").click()
        expect(page.get_by_role("status").first).to_contain_text("Đã lưu")
        expect(page.get_by_text("Viết trong Excel")).to_be_visible()
        page.get_by_role("button", name="Lưu và nộp báo cáo").click()
        expect(page.get_by_text("Viết trong Excel")).to_be_visible()  # the receipt
    assert the_report(site, "bob")[0] is Submission.SUBMITTED

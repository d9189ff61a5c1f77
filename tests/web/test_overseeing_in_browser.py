"""The coordinator's, the leader's and the administrator's journeys in a real Chromium."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from tasks.database import reading, writing
from tasks.models import Agency, Life, Occasion, Round, RoundState, Standing, Submission, Task
from tasks.reporting.content import Content, Line
from tasks.reporting.reports import Deed, find_standing, save_draft, submit
from tasks.rounds.rounds import open_round
from tasks.tracking import tracker
from tests.tasks.cast import BOB, HOME, at
from tests.web.browsing import PASSWORD, PHONE, Site, opened, sign_in, window

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ROUND = "/lan-bao-cao/quyet-dinh/lan-1"


def said(page: Page, words: str) -> None:
    expect(page.get_by_role("status").first).to_contain_text(words)


def test_the_coordinator_finds_late_tasks_and_extends_them_after_a_preview(chromium: Browser, site: Site):
    with window(chromium, site, "huong") as page:
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


def test_the_coordinator_goes_from_the_home_page_to_a_task_and_returns_it(chromium: Browser, site: Site):
    number = site.stage.tasks["1.1"]["bob"]
    with writing(site.engine) as session:
        tracker.declare(session, [number], BOB, at("2025-09-05"))
    with window(chromium, site, "huong") as page:
        page.get_by_role("link", name="Chờ xác nhận").click()
        page.get_by_role("link", name="1.1 Việc 1.1").click()
        page.locator("summary", has_text="Trả lại").click()
        page.get_by_role("button", name="Trả lại").click()
        expect(page.get_by_role("button", name="Trả lại")).to_be_visible()  # nothing without a reason
        page.locator("form", has=page.get_by_role("button", name="Trả lại")).get_by_label("Lý do").fill(
            "Thiếu số văn bản"
        )
        page.get_by_role("button", name="Trả lại").click()
        said(page, "Đã trả lại")
        expect(page.get_by_text("Thiếu số văn bản").first).to_be_visible()
    with reading(site.engine) as session:
        assert session.get_one(Task, number).life is Life.IN_PROGRESS


def test_a_round_is_opened_reminded_exempted_and_closed(chromium: Browser, site: Site):
    with window(chromium, site, "huong") as page:
        page.goto(f"{site.base}/lan-bao-cao/quyet-dinh/lan-2")
        page.get_by_role("button", name="Mở ngay").click()
        expect(page.get_by_text("Đang nhận báo cáo").first).to_be_visible()
        page.get_by_role("button", name="Nhắc 3 cơ quan chưa nộp").click()
        expect(page.get_by_role("status").first).to_be_visible()
        page.get_by_label("Chọn Sở Bằng Lăng").check()
        page.get_by_label("Việc phải làm").select_option("mien")
        page.get_by_label("Lý do").fill("Mới thành lập")
        page.get_by_role("button", name="Thực hiện").click()
        expect(page.get_by_role("cell", name="Được miễn")).to_be_visible()
        page.get_by_role("button", name="Đóng lần báo cáo").click()
        expect(page.get_by_text("Đã hết hạn nhận").first).to_be_visible()
    with reading(site.engine) as session:
        round_ = session.scalars(select(Round).where(Round.code == "lan-2")).one()
        states = session.execute(
            select(Agency.code, Standing.state).join(Agency).where(Standing.round_id == round_.id)
        )
        assert dict(states.tuples().all())["bob"] is Submission.EXEMPT
        assert round_.state is RoundState.CLOSED


def test_a_report_is_reviewed_beside_the_one_before(chromium: Browser, site: Site):
    with writing(site.engine) as session:
        second = session.scalars(select(Round).where(Round.code == "lan-2")).one()
        open_round(session, second, HOME, at("2025-09-08", 8))
        for round_, words, day in (
            (session.get_one(Round, site.stage.round), "Mới lập kế hoạch", 7),
            (second, "Đã tổ chức ba hội nghị", 8),
        ):
            standing = find_standing(session, round_, "bob")
            deed = Deed(BOB, at("2025-09-08", day, 30))
            save_draft(
                session, standing, Content((Line(site.stage.tasks["1.2"]["bob"], result=words),)), deed
            )
            submit(session, standing, deed)
        number = second.id
    with window(chromium, site, "huong") as page:
        page.goto(f"{site.base}/lan-bao-cao/quyet-dinh/lan-2?xem=cho-xem")
        page.get_by_role("link", name="Sở Bằng Lăng").click()
        line = page.get_by_role("region", name="Nhiệm vụ 1.2")
        expect(line.get_by_text("Đã tổ chức ba hội nghị")).to_be_visible()
        expect(line.get_by_text("Mới lập kế hoạch")).to_be_visible()
        page.get_by_role("button", name="Xác nhận báo cáo").click()
        said(page, "Đã xác nhận")
    with reading(site.engine) as session:
        found = select(Standing).where(Standing.round_id == number, Standing.agency.has(code="bob"))
        assert session.scalars(found).one().state is Submission.ACCEPTED


def test_an_ad_hoc_round_is_asked_for_in_one_form(chromium: Browser, site: Site):
    with window(chromium, site, "huong") as page:
        page.goto(f"{site.base}/dot-xuat/quyet-dinh")
        page.get_by_label("Nội dung yêu cầu báo cáo").fill("Tình hình sau bão")
        page.get_by_label("Hạn báo cáo").fill("01/09/2025")
        page.get_by_label("Và các cơ quan").select_option(["alice", "charlie"])
        page.get_by_role("button", name="Gửi yêu cầu").click()
        expect(page.get_by_role("alert")).to_be_visible()  # the day is over: said, and what was typed is kept
        expect(page.get_by_label("Nội dung yêu cầu báo cáo")).to_have_value("Tình hình sau bão")
        page.get_by_label("Hạn báo cáo").fill("12/09/2025")
        page.get_by_role("button", name="Gửi yêu cầu").click()
        expect(page.get_by_role("link", name="Ủy ban nhân dân phường Cúc Vàng")).to_be_visible()
    with reading(site.engine) as session:
        assert session.scalars(select(Round.expected).where(Round.ad_hoc)).one() == ["alice", "charlie"]


def test_an_event_gets_its_day_and_its_duty_a_due_day(chromium: Browser, site: Site):
    with window(chromium, site, "huong") as page:
        menu = page.get_by_role("navigation", name="Trang")
        menu.get_by_text("Quyết định", exact=True).press(
            "Enter"
        )  # folds open by the keyboard, without script
        menu.get_by_role("link", name="Sự kiện").click()
        page.get_by_label("Ngày của sự kiện").fill("10/12/2025")
        page.get_by_role("button", name="Đặt ngày").click()
        expect(page.get_by_text("ngày 10/12/2025")).to_be_visible()
    with reading(site.engine) as session:
        assert f"{session.scalars(select(Occasion.day)).one():%d/%m}" == "10/12"
        assert f"{session.get_one(Task, site.stage.tasks['2.2']['bob']).due:%d/%m}" == "10/12"


def test_the_leader_looks_back_at_a_day_on_a_phone_and_opens_what_is_behind_a_number(
    chromium: Browser, site: Site
):
    with window(chromium, site, "lan", viewport=PHONE) as page:
        page.get_by_role("link", name="Lãnh đạo", exact=True).click()
        now = page.locator(".figure.red b").inner_text()
        page.get_by_label("Tình hình đến hết ngày").fill("14/08/2025")
        page.get_by_role("button", name="Xem").click()
        expect(page.get_by_text("Đang xem tình hình đến hết")).to_be_visible()
        assert now == "2"
        expect(page.locator(".figure.red")).to_have_count(0)  # nothing was overdue on the last day of 1.1
        page.get_by_role("link", name="Hoàn thành đúng hạn").click()
        expect(page.get_by_role("link", name="1.1 Việc 1.1")).to_have_count(1)
        expect(page).to_have_url(re.compile("ngay=2025-08-14"))


def test_the_coordinator_sees_the_mails_to_come(chromium: Browser, site: Site):
    with window(chromium, site, "huong") as page:
        page.goto(f"{site.base}/lich-gui")
        first = page.locator(".month td a").first
        count = int(re.findall(r"(\d+) thư", first.inner_text())[0])
        first.click()
        expect(page.locator("table.rows tbody tr")).to_have_count(count)


def test_the_matrix_unfolds_a_group_down_to_a_task_without_script(chromium: Browser, site: Site):
    with window(chromium, site, "huong", java_script_enabled=False) as page:
        page.goto(f"{site.base}/ma-tran/quyet-dinh")
        page.get_by_role("link", name="Các sở").click()
        page.locator("tr", has_text="Sở Bằng Lăng").get_by_role("link", name="Quá").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Nhiệm vụ 1.1")


def test_the_administrator_makes_an_account_that_can_sign_in(chromium: Browser, site: Site):
    with window(chromium, site, "admin") as page:
        page.goto(f"{site.base}/quan-tri/tai-khoan")
        page.get_by_label("Tên đăng nhập", exact=True).fill("mai")
        page.get_by_label("Vai trò").select_option("agency")
        page.get_by_label("Cơ quan", exact=False).last.select_option("alice")
        page.get_by_label("Mật khẩu").fill("ngắn")
        page.get_by_role("button", name="Thêm tài khoản").click()
        expect(page.get_by_role("alert")).to_be_visible()
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Thêm tài khoản").click()
        expect(page.get_by_role("link", name="mai")).to_be_visible()
    with opened(chromium) as (_, page):
        sign_in(page, site, "mai")
        expect(page.get_by_role("heading", name="Sở Anh Đào")).to_be_visible()


def test_a_mail_is_seen_as_it_was_sent_and_its_links_lead_into_the_portal(chromium: Browser, site: Site):
    with window(chromium, site, "huong") as page:
        page.goto(f"{site.base}/thu/{site.stage.mail_to['bob']}")
        inside = page.frame_locator("iframe.mail")
        expect(inside.get_by_text("Kính gửi: Sở Bằng Lăng")).to_be_visible()
        colour = inside.locator("td.card, table.card").first.evaluate(
            "e => getComputedStyle(e).backgroundColor"
        )
        assert colour != "rgba(0, 0, 0, 0)"  # its own styles are in force

"""What overseers look at and the coordinator sets: the leaders' page, the matrix, events, the close-out, failed mails."""

import io
import re
from collections.abc import Callable

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, update

from catalog.text import search_key
from dondoc.clock import running_from
from dondoc.settings import Settings
from tasks.database import open_engine, reading, writing
from tasks.models import Agency, Duty, Life, Message, MessageState, Task, User
from tasks.reporting.answering import accept_report
from tasks.reporting.content import Content, Line
from tasks.reporting.reports import Deed, find_standing, save_draft, submit
from tasks.rounds.rounds import find_round
from tests.tasks.cast import BOB, HOME, at
from tests.web.people import MORNING, ON_SQLITE, Browser
from tests.web.stage import Stage
from web.app import create_app


def plain(page: str) -> str:
    """Return the words of a page as they are read."""
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


@pytest.fixture
def home(browser: Callable[..., Browser]) -> Browser:
    return browser("huong")


@ON_SQLITE
def test_the_leaders_page_tells_who_is_late_and_what_is_new(browser: Callable[..., Browser]):
    page = browser("lan").get("/lanh-dao?tu=10/08/2025").text
    assert "2 việc mới quá hạn từ 10/08/2025." in page
    assert "2 việc quá hạn</b> của 2 cơ quan" in page
    assert "Sở Bằng Lăng" in page
    assert "Diễn biến theo tuần" in page
    assert "0 việc mới quá hạn từ 15/08/2025." in browser("lan").get("/lanh-dao?tu=15/08/2025").text


@ON_SQLITE
def test_the_first_page_answers_at_a_glance(home: Browser, engine: Engine):
    def glance() -> str:
        page = home.get("/").text
        return plain(page[page.index("Cần biết ngay") : page.index("Đang quá hạn</h2>")])

    assert "2 việc đang quá hạn" in glance()
    assert "3 việc đến hạn trong tuần này" in glance()  # 1.2 of three agencies, on Friday
    assert "0/3 đã nộp Báo cáo lần lan-1; quá hạn 2 ngày làm việc" in glance()
    assert "0 thư hôm nay chưa gửi được" in glance()
    with writing(engine) as session:
        session.execute(update(Message).values(state=MessageState.DEAD))
    assert "0 thư hôm nay" not in glance()


@ON_SQLITE
def test_without_a_decision_the_first_page_says_what_to_do(database_url: str, settings: Settings):
    engine = open_engine(database_url)
    with writing(engine) as session:
        session.add_all(
            [
                User(login="admin", role="administrator", created_at=MORNING, created_by="dondoc"),
                User(login="lan", role="leader", created_at=MORNING, created_by="dondoc"),
            ]
        )
    app = create_app(settings, engine, running_from(MORNING))
    assert 'href="/nhap-quyet-dinh">Nhập quyết định' in Browser(app, engine, "admin").get("/").text
    leader = Browser(app, engine, "lan").get("/").text
    assert "sau khi cơ quan đôn đốc nhập" in leader
    assert "/nhap-quyet-dinh" not in leader
    engine.dispose()


@ON_SQLITE
def test_an_agency_is_told_what_to_do_first(browser: Callable[..., Browser]):
    page = plain(browser("binh").get("/co-quan/bob").text)
    first = page[page.index("Cần làm trước") : page.index("Việc đang phải làm")]
    assert first.index("Soạn và nộp Báo cáo lần lan-1") < first.index("Thực hiện 1 việc đã quá hạn")
    assert "Cần làm trước" not in browser("huong").get("/co-quan/bob").text


@ON_SQLITE
def test_the_menu_folds_by_matter_and_marks_where_one_is(browser: Callable[..., Browser]):
    page = browser("admin").get("/quan-tri/tai-khoan").text
    assert '<summary class="current">Quản trị</summary>' in page
    assert "<summary>Quyết định</summary>" in page
    assert page.count('aria-current="page"') == 1
    assert "<summary" not in browser("lan").get("/lanh-dao").text.split("</nav>")[0]
    assert 'href="/" aria-current="page">Việc của đơn vị' in browser("binh").get("/co-quan/bob").text


@ON_SQLITE
def test_every_figure_of_the_leaders_page_opens_the_list_behind_it(browser: Callable[..., Browser]):
    leader = browser("lan")
    assert "/viec?co-quan=bob&amp;tinh-trang=overdue" in leader.get("/lanh-dao").text
    listed = leader.get("/viec?co-quan=bob&tinh-trang=overdue").text
    assert "1 việc</small>" in listed


@ON_SQLITE
def test_the_matrix_says_in_words_what_its_colours_say(home: Browser):
    page = home.get("/ma-tran/quyet-dinh?mo=so").text
    assert page.count('aria-expanded="true"') == 1
    assert ">Quá</a>" in page
    assert ">Xong</a>" in page
    assert ">quá hạn" in page.replace("</span> ", ">")  # the legend says the short words in full
    assert "Sở Bằng Lăng" in page
    assert "Ủy ban nhân dân phường Cúc Vàng" not in page
    folded = home.get("/ma-tran/quyet-dinh").text
    assert "Sở Bằng Lăng" not in folded
    assert "Quá <small>1/2</small>" in folded
    assert "UBND phường Cúc Vàng" in home.get("/ma-tran/quyet-dinh?mo=khac").text
    assert "Sở Bằng Lăng" not in home.get("/ma-tran/quyet-dinh?mo=tat-ca&tim=anh+dao").text
    book = load_workbook(io.BytesIO(home.get("/ma-tran/quyet-dinh/excel").content))
    assert book.sheetnames


@ON_SQLITE
def test_a_list_is_taken_away_as_filtered(home: Browser, browser: Callable[..., Browser]):
    def rows(person: Browser, query: str) -> list[str]:
        book = load_workbook(io.BytesIO(person.get(f"/viec/excel{query}").content))
        return [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value]

    assert not any("Anh Đào" in text for text in rows(home, "?tinh-trang=overdue"))
    assert any("Bằng Lăng" in text for text in rows(home, "?tinh-trang=overdue"))
    assert not any("Anh Đào" in text for text in rows(browser("binh"), ""))  # an agency takes its own


def test_the_coordinator_gives_an_event_its_day(home: Browser, stage: Stage, engine: Engine):
    assert "Chưa xác định ngày" in home.get("/su-kien").text
    wrong = home.submit("/su-kien/quyet-dinh/hdnd", {"ngay-su-kien": "ba mươi"})
    assert wrong.status_code == 422
    assert 'value="ba mươi"' in wrong.text
    assert home.submit("/su-kien/quyet-dinh/hdnd", {"ngay-su-kien": "10/12/2025"}).status_code == 303
    with reading(engine) as session:
        assert f"{session.get_one(Task, stage.tasks['2.2']['bob']).due:%d/%m/%Y}" == "10/12/2025"


def test_what_ends_with_the_term_is_settled_from_the_reports(home: Browser, stage: Stage, engine: Engine):
    done, silent = stage.tasks["1.1"]["bob"], stage.tasks["1.1"]["charlie"]
    with writing(engine) as session:
        session.execute(update(Duty).where(Duty.code == "1.1").values(close_out=True))
        round_ = find_round(session, session.get_one(Task, done).decision, "lan-1")
        standing = find_standing(session, round_, "bob")
        save_draft(session, standing, Content((Line(done, result="Đã làm"),)), Deed(BOB, at("2025-09-04")))
        submit(session, standing, Deed(BOB, at("2025-09-04")))
        accept_report(session, standing, Deed(HOME, at("2025-09-05")))
    assert "/ket-thuc/quyet-dinh" in home.get("/ket-thuc").text
    page = home.get("/ket-thuc/quyet-dinh").text
    assert "Kết thúc 1 việc theo đề xuất" in page
    assert home.submit("/ket-thuc/quyet-dinh", {"danh-sach": "cũ"}).status_code == 409
    seen = page.split('name="danh-sach" value="')[1].split('"')[0]
    assert home.submit("/ket-thuc/quyet-dinh", {"danh-sach": seen}).status_code == 303
    with reading(engine) as session:
        assert session.get_one(Task, done).life is Life.COMPLETED
        assert session.get_one(Task, silent).life is Life.NOT_STARTED


def test_a_mail_that_failed_is_tried_again_and_one_that_left_is_not(
    home: Browser, stage: Stage, engine: Engine
):
    failed, left = stage.mail_to["bob"], stage.mail_to["charlie"]
    with writing(engine) as session:
        session.get_one(Message, failed).state = MessageState.DEAD
    assert "Gửi lại</button>" in home.get(f"/thu/{failed}").text
    assert "Gửi lại</button>" not in home.get(f"/thu/{left}").text
    assert home.submit(f"/thu/{failed}/gui-lai").status_code == 303
    assert home.submit(f"/thu/{left}/gui-lai").status_code == 409
    with reading(engine) as session:
        assert session.get_one(Message, failed).state is MessageState.PLANNED


@ON_SQLITE
def test_words_from_the_database_are_never_markup(home: Browser, engine: Engine, stage: Stage):
    with writing(engine) as session:
        name = "<script>alert(1)</script> Sở"
        session.execute(
            update(Agency).where(Agency.code == "bob").values(name=name, search_key=search_key(name))
        )
    for page in (
        "/",
        "/viec",
        "/lanh-dao",
        "/ma-tran/quyet-dinh",
        "/co-quan/bob",
        "/lan-bao-cao/quyet-dinh/lan-1",
    ):
        assert "<script>alert" not in home.get(page).text

"""A report written, sent, returned and accepted in the portal; rounds watched and steered."""

import io
import json
import re
from collections.abc import Callable

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, select

from tasks.database import reading
from tasks.models import Attachment, Life, Message, Notice, Report, Round, Standing, Submission, Task
from tests.web.people import ON_SQLITE, Browser
from tests.web.stage import Stage

JSON = {"accept": "application/json"}
ROUND = "/lan-bao-cao/quyet-dinh/lan-1"


@pytest.fixture
def bob(browser: Callable[..., Browser]) -> Browser:
    return browser("binh")


@pytest.fixture
def home(browser: Callable[..., Browser]) -> Browser:
    return browser("huong")


@pytest.fixture
def page(stage: Stage) -> str:
    return f"/bao-cao/{stage.round}/bob"


def standing(engine: Engine, agency: str = "bob") -> Standing:
    with reading(engine) as session:
        rows = select(Standing).join(Standing.agency).where(Standing.agency.has(code=agency))
        found = session.scalars(rows.order_by(Standing.id)).first()
        assert found is not None
        _ = found.report and (found.report.lines, found.report.figures, found.report.attachments)
        session.expunge_all()
        return found


def fields(stage: Stage, version: int = 0, **more: str) -> dict[str, str]:
    task = stage.tasks["1.2"]["bob"]
    found = {f"viec-{ids['bob']}-tinh-hinh": "" for ids in stage.tasks.values() if "bob" in ids}
    found |= {f"viec-{task}-tinh-hinh": "done", f"viec-{task}-ket-qua": "Đã ban hành kế hoạch"}
    return {**found, "bieu-mau": "chinh", "phien-ban": str(version), **more}


def test_a_report_is_saved_sent_and_accepted_with_what_it_declares(
    bob: Browser, home: Browser, page: str, stage: Stage, engine: Engine
):
    assert bob.get(f"/bao-cao/{stage.round}").headers["location"] == page
    assert bob.submit(f"{page}/luu", fields(stage)).headers["location"] == f"{page}?da=luu"
    assert "Đã ban hành kế hoạch" in bob.get(page).text
    assert "Bản nháp chỉ cơ quan soạn xem được" in home.get(page).text
    assert bob.submit(f"{page}/nop", fields(stage, 1)).headers["location"] == f"{page}?da=nop"
    receipt = bob.get(f"{page}?da=nop").text
    assert "bằng chứng đã nộp" in receipt
    assert "Chậm" in receipt  # it was due on the 4th
    assert home.submit(f"{page}/xac-nhan").headers["location"] == f"{page}?da=xac-nhan"
    with reading(engine) as session:
        assert session.get_one(Task, stage.tasks["1.2"]["bob"]).life is Life.COMPLETED
    assert standing(engine).state is Submission.ACCEPTED


def test_a_line_struck_out_goes_back_with_its_reason(
    bob: Browser, home: Browser, page: str, stage: Stage, engine: Engine
):
    task = stage.tasks["1.2"]["bob"]
    bob.submit(f"{page}/nop", fields(stage))
    home.submit(f"{page}/xac-nhan", {"gach": task, f"gach-ly-do-{task}": "Chưa có phụ lục"})
    with reading(engine) as session:
        assert session.get_one(Task, task).life is Life.IN_PROGRESS
    assert "Chưa có phụ lục" in bob.get(f"/viec/{task}").text


def test_a_script_that_saves_is_told_the_new_version(bob: Browser, page: str, stage: Stage, engine: Engine):
    first = bob.submit(f"{page}/luu", fields(stage), headers=JSON)
    assert first.json()["version"] == 1
    assert bob.submit(f"{page}/luu", fields(stage, 1), headers=JSON).json()["version"] == 2
    assert standing(engine).report.version == 2


def test_of_two_officers_the_second_is_told_and_neither_loses_anything(
    browser: Callable[..., Browser], page: str, stage: Stage, engine: Engine
):
    first, second = browser("binh"), browser("binh")
    name = f"viec-{stage.tasks['1.2']['bob']}-ket-qua"
    first.submit(f"{page}/luu", fields(stage, **{name: "Bản thứ nhất"}))
    mine = fields(stage, **{name: "Bản thứ hai"})
    told = second.submit(f"{page}/luu", mine, headers=JSON)
    assert told.status_code == 409
    assert "đã có người lưu bản khác" in told.json()["sentences"][0]
    answer = second.submit(f"{page}/luu", mine)
    assert answer.status_code == 409
    assert "Bản thứ nhất" in answer.text  # theirs, named
    assert "Bản thứ hai</textarea>" in answer.text  # mine, still in the form
    assert standing(engine).report.lines[0].result == "Bản thứ nhất"
    version = re.search(r'name="phien-ban" value="(\d+)"', answer.text)[1]
    assert second.submit(f"{page}/luu", {**mine, "phien-ban": version}).status_code == 303
    assert standing(engine).report.lines[0].result == "Bản thứ hai"


@ON_SQLITE
@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("ngay-van-ban", "30/02/2025", "không đọc được"),
        ("tinh-hinh", "bay", "Hãy chọn tình hình"),
        ("ket-qua", "x" * 10_001, "dài quá"),
    ],
)
def test_what_is_wrong_is_told_beside_what_was_typed(
    bob: Browser, page: str, stage: Stage, engine: Engine, field: str, value: str, sentence: str
):
    name = f"viec-{stage.tasks['1.2']['bob']}-{field}"
    answer = bob.submit(f"{page}/nop", fields(stage, **{name: value, "phan-strengths": "Nhiều cách làm hay"}))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Nhiều cách làm hay</textarea>" in answer.text
    assert standing(engine).report is None


def test_a_nil_report_is_a_report(bob: Browser, page: str, engine: Engine):
    assert bob.submit(f"{page}/khong-phat-sinh", {"loi-xac-nhan": " "}).status_code == 422
    assert bob.submit(f"{page}/khong-phat-sinh", {"loi-xac-nhan": "Không phát sinh."}).status_code == 303
    assert (standing(engine).state, standing(engine).nil) == (Submission.SUBMITTED, True)
    assert "Không phát sinh." in bob.get(page).text


def test_the_workbook_goes_out_and_comes_back(bob: Browser, page: str, stage: Stage, engine: Engine):
    sent = bob.get(f"{page}/mau")
    assert sent.headers["content-disposition"].startswith("attachment")
    book = load_workbook(io.BytesIO(sent.content))
    sheet = book["Nhiệm vụ"]
    heads = {cell.value: cell.column for cell in sheet[4]}
    sheet.cell(5, heads["Kết quả thực hiện"], "Viết trong Excel")
    out = io.BytesIO()
    book.save(out)
    answer = bob.submit(f"{page}/excel", files={"excel": ("bao cao.xlsx", out.getvalue())})
    assert answer.headers.get("location") == f"{page}?da=luu", answer.text
    assert standing(engine).report.lines[0].result == "Viết trong Excel"
    broken = bob.submit(f"{page}/excel", files={"excel": ("bao cao.xlsx", b"PK\x03\x04 hong")})
    assert broken.status_code == 422
    assert "Chưa thực hiện được" in broken.text


@ON_SQLITE
@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("văn bản.pdf", b"%PDF-1.7 ...", "văn bản.pdf"),
        ("../../etc/passwd.pdf", b"%PDF-1.7 ...", "passwd.pdf"),
        ("C:\\tam\\a.pdf", b"%PDF-1.7 ...", "a.pdf"),
        ("a.exe", b"MZ", None),
        ("a.pdf", b"<script>", None),
        ("a.pdf", b"", None),
        ("khong-duoi", b"%PDF-1.7", None),
    ],
)
def test_files_are_kept_by_their_content_under_a_plain_name(
    bob: Browser, page: str, engine: Engine, name: str, content: bytes, kept: str | None
):
    answer = bob.submit(f"{page}/tep", files={"tep": (name, content)})
    with reading(engine) as session:
        names = session.scalars(select(Attachment.name)).all()
    assert list(names) == ([kept] if kept else [])
    assert answer.status_code == (303 if kept else 422)
    if kept:
        number = re.search(rf"{page}/tep/(\d+)", bob.get(page).text)[1]
        file = bob.get(f"{page}/tep/{number}")
        assert file.content == content
        assert file.headers["content-disposition"].startswith("attachment")
        assert "sandbox" in file.headers["content-security-policy"]


def test_a_returned_report_is_written_again(
    bob: Browser, home: Browser, page: str, stage: Stage, engine: Engine
):
    bob.submit(f"{page}/nop", fields(stage))
    assert home.submit(f"{page}/tra-lai", {"bieu-mau": "tra-lai", "y-kien": ""}).status_code == 422
    assert home.submit(f"{page}/tra-lai", {"y-kien": "Thiếu số liệu"}).status_code == 303
    again = bob.get(page).text
    assert "Báo cáo bị trả lại: Thiếu số liệu" in again
    assert "Đã ban hành kế hoạch" in again
    with reading(engine) as session:
        kinds = [m.kinds for m in session.scalars(select(Message)) if m.id not in stage.mails]
    assert kinds == [["returned"]]


def test_a_paper_counts_from_the_day_it_arrived(home: Browser, page: str, engine: Engine):
    paper = {
        "bieu-mau": "ban-giay",
        "so-giay": "15/BC-SBL",
        "ngay-giay": "03/09/2025",
        "ngay-den": "04/09/2025",
    }
    assert "Chưa ghi" in home.submit(f"{page}/ban-giay", {**paper, "so-giay": ""}).text
    answer = home.submit(f"{page}/ban-giay", {**paper, "khong-phat-sinh": "1"})
    assert answer.headers["location"] == f"{page}?da=xong"
    found = standing(engine)
    assert (found.state, found.nil, found.on_time) == (Submission.SUBMITTED, True, True)


def test_the_coordinator_steers_a_round(home: Browser, engine: Engine, stage: Stage):
    assert home.get("/lan-bao-cao/lan-1").headers["location"] == ROUND
    assert "Chưa nộp 3" in home.get(ROUND).text
    ruling = {"co-quan": ["bob", "charlie"], "viec": "gia-han", "den-ngay": "12/09/2025"}
    assert "Chưa ghi lý do" in home.submit(f"{ROUND}/co-quan", ruling).text
    assert home.submit(f"{ROUND}/co-quan", {**ruling, "ly-do": "Bão"}).status_code == 303
    assert f"{standing(engine).due:%d/%m}" == "12/09"
    assert (
        home.submit(f"{ROUND}/co-quan", {"co-quan": "alice", "viec": "mien", "ly-do": "Mới lập"}).status_code
        == 303
    )
    assert standing(engine, "alice").state is Submission.EXEMPT
    before = reminders(engine)
    assert home.submit(f"{ROUND}/nhac").status_code == 303
    assert reminders(engine) == before + 2
    again = home.submit(f"{ROUND}/nhac")
    assert again.status_code == 422
    assert "đã nhắc tất cả" in again.text


def reminders(engine: Engine) -> int:
    with reading(engine) as session:
        return len(session.scalars(select(Notice.id).where(Notice.standing_id.is_not(None))).all())


def test_an_ad_hoc_round_is_asked_in_one_form(home: Browser, engine: Engine):
    form = "/dot-xuat/quyet-dinh"
    asked = {
        "noi-dung": "Tình hình sau bão",
        "han": "15/09/2025",
        "gio": "16:00",
        "nhom": "so",
        "co-quan": "charlie",
    }
    refused = home.submit(form, {**asked, "han": "01/09/2025"})
    assert refused.status_code == 422
    assert "đã qua" in refused.text
    assert "Tình hình sau bão" in refused.text
    assert "checked" in refused.text
    answer = home.submit(form, asked)
    assert answer.headers["location"] == "/lan-bao-cao/quyet-dinh/dot-xuat-1?da=xong"
    with reading(engine) as session:
        made = session.scalars(select(Round).where(Round.ad_hoc)).one()
        assert len(made.standings) == 3


@ON_SQLITE
def test_a_round_is_taken_away_as_a_workbook(home: Browser):
    answer = home.get(f"{ROUND}/excel")
    assert load_workbook(io.BytesIO(answer.content)).sheetnames
    assert "chi-tieu" not in home.get(ROUND).text  # this decision has no indicators
    assert home.get(f"{ROUND}/chi-tieu").status_code == 404


def test_a_round_that_is_not_open_has_no_reports_yet(bob: Browser, engine: Engine):
    with reading(engine) as session:
        planned = session.scalars(select(Round.id).where(Round.code == "lan-2")).one()
    answer = bob.get(f"/bao-cao/{planned}/bob")
    assert answer.status_code == 404
    assert "chưa mở" in answer.text


@ON_SQLITE
def test_the_form_holds_nothing_of_another_agency(bob: Browser, stage: Stage, engine: Engine):
    alice = stage.tasks["1.2"]["alice"]
    page = f"/bao-cao/{stage.round}/bob"
    bob.submit(
        f"{page}/luu",
        fields(stage, **{f"viec-{alice}-ket-qua": "của người khác", f"viec-{alice}-tinh-hinh": "done"}),
    )
    assert alice not in {line.task_id for line in standing(engine).report.lines}
    assert json.dumps(standing(engine).report.narrative) == "{}"
    with reading(engine) as session:
        assert session.scalars(select(Report)).one().saved_by == "binh"

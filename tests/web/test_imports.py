"""A decision imported in the portal: read, corrected by two at once, sent back from Excel, loaded whole or not at all."""

import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from openpyxl import load_workbook
from sqlalchemy import Engine, func, select

from documents.importing.apart import read_apart
from tasks.database import reading, writing
from tasks.import_drafts import By, Document, draft_of, faults_of, find, keep
from tasks.models import Decision, Duty, ImportDraft, Task
from tests.web.people import MORNING, ON_SQLITE, Browser
from tests.web.stage import Stage

DATA = Path(__file__).parent.parent / "data" / "import"
WORD = DATA / "hai-phong-danh-muc-dan-van-2025.docx"
HOME = "/nhap-quyet-dinh"
GENERAL = {
    "khoa": "dan-van-thu", "trich-yeu": "Danh mục nhiệm vụ", "danh-ba": "hai-phong", "chinh-sach": "default", "nam": "2025",
    "co-quan-ban-hanh": "Ủy ban nhân dân thành phố Hải Phòng", "noi-ban-hanh": "Hải Phòng", "tong-hop": "so-noi-vu",
    "xac-nhan": "van-phong-ubnd", "lanh-dao": "lanh-dao-ubnd",
}  # fmt: skip


def upload(person: Browser, path: Path, name: str | None = None):
    return person.submit(
        HOME, files={"tep": (name or path.name, path.read_bytes(), "application/octet-stream")}
    )


def version_in(page: str) -> str:
    return re.search(r'name="phien-ban" value="([^"]*)"', page)[1]


def values_in(page: str, form: str) -> dict[str, str]:
    """What the page's form holds, as a browser would send it."""
    from lxml import html

    found = html.fromstring(page).xpath(f'//form[@action="{form}"]')[0]
    return {name: value or "" for name, value in found.form_values() if not name.startswith("_")}


def duties_of(engine: Engine, number: int) -> list[str]:
    with reading(engine) as session:
        return [duty.lead for duty in draft_of(find(session, number)).duties]


@pytest.fixture
def huong(app: FastAPI, engine: Engine) -> Browser:
    return Browser(app, engine, "huong")


@pytest.fixture
def admin(app: FastAPI, engine: Engine) -> Browser:
    return Browser(app, engine, "admin")


@pytest.fixture(scope="module")
def read() -> Document:
    """The sample, read once."""
    found = read_apart(WORD.read_bytes(), WORD.name)
    return Document(WORD.name, found.kind, WORD.read_bytes(), found.draft, found.rows)


@pytest.fixture
def draft(read: Document, engine: Engine, stage: Stage) -> str:
    """The address of a draft read from the sample."""
    with writing(engine) as session:
        return f"{HOME}/{keep(session, read, By('huong', MORNING)).id}"


def completed(person: Browser, draft: str) -> None:
    """The general matters filled in, without what else the page offers."""
    page = person.get(f"{draft}/chung").text
    fields = {**values_in(page, f"{draft}/chung"), **GENERAL}
    assert person.submit(f"{draft}/chung", fields).headers["location"] == f"{draft}/chung?da=luu"


def test_a_document_becomes_a_draft_that_is_loaded_only_when_reviewed(
    huong: Browser, admin: Browser, engine: Engine
):
    draft = upload(huong, WORD).headers["location"]
    assert "28 nhiệm vụ" in huong.get(draft).text
    completed(huong, draft)
    preview = huong.get(f"{draft}/xem-truoc").text
    assert "1.703 việc" in preview
    version = version_in(preview)
    refused = huong.submit(f"{draft}/nap", {"phien-ban": version})
    assert refused.status_code == 422
    assert "Chưa đánh dấu đã rà soát" in refused.text
    elsewhere = huong.submit(f"{draft}/nap", {"phien-ban": version, "da-ra-soat": "1"})
    assert elsewhere.status_code == 403  # a coordinator of another directory
    assert "danh bạ hai-phong" in elsewhere.text
    assert admin.submit(f"{draft}/nap", {"phien-ban": version, "da-ra-soat": "1"}).status_code == 303
    with reading(engine) as session:
        decision = session.scalars(select(Decision).where(Decision.key == "dan-van-thu")).one()
        assert decision.active_since is None
        assert session.scalar(select(func.count(Task.id)).where(Task.decision_id == decision.id)) == 1703
    again = admin.submit(f"{draft}/nap", {"phien-ban": version, "da-ra-soat": "1"})
    assert again.status_code == 422
    assert "điều chỉnh" in again.text


@ON_SQLITE
def test_a_duty_stands_beside_its_source_with_what_it_means(huong: Browser, draft: str):
    completed(huong, draft)
    page = huong.get(f"{draft}/dong/2").text
    assert "bảng 2, dòng 4" in page
    assert "cơ quan</b> được giao nhiệm vụ này" in page
    assert "Hiểu là:" in page


def test_two_officers_at_one_duty_lose_nothing(huong: Browser, admin: Browser, engine: Engine, draft: str):
    page = huong.get(f"{draft}/dong/1").text
    fields = values_in(page, f"{draft}/dong/1")
    first = admin.submit(f"{draft}/dong/1", {**fields, "chu-tri": "Sở Nội vụ"})
    assert first.headers["location"] == f"{draft}/dong/1?da=luu"
    second = huong.submit(f"{draft}/dong/1", {**fields, "chu-tri": "Sở Tài chính"})
    assert second.status_code == 409
    assert "Sở Tài chính" in second.text
    assert "<b>Cơ quan chủ trì</b>: Sở Nội vụ" in second.text
    assert duties_of(engine, 2)[0] == "Sở Nội vụ"
    kept = huong.submit(f"{draft}/dong/1", values_in(second.text, f"{draft}/dong/1"))
    assert kept.status_code == 303
    assert duties_of(engine, 2)[0] == "Sở Tài chính"


@ON_SQLITE
def test_two_officers_at_different_duties_do_not_meet(
    huong: Browser, admin: Browser, engine: Engine, draft: str
):
    one, two = (values_in(huong.get(f"{draft}/dong/{at}").text, f"{draft}/dong/{at}") for at in (1, 2))
    assert admin.submit(f"{draft}/dong/1", {**one, "chu-tri": "Sở Y tế"}).status_code == 303
    assert huong.submit(f"{draft}/dong/2", {**two, "chu-tri": "Sở Tư pháp"}).status_code == 303
    assert duties_of(engine, 2)[:2] == ["Sở Y tế", "Sở Tư pháp"]


@ON_SQLITE
def test_a_duty_goes_back_to_what_was_read(huong: Browser, engine: Engine, draft: str):
    read = duties_of(engine, 2)[0]
    fields = values_in(huong.get(f"{draft}/dong/1").text, f"{draft}/dong/1")
    huong.submit(f"{draft}/dong/1", {**fields, "ma": "1.99", "chu-tri": "Sở Y tế"})
    version = version_in(huong.get(f"{draft}/dong/1").text)
    huong.submit(f"{draft}/dong/1", {"phien-ban": version, "lam": "lay-lai"})
    assert duties_of(engine, 2)[0] == read
    assert 'value="1.1"' in huong.get(f"{draft}/dong/1").text


@ON_SQLITE
def test_a_script_saves_as_one_types(huong: Browser, engine: Engine, draft: str):
    fields = values_in(huong.get(f"{draft}/dong/1").text, f"{draft}/dong/1")
    as_json = {"headers": {"accept": "application/json"}}
    told = huong.submit(f"{draft}/dong/1", {**fields, "chu-tri": "Sở Y tế"}, **as_json).json()
    more = huong.submit(
        f"{draft}/dong/1", {**fields, "phien-ban": told["version"], "chu-tri": "Sở Tư pháp"}, **as_json
    )
    assert more.status_code == 200
    stale = huong.submit(f"{draft}/dong/1", {**fields, "chu-tri": "Sở Xây dựng"}, **as_json)
    assert stale.status_code == 409
    assert duties_of(engine, 2)[0] == "Sở Tư pháp"


@ON_SQLITE
def test_what_is_at_fault_is_told_and_what_was_typed_is_kept(huong: Browser, draft: str):
    fields = values_in(huong.get(f"{draft}/dong/1").text, f"{draft}/dong/1")
    answer = huong.submit(
        f"{draft}/dong/1", {**fields, "ma": "", "han": "32/1/2025", "chu-tri": "Sở Rất Mới"}
    )
    assert answer.status_code == 422
    assert "Chưa ghi mã." in answer.text
    assert "«32/1/2025» không đọc được" in answer.text
    assert "Sở Rất Mới" in answer.text


@ON_SQLITE
def test_a_corrected_sheet_takes_the_drafts_place_and_an_old_one_does_not(
    huong: Browser, engine: Engine, draft: str, tmp_path: Path
):
    sheet = tmp_path / "nhap.xlsx"
    sheet.write_bytes(huong.get(f"{draft}/excel").content)
    book = load_workbook(sheet)
    book["Nhiệm vụ"]["E2"] = "Sở Nội vụ"
    book.save(sheet)

    def send(**more: str):
        return huong.submit(
            f"{draft}/thay", more, files={"tep": ("nhap.xlsx", sheet.read_bytes(), "application/zip")}
        )

    assert send().status_code == 303
    assert duties_of(engine, 2)[0] == "Sở Nội vụ"
    stale = send()
    assert stale.status_code == 409
    assert "Vẫn thay bằng tệp này" in stale.text
    assert send(**{"van-thay": "1"}).status_code == 303


@ON_SQLITE
def test_a_decision_that_is_loaded_already_goes_to_the_page_of_amendments(huong: Browser, draft: str):
    completed(huong, draft)
    page = huong.get(f"{draft}/chung").text
    huong.submit(f"{draft}/chung", {**values_in(page, f"{draft}/chung"), "khoa": "quyet-dinh"})
    preview = huong.get(f"{draft}/xem-truoc").text
    assert "đã được nạp" in preview
    assert 'href="/sua-doi"' in preview
    assert f'action="{draft}/nap"' not in preview


@ON_SQLITE
def test_nothing_is_loaded_while_anything_is_at_fault(
    huong: Browser, admin: Browser, engine: Engine, draft: str
):
    completed(huong, draft)
    fields = values_in(huong.get(f"{draft}/dong/3").text, f"{draft}/dong/3")
    huong.submit(f"{draft}/dong/3", {**fields, "chu-tri": "Sở Không Có", "thoi-han": "lúc nào đó"})
    preview = huong.get(f"{draft}/xem-truoc").text
    assert f'href="{draft}/dong/3">Dòng 3' in preview
    with reading(engine) as session:
        version = str(session.get_one(ImportDraft, 2).version)
        before = session.scalar(select(func.count(Duty.id)))
        assert len(faults_of(session, draft_of(find(session, 2)))) >= 2
    refused = admin.submit(f"{draft}/nap", {"phien-ban": version, "da-ra-soat": "1"})
    assert refused.status_code == 422
    with reading(engine) as session:
        assert session.scalar(select(func.count(Duty.id))) == before


def test_rows_are_added_and_taken_away(huong: Browser, engine: Engine, draft: str):
    added = huong.submit(f"{draft}/them").headers["location"]
    assert added == f"{draft}/dong/29"
    version = version_in(huong.get(added).text)
    assert huong.submit(added, {"phien-ban": version, "lam": "xoa"}).headers["location"] == f"{draft}?da=xong"
    assert len(duties_of(engine, 2)) == 28


@ON_SQLITE
@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.exe", b"MZ", "chỉ nhập được"),
        ("a.docx", b"PK\x03\x04 hong", "bị hỏng"),
        ("a.pdf", b"%PDF-1.4 hong", "không đọc được"),
        ("a.txt", "Không có danh mục nào ở đây.".encode(), "không thấy bảng danh mục"),
        ("a.yaml", b"key: [", "cú pháp YAML"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(huong: Browser, name: str, content: bytes, told: str):
    answer = huong.submit(HOME, files={"tep": (name, content, "application/octet-stream")})
    assert answer.status_code == 422
    assert told in answer.text


@ON_SQLITE
def test_a_pdf_shows_its_page_and_its_rows(huong: Browser):
    draft = upload(huong, DATA / "ke-hoach-o-gop.pdf").headers["location"]
    page = huong.get(f"{draft}/dong/1").text
    assert f'src="{draft}/trang/1"' in page
    assert huong.get(f"{draft}/trang/1").content.startswith(b"\x89PNG")
    assert huong.get(f"{draft}/trang/99").status_code == 404


@ON_SQLITE
def test_a_directory_is_never_looked_for_by_what_was_typed(huong: Browser, draft: str, tmp_path: Path):
    secret = tmp_path / "bi-mat"
    secret.write_text("khóa: rất bí mật\n", "utf-8")
    page = huong.get(f"{draft}/chung").text
    fields = {
        **values_in(page, f"{draft}/chung"),
        **GENERAL,
        "danh-ba": str(secret),
        "chinh-sach": str(secret),
    }
    huong.submit(f"{draft}/chung", fields)
    preview = huong.get(f"{draft}/xem-truoc").text
    assert "bí mật" not in preview
    assert "không có chính sách đôn đốc" in preview

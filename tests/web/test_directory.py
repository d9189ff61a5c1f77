"""The directory in the portal: addresses corrected by who keeps it, asked for by the agency, every change recorded."""

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, select

from documents.directory_workbook import write_directory
from tasks.database import reading, writing
from tasks.directories import stored_directory
from tasks.directory_editing import version_of
from tasks.models import Agency, Contact, ContactRole, Deed, Task
from tests.tasks.cast import at
from tests.web.people import Browser
from tests.web.stage import Stage

BOB = "/danh-ba/d/co-quan/bob"


@pytest.fixture
def home(browser: Callable[..., Browser], stage: Stage) -> Browser:
    return browser("huong")


def fields(engine: Engine, code: str = "bob", **changed: str) -> dict[str, str]:
    """The form as the page gives it, with some fields changed."""
    with reading(engine) as session:
        row = session.scalars(select(Agency).where(Agency.code == code)).one()
        given = {
            "ban": version_of(row),
            "ten": row.name,
            "ten-khac": "; ".join(row.aliases),
            "ghi-chu": row.note,
        }
        given |= {f"nhom-{group.code}": "1" for group in row.groups}
        for place, contact in enumerate(sorted(row.contacts, key=lambda contact: contact.id)):
            given |= {
                f"vai-{place}": contact.role.value, f"ten-{place}": contact.name, f"thu-{place}": contact.email,
            }  # fmt: skip
    return given | changed


def addresses(engine: Engine, code: str = "bob") -> list[tuple[str, str, str]]:
    with reading(engine) as session:
        rows = select(Contact).join(Agency).where(Agency.code == code).order_by(Contact.id)
        return [(c.role.value, c.name, c.email) for c in session.scalars(rows)]


def deeds(engine: Engine) -> list[tuple[str, str, str, str]]:
    with reading(engine) as session:
        rows = session.scalars(select(Deed).where(Deed.subject.like("d/%")).order_by(Deed.id))
        return [(deed.by, deed.action, deed.subject, deed.detail) for deed in rows]


def bounce(engine: Engine, code: str) -> int:
    with writing(engine) as session:
        contact = session.scalars(select(Contact).join(Agency).where(Agency.code == code)).one()
        contact.bounced_at, contact.bounce_reason = at("2025-09-05"), "5.1.1 không có hộp thư"
        return contact.id


def name_contacts(engine: Engine) -> None:
    """A file must name the post of each address."""
    with writing(engine) as session:
        for contact in session.scalars(select(Contact)):
            contact.name = "Văn thư"


def test_addresses_are_corrected_and_the_change_is_recorded_in_words(home: Browser, engine: Engine):
    wanted = fields(
        engine, **{"thu-0": "VanThu@bang-lang.example", "vai-0": "officer", "ten-0": "Văn thư", "vai-1": "head",
                   "ten-1": "Giám đốc", "thu-1": "giam-doc@bang-lang.example"},
    )  # fmt: skip
    assert home.submit(BOB, wanted).headers["location"] == f"{BOB}?da=danh-ba"
    assert addresses(engine) == [
        ("officer", "Văn thư", "vanthu@bang-lang.example"),
        ("head", "Giám đốc", "giam-doc@bang-lang.example"),
    ]
    assert deeds(engine) == [
        (
            "huong", "agency.edit", "d/bob",
            "thêm vanthu@bang-lang.example (văn thư); thêm giam-doc@bang-lang.example (thủ trưởng); bỏ van-thu@bob.example (văn thư)",
        )
    ]  # fmt: skip
    page = home.get(BOB).text
    assert "Sửa danh bạ" in page
    assert "giam-doc@bang-lang.example" in page


def test_everything_wrong_is_told_at_once_and_what_was_typed_stays(home: Browser, engine: Engine):
    wanted = fields(engine, **{"thu-0": "không-phải-thư", "ten": "Sở Anh Đào", "ten-1": "X", "vai-1": "head",
                               "thu-1": "a@b.example", "vai-2": "head", "thu-2": "a@b.example"})  # fmt: skip
    answer = home.submit(BOB, wanted)
    assert answer.status_code == 422
    for sentence in (
        "không phải địa chỉ thư điện tử",
        "“Sở Anh Đào” đã thuộc về Sở Anh Đào",
        "ghi hai lần cho thủ trưởng",
    ):
        assert sentence in answer.text
    assert 'value="không-phải-thư"' in answer.text
    assert addresses(engine) == [("officer", "", "van-thu@bob.example")]


def test_the_second_of_two_officers_is_told(home: Browser, browser: Callable[..., Browser], engine: Engine):
    old = fields(engine)
    home.submit(BOB, old | {"thu-0": "moi@bob.example"})
    answer = browser("admin").submit(BOB, old | {"thu-0": "khac@bob.example"})
    assert answer.status_code == 409
    assert "vừa được người khác sửa" in answer.text
    assert addresses(engine)[0][2] == "moi@bob.example"


def test_a_renamed_agency_is_found_by_both_names(home: Browser, engine: Engine):
    home.submit(BOB, fields(engine, ten="Sở Bằng Lăng và Phượng Vĩ"))
    assert "Sở Bằng Lăng và Phượng Vĩ" in home.get("/danh-ba?tim=phuong vi").text
    assert "tên trước đây: Sở Bằng Lăng" in home.get(BOB).text


def test_who_cannot_be_written_to_stands_first_and_is_counted(home: Browser, engine: Engine):
    bounce(engine, "seal")
    with writing(engine) as session:
        for contact in session.scalars(select(Contact).join(Agency).where(Agency.code == "leaders")):
            session.delete(contact)
    page = home.get("/danh-ba").text
    order = [page.index(f"/danh-ba/d/co-quan/{code}") for code in ("seal", "leaders", "alice", "bob")]
    assert order == sorted(order)
    assert "Thư bị trả về 1" in page
    assert "Chưa có địa chỉ 1" in page
    assert "Sở Anh Đào" not in home.get("/danh-ba?xem=tra-ve").text
    assert "Sở Anh Đào" in home.get("/danh-ba?nhom=so&tim=so anh").text
    assert "Cúc Vàng" not in home.get("/danh-ba?nhom=so").text


def test_a_mended_address_is_written_to_again(home: Browser, engine: Engine):
    number = bounce(engine, "bob")
    assert "5.1.1 không có hộp thư" in home.get(BOB).text
    assert home.submit(f"/danh-ba/d/co-quan/alice/dia-chi/{number}").status_code == 404  # another agency's
    home.submit(f"{BOB}/dia-chi/{number}")
    with reading(engine) as session:
        assert session.get_one(Contact, number).bounced_at is None
    assert deeds(engine) == [("huong", "agency.mended", "d/bob", "van-thu@bob.example")]


def test_an_agency_asks_and_the_coordinator_answers(
    home: Browser, browser: Callable[..., Browser], engine: Engine
):
    agency = browser("binh")
    wish = "Đổi hộp thư văn thư sang vt@bang-lang.example"
    answer = agency.submit("/co-quan/bob/dia-chi", {"de-nghi": wish})
    assert answer.headers["location"] == "/co-quan/bob?da=de-nghi"
    assert addresses(engine) == [("officer", "", "van-thu@bob.example")]  # asking changes nothing
    assert wish in home.get("/danh-ba").text
    assert "Có 1 đề nghị sửa địa chỉ" in home.get("/").text
    assert "đề nghị sửa địa chỉ" not in browser("lan").get("/").text  # who cannot answer is not asked
    home.submit(BOB, fields(engine, **{"thu-0": "vt@bang-lang.example"}))
    assert "Đề nghị của cơ quan" not in home.get("/danh-ba").text
    agency.submit("/co-quan/bob/dia-chi", {"de-nghi": "Thêm một hộp thư"})
    assert "Thêm một hộp thư" in home.get("/danh-ba").text
    home.submit(f"{BOB}/da-xem")
    assert "Thêm một hộp thư" not in home.get("/danh-ba").text
    assert "đề nghị sửa địa chỉ" not in home.get("/").text
    assert agency.submit("/co-quan/alice/dia-chi", {"de-nghi": "Sửa của người khác"}).status_code == 404
    assert agency.submit("/co-quan/bob/dia-chi", {"de-nghi": " "}).status_code == 422


def test_a_merger_is_shown_before_it_is_done(home: Browser, engine: Engine, stage: Stage):
    asked = {"vao": "alice", "ly-do": "Nghị quyết số 1"}
    shown = home.submit(f"{BOB}/sap-nhap", asked)
    assert "Chưa thực hiện." in shown.text
    assert "Sáp nhập Sở Bằng Lăng vào Sở Anh Đào" in shown.text
    with reading(engine) as session:
        assert session.scalars(select(Agency).where(Agency.code == "bob")).one().heir_id is None
    done = home.submit(f"{BOB}/sap-nhap", asked | {"buoc": "lam"})
    assert done.headers["location"] == "/danh-ba/d/co-quan/alice?da=xong"
    with reading(engine) as session:
        bob = session.scalars(select(Agency).where(Agency.code == "bob")).one()
        assert bob.heir_id == session.get_one(Task, stage.tasks["1.1"]["alice"]).agency_id
    assert ("huong", "Sáp nhập cơ quan", "d/bob", "vào alice: Nghị quyết số 1") in deeds(engine)
    assert "Đã sáp nhập vào" in home.get(BOB).text
    assert home.submit(f"{BOB}/sap-nhap", {"vao": "alice"}).status_code == 422


def test_the_workbook_goes_out_is_checked_and_comes_in(home: Browser, engine: Engine, tmp_path: Path):
    name_contacts(engine)
    path = tmp_path / "danh-ba.xlsx"
    path.write_bytes(home.get("/danh-ba/d/excel").content)

    def sent(step: str):
        return home.submit(
            "/danh-ba/d/excel", {"buoc": step}, files={"excel": (path.name, path.read_bytes())}
        )

    assert "Giữ nguyên 6 cơ quan." in sent("xem").text  # what went out unchanged changes nothing
    book = load_workbook(path)
    sheet = book["Liên hệ"]
    row = next(row for row in sheet.iter_rows(min_row=2) if row[0].value == "bob")
    row[2].value, row[3].value = "Văn thư", "moi@bob.example"
    book.save(path)
    assert "Sửa 1 cơ quan: Sở Bằng Lăng." in sent("xem").text
    assert addresses(engine)[0][2] == "van-thu@bob.example"
    assert sent("nhap").headers["location"] == "/danh-ba?danh-ba=d&da=danh-ba"
    assert addresses(engine) == [("officer", "Văn thư", "moi@bob.example")]
    with reading(engine) as session:
        deed = session.scalars(select(Deed).where(Deed.action == "Nhập danh bạ từ Excel")).one()
        told = (deed.by, deed.subject, deed.detail)
    assert told == ("huong", "d", "Sửa 1 cơ quan: Sở Bằng Lăng. Giữ nguyên 5 cơ quan.")
    row[3].value = "không phải thư"
    book.save(path)
    answer = sent("nhap")
    assert answer.status_code == 422
    assert "trang Liên hệ, ô D" in answer.text


def test_a_workbook_of_another_directory_is_refused(home: Browser, engine: Engine, tmp_path: Path):
    name_contacts(engine)
    with reading(engine) as session:
        found = stored_directory(session, "d")
        assert found is not None
    path = tmp_path / "khac.xlsx"
    write_directory(found.model_copy(update={"key": "khac"}), path)
    answer = home.submit(
        "/danh-ba/d/excel", {"buoc": "nhap"}, files={"excel": (path.name, path.read_bytes())}
    )
    assert answer.status_code == 422
    assert "không phải danh bạ đang mở" in answer.text


def test_a_contact_keeps_its_role_names(home: Browser, engine: Engine):
    with writing(engine) as session:
        bob = session.scalars(select(Agency).where(Agency.code == "bob")).one()
        bob.contacts.append(Contact(role=ContactRole.HEAD, name="Giám đốc", email="gd@bob.example"))
    page = home.get("/co-quan/bob").text
    assert "Thủ trưởng" in page
    assert 'href="/danh-ba/d/co-quan/bob"' in page

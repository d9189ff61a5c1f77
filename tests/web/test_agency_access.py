"""What an agency keeps in order by itself: its draft's files, and who is signed in for it."""

from collections.abc import Callable

from sqlalchemy import Engine, func, select

from tasks.accounts.sign_in_links import BY_MAIL, make_link, redeem
from tasks.accounts.sign_ins import Origin
from tasks.database import reading, writing
from tasks.models import Agency, Attachment, Deed, SignIn
from tests.web.people import MORNING, Browser
from tests.web.stage import Stage

PDF = b"%PDF-1.7 sai"


def files_of(engine: Engine) -> list[int]:
    with reading(engine) as session:
        return list(session.scalars(select(Attachment.id).order_by(Attachment.id)))


def test_a_wrong_file_is_taken_off_a_draft_and_who_did_it_is_recorded(
    browser: Callable[..., Browser], stage: Stage, engine: Engine
):
    agency, page = browser("binh"), f"/bao-cao/{stage.round}/bob"
    agency.submit(f"{page}/tep", files={"tep": ("sai.pdf", PDF)})
    agency.submit(f"{page}/tep", files={"tep": ("dung.pdf", PDF + b" khac")})
    wrong, right = files_of(engine)
    assert f'action="{page}/tep/{wrong}/bo"' in agency.get(page).text
    for other in ("an", "huong"):
        assert browser(other).submit(f"{page}/tep/{wrong}/bo").status_code in {403, 404}
    answer = agency.submit(f"{page}/tep/{wrong}/bo")
    assert answer.headers["location"] == f"{page}?da=bo-tep"
    assert files_of(engine) == [right]
    with reading(engine) as session:
        deed = session.scalars(select(Deed).where(Deed.action == "attachment.removed")).one()
        assert deed.by == "binh"
        assert deed.detail.startswith("sai.pdf, 12 byte, gửi bởi binh, SHA-256 ")
    assert agency.submit(f"{page}/tep/{wrong}/bo").status_code == 404


def test_what_was_submitted_is_evidence_and_keeps_its_files(
    browser: Callable[..., Browser], stage: Stage, engine: Engine
):
    agency, page = browser("binh"), f"/bao-cao/{stage.round}/bob"
    agency.submit(f"{page}/tep", files={"tep": ("sai.pdf", PDF)})
    agency.submit(f"{page}/khong-phat-sinh", {"loi-xac-nhan": "Không phát sinh."})
    (number,) = files_of(engine)
    answer = agency.submit(f"{page}/tep/{number}/bo")
    assert answer.status_code == 422
    assert "đã nộp nên không bỏ tệp được" in answer.text
    assert files_of(engine) == [number]
    receipt = agency.get(page).text  # the page that is printed as the receipt
    for said in ("Đã nộp", "Ngày nhận", "08/09/2025", "Không phát sinh.", "sai.pdf", "binh"):
        assert said in receipt


def test_an_agency_sees_who_may_sign_in_and_ends_what_should_not_go_on(
    browser: Callable[..., Browser], stage: Stage, engine: Engine
):
    agency = browser("binh")
    with writing(engine) as session:
        bob = session.scalars(select(Agency).where(Agency.code == "bob")).one()
        address = "van-thu@bob.example"
        token = make_link(session, bob, address, address, MORNING, BY_MAIL)
        redeem(session, token, Origin("192.0.2.9", "Trình duyệt lạ"), MORNING)
        make_link(session, bob, address, address, MORNING, BY_MAIL)
        other = session.scalars(select(SignIn).where(SignIn.agency_id == bob.id)).one().id
    page = agency.get("/nguoi-dang-nhap").text
    for said in ("binh", "van-thu@bob.example", "Trình duyệt lạ", "Đã dùng", "Chưa dùng", "Phiên này"):
        assert said in page
    assert "huong" not in page
    assert browser("an").submit(f"/nguoi-dang-nhap/phien/{other}").status_code == 404
    assert agency.submit(f"/nguoi-dang-nhap/phien/{other}").headers["location"] == "/nguoi-dang-nhap?da=phien"
    assert "Trình duyệt lạ" not in agency.get("/nguoi-dang-nhap").text
    with reading(engine) as session:
        assert session.get_one(SignIn, other).ended_by == "binh"
        ended = select(func.count()).select_from(Deed).where(Deed.action == "sign_in.end", Deed.by == "binh")
        assert session.scalar(ended) == 1

"""An amendment looked at and applied in the portal, beside what the same file does on the command line."""

import re
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from sqlalchemy import Engine, func, select

from tasks.actors import Actor, Role
from tasks.database import reading, writing
from tasks.models import Agency, Amendment, Deed, Duty, Notice, Task, User
from tasks.tracking import tracker
from tests.tasks.cast import ADMIN, at
from tests.tasks.small import load_small, tasks_of
from tests.web.people import Browser
from tests.web.stage import Stage

HUYEN = Actor("huyen", Role.COORDINATOR, "so-noi-vu", "nho")
HEAD = "amends: nho-2025\nnumber: 99/QĐ-UBND\nissued_on: 2025-09-01\n"
BODY = """
    because: Theo đề nghị của Sở Nội vụ
    change:
      - {code: "1.1", deadline: Hoàn thành trước ngày 15/12/2025, lead: Sở Xây dựng; Sở Y tế}
    cancel:
      - {code: "2.2", reason: Trùng nhiệm vụ khác}
    rounds:
      - {code: lan-2, text: lần 2 trước ngày 15/12/2025}
"""
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@pytest.fixture
def home(browser: Callable[..., Browser], stage: Stage, engine: Engine, tmp_path: Path) -> Browser:
    """Huyền, who coordinates the small decision, beside the one of the stage."""
    with writing(engine) as session:
        load_small(session, tmp_path)
        office = session.scalars(select(Agency).where(Agency.code == "so-noi-vu")).one()
        session.add(
            User(
                login="huyen", role=Role.COORDINATOR.value, agency_id=office.id, created_at=at("2025-07-25"),
                created_by="admin",
            )
        )  # fmt: skip
    return browser("huyen")


def send(person: Browser, text: str, **fields: str):
    files = {"tep": ("điều chỉnh.yaml", text.encode(), "application/yaml")}
    return person.submit("/sua-doi/xem-truoc", fields, files=files)


def carried(page: str, action: str = "/sua-doi/ap-dung") -> dict[str, str]:
    form = next(part for part in page.split("<form ")[1:] if f'action="{action}"' in part.split(">")[0])
    return {
        name: value for name, value in HIDDEN.findall(form.split("</form>")[0]) if not name.startswith("_")
    }


def counted(engine: Engine) -> tuple[int, int]:
    with reading(engine) as session:
        amended = select(func.count()).select_from(Notice).where(Notice.kind == "amended")
        return session.scalar(select(func.count()).select_from(Amendment)), session.scalar(amended)


def test_the_preview_says_everything_and_changes_nothing(home: Browser, engine: Engine):
    answer = send(home, HEAD + dedent(BODY))
    assert answer.status_code == 200
    said = " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())
    assert "Xem trước: Quyết định số 99/QĐ-UBND ngày 01/09/2025" in said
    assert (
        "Hoàn thành trước ngày 15/11/2025 Hoàn thành trước ngày 15/12/2025" in said
    )  # the old cell, the new one
    for line in (
        "1.1 Đổi hạn Quyết định số 99/QĐ-UBND ngày 01/09/2025: Theo đề nghị của Sở Nội vụ 14/11/2025 14/12/2025 Sở Xây dựng",
        "Sở Tài chính", "Thêm việc", "Lần báo cáo lan-2 Sửa", "Nhiệm vụ 2.2 Bãi bỏ",
        "Cơ quan được báo bằng thư 4 Sở Nội vụ; Sở Tài chính; Sở Xây dựng; Sở Y tế",
        "Chưa có địa chỉ thư: Sở Nội vụ",
    ):  # fmt: skip
        assert line in said
    assert counted(engine) == (0, 0)


def test_what_was_looked_at_is_applied_once_with_its_reason_and_everybody_shown_is_told(
    home: Browser, engine: Engine
):
    fields = carried(send(home, HEAD + dedent(BODY)).text) | {"ly-do": "Theo kết luận họp giao ban"}
    answer = home.submit("/sua-doi/ap-dung", fields)
    assert answer.headers["location"] == "/sua-doi?da=sua-doi"
    assert counted(engine) == (1, 4)  # as many as the preview named
    with reading(engine) as session:
        stored = session.scalars(select(Amendment)).one()
        assert (stored.number, stored.applied_by) == ("99/QĐ-UBND", "huyen")
        deed = session.scalars(select(Deed).where(Deed.action.like("Áp dụng văn bản%"))).one()
        assert (deed.by, deed.detail) == ("huyen", "Theo kết luận họp giao ban")
        number = stored.id
    listed = home.get("/sua-doi").text
    assert "Số 99/QĐ-UBND" in listed
    assert "huyen" in listed
    told = home.get(f"/sua-doi/da-ap-dung/{number}").text
    assert "Sở Tài chính" in told
    assert "14/12/2025" in told
    assert "đã áp dụng từ trước" in send(home, HEAD + dedent(BODY)).text


def test_a_preview_that_no_longer_holds_is_refused_and_the_new_one_shown(home: Browser, engine: Engine):
    fields = carried(send(home, HEAD + dedent(BODY)).text) | {"ly-do": "Theo đề nghị"}
    with writing(engine) as session:
        late = tasks_of(session, "2.2")["so-y-te"].id
        tracker.declare(session, [late], ADMIN, at("2025-09-08"))
        tracker.confirm(session, [late], HUYEN, at("2025-09-08"))
    answer = home.submit("/sua-doi/ap-dung", fields)
    assert answer.status_code == 409
    assert "vừa thay đổi sau khi xem trước" in answer.text
    assert "Đã hoàn thành" in answer.text
    assert counted(engine) == (0, 0)
    again = home.submit("/sua-doi/ap-dung", carried(answer.text) | {"ly-do": "Theo đề nghị"})
    assert again.headers["location"] == "/sua-doi?da=sua-doi"


def test_every_fault_of_a_file_is_told_with_its_line(home: Browser):
    text = HEAD + dedent("""
        change:
          - {code: "9.9", deadline: Quý III/2025}
        cancel:
          - {code: "8.8", reason: Thừa}
    """)
    answer = send(home, text)
    assert answer.status_code == 422
    assert "dòng 6" in answer.text
    assert "dòng 8" in answer.text
    assert "chưa chọn tệp" in home.submit("/sua-doi/xem-truoc").text.lower()


def test_a_file_saved_on_windows_is_read_all_the_same(home: Browser):
    assert send(home, (HEAD + dedent(BODY)).replace("\n", "\r\n")).status_code == 200


def test_a_draft_gets_its_number_and_day_in_the_form(home: Browser, engine: Engine):
    draft = "amends: nho-2025\n" + dedent(BODY)
    page = send(home, draft)
    assert "Dự thảo chưa áp dụng được" in page.text
    fields = carried(page.text, "/sua-doi/xem-truoc") | {
        "so-van-ban": "7/QĐ-UBND",
        "ngay-van-ban": "01/09/2025",
    }
    complete = home.submit("/sua-doi/xem-truoc", fields)
    home.submit("/sua-doi/ap-dung", carried(complete.text) | {"ly-do": "Đã ký"})
    with reading(engine) as session:
        assert session.scalars(select(Amendment.number)).all() == ["7/QĐ-UBND"]


def test_fields_edited_in_the_form_become_an_amendment(home: Browser, engine: Engine):
    choosing = home.get("/sua-doi/nho-2025").text
    assert 'name="ma" value="1.1"' in choosing
    form = home.get("/sua-doi/nho-2025?sua=1&ma=1.1&ma=2.2").text
    assert "Hoàn thành trước ngày 15/11/2025" in form
    fields = {
        "ma": ["1.1", "2.2"], "so-van-ban": "8/QĐ-UBND", "ngay-van-ban": "01/09/2025", "ly-do": "Kéo dài",
        "han-1.1": "Hoàn thành trước ngày 20/12/2025", "chu-tri-1.1": "Sở Xây dựng; Sở Tài chính",
        "noi-dung-1.1": "Lập kế hoạch", "phoi-hop-1.1": "Sở Y tế", "han-2.2": "Quý III/2025", "chu-tri-2.2": "Sở Y tế",
        "noi-dung-2.2": "Báo cáo nhanh", "phoi-hop-2.2": "", "bo-2.2": "1",
        "lan-lan-1": "lần 1 trước ngày 05/9/2025", "lan-lan-2": "lần 2 trước ngày 10/12/2025",
        "moi-code": "1.3", "moi-section": "1", "moi-text": "Việc mới", "moi-lead": "Sở Y tế",
        "moi-deadline": "Trong 20 ngày kể từ ngày ban hành",
    }  # fmt: skip
    page = home.submit("/sua-doi/nho-2025/xem-truoc", fields)
    assert page.status_code == 200
    assert "19/12/2025" in page.text
    assert home.submit("/sua-doi/ap-dung", carried(page.text) | {"ly-do": "Kéo dài"}).status_code == 303
    with reading(engine) as session:
        document = session.scalars(select(Amendment)).one().document
        assert document["change"] == [{"code": "1.1", "deadline": "Hoàn thành trước ngày 20/12/2025"}]
        assert [entry["code"] for entry in document["cancel"]] == ["2.2"]
        assert [entry["code"] for entry in document["rounds"]] == ["lan-2"]
        added = session.scalars(select(Task).join(Duty).where(Duty.code == "1.3")).one()
        assert f"{added.due}" == "2025-09-22"  # the twentieth day is a Sunday


def test_fields_at_fault_are_told_without_lines_of_a_file_and_what_was_typed_stays(home: Browser):
    fields = {"ma": ["1.1"], "ly-do": "Vì", "han-1.1": "vào lúc nào đó", "chu-tri-1.1": "Sở Mặt Trăng"}
    answer = home.submit("/sua-doi/nho-2025/xem-truoc", fields)
    assert answer.status_code == 422
    assert "Sở Mặt Trăng" in answer.text
    assert "vào lúc nào đó" in answer.text
    told = answer.text.split('role="alert"')[1].split("</div>")[0]
    assert told.count("<li>") >= 2
    assert "dòng" not in told
    nothing = home.submit("/sua-doi/nho-2025/xem-truoc", {"ly-do": "Vì"})
    assert "khác bản hiện hành" in nothing.text


def test_only_who_coordinates_that_decision_may_amend_it(
    home: Browser, browser: Callable[..., Browser], engine: Engine
):
    other = browser("huong")  # coordinates the other decision
    assert send(other, HEAD + dedent(BODY)).status_code == 403
    assert other.get("/sua-doi/nho-2025").status_code == 403
    fields = carried(send(home, HEAD + dedent(BODY)).text) | {"ly-do": "Thử"}
    assert other.submit("/sua-doi/ap-dung", fields).status_code == 403
    assert counted(engine) == (0, 0)


def test_a_form_that_was_tampered_with_is_refused(home: Browser, engine: Engine):
    fields = carried(send(home, HEAD + dedent(BODY)).text) | {"ly-do": "Thử", "van-ban": "không phải"}
    answer = home.submit("/sua-doi/ap-dung", fields)
    assert answer.status_code == 422
    assert "không còn nguyên vẹn" in answer.text
    assert counted(engine) == (0, 0)

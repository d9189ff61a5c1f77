"""What people do with tasks in the portal: alone and in bulk, with what was typed kept and nothing done twice."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, select

from tasks.database import reading
from tasks.models import Deed, Extension, Life, Message, Task, TaskEvent
from tests.web.people import ON_SQLITE, Browser
from tests.web.stage import Stage

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def form_on(page: str, action: str) -> list[tuple[str, str]]:
    """The hidden fields of the form that posts to `action`, as a browser would send them."""
    form = next(part for part in page.split("<form ")[1:] if f'action="{action}"' in part.split(">")[0])
    return HIDDEN.findall(form.split("</form>")[0])


def task(engine: Engine, number: int) -> Task:
    with reading(engine) as session:
        found = session.get_one(Task, number)
        session.expunge_all()
        return found


def test_an_agency_declares_and_the_coordinator_confirms(
    browser: Callable[..., Browser], stage: Stage, engine: Engine
):
    number = stage.tasks["1.2"]["bob"]
    agency, home = browser("binh"), browser("huong")
    fields = {"viec": "declare", "so-van-ban": "12/BC-SBL", "ngay-van-ban": "5/9/2025"}
    answer = agency.submit(f"/viec/{number}/thao-tac", fields)
    assert answer.headers["location"] == f"/viec/{number}?da=bao"
    assert "Chờ xác nhận" in agency.get(f"/viec/{number}").text
    assert "Xác nhận</button>" not in agency.get(f"/viec/{number}").text
    assert home.submit(f"/viec/{number}/thao-tac", {"viec": "confirm"}).status_code == 303
    done = task(engine, number)
    assert (done.life, f"{done.counted_on:%d/%m/%Y}") == (Life.COMPLETED, "05/09/2025")
    with reading(engine) as session:
        deeds = session.execute(select(Deed.by, Deed.action)).tuples().all()
    assert deeds == [("binh", "Báo hoàn thành"), ("huong", "Xác nhận")]


@ON_SQLITE
def test_another_agency_is_told_that_there_is_no_such_task(
    browser: Callable[..., Browser], stage: Stage, engine: Engine
):
    number = stage.tasks["1.2"]["bob"]
    assert browser("an").submit(f"/viec/{number}/thao-tac", {"viec": "declare"}).status_code == 404
    assert task(engine, number).life is Life.NOT_STARTED


@ON_SQLITE
def test_what_was_typed_stays_beside_the_fault(browser: Callable[..., Browser], stage: Stage):
    number = stage.tasks["1.2"]["bob"]
    answer = browser("binh").submit(
        f"/viec/{number}/thao-tac", {"viec": "declare", "so-van-ban": "12/BC", "ngay-van-ban": "31/02/2025"}
    )
    assert answer.status_code == 422
    assert 'value="12/BC"' in answer.text
    assert 'value="31/02/2025"' in answer.text
    assert "không đọc được" in answer.text


def test_a_return_needs_a_reason_and_is_mailed_at_once(
    browser: Callable[..., Browser], stage: Stage, engine: Engine
):
    number = stage.tasks["1.2"]["bob"]
    browser("binh").submit(f"/viec/{number}/thao-tac", {"viec": "declare"})
    home = browser("huong")
    refused = home.submit(f"/viec/{number}/thao-tac", {"viec": "return", "ly-do": "  "})
    assert refused.status_code == 422
    assert "Chưa ghi lý do" in refused.text
    home.submit(f"/viec/{number}/thao-tac", {"viec": "return", "ly-do": "Thiếu phụ lục"})
    assert task(engine, number).life is Life.IN_PROGRESS
    with reading(engine) as session:
        mails = [
            m for m in session.scalars(select(Message)) if m.kinds == ["returned"] and m.id not in stage.mails
        ]
    assert len(mails) == 1


def test_two_officers_on_the_same_task_the_second_is_told(
    browser: Callable[..., Browser], stage: Stage, engine: Engine
):
    number = stage.tasks["1.2"]["bob"]
    browser("binh").submit(f"/viec/{number}/thao-tac", {"viec": "declare"})
    first, second = browser("huong"), browser("admin")
    hidden = dict(form_on(second.get(f"/viec/{number}").text, f"/viec/{number}/thao-tac"))
    seen = {name: value for name, value in hidden.items() if name.startswith("thay")}
    first.submit(f"/viec/{number}/thao-tac", {"viec": "confirm"})
    answer = second.submit(f"/viec/{number}/thao-tac", {"viec": "return", "ly-do": "Xem lại", **seen})
    assert answer.status_code == 409
    assert "vừa được người khác cập nhật" in answer.text
    assert task(engine, number).life is Life.COMPLETED


def test_the_same_form_sent_twice_is_one_event(browser: Callable[..., Browser], stage: Stage, engine: Engine):
    number = stage.tasks["1.2"]["bob"]
    agency = browser("binh")
    for _ in range(2):
        answer = agency.submit(f"/viec/{number}/thao-tac", {"_so": "mot", "viec": "declare"})
        assert answer.headers["location"] == f"/viec/{number}?da=bao"
    with reading(engine) as session:
        assert len(session.scalars(select(TaskEvent).where(TaskEvent.task_id == number)).all()) == 1


def test_an_extension_is_asked_and_granted(browser: Callable[..., Browser], stage: Stage, engine: Engine):
    number = stage.tasks["1.2"]["bob"]
    asked = {"xin-den": "30/09/2025", "ly-do-xin": "Chờ văn bản của Trung ương"}
    assert browser("binh").submit(f"/viec/{number}/xin-gia-han", asked).status_code == 303
    home = browser("huong")
    assert "Chờ văn bản của Trung ương" in home.get(f"/viec/{number}").text
    assert home.submit(f"/viec/{number}/tra-loi-gia-han", {"dong-y": "0"}).status_code == 422
    assert home.submit(f"/viec/{number}/tra-loi-gia-han", {"dong-y": "1"}).status_code == 303
    assert f"{task(engine, number).due:%d/%m/%Y}" == "30/09/2025"


def test_a_list_is_previewed_and_then_done_to_all(
    browser: Callable[..., Browser], stage: Stage, engine: Engine
):
    home = browser("huong")
    chosen = [stage.tasks["1.2"][code] for code in ("alice", "bob", "charlie")]
    fields = {
        "viec": "extend",
        "so": chosen,
        "den-ngay": "30/09/2025",
        "ly-do": "Lũ lụt",
        "ve": "/viec?trang=1",
    }
    preview = home.submit("/viec/xem-truoc", fields)
    assert preview.status_code == 200
    assert "Chưa có gì thay đổi" in preview.text
    assert task(engine, chosen[0]).due != task(engine, stage.tasks["3.1"]["home"]).due
    hidden = form_on(preview.text, "/viec/thao-tac")
    answer = home.post("/viec/thao-tac", data={n: [v for m, v in hidden if m == n] for n, _ in hidden})
    assert answer.headers["location"] == "/viec?trang=1&da=xong"
    assert {f"{task(engine, number).due:%d/%m}" for number in chosen} == {"30/09"}
    with reading(engine) as session:
        assert {e.granted for e in session.scalars(select(Extension))} == {True}


def test_a_preview_names_what_would_be_refused_and_offers_no_button(
    browser: Callable[..., Browser], stage: Stage
):
    chosen = [stage.tasks["1.2"]["bob"], stage.tasks["1.1"]["alice"]]
    page = browser("huong").submit("/viec/xem-truoc", {"viec": "confirm", "so": chosen}).text
    assert "2 nhiệm vụ không thực hiện được" in page
    assert "Xác nhận 2 nhiệm vụ</button>" not in page


def test_everything_that_a_filter_leaves_may_be_chosen(browser: Callable[..., Browser], stage: Stage):
    fields = {"viec": "cancel", "ly-do": "Bãi bỏ", "pham-vi": "loc", "loc": "nhiem-vu=1.2"}
    page = browser("huong").submit("/viec/xem-truoc", fields).text
    assert "Hủy nhiệm vụ 3 nhiệm vụ</button>" in page


@ON_SQLITE
@pytest.mark.parametrize(
    "fields", [{"viec": "confirm"}, {"viec": "bay", "so": [1]}, {"viec": "extend", "so": [1], "ly-do": "x"}]
)
def test_an_incomplete_request_of_a_list_says_what_is_missing(browser: Callable[..., Browser], fields):
    answer = browser("huong").submit("/viec/xem-truoc", fields)
    assert answer.status_code == 422
    assert "Chưa thực hiện được" in answer.text


@ON_SQLITE
def test_a_leader_has_no_forms(browser: Callable[..., Browser], stage: Stage):
    page = browser("lan").get(f"/viec/{stage.tasks['1.2']['bob']}").text
    assert page.count("<form") == 1  # signing out

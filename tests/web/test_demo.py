"""The read-only pages of the demonstration."""

import pytest
from fastapi.testclient import TestClient

from tests.web.stage import Stage

PAGES = ["/", "/viec", "/co-quan/bob", "/nhiem-vu/quyet-dinh/1.1", "/thu"]
HEAVIEST = 150_000  # bytes


def pages_of(stage: Stage) -> list[str]:
    mail = stage.mails[0]
    return [
        *PAGES,
        f"/viec/{stage.tasks['1.1']['bob']}",
        f"/thu/{mail}",
        f"/thu/{mail}/html",
        f"/thu/{mail}/tep",
    ]


def test_every_page_opens_now_and_as_of_an_earlier_day(demo: TestClient, stage: Stage):
    for page in pages_of(stage):
        for day in ("", "?ngay=2025-08-15"):
            answer = demo.get(page + day)
            assert answer.status_code == 200, (page, day, answer.text)
            assert len(answer.content) < HEAVIEST


def test_the_first_page_says_who_is_late_and_where_the_round_stands(demo: TestClient, stage: Stage):
    page = demo.get("/").text
    assert "Sở Bằng Lăng" in page
    assert "quá hạn" in page
    assert "3 cơ quan phải báo cáo" in page
    assert "Đến hạn trong tuần này" in page
    assert "3 cơ quan chưa xong" in page  # duty 1.2 is due on Friday


def test_the_past_is_shown_as_it_was(demo: TestClient, stage: Stage):
    task = f"/viec/{stage.tasks['1.1']['bob']}"
    assert "Chờ xác nhận" in demo.get(f"{task}?ngay=20/08/2025").text
    now = demo.get(task).text
    assert "Quá hạn" in now
    assert "thiếu văn bản" in now


def test_links_keep_the_day_the_page_is_shown_as_of(demo: TestClient):
    assert 'href="/viec?ngay=2025-08-20"' in demo.get("/?ngay=20/08/2025").text


@pytest.mark.parametrize(
    ("day", "sentence"),
    [("abc", "không đọc được"), ("2030-01-01", "chưa đến"), ("31/02/2025", "không đọc được")],
)
def test_a_day_that_cannot_be_shown_is_told(demo: TestClient, day: str, sentence: str):
    answer = demo.get("/", params={"ngay": day})
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_search_needs_no_accents(demo: TestClient, stage: Stage):
    page = demo.get("/viec", params={"tim": "bang lang"}).text
    assert "Sở Bằng Lăng</a>" in page
    assert "Sở Anh Đào</a>" not in page


@pytest.mark.parametrize(
    "page", ["/viec/999999", "/viec/abc", "/co-quan/x", "/thu/999999", "/nhiem-vu/x", "/nhiem-vu/a/b", "/x"]
)
def test_what_does_not_exist_is_a_page_with_a_sentence(demo: TestClient, page: str):
    answer = demo.get(page)
    assert answer.status_code == 404
    assert "hông có" in answer.text


def test_short_addresses_of_mails_lead_to_the_duty(demo: TestClient):
    answer = demo.get("/nhiem-vu/1.1", follow_redirects=False)
    assert answer.headers["location"] == "/nhiem-vu/quyet-dinh/1.1"


def test_every_answer_carries_the_headers_that_keep_it_closed(demo: TestClient, stage: Stage):
    for page in (*pages_of(stage), "/khong-co", "/static/dondoc.css"):
        headers = demo.get(page).headers
        assert "default-src 'none'" in headers["content-security-policy"], page
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-frame-options"] in {"DENY", "SAMEORIGIN"}
    assert "unsafe-inline" not in demo.get("/").headers["content-security-policy"]


def test_a_mail_is_framed_without_scripts_or_requests(demo: TestClient, stage: Stage):
    answer = demo.get(f"/thu/{stage.mails[0]}/html")
    policy = answer.headers["content-security-policy"]
    assert "script-src" not in policy
    assert "sandbox allow-top-navigation-by-user-activation" in policy
    assert "frame-ancestors 'self'" in policy
    assert '<base target="_top">' in answer.text


def test_the_demonstration_changes_nothing(demo: TestClient, stage: Stage):
    for page in pages_of(stage):
        assert demo.post(page).status_code == 405


def test_the_demonstration_answers_only_under_the_names_of_this_machine(demo: TestClient):
    answer = demo.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 403
    assert "127.0.0.1" in answer.text

"""The administrator's pages of other systems that are told of changes."""

import re
from datetime import timedelta

import pytest

from dondoc.clock import running_from
from notifications.webhooks.delivering import tell
from notifications.webhooks.feeding import feed
from notifications.webhooks.registry import NewWebhook, add_webhook
from tasks.database import reading, writing
from tasks.models import Deed, DeliveryState, Webhook, WebhookDelivery
from tasks.tracking import tracker
from tests.notifications.webhook_receiver import LINE, receiving
from tests.tasks.cast import BOB
from tests.web.people import MORNING, PEOPLE

PLACE = "/quan-tri/webhook"
INNER_HOST = "10.0.0.1"
INNER = f"http://{INNER_HOST}/"
ADDRESS = "https://nhan.example/webhook"


@pytest.fixture
def admin(browser):
    return browser("admin")


@pytest.fixture
def number(engine, stage):
    with writing(engine) as session:
        return add_webhook(session, NewWebhook("Trục liên thông", ADDRESS), (), "admin", MORNING).id


def test_the_secret_of_a_new_webhook_is_shown_once_and_stands_in_no_address(admin, engine):
    fields = {
        "ten": "Trục liên thông",
        "dia-chi": ADDRESS,
        "loai": ["task.declared", "round.closed"],
        "co-quan": "bob",
    }
    answer = admin.submit(PLACE, fields)
    assert answer.status_code == 200
    [secret] = set(re.findall(r"whsec_[A-Za-z0-9+/=]+", answer.text))
    with reading(engine) as session:
        made = session.query(Webhook).one()
        assert (made.secret, made.kinds, made.agency.code) == (
            secret,
            ["task.declared", "round.closed"],
            "bob",
        )
        assert session.query(Deed).filter_by(action="webhook.add").one().by == "admin"
    for page in (PLACE, f"{PLACE}/{made.id}", "/nhat-ky"):
        shown = admin.get(page).text
        assert secret not in shown
        assert "Trục liên thông" in shown


def test_every_fault_is_told_and_what_was_typed_is_kept(admin, engine):
    answer = admin.submit(PLACE, {"ten": "", "dia-chi": INNER})
    assert answer.status_code == 422
    answer = admin.submit(PLACE, {"ten": "Một", "dia-chi": INNER, "loai": "task.declared"})
    assert answer.status_code == 422
    assert "phải là https" in answer.text
    assert f'value="{INNER}"' in answer.text
    assert re.search(r'value="task.declared" checked', answer.text)
    with reading(engine) as session:
        assert session.query(Webhook).count() == 0


def test_what_failed_is_shown_with_its_reason_and_is_sent_again(admin, engine, stage):
    with receiving() as receiver:
        receiver.answers = [500]
        with writing(engine) as session:
            made = add_webhook(session, NewWebhook("Một", receiver.address()), LINE.opened, "admin", MORNING)
            number = made.id
            tracker.start(session, [stage.tasks["1.2"]["bob"]], BOB, MORNING)
        feed(engine, MORNING)
        tell(engine, LINE, running_from(MORNING))
        page = admin.get(f"{PLACE}/{number}").text
        assert "HTTP 500" in page
        assert "Không báo được" in admin.get(PLACE).text
        with reading(engine) as session:
            delivery = session.query(WebhookDelivery).one().id
        assert admin.submit(f"{PLACE}/{number}/lan-bao/{delivery}/gui-lai").status_code == 303
        tell(engine, LINE, running_from(MORNING + timedelta(seconds=25)))
        assert "Gửi lại lần báo 1" in admin.get(f"{PLACE}/{number}?trang-thai=delivered").text
        assert len(receiver.heard) == 2
    assert admin.submit(f"{PLACE}/{number + 1}/lan-bao/{delivery}/gui-lai").status_code == 404


def test_a_webhook_is_tried_stopped_taken_up_again_and_removed(admin, engine, number):
    assert admin.submit(f"{PLACE}/{number}/thu").headers["location"].startswith(f"{PLACE}/{number}?")
    with reading(engine) as session:
        assert session.query(WebhookDelivery).one().state is DeliveryState.WAITING
    assert admin.submit(f"{PLACE}/{number}/dung").status_code == 303
    assert "Đã dừng" in admin.get(f"{PLACE}/{number}").text
    assert admin.submit(f"{PLACE}/{number}/thu").status_code == 422
    assert admin.submit(f"{PLACE}/{number}/bat-lai").status_code == 303
    assert "Hoạt động" in admin.get(f"{PLACE}/{number}").text
    assert admin.submit(f"{PLACE}/{number}/xoa").headers["location"] == f"{PLACE}?da=xong"
    assert admin.get(f"{PLACE}/{number}").status_code == 404


@pytest.mark.parametrize("login", sorted(set(PEOPLE) - {"admin"}))
def test_nobody_but_an_administrator_comes_near_a_webhook(browser, engine, number, login):
    person = browser(login)
    assert person.get(f"{PLACE}/{number}").status_code == 403
    for deed in ("dung", "bat-lai", "xoa", "thu", "lan-bao/1/gui-lai"):
        assert person.submit(f"{PLACE}/{number}/{deed}").status_code == 403
    with reading(engine) as session:
        assert session.query(Webhook).one().disabled_at is None
        assert session.query(WebhookDelivery).count() == 0

"""Short addresses, which older mails carry: exact where one decision has the code, a list where several have it."""

from collections.abc import Callable

from sqlalchemy import Engine

from tasks.database import writing
from tests.tasks.cast import build
from tests.web.people import Browser
from tests.web.stage import Stage


def led_to(person: Browser, path: str) -> str:
    return person.get(path).headers["location"]


def test_a_code_of_one_decision_leads_to_it_and_of_several_to_the_list(
    browser: Callable[..., Browser], stage: Stage, engine: Engine
):
    home = browser("huong")
    assert led_to(home, "/nhiem-vu/1.1") == "/nhiem-vu/quyet-dinh/1.1"
    assert led_to(home, "/lan-bao-cao/lan-1") == "/lan-bao-cao/quyet-dinh/lan-1"
    with writing(engine) as session:
        other = build(session, key="quyet-dinh-2")
        other.duty("1.1", "2025-12-31", "alice")
        other.round("lan-1", "2025-11-06", "2025-12-04")
    assert led_to(home, "/nhiem-vu/1.1") == "/viec?nhiem-vu=1.1"
    assert home.get("/viec?nhiem-vu=1.1").status_code == 200
    assert led_to(home, "/lan-bao-cao/lan-1") == "/lan-bao-cao"
    assert led_to(home, "/nhiem-vu/1") == "/nhiem-vu/quyet-dinh/1.1"  # by its number, as mails carried it too

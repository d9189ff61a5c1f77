"""Pages one after the other are the whole list, whatever their size and the filter."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.api.systems import API, System
from tests.web.people import ON_SQLITE
from tests.web.stage import Stage

pytestmark = ON_SQLITE

LISTS = (
    "/tasks", "/tasks?order=due", "/tasks?status=open&status=overdue", "/tasks?q=so", "/duties",
    "/duties/quyet-dinh/1.1/tasks", "/decisions", "/agencies", "/rounds", "/rounds/quyet-dinh/lan-1/agencies",
)  # fmt: skip


@pytest.fixture
def home(system: Callable[..., System]) -> System:
    return system("home")


@pytest.mark.parametrize("path", LISTS)
@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
    database=None,
)
@given(size=st.integers(1, 7))
def test_pages_joined_are_the_whole_list(path: str, size: int, home: System):
    whole = home.get(f"{API}{path}").json()
    joined, address = [], f"{API}{path}{'&' if '?' in path else '?'}limit={size}"
    while address:
        answer = home.get(address)
        page = answer.json()
        assert len(page["items"]) <= size
        assert page["total"] == whole["total"]
        assert answer.links.get("next", {}).get("url") == page["next"]
        joined += page["items"]
        address = page["next"]
    assert joined == whole["items"]
    assert len(joined) == whole["total"]


def test_neighbours_are_linked(system: Callable[..., System]):
    links = system("home").read("/tasks", limit=4, offset=4, q="sở").links
    assert set(links) == {"first", "prev", "next", "last"}
    assert f"q={quote('sở')}" in links["next"]["url"]
    assert "offset=8" in links["next"]["url"]


def test_filters_agree_with_each_other(system: Callable[..., System]):
    home = system("home")
    everything = home.read("/tasks").json()["items"]
    found = home.read("/tasks", due_from="2025-09-01", due_to="2025-09-30").json()["items"]
    assert found == [
        task for task in everything if task["due"] and "2025-09-01" <= task["due"] <= "2025-09-30"
    ]
    assert 0 < len(found) < len(everything)
    for name, field in (("agency", "agency"), ("duty", "duty"), ("section", "section"), ("status", "status")):
        value = everything[0][field]
        assert home.read("/tasks", **{name: value}).json()["items"] == [
            t for t in everything if t[field] == value
        ]
    assert {task["agency"] for task in home.read("/tasks", group="so").json()["items"]} == {"alice", "bob"}
    assert {task["agency"] for task in home.read("/tasks", q="bang lang").json()["items"]} == {"bob"}


def test_an_earlier_day_is_read_as_it_then_was(system: Callable[..., System], stage: Stage):
    home, number = system("home"), stage.tasks["1.1"]["alice"]
    assert home.read(f"/tasks/{number}").json()["status"] == "done_on_time"
    then = home.read(f"/tasks/{number}", as_of="2025-08-12").json()
    assert (then["status"], len(then["events"])) == ("awaiting_confirmation", 1)
    assert home.read("/tasks", as_of="2025-09-09").status_code == 422
    assert home.read("/rounds/quyet-dinh/lan-1", as_of="2025-08-06").json()["state"] == "open"

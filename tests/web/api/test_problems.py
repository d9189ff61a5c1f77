"""Every error is a problem in Vietnamese that says what to do, with every fault and its place."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import Response
from sqlalchemy.exc import OperationalError

from tests.web.api.systems import API, REPORT, System
from tests.web.people import ON_SQLITE
from tests.web.stage import Stage
from web.api.problems import Kind
from web.api.resources import decisions as decisions_module

pytestmark = ON_SQLITE

JSON = {"content-type": "application/json"}


def check(answer: Response, kind: Kind) -> list[dict[str, Any]]:
    """The answer is a problem of this kind; return its faults."""
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert (answer.status_code, told["status"]) == (kind.status, kind.status), told
    assert (told["type"], told["title"]) == (f"urn:dondoc:problem:{kind.value}", kind.called)
    assert told["detail"][-1] in ".)…:" or " " in told["detail"]
    assert told["errors"]
    return told["errors"]


@pytest.mark.parametrize(
    ("method", "path", "said", "kind"),
    [
        ("GET", "/khong-co", {}, Kind.NOT_FOUND),
        ("GET", "/tasks/0", {}, Kind.NOT_FOUND),
        ("GET", "/tasks/999999", {}, Kind.NOT_FOUND),
        ("GET", "/tasks/", {}, Kind.NOT_FOUND),
        ("GET", "/decisions/a%0Ab", {}, Kind.NOT_FOUND),
        ("GET", "/a%0Ab", {}, Kind.NOT_FOUND),
        ("GET", "/duties/quyet-dinh/%00", {}, Kind.NOT_FOUND),
        ("DELETE", "/tasks", {}, Kind.METHOD),
        ("OPTIONS", "/tasks", {"headers": {"origin": "https://khac.example"}}, Kind.METHOD),
        ("POST", "/tasks/2/start", {"content": b"{", "headers": JSON}, Kind.MALFORMED),
        ("POST", "/tasks/2/start", {"content": b"\xff", "headers": JSON}, Kind.MALFORMED),
        ("POST", "/tasks/2/start", {"content": b"[" * 100_000, "headers": JSON}, Kind.MALFORMED),
        ("POST", "/tasks/2/start", {"content": b"{}"}, Kind.MEDIA),
        ("POST", "/tasks/2/start", {"data": {"reason": "x"}}, Kind.MEDIA),
        ("POST", "/tasks/2/start", {"content": b" " * 5_000_001, "headers": JSON}, Kind.TOO_LARGE),
        ("POST", "/tasks/2/start", {"json": {"reason": "\ud800"}}, Kind.REFUSED),
        ("POST", "/tasks/2/start", {"json": {"reason": "a\x00b"}}, Kind.REFUSED),
        ("POST", "/tasks/2/confirm", {"json": {}}, Kind.FORBIDDEN),
    ],
)
def test_a_bad_request_is_answered_by_its_problem(
    method: str, path: str, said: dict[str, Any], kind: Kind, system: Callable[..., System]
):
    if "json" in said:  # httpx refuses to send what a careless system does
        import json

        said = {"content": json.dumps(said["json"]).encode(), "headers": JSON}
    answer = system("bob").request(method, API + path, **said)
    check(answer, kind)
    assert "access-control-allow-origin" not in answer.headers


def test_an_address_below_no_version_is_a_problem_too(system: Callable[..., System]):
    for path in ("/api/", "/api/v2/tasks", "/api/v1x"):
        check(system("bob", name=f"k{len(path)}").get(path), Kind.NOT_FOUND)


def test_all_methods_of_an_address_are_named(system: Callable[..., System]):
    assert system("bob").delete(f"{REPORT}/bob").headers["allow"] == "GET, PUT"


def test_every_fault_of_a_request_is_told_with_its_place(system: Callable[..., System]):
    bob = system("bob")
    query = check(bob.read("/tasks", limit=0, offset=-1, status="tre", due_from="5/9/2025"), Kind.REFUSED)
    assert {fault["parameter"] for fault in query} == {"limit", "offset", "status", "due_from"}
    said = {"lines": [{"task": 0, "ket-qua": "x"}], "narrative": {"khac": "x"}, "figures": [{"value": "1,5"}]}
    body = check(bob.put(f"{REPORT}/bob", json=said, headers={"if-match": "*"}), Kind.REFUSED)
    assert {fault["pointer"] for fault in body} >= {
        "#/lines/0/task", "#/lines/0/ket-qua", "#/figures/0/indicator", "#/figures/0/value",
    }  # fmt: skip
    for fault in (*query, *body):
        assert not any(word in fault["detail"] for word in ("Input", "should", "String", "{", "Field"))


def test_unknown_and_repeated_parameters_are_refused(system: Callable[..., System]):
    bob = system("bob")
    faults = check(bob.get(f"{API}/tasks?agenci=bob&limit=1&limit=2"), Kind.REFUSED)
    assert {fault["parameter"] for fault in faults} == {"agenci", "limit"}
    assert bob.get(f"{API}/tasks?status=open&status=overdue").status_code == 200
    check(bob.get(f"{API}/decisions/quyet-dinh?as_of=2025-08-01"), Kind.REFUSED)


def test_unknown_parameters_are_told_together_with_every_other_fault(
    system: Callable[..., System], stage: Stage
):
    bob, number = system("bob"), stage.tasks["1.2"]["bob"]
    faults = check(bob.read("/tasks", agenci="bob", limit=0, due_from="5/9/2025"), Kind.REFUSED)
    assert {fault["parameter"] for fault in faults} == {"agenci", "limit", "due_from"}
    said = bob.write(f"/tasks/{number}/ask-extension?khac=1", {"to": "mai"})
    faults = check(said, Kind.REFUSED)
    assert {fault.get("parameter") or fault["pointer"] for fault in faults} == {"khac", "#/to", "#/reason"}
    (fault,) = check(bob.write(f"/tasks/{number}/start?khac=1"), Kind.REFUSED)
    assert fault["parameter"] == "khac"
    assert bob.read(f"/tasks/{number}").json()["life"] == "not_started"  # nothing was written


def test_a_code_that_names_nothing_is_not_an_empty_list(system: Callable[..., System]):
    (fault,) = check(system("home").read("/tasks", decision="khong-co"), Kind.REFUSED)
    assert "khong-co" in fault["detail"]


def test_a_refusal_of_the_rules_is_told_in_its_own_words(system: Callable[..., System], stage: Stage):
    bob, number = system("bob"), stage.tasks["1.2"]["bob"]
    (fault,) = check(bob.write(f"/tasks/{number}/declare-not-applicable", {"reason": " "}), Kind.REFUSED)
    assert (fault["pointer"], fault["detail"]) == ("#/reason", "Không được để trống.")
    (fault,) = check(
        bob.write(f"/tasks/{number}/ask-extension", {"to": "2025-09-01", "reason": "x"}), Kind.REFUSED
    )
    assert "01/09/2025" in fault["detail"]


def test_a_figure_that_is_not_asked_for_is_refused_at_its_place(system: Callable[..., System]):
    said = {"figures": [{"indicator": "khong-hoi", "value": "1"}]}
    (fault,) = check(system("bob").put(f"{REPORT}/bob", json=said, headers={"if-match": "*"}), Kind.REFUSED)
    assert fault["pointer"] == "#/figures/0"


def test_a_failure_of_ours_is_numbered_and_says_nothing_of_the_inside(
    system: Callable[..., System],
    app: FastAPI,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    bob = system("bob")

    def broken(*_: object) -> None:
        message = "bí mật bên trong"
        raise RuntimeError(message)

    monkeypatch.setattr(decisions_module, "decision_of", broken)
    (fault,) = check(bob.read("/decisions"), Kind.FAILURE)
    assert "bí mật" not in fault["detail"]
    assert fault["detail"].split("mã ")[1][:8] in caplog.text

    def away(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("away"))

    monkeypatch.setattr(decisions_module, "decision_of", away)
    (fault,) = check(bob.read("/decisions"), Kind.UNAVAILABLE)
    assert "SELECT" not in fault["detail"]


def test_answers_carry_the_portals_headers(system: Callable[..., System]):
    answer = system("bob").read("/tasks")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["vary"] == "Authorization"

"""Every operation × every scope × own and other agency. An operation without a line in the table fails."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from httpx import Response
from sqlalchemy import Engine, select

from tasks.accounts.tokens import Scope, revoke_token, token_named
from tasks.database import reading, writing
from tasks.models import ApiToken, Deed, TaskEvent
from tests.web.api.systems import API, System, make_key
from tests.web.api.table import EVERYBODY, TABLE, Line
from tests.web.people import MORNING, ON_SQLITE, Browser
from tests.web.stage import Stage
from web.api.operations import routes_of, scope_of

pytestmark = ON_SQLITE


def api_of(app: FastAPI) -> FastAPI:
    return next(route.app for route in app.routes if getattr(route, "name", "") == "api")


def send(system: System, line: Line, stage: Stage) -> Response:
    method, path = line.call.format(bob=stage.tasks["1.1"]["bob"]).split()
    said = {} if method == "GET" else {"json": line.says, "headers": {"if-match": "*"}}
    return system.request(method, API + path, **said)


def test_every_operation_has_its_line_with_the_scope_it_asks_for(app: FastAPI):
    operations = {route.operation_id: scope_of(route) for route in routes_of(api_of(app))}
    assert operations == {name: line.scope for name, line in TABLE.items()}


@pytest.mark.parametrize("name", TABLE)
def test_an_operation_answers_the_keys_that_its_line_names(
    name: str, app: FastAPI, engine: Engine, stage: Stage, supported: int
):
    admitted = set()
    for agency in sorted(EVERYBODY):
        answer = send(System(app, make_key(engine, agency)), TABLE[name], stage)
        assert answer.status_code in {200, 403, 404, 422}, answer.text
        if answer.status_code not in {403, 404}:
            admitted.add(agency)
    assert admitted == TABLE[name].admits


@pytest.mark.parametrize("name", TABLE)
def test_a_key_with_every_other_scope_is_refused(name: str, app: FastAPI, engine: Engine, stage: Stage):
    line = TABLE[name]
    who = "bob" if "bob" in line.admits else "home"
    others = [scope for scope in Scope if scope is not line.scope]
    refused = send(System(app, make_key(engine, who, others)), line, stage)
    assert refused.status_code == 403
    assert f'scope="{line.scope.value}"' in refused.headers["www-authenticate"]
    alone = send(System(app, make_key(engine, who, [line.scope], name="rieng")), line, stage)
    assert alone.status_code in {200, 422}, alone.text


@pytest.mark.parametrize("name", TABLE)
def test_nobody_is_let_in_by_a_cookie_or_without_a_key(
    name: str, app: FastAPI, browser: Callable[..., Browser], stage: Stage
):
    method, path = TABLE[name].call.format(bob=stage.tasks["1.1"]["bob"]).split()
    for asking in (browser("admin"), browser("nobody")):
        answer = asking.request(method, API + path, json=TABLE[name].says if method != "GET" else None)
        assert (answer.status_code, answer.headers["www-authenticate"][:6]) == (401, "Bearer")
        assert "set-cookie" not in answer.headers


def test_what_there_is_is_not_told_to_who_has_no_key(app: FastAPI, stage: Stage):
    stranger = System(app, None)
    assert {
        stranger.get(f"{API}{path}").status_code for path in ("/tasks", "/khong-co", "/tasks/999999")
    } == {401}
    assert stranger.get(f"{API}/openapi.json").status_code == 200


def test_an_unknown_a_revoked_and_an_expired_key_are_refused_alike(
    app: FastAPI, engine: Engine, stage: Stage
):
    revoked, expired = (
        make_key(engine, "bob", name="thu-hoi"),
        make_key(engine, "bob", name="het-han", days=45),
    )
    assert System(app, revoked).read("/tasks").status_code == 200
    with writing(engine) as session:
        revoke_token(session, token_named(session, "thu-hoi").id, "admin", MORNING)
    answers = [
        System(app, secret).read("/tasks") for secret in (revoked, expired, "dondoc_" + "x" * 43, "x", "")
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert all('error="invalid_token"' in answer.headers["www-authenticate"] for answer in answers)


def test_a_key_is_kept_as_a_digest_and_its_last_use_is_noted_once_a_minute(
    app: FastAPI, engine: Engine, stage: Stage
):
    secret = make_key(engine, "bob")
    system = System(app, secret)
    seen = []
    for _ in range(3):
        system.read("/tasks")
        with reading(engine) as session:
            kept = session.scalars(select(ApiToken)).one()
            seen.append(kept.used_at)
            assert secret not in str(vars(kept))
            assert secret.startswith(kept.shown)
    assert seen[0] is not None
    assert len(set(seen)) == 1


def test_more_requests_than_a_key_may_send_in_a_minute_wait(app: FastAPI, engine: Engine, stage: Stage):
    system, other = System(app, make_key(engine, "bob", per_minute=3)), System(app, make_key(engine, "alice"))
    assert [system.read("/tasks").status_code for _ in range(4)] == [200, 200, 200, 429]
    waiting = system.read("/tasks")
    assert 1 <= int(waiting.headers["retry-after"]) <= 20
    assert other.read("/tasks").status_code == 200


def test_an_agency_sees_its_own_tasks_and_those_of_duties_it_supports_by_name(
    app: FastAPI, engine: Engine, supported: int
):
    seal = System(app, make_key(engine, "seal"))
    assert seal.read("/tasks").json()["total"] == 0
    whole = seal.read("/duties/quyet-dinh/1.1/tasks").json()
    assert {task["agency"] for task in whole["items"]} == {"alice", "bob", "charlie"}
    bob = System(app, make_key(engine, "bob"))
    assert {task["agency"] for task in bob.read("/tasks").json()["items"]} == {"bob"}
    assert [task["agency"] for task in bob.read("/duties/quyet-dinh/1.1/tasks").json()["items"]] == ["bob"]
    assert bob.read("/tasks", agency="alice").status_code == 403
    assert [agency["code"] for agency in bob.read("/agencies").json()["items"]] == ["bob"]
    assert [line["agency"] for line in bob.read("/rounds/quyet-dinh/lan-1/agencies").json()["items"]] == [
        "bob"
    ]


def test_what_a_system_does_is_recorded_under_the_name_of_its_key(app: FastAPI, engine: Engine, stage: Stage):
    number = stage.tasks["1.2"]["bob"]
    done = System(app, make_key(engine, "bob")).write(f"/tasks/{number}/declare", {"reason": "Đã ban hành"})
    assert done.status_code == 200
    with reading(engine) as session:
        deed = session.scalars(select(Deed).order_by(Deed.id.desc())).first()
        event = session.scalars(select(TaskEvent).order_by(TaskEvent.id.desc())).first()
        assert (deed.by, deed.action, deed.subject) == (
            "api:he-thong-bob",
            "Báo hoàn thành",
            f"Nhiệm vụ số {number}",
        )
        assert (event.by, event.reason) == ("api:he-thong-bob", "Đã ban hành")


def test_a_coordinators_key_does_not_confirm_what_it_declared_itself(
    app: FastAPI, engine: Engine, stage: Stage
):
    own = stage.tasks["3.1"]["home"]
    home, seal = System(app, make_key(engine, "home")), System(app, make_key(engine, "seal"))
    assert home.write(f"/tasks/{own}/declare").status_code == 200
    assert home.write(f"/tasks/{own}/confirm").status_code == 403
    assert seal.write(f"/tasks/{own}/confirm").json()["life"] == "completed"


def test_a_coordinators_key_needs_an_agency_that_coordinates(engine: Engine, stage: Stage):
    with pytest.raises(Exception, match="không đôn đốc quyết định nào"):
        make_key(engine, "bob", coordinator=True)

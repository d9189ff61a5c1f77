"""Every operation × every scope × own and other agency. An operation without a line in the table fails."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from httpx import Response
from sqlalchemy import Engine, select

from tasks.accounts.tokens import Scope, revoke_token, token_named
from tasks.database import reading, writing
from tasks.models import ApiToken, Round, TaskEvent
from tasks.models import Deed as Recorded
from tasks.reporting.content import Content, File
from tasks.reporting.files import attach
from tasks.reporting.reports import Deed, find_standing, save_draft
from tests.tasks.cast import BOB
from tests.web.api.systems import API, REPORT, System, make_key
from tests.web.api.table import EVERYBODY, TABLE, Line
from tests.web.people import MORNING, ON_SQLITE, Browser
from tests.web.stage import Stage
from web.api.operations import routes_of, scope_of

pytestmark = ON_SQLITE


def api_of(app: FastAPI) -> FastAPI:
    return next(route.app for route in app.routes if getattr(route, "name", "") == "api")


def send(system: System, line: Line, stage: Stage, file: str = "0" * 64) -> Response:
    method, path = line.call.format(bob=stage.tasks["1.1"]["bob"], file=file).split()
    said = {} if method == "GET" else {"json": line.says, "headers": {"if-match": "*"}}
    return system.request(method, API + path, **said)


def test_every_operation_has_its_line_with_the_scope_it_asks_for(app: FastAPI):
    operations = {route.operation_id: scope_of(route) for route in routes_of(api_of(app))}
    assert operations == {name: line.scope for name, line in TABLE.items()}


@pytest.mark.parametrize("name", TABLE)
def test_an_operation_answers_the_keys_that_its_line_names(
    name: str, app: FastAPI, engine: Engine, stage: Stage, supported: int, sent: str
):
    admitted = set()
    for agency in sorted(EVERYBODY):
        answer = send(System(app, make_key(engine, agency)), TABLE[name], stage, sent)
        assert answer.status_code in {200, 403, 404, 422}, answer.text
        if answer.status_code not in {403, 404}:
            admitted.add(agency)
    assert admitted == TABLE[name].admits


@pytest.mark.parametrize("name", TABLE)
def test_a_key_with_every_other_scope_is_refused(
    name: str, app: FastAPI, engine: Engine, stage: Stage, sent: str
):
    line = TABLE[name]
    who = "bob" if "bob" in line.admits else "home"
    others = [scope for scope in Scope if scope is not line.scope]
    refused = send(System(app, make_key(engine, who, others)), line, stage, sent)
    assert refused.status_code == 403
    assert f'scope="{line.scope.value}"' in refused.headers["www-authenticate"]
    alone = send(System(app, make_key(engine, who, [line.scope], name="rieng")), line, stage, sent)
    assert alone.status_code in {200, 422}, alone.text


@pytest.mark.parametrize("name", TABLE)
def test_nobody_is_let_in_by_a_cookie_or_without_a_key(
    name: str, app: FastAPI, browser: Callable[..., Browser], stage: Stage
):
    method, path = TABLE[name].call.format(bob=stage.tasks["1.1"]["bob"], file="0" * 64).split()
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
        deed = session.scalars(select(Recorded).order_by(Recorded.id.desc())).first()
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


def test_a_report_is_returned_and_accepted_by_the_coordinators_key(
    app: FastAPI, engine: Engine, stage: Stage, sent: str
):
    charlie, home = System(app, make_key(engine, "charlie")), System(app, make_key(engine, "home"))
    now = {"if_match": home.get(f"{REPORT}/charlie").headers["etag"]}
    place = "/rounds/quyet-dinh/lan-1/reports/charlie"
    assert charlie.write(f"{place}/return", {"comments": "Thiếu"}, **now).status_code == 403
    assert home.write(f"{place}/return", {"comments": " "}, **now).status_code == 422
    returned = home.write(f"{place}/return", {"comments": "Thiếu số liệu."}, **now)
    assert (returned.status_code, returned.json()["state"]) == (200, "returned")
    assert home.write(f"{place}/accept", {}, **now).status_code == 412
    again = charlie.write(f"{place}/submit", if_match=returned.headers["etag"])
    struck = home.write(f"{place}/accept", {"struck": [{"task": 9_999}]}, if_match=again.headers["etag"])
    assert "9999" in struck.json()["detail"]
    accepted = home.write(f"{place}/accept", if_match=again.headers["etag"])
    assert (accepted.status_code, accepted.json()["state"]) == (200, "accepted")


def test_a_task_is_cancelled_and_taken_up_again_by_the_coordinators_key(
    app: FastAPI, engine: Engine, stage: Stage
):
    home, number = System(app, make_key(engine, "home")), stage.tasks["1.2"]["bob"]
    assert home.write(f"/tasks/{number}/cancel", {}).status_code == 422
    assert home.write(f"/tasks/{number}/cancel", {"reason": "Đã bãi bỏ."}).json()["life"] == "cancelled"
    assert home.write(f"/tasks/{number}/reopen", {"reason": "Nhầm."}).json()["life"] == "in_progress"


def test_a_file_is_read_by_its_agency_and_once_submitted_by_the_coordinator(
    app: FastAPI, engine: Engine, stage: Stage, sent: str
):
    charlie, home = System(app, make_key(engine, "charlie")), System(app, make_key(engine, "home"))
    (told,) = home.get(f"{REPORT}/charlie").json()["attachments"]
    assert told["sha256"] == sent
    file = home.get(f"{REPORT}/charlie/attachments/{sent}")
    assert (file.content, file.headers["content-type"]) == (b"%PDF-1.7", "application/octet-stream")
    assert file.headers["content-disposition"].startswith("attachment;")
    known = {"if-none-match": file.headers["etag"]}
    assert charlie.get(f"{REPORT}/charlie/attachments/{sent}", headers=known).status_code == 304
    assert home.get(f"{REPORT}/bob/attachments/{sent}").status_code == 404
    assert home.get(f"{REPORT}/charlie/attachments/{'0' * 64}").status_code == 404


def test_a_draft_is_read_by_the_agency_that_writes_it_alone(app: FastAPI, engine: Engine, stage: Stage):
    bob, home = System(app, make_key(engine, "bob")), System(app, make_key(engine, "home"))
    with writing(engine) as session:
        standing, deed = (
            find_standing(session, session.get_one(Round, stage.round), "bob"),
            Deed(BOB, MORNING),
        )
        save_draft(session, standing, Content(narrative={"strengths": "Chưa xong"}), deed)
        session.refresh(standing)
        digest = attach(session, standing, File("nháp.pdf", "application/pdf", b"%PDF-1.7"), deed).sha256
    assert bob.get(f"{REPORT}/bob").json()["content"]["narrative"] == {"strengths": "Chưa xong"}
    assert bob.get(f"{REPORT}/bob/attachments/{digest}").status_code == 200
    seen = home.get(f"{REPORT}/bob")
    assert (seen.json()["state"], seen.json()["content"]["narrative"], seen.json()["attachments"]) == (
        "draft",
        {},
        [],
    )
    assert "Chưa xong" not in seen.text
    assert home.get(f"{REPORT}/bob/attachments/{digest}").status_code == 404

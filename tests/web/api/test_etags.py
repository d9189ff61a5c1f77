"""What has not changed is not sent again; what has changed is not overwritten."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from tasks.database import writing
from tasks.models import Round
from tasks.reporting.content import Content, Line
from tasks.reporting.reports import Deed, find_standing, save_draft
from tests.tasks.cast import BOB
from tests.web.api.systems import REPORT, System
from tests.web.api.table import TABLE
from tests.web.people import MORNING, ON_SQLITE
from tests.web.stage import Stage

BOBS = f"{REPORT}/bob"
READS = [line.call.removeprefix("GET ") for line in TABLE.values() if line.call.startswith("GET")]


@ON_SQLITE
@pytest.mark.parametrize("path", READS)
def test_an_unchanged_representation_is_not_sent_again(
    path: str, system: Callable[..., System], stage: Stage, sent: str
):
    home = system("home")
    address = f"/api/v1{path.format(bob=stage.tasks['1.1']['bob'], file=sent)}"
    etag = home.get(address).headers["etag"]
    for said in (etag, f'W/{etag}, "khac"', "*"):
        again = home.get(address, headers={"if-none-match": said})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert home.get(address, headers={"if-none-match": '"khac"'}).status_code == 200


@ON_SQLITE
def test_a_change_changes_the_tag(system: Callable[..., System], stage: Stage):
    bob, number = system("bob"), stage.tasks["1.2"]["bob"]
    before = bob.read(f"/tasks/{number}").headers["etag"]
    done = bob.write(f"/tasks/{number}/start")
    after = bob.read(f"/tasks/{number}")
    assert before != after.headers["etag"] == done.headers["etag"]
    assert after.json() == done.json()


def test_the_second_of_two_editors_is_told_and_nothing_is_lost(system: Callable[..., System], stage: Stage):
    bob, number = system("bob"), stage.tasks["1.1"]["bob"]
    read = bob.get(BOBS)
    mine = {"lines": [{"task": number, "result": "Bản của tôi"}], "narrative": {"limits": "Chậm"}}
    saved = bob.put(BOBS, json=mine, headers={"if-match": read.headers["etag"]})
    assert (saved.status_code, saved.json()["version"]) == (200, 1)
    late = bob.put(BOBS, json={"lines": []}, headers={"if-match": read.headers["etag"]})
    assert (late.status_code, late.json()["type"]) == (412, "urn:dondoc:problem:changed-meanwhile")
    assert late.headers["etag"] == saved.headers["etag"]
    assert bob.get(BOBS).json()["content"]["lines"][0]["result"] == "Bản của tôi"
    assert bob.put(BOBS, json=mine, headers={"if-match": saved.headers["etag"]}).json()["version"] == 2


def test_what_an_officer_saved_in_the_portal_is_not_overwritten_either(
    system: Callable[..., System], engine: Engine, stage: Stage
):
    bob, number = system("bob"), stage.tasks["1.1"]["bob"]
    read = bob.get(BOBS)
    with writing(engine) as session:
        standing = find_standing(session, session.get_one(Round, stage.round), "bob")
        save_draft(session, standing, Content((Line(number, result="Của cán bộ"),)), Deed(BOB, MORNING))
    assert bob.put(BOBS, json={"lines": []}, headers={"if-match": read.headers["etag"]}).status_code == 412
    assert bob.get(BOBS).json()["content"]["lines"][0]["result"] == "Của cán bộ"


@ON_SQLITE
def test_a_report_is_written_only_on_a_version(system: Callable[..., System], stage: Stage):
    bob = system("bob")
    assert bob.put(BOBS, json={}).status_code == 428
    assert bob.post(f"{BOBS}/submit", json={}).status_code == 428
    weak = f"W/{bob.get(BOBS).headers['etag']}"
    assert bob.put(BOBS, json={}, headers={"if-match": weak}).status_code == 412


@ON_SQLITE
def test_a_task_may_be_changed_on_condition(system: Callable[..., System], stage: Stage):
    bob, number = system("bob"), stage.tasks["1.2"]["bob"]
    etag = bob.read(f"/tasks/{number}").headers["etag"]
    assert bob.write(f"/tasks/{number}/start", if_match=etag).status_code == 200
    assert bob.write(f"/tasks/{number}/declare", if_match=etag).status_code == 412
    assert bob.read(f"/tasks/{number}").json()["life"] == "in_progress"


@ON_SQLITE
def test_a_report_goes_its_whole_way(system: Callable[..., System], stage: Stage):
    bob, number = system("bob"), stage.tasks["1.2"]["bob"]
    said = {
        "lines": [
            {
                "task": number,
                "declares": "done",
                "result": "Xong",
                "document_number": "12/KH",
                "document_date": "2025-09-01",
            }
        ]
    }
    saved = bob.put(BOBS, json=said, headers={"if-match": bob.get(BOBS).headers["etag"]})
    sent = bob.post(f"{BOBS}/submit", json={}, headers={"if-match": saved.headers["etag"]})
    assert (sent.status_code, sent.json()["state"], sent.json()["on_time"]) == (200, "submitted", False)
    task = bob.read(f"/tasks/{number}").json()
    assert (task["status"], task["counted_on"]) == ("awaiting_confirmation", "2025-09-01")
    again = bob.post(f"{BOBS}/submit", json={}, headers={"if-match": sent.headers["etag"]})
    assert again.status_code == 422


@ON_SQLITE
def test_another_agencys_task_in_a_report_is_refused(system: Callable[..., System], stage: Stage):
    bob = system("bob")
    said = {"lines": [{"task": stage.tasks["1.1"]["alice"], "result": "Không phải của mình"}]}
    refused = bob.put(BOBS, json=said, headers={"if-match": "*"})
    assert (refused.status_code, bob.get(BOBS).json()["version"]) == (422, 0)

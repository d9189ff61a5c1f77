from datetime import date

import pytest
from sqlalchemy import select

from tasks.actors import Actor
from tasks.amending.close_out import Proposal, close_out, prepare_close_out
from tasks.errors import DomainError
from tasks.models import Life, Report, ReportLine, Round, Task
from tasks.reporting.content import Content, Declares, Line
from tasks.reporting.reports import Deed, find_standing, save_draft, submit, submit_nil
from tasks.rounds.agencies import Ruling, exempt_agencies
from tasks.rounds.rounds import open_due_rounds
from tasks.tracking import tracker
from tasks.tracking.changes import Grounds
from tests.tasks.cast import ADMIN, ALICE, BOB, CHARLIE, HOME, World, at, statements

TODAY = date(2026, 1, 5)  # the Monday after New Year
NOW = at("2026-01-05")
LAST = date(2025, 12, 31)


@pytest.fixture
def tasks(world: World) -> dict[str, int]:
    """One duty that ends with the year, led by five; one with a day of its own."""
    leads = "alice bob charlie home seal"
    numbers = world.duty("5.1", "2025-12-31", leads, close_out=True)
    world.duty("1.1", "2025-12-31", "alice")
    world.round("lan-1", "2025-08-06", "2025-09-04", leads)
    world.round("lan-2", "2025-11-07", "2025-12-04", leads)
    for day in ("2025-08-06", "2025-11-07"):
        open_due_rounds(world.session, at(day))
    return dict(zip(leads.split(), numbers, strict=True))


def report(world: World, round_: str, agency: str, actor: Actor, day: str, line: Line | None) -> None:
    row = next(r for r in open_rounds(world) if r.code == round_)
    standing = find_standing(world.session, row, agency)
    if line is None:
        submit_nil(world.session, standing, "Không phát sinh", Deed(actor, at(day)))
    else:
        save_draft(world.session, standing, Content((line,)), Deed(actor, at(day)))
        submit(world.session, standing, Deed(actor, at(day)))


def open_rounds(world: World):
    return world.session.scalars(select(Round)).all()


def proposals(world: World) -> dict[str, tuple[str, str, date | None]]:
    prepared = prepare_close_out(world.session, world.decision, None, TODAY)
    return {line.agency: (line.proposal.value, line.why, line.counted_on) for line in prepared.lines}


def say(world: World, tasks: dict[str, int]) -> None:
    """Alice says it twice, Bob sends a nil report, Charlie's declaration came back, home has a document, seal is silent."""
    report(world, "lan-1", "alice", ALICE, "2025-09-03", Line(tasks["alice"], result="Đang làm"))
    report(world, "lan-2", "alice", ALICE, "2025-12-03", Line(tasks["alice"], result="Đã đối thoại 2 cuộc"))
    report(world, "lan-2", "bob", BOB, "2025-12-04", None)
    report(world, "lan-2", "charlie", CHARLIE, "2025-12-04", Line(tasks["charlie"], Declares.DONE, "Xong"))
    tracker.return_(world.session, [tasks["charlie"]], HOME, at("2025-12-08"), Grounds("Chưa có văn bản"))
    paper = Line(tasks["home"], document_number="9/BC-SNV", document_date=date(2025, 11, 20))
    report(world, "lan-2", "home", HOME, "2025-12-01", paper)


def test_each_proposal_follows_from_the_last_report(world: World, tasks: dict[str, int]) -> None:
    say(world, tasks)
    assert proposals(world) == {
        "alice": ("complete", "Báo cáo lan-2: đã có kết quả.", date(2025, 12, 3)),
        "bob": ("not_applicable", "Báo cáo lan-2: không phát sinh.", date(2025, 12, 4)),
        "charlie": ("leave", "Báo cáo lan-2: kết quả đã báo bị trả lại.", None),
        "home": ("complete", "Báo cáo lan-2: đã có kết quả.", date(2025, 11, 20)),
        "seal": ("leave", "Chưa có báo cáo nào nói đến nhiệm vụ này.", None),
    }


def test_what_an_earlier_report_says_does_not_end_a_task(world: World, tasks: dict[str, int]) -> None:
    """Alice reported once, Bob sent a nil report once, and neither again; Charlie need not report a second time."""
    report(world, "lan-1", "alice", ALICE, "2025-09-03", Line(tasks["alice"], result="Đã đối thoại 1 cuộc"))
    report(world, "lan-1", "bob", BOB, "2025-09-03", None)
    report(world, "lan-1", "charlie", CHARLIE, "2025-09-03", Line(tasks["charlie"], result="Đã đối thoại"))
    second = next(row for row in open_rounds(world) if row.code == "lan-2")
    exempt_agencies(world.session, second, ["charlie"], Ruling(HOME, at("2025-11-10"), "Đã báo cáo đủ"))
    told = proposals(world)
    assert told["alice"] == ("leave", "Báo cáo lan-1: chưa phải báo cáo lần cuối của cơ quan.", None)
    assert told["bob"] == told["alice"]
    assert told["charlie"] == ("complete", "Báo cáo lan-1: đã có kết quả.", date(2025, 9, 3))


def test_a_later_nil_report_says_more_than_an_earlier_line(world: World, tasks: dict[str, int]) -> None:
    report(world, "lan-1", "bob", BOB, "2025-09-03", Line(tasks["bob"], result="Đang làm"))
    report(world, "lan-2", "bob", BOB, "2025-12-03", None)
    assert proposals(world)["bob"][:2] == ("not_applicable", "Báo cáo lan-2: không phát sinh.")


def test_settling_declares_by_the_report_and_confirms_with_events(
    world: World, tasks: dict[str, int]
) -> None:
    say(world, tasks)
    prepared = prepare_close_out(world.session, world.decision, LAST, TODAY)
    done = close_out(world.session, prepared, [], ADMIN, NOW)
    assert [line.agency for line in done.settled] == ["alice", "bob", "home"]
    after = {agency: world.task(number) for agency, number in tasks.items()}
    assert {agency: (task.life, task.counted_on) for agency, task in after.items()} == {
        "alice": (Life.COMPLETED, date(2025, 12, 3)),
        "bob": (Life.NOT_APPLICABLE, date(2025, 12, 4)),
        "charlie": (Life.IN_PROGRESS, None),
        "home": (Life.COMPLETED, date(2025, 11, 20)),
        "seal": (Life.NOT_STARTED, None),
    }
    told = [(event.action, event.by, event.from_life.value) for event in after["alice"].events]
    assert told == [("declare", "admin", "not_started"), ("confirm", "admin", "declared")]
    assert after["alice"].declared_by == "báo cáo của cơ quan"
    assert after["alice"].events[-1].reason == "Kết thúc danh mục. Báo cáo lan-2: đã có kết quả."
    again = prepare_close_out(world.session, world.decision, LAST, TODAY)
    assert {line.agency for line in again.lines} == {"charlie", "seal"}
    assert close_out(world.session, again, [], ADMIN, NOW).settled == ()


def test_the_coordinator_does_not_confirm_its_own_and_leaves_who_is_excepted(
    world: World, tasks: dict[str, int]
) -> None:
    say(world, tasks)
    prepared = prepare_close_out(world.session, world.decision, LAST, TODAY)
    done = close_out(world.session, prepared, [tasks["bob"]], HOME, NOW)
    assert [line.agency for line in done.settled] == ["alice"]
    assert [(line.agency, name) for line, name in done.left] == [
        ("home", "Văn phòng Ủy ban nhân dân thành phố")
    ]
    assert world.task(tasks["bob"]).life is Life.NOT_STARTED
    assert world.task(tasks["home"]).life is Life.NOT_STARTED


def test_what_cannot_be_closed_is_refused_by_name(world: World, tasks: dict[str, int]) -> None:
    say(world, tasks)
    with pytest.raises(DomainError, match="chưa qua"):
        prepare_close_out(world.session, world.decision, LAST, LAST)
    prepared = prepare_close_out(world.session, world.decision, LAST, TODAY)
    with pytest.raises(DomainError, match="số 999 không có"):
        close_out(world.session, prepared, [999], ADMIN, NOW)
    assert world.session.scalars(select(Task.life).where(Task.life == Life.COMPLETED)).all() == []


def test_without_anything_that_ends_the_list_is_empty(world: World) -> None:
    world.duty("1.1", "2025-12-31", "alice")
    assert prepare_close_out(world.session, world.decision, None, TODAY).lines == ()


def test_the_statements_do_not_grow_with_the_tasks(world: World, tasks: dict[str, int]) -> None:
    say(world, tasks)

    def settle(due: date) -> int:
        with statements(world.session) as told:
            prepared = prepare_close_out(world.session, world.decision, due, TODAY)
            close_out(world.session, prepared, [], ADMIN, NOW)
        assert all(line.proposal is not Proposal.LEAVE for line in prepared.lines[:1])
        return len(told)

    many = settle(LAST)
    (single,) = world.duty("6.1", "2025-12-30", "alice", close_out=True)
    report_line(world, single)
    assert settle(date(2025, 12, 30)) >= many - 1


def report_line(world: World, task: int) -> None:
    report = world.session.scalars(select(Report).order_by(Report.id.desc())).first()
    assert report is not None
    world.session.add(ReportLine(report_id=report.id, task_id=task, result="Xong"))
    world.session.flush()

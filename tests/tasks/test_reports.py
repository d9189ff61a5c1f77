from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from tasks.actors import Actor
from tasks.asof import as_of
from tasks.errors import ConflictError, DomainError, ManyRefusalsError, NotAllowedError
from tasks.models import Life, Notice, Round, Standing, Submission
from tasks.reporting.answering import accept_report, return_report
from tasks.reporting.content import LARGEST_FILE, Content, Declares, Figure, File, Line, Paper
from tasks.reporting.files import attach
from tasks.reporting.lines import content_of, previous_content, reported_tasks
from tasks.reporting.reports import Deed, find_standing, record_paper, save_draft, submit, submit_nil
from tasks.rounds.ad_hoc import AdHoc, open_ad_hoc
from tasks.rounds.agencies import Ruling, exempt_agencies, extend_agencies, reopen_agencies
from tasks.rounds.rounds import close_due_rounds, open_due_rounds
from tasks.rounds.standing import standing_of_round
from tasks.tracking import tracker
from tests.tasks.cast import ADMIN, ALICE, BOB, HOME, SEAL, World, at

STATEMENT = "Trong kỳ không phát sinh nội dung báo cáo."


def by(actor: Actor, day: str, hour: int = 8) -> Deed:
    return Deed(actor, at(day, hour))


@pytest.fixture
def lan_1(world: World) -> Round:
    world.duty("1.1", "2025-08-14")
    world.duty("1.2", "2025-12-31", "alice bob")
    world.duty("2.4", "2025-12-31", "home")
    world.round("lan-1", "2025-08-06", "2025-09-04", "alice bob charlie home")
    (opened,) = open_due_rounds(world.session, at("2025-08-06"))
    return opened


def of(world: World, round_: Round, agency: str) -> Standing:
    return find_standing(world.session, round_, agency)


def whole(world: World, standing: Standing) -> Content:
    """A report that declares the first of the agency's tasks done and tells of the second."""
    first, *rest = reported_tasks(world.session, standing)
    lines = [Line(first.id, Declares.DONE, "Đã tổ chức 3 cuộc đối thoại", "12/BC", date(2025, 8, 13))]
    lines += [Line(task.id, Declares.STARTED, "Đang làm", difficulties="Thiếu người") for task in rest]
    return Content(
        tuple(lines), {"uu-diem": "Chủ động"}, (Figure("doi-thoai", "xã", Decimal("3.5"), "trên"),)
    )


def test_a_draft_is_kept_whole_and_read_back(world: World, lan_1: Round) -> None:
    standing = of(world, lan_1, "alice")
    content = whole(world, standing)
    report = save_draft(world.session, standing, content, by(ALICE, "2025-08-20"))
    assert content_of(report) == content
    assert (standing.state, report.version) == (Submission.DRAFT, 1)
    shorter = replace(content, lines=content.lines[:1], figures=())
    again = save_draft(world.session, standing, shorter, by(ALICE, "2025-08-21"), version=1)
    assert (content_of(again), again.version) == (shorter, 2)
    assert len(standing.events) == 1  # saving again is not an event


def test_who_saves_over_a_newer_version_gets_a_conflict(world: World, lan_1: Round) -> None:
    standing = of(world, lan_1, "alice")
    save_draft(world.session, standing, Content(narrative={"a": "1"}), by(ALICE, "2025-08-20"))
    save_draft(world.session, standing, Content(narrative={"a": "2"}), by(ALICE, "2025-08-20", 9), version=1)
    with pytest.raises(ConflictError, match="lưu bản khác"):
        save_draft(world.session, standing, Content(), by(ALICE, "2025-08-20", 10), version=1)


def test_submitting_declares_what_its_lines_say(world: World, lan_1: Round) -> None:
    standing = of(world, lan_1, "alice")
    save_draft(world.session, standing, whole(world, standing), by(ALICE, "2025-08-20"))
    submit(world.session, standing, by(ALICE, "2025-09-04", 23))
    assert (standing.state, standing.received_on, standing.on_time) == (
        Submission.SUBMITTED,
        date(2025, 9, 4),
        True,
    )
    first, second = reported_tasks(world.session, standing)
    assert (first.life, first.counted_on, first.declared_by) == (Life.DECLARED, date(2025, 8, 13), "an")
    assert second.life is Life.IN_PROGRESS


def test_a_report_after_the_last_day_is_taken_and_late_even_when_the_round_is_closed(
    world: World, lan_1: Round
) -> None:
    close_due_rounds(world.session, at("2025-09-05", 0))
    standing = of(world, lan_1, "bob")
    save_draft(world.session, standing, Content(narrative={"a": "1"}), by(BOB, "2025-09-05"))
    submit(world.session, standing, by(BOB, "2025-09-05"))
    assert standing.on_time is False
    figures = standing_of_round(world.session, lan_1, as_of(world.session, at("2025-09-06")))
    assert (figures.submitted, figures.on_time, figures.late, len(figures.missing)) == (1, 0, 1, 3)


def test_a_deadline_with_an_hour_counts_to_the_minute(world: World) -> None:
    deadline = datetime(2025, 8, 22, 16, tzinfo=at("2025-08-22").tzinfo)
    asked = AdHoc("Báo cáo nhanh", deadline, ("alice", "bob"))
    round_ = open_ad_hoc(world.session, world.decision, asked, HOME, at("2025-08-18"))
    for agency, actor, hour, minute, in_time in (("alice", ALICE, 15, 59, True), ("bob", BOB, 16, 0, False)):
        standing = of(world, round_, agency)
        submit_nil(world.session, standing, STATEMENT, Deed(actor, at("2025-08-22", hour, minute)))
        assert standing.on_time is in_time


def test_a_nil_report_is_a_report_and_needs_its_statement(world: World, lan_1: Round) -> None:
    standing = of(world, lan_1, "bob")
    with pytest.raises(DomainError, match="lời xác nhận"):
        submit_nil(world.session, standing, " ", by(BOB, "2025-09-01"))
    submit_nil(world.session, standing, STATEMENT, by(BOB, "2025-09-01"))
    figures = standing_of_round(world.session, lan_1, as_of(world.session, at("2025-09-05")))
    assert (figures.submitted, figures.nil, figures.on_time) == (1, 1, 1)
    assert "bob" not in figures.missing


def test_a_paper_counts_from_the_day_it_arrived(world: World, lan_1: Round) -> None:
    standing = of(world, lan_1, "charlie")
    content = whole(world, standing)
    paper = Paper("45/BC-UBND", date(2025, 9, 3), date(2025, 9, 4))
    report = record_paper(world.session, standing, content, paper, by(HOME, "2025-09-10"))
    assert (standing.received_on, standing.on_time) == (date(2025, 9, 4), True)
    assert (report.document_number, standing.events[-1].by) == ("45/BC-UBND", "huong")
    (task,) = reported_tasks(world.session, standing)
    assert (task.life, task.declared_by, task.declared_on) == (
        Life.DECLARED,
        "văn bản 45/BC-UBND",
        date(2025, 9, 4),
    )
    accept_report(world.session, standing, by(HOME, "2025-09-11"))  # who recorded it did not declare it
    assert world.task(task.id).life is Life.COMPLETED


def test_a_nil_paper_and_one_that_arrived_late(world: World, lan_1: Round) -> None:
    standing = of(world, lan_1, "bob")
    paper = Paper("9/CV", date(2025, 9, 4), date(2025, 9, 5))
    record_paper(world.session, standing, None, paper, by(HOME, "2025-09-10"))
    assert (standing.nil, standing.on_time) == (True, False)


@pytest.mark.parametrize(
    ("paper", "words"),
    [
        (Paper("", date(2025, 9, 3), date(2025, 9, 4)), "số, ký hiệu"),
        (Paper("1/CV", date(2025, 9, 5), date(2025, 9, 4)), "sau ngày đến"),
        (Paper("1/CV", date(2025, 9, 3), date(2025, 9, 11)), "sau hôm nay"),
        (Paper("1/CV", date(2025, 7, 1), date(2025, 9, 4)), "trước ngày ban hành"),
    ],
)
def test_a_paper_with_senseless_days_is_refused(world: World, lan_1: Round, paper: Paper, words: str) -> None:
    standing = of(world, lan_1, "bob")
    with pytest.raises(DomainError, match=words):
        record_paper(world.session, standing, None, paper, by(HOME, "2025-09-10"))
    assert standing.report is None


def test_a_returned_report_is_missing_again_and_keeps_its_first_punctuality(
    world: World, lan_1: Round
) -> None:
    standing = of(world, lan_1, "alice")
    submit_nil(world.session, standing, STATEMENT, by(ALICE, "2025-09-04"))
    with pytest.raises(DomainError, match="phải ghi ý kiến"):
        return_report(world.session, standing, "", by(HOME, "2025-09-08"))
    return_report(world.session, standing, "Thiếu phụ lục", by(HOME, "2025-09-08"))
    figures = standing_of_round(world.session, lan_1, as_of(world.session, at("2025-09-09")))
    assert (figures.submitted, figures.returned) == (0, ("alice",))
    assert "alice" in figures.missing
    (notice,) = world.session.scalars(select(Notice).where(Notice.standing_id == standing.id))
    assert notice.kind == "returned"
    save_draft(world.session, standing, whole(world, standing), by(ALICE, "2025-09-09"))
    assert standing.state is Submission.RETURNED  # it shows as returned until it is submitted again
    submit(world.session, standing, by(ALICE, "2025-09-10"))
    assert (standing.on_time, standing.received_on, standing.nil) == (True, date(2025, 9, 4), False)


def test_the_coordinator_may_take_the_first_punctuality_away(world: World, lan_1: Round) -> None:
    standing = of(world, lan_1, "alice")
    submit_nil(world.session, standing, STATEMENT, by(ALICE, "2025-09-04"))
    return_report(world.session, standing, "Nội dung trống", by(HOME, "2025-09-05"), keeps_punctuality=False)
    submit_nil(world.session, standing, STATEMENT, by(ALICE, "2025-09-08"))
    assert (standing.on_time, standing.received_on) == (False, date(2025, 9, 8))


def test_accepting_confirms_the_declarations_except_the_lines_struck_out(world: World, lan_1: Round) -> None:
    world.duty("1.3", "2025-12-31", "alice")
    standing = of(world, lan_1, "alice")
    first, second, third = reported_tasks(world.session, standing)
    lines = tuple(Line(task.id, Declares.DONE, "Xong") for task in (first, second, third))
    save_draft(world.session, standing, Content(lines), by(ALICE, "2025-09-03"))
    submit(world.session, standing, by(ALICE, "2025-09-03"))
    struck = {second.id: "Chưa có văn bản", third.id: ""}
    accept_report(world.session, standing, by(HOME, "2025-09-08"), struck)
    assert standing.state is Submission.ACCEPTED
    assert [world.task(t.id).life for t in (first, second, third)] == [
        Life.COMPLETED,
        Life.IN_PROGRESS,  # returned with the reason
        Life.DECLARED,  # goes on waiting
    ]
    assert standing.report is not None
    assert [line.struck_out for line in standing.report.lines] == [False, True, True]


def test_accepting_the_coordinators_own_report_leaves_its_tasks_to_the_confirmer(
    world: World, lan_1: Round
) -> None:
    standing = of(world, lan_1, "home")
    (task,) = reported_tasks(world.session, standing)
    save_draft(world.session, standing, Content((Line(task.id, Declares.DONE),)), by(HOME, "2025-09-03"))
    submit(world.session, standing, by(HOME, "2025-09-03"))
    accept_report(world.session, standing, by(HOME, "2025-09-04"))
    assert world.task(task.id).life is Life.DECLARED
    tracker.confirm(world.session, [task.id], SEAL, at("2025-09-05"))
    assert world.task(task.id).life is Life.COMPLETED


def test_who_declared_in_a_report_does_not_confirm_by_accepting_it(world: World, lan_1: Round) -> None:
    standing = of(world, lan_1, "alice")
    save_draft(world.session, standing, whole(world, standing), by(ADMIN, "2025-09-03"))
    submit(world.session, standing, by(ADMIN, "2025-09-03"))
    with pytest.raises(NotAllowedError, match="--by"):
        accept_report(world.session, standing, by(ADMIN, "2025-09-04"))


def test_what_was_declared_before_is_not_declared_twice(world: World, lan_1: Round) -> None:
    standing = of(world, lan_1, "alice")
    first, _ = reported_tasks(world.session, standing)
    tracker.declare(world.session, [first.id], ALICE, at("2025-08-10"))
    save_draft(world.session, standing, whole(world, standing), by(ALICE, "2025-09-03"))
    submit(world.session, standing, by(ALICE, "2025-09-03"))
    assert world.task(first.id).declared_on == date(2025, 8, 10)


def test_one_agency_does_not_report_for_another(world: World, lan_1: Round) -> None:
    standing = of(world, lan_1, "alice")
    for stranger in (BOB, HOME):
        with pytest.raises(NotAllowedError):
            save_draft(world.session, standing, Content(), by(stranger, "2025-08-20"))
        with pytest.raises(NotAllowedError):
            submit_nil(world.session, standing, STATEMENT, by(stranger, "2025-08-20"))
    with pytest.raises(NotAllowedError):
        record_paper(
            world.session,
            standing,
            None,
            Paper("1/CV", date(2025, 8, 19), date(2025, 8, 19)),
            by(ALICE, "2025-08-20"),
        )
    with pytest.raises(NotAllowedError):
        accept_report(world.session, standing, by(ALICE, "2025-08-20"))


def test_lines_about_other_agencies_tasks_or_twice_are_all_named(world: World, lan_1: Round) -> None:
    standing = of(world, lan_1, "alice")
    own, _ = reported_tasks(world.session, standing)
    (foreign,) = reported_tasks(world.session, of(world, lan_1, "charlie"))
    content = Content((Line(own.id), Line(foreign.id), Line(own.id)))
    with pytest.raises(ManyRefusalsError) as refused:
        save_draft(world.session, standing, content, by(ALICE, "2025-08-20"))
    assert len(refused.value.refusals) == 2


def test_a_report_that_is_not_awaited_is_refused_with_the_reason(world: World, lan_1: Round) -> None:
    standing = of(world, lan_1, "alice")
    with pytest.raises(DomainError, match="chưa có nội dung"):
        submit(world.session, standing, by(ALICE, "2025-08-20"))
    with pytest.raises(DomainError, match="chưa được nộp"):
        accept_report(world.session, standing, by(HOME, "2025-08-20"))
    submit_nil(world.session, standing, STATEMENT, by(ALICE, "2025-08-20"))
    with pytest.raises(DomainError, match="đang chờ Sở Nội vụ"):
        save_draft(world.session, standing, Content(), by(ALICE, "2025-08-21"))
    accept_report(world.session, standing, by(HOME, "2025-08-21"))
    with pytest.raises(DomainError, match="phải được mở lại"):
        submit_nil(world.session, standing, STATEMENT, by(ALICE, "2025-08-22"))
    reopen_agencies(world.session, lan_1, ["alice"], Ruling(HOME, at("2025-08-25"), "Bổ sung số liệu"))
    submit_nil(world.session, standing, STATEMENT, by(ALICE, "2025-08-26"))
    other = of(world, lan_1, "bob")
    exempt_agencies(world.session, lan_1, ["bob"], Ruling(HOME, at("2025-08-25"), "Giải thể"))
    with pytest.raises(DomainError, match="được miễn"):
        submit_nil(world.session, other, STATEMENT, by(BOB, "2025-08-26"))


def test_an_extended_agency_is_on_time_until_its_own_day(world: World, lan_1: Round) -> None:
    extend_agencies(
        world.session, lan_1, ["bob"], date(2025, 9, 12), Ruling(HOME, at("2025-09-03"), "Sáp nhập")
    )
    standing = of(world, lan_1, "bob")
    submit_nil(world.session, standing, STATEMENT, by(BOB, "2025-09-12", 23))
    assert standing.on_time is True
    late = of(world, lan_1, "alice")
    submit_nil(world.session, late, STATEMENT, by(ALICE, "2025-09-08"))
    assert late.on_time is False
    extend_agencies(
        world.session, lan_1, ["alice"], date(2025, 9, 10), Ruling(HOME, at("2025-09-09"), "Bất khả kháng")
    )
    assert late.on_time is True


def test_the_round_before_is_offered_as_a_start_without_its_declarations(world: World, lan_1: Round) -> None:
    first = of(world, lan_1, "alice")
    assert previous_content(world.session, first) is None
    save_draft(world.session, first, whole(world, first), by(ALICE, "2025-09-03"))
    submit(world.session, first, by(ALICE, "2025-09-03"))
    world.round("lan-2", "2025-11-07", "2025-12-04", "alice")
    (lan_2,) = open_due_rounds(world.session, at("2025-11-07"))
    start = previous_content(world.session, of(world, lan_2, "alice"))
    assert start is not None
    assert [line.result for line in start.lines] == ["Đã tổ chức 3 cuộc đối thoại", "Đang làm"]
    assert {line.declares for line in start.lines} == {Declares.NOTHING}
    assert (start.narrative, start.figures) == ({"uu-diem": "Chủ động"}, ())


def test_the_figures_of_an_earlier_day_are_read_back(world: World, lan_1: Round) -> None:
    standing = of(world, lan_1, "alice")
    submit_nil(world.session, standing, STATEMENT, by(ALICE, "2025-09-01"))
    return_report(world.session, standing, "Thiếu", by(HOME, "2025-09-03"))
    told = [
        standing_of_round(world.session, lan_1, as_of(world.session, at(day, 23)))
        for day in ("2025-08-05", "2025-08-31", "2025-09-02", "2025-09-03")
    ]
    assert [(f.expected, f.submitted, f.nil, len(f.missing)) for f in told] == [
        (4, 0, 0, 4),
        (4, 0, 0, 4),
        (4, 1, 1, 3),
        (4, 0, 0, 4),
    ]


def test_files_are_kept_once_and_not_too_large(world: World, lan_1: Round) -> None:
    standing = of(world, lan_1, "alice")
    scan = File("bao-cao.pdf", "application/pdf", b"%PDF-1.7")
    with pytest.raises(DomainError, match="chưa có nội dung"):
        attach(world.session, standing, scan, by(ALICE, "2025-08-20"))
    save_draft(world.session, standing, Content(), by(ALICE, "2025-08-20"))
    kept = attach(world.session, standing, scan, by(ALICE, "2025-08-20"))
    assert attach(world.session, standing, scan, by(HOME, "2025-08-21")) is kept
    for content, words in ((b"", "rỗng"), (b"x" * (LARGEST_FILE + 1), "nhiều nhất là 25 MB")):
        with pytest.raises(DomainError, match=words):
            attach(world.session, standing, replace(scan, content=content), by(ALICE, "2025-08-21"))
    with pytest.raises(NotAllowedError):
        attach(world.session, standing, scan, by(BOB, "2025-08-21"))

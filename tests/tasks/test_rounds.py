from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.days import end_of
from tasks.asof import as_of
from tasks.errors import DomainError, ManyRefusalsError, NotAllowedError, NotFoundError
from tasks.models import Agency, Notice, Round, RoundState, Standing, Submission
from tasks.rounds.ad_hoc import AdHoc, open_ad_hoc
from tasks.rounds.agencies import Ruling, exempt_agencies, extend_agencies, reopen_agencies
from tasks.rounds.recurring import Recurring, plan_recurring
from tasks.rounds.reminding import remind_missing
from tasks.rounds.rounds import close_due_rounds, close_round, find_round, open_due_rounds, open_round
from tasks.rounds.standing import standing_of_round
from tests.tasks.cast import ADMIN, ALICE, HANOI, HOME, World, at, build, statements

OPENING = "2025-08-06"


def ruling(day: str, reason: str = "Sáp nhập đơn vị") -> Ruling:
    return Ruling(HOME, at(day), reason)


@pytest.fixture
def opened(world: World) -> Round:
    world.round("lan-1", OPENING, "2025-09-04")
    (round_,) = open_due_rounds(world.session, at(OPENING))
    return round_


def standing(world: World, round_: Round, agency: str) -> Standing:
    found = world.session.scalars(
        select(Standing).join(Agency).where(Standing.round_id == round_.id, Agency.code == agency)
    )
    return found.one()


def test_a_round_opens_on_its_day_and_freezes_who_is_expected(world: World) -> None:
    round_ = world.round("lan-1", OPENING, "2025-09-04")
    assert open_due_rounds(world.session, at("2025-08-05")) == []
    assert open_due_rounds(world.session, at(OPENING)) == [round_]
    assert open_due_rounds(world.session, at(OPENING, 9)) == []
    round_.expected = ["alice"]  # what comes later does not change the denominator
    world.session.flush()
    figures = standing_of_round(world.session, round_, as_of(world.session, at(OPENING, 10)))
    assert (figures.state, figures.expected, figures.missing) == (
        RoundState.OPEN,
        3,
        ("alice", "bob", "charlie"),
    )
    assert standing(world, round_, "alice").next_step_on == date(2025, 8, 19)


def test_a_round_of_a_silent_decision_stays_closed_to_everybody(session: Session) -> None:
    world = build(session, active=False)
    round_ = world.round("lan-1", OPENING, "2025-09-04")
    assert open_due_rounds(session, at("2025-09-30")) == []
    with pytest.raises(DomainError, match="chưa kích hoạt"):
        open_round(session, round_, HOME, at(OPENING))


def test_a_merged_agency_is_represented_by_its_heir_once(world: World) -> None:
    world.agencies["bob"].heir_id = world.agencies["alice"].id
    round_ = world.round("lan-1", OPENING, "2025-09-04")
    open_due_rounds(world.session, at(OPENING))
    found = world.session.scalars(select(Standing.agency_id).where(Standing.round_id == round_.id)).all()
    assert set(found) == {world.agencies["alice"].id, world.agencies["charlie"].id}


def test_a_round_that_expects_an_unknown_agency_is_not_opened(world: World) -> None:
    world.round("lan-1", OPENING, "2025-09-04", "alice ghost")
    with pytest.raises(DomainError, match="ghost"):
        open_due_rounds(world.session, at(OPENING))


def test_it_closes_by_itself_at_midnight_after_its_last_day(world: World, opened: Round) -> None:
    assert close_due_rounds(world.session, at("2025-09-04", 23, 59)) == []
    assert close_due_rounds(world.session, end_of(date(2025, 9, 4))) == [opened]
    assert close_due_rounds(world.session, at("2025-09-05", 9)) == []
    assert opened.state is RoundState.CLOSED


def test_a_round_missed_altogether_is_opened_and_closed_by_the_next_pass(world: World) -> None:
    world.round("lan-1", OPENING, "2025-09-04")
    (round_,) = open_due_rounds(world.session, at("2025-09-08"))
    close_due_rounds(world.session, at("2025-09-08"))
    assert round_.state is RoundState.CLOSED
    assert standing(world, round_, "bob").next_step_on == date(2025, 9, 5)  # overdue, still to be said


def test_opening_and_closing_by_hand_are_the_coordinators_and_once(world: World) -> None:
    round_ = world.round("lan-1", OPENING, "2025-09-04")
    with pytest.raises(NotAllowedError):
        open_round(world.session, round_, ALICE, at("2025-08-01"))
    with pytest.raises(DomainError, match="chưa mở"):
        close_round(world.session, round_, HOME, at("2025-08-01"))
    open_round(world.session, round_, HOME, at("2025-08-01"))
    with pytest.raises(DomainError, match="đã mở"):
        open_round(world.session, round_, HOME, at("2025-08-01", 9))
    close_round(world.session, round_, HOME, at("2025-08-02"))
    with pytest.raises(DomainError, match="đã đóng"):
        close_round(world.session, round_, HOME, at("2025-08-03"))


def test_an_extension_is_one_agencys_own_and_needs_a_reason(world: World, opened: Round) -> None:
    extend_agencies(world.session, opened, ["bob"], date(2025, 9, 12), ruling("2025-09-03"))
    extended, other = standing(world, opened, "bob"), standing(world, opened, "alice")
    assert (extended.due, extended.extended, extended.next_step_on) == (
        date(2025, 9, 12),
        True,
        date(2025, 9, 5),
    )
    assert (other.due, other.extended) == (date(2025, 9, 4), False)
    (event,) = extended.events
    assert (event.action, event.reason, event.from_due) == ("extend", "Sáp nhập đơn vị", date(2025, 9, 4))
    with pytest.raises(ManyRefusalsError) as refused:
        extend_agencies(world.session, opened, ["bob"], date(2025, 9, 12), ruling("2025-09-03", ""))
    assert len(refused.value.refusals) == 2  # no reason, and no later day


def test_an_exempt_agency_is_expected_but_neither_missing_nor_submitted(world: World, opened: Round) -> None:
    exempt_agencies(world.session, opened, ["charlie"], ruling("2025-08-20"))
    figures = standing_of_round(world.session, opened, as_of(world.session, at("2025-08-21")))
    assert (figures.expected, figures.exempt, figures.missing) == (3, 1, ("alice", "bob"))
    with pytest.raises(DomainError, match="Ủy ban nhân dân phường Cúc Vàng đã nộp hoặc đã được miễn"):
        exempt_agencies(world.session, opened, ["charlie"], ruling("2025-08-21"))
    with pytest.raises(DomainError, match="đã được miễn"):
        extend_agencies(world.session, opened, ["charlie"], date(2025, 9, 12), ruling("2025-08-21"))


def test_reopening_ends_an_exemption(world: World, opened: Round) -> None:
    exempt_agencies(world.session, opened, ["charlie"], ruling("2025-08-20"))
    reopen_agencies(world.session, opened, ["charlie"], ruling("2025-08-27"))
    again = standing(world, opened, "charlie")
    assert (again.state, again.next_step_on) == (Submission.MISSING, date(2025, 8, 29))
    with pytest.raises(DomainError, match="không cần mở lại"):
        reopen_agencies(world.session, opened, ["charlie"], ruling("2025-08-28"))


def test_an_agency_that_is_not_expected_is_named(world: World, opened: Round) -> None:
    with pytest.raises(NotFoundError, match="seal"):
        exempt_agencies(world.session, opened, ["alice", "seal"], ruling("2025-08-20"))


def test_an_ad_hoc_round_asks_agencies_groups_and_whoever_is_overdue(world: World) -> None:
    world.duty("1.1", "2025-08-14", "charlie")
    world.duty("1.2", "2025-12-31", "seal")
    asked = AdHoc("Báo cáo nhanh về đối thoại", date(2025, 8, 22), ("home",), ("so",), overdue=True)
    round_ = open_ad_hoc(world.session, world.decision, asked, HOME, at("2025-08-18"))
    assert (round_.code, round_.state, round_.ad_hoc) == ("dot-xuat-1", RoundState.OPEN, True)
    assert sorted(round_.expected) == ["alice", "bob", "charlie", "home"]
    again = open_ad_hoc(
        world.session, world.decision, AdHoc("Nữa", date(2025, 8, 29), ("bob",)), HOME, at("2025-08-18")
    )
    assert again.code == "dot-xuat-2"


@pytest.mark.parametrize(
    ("deadline", "due", "closes_at"),
    [
        (date(2025, 8, 22), date(2025, 8, 22), datetime(2025, 8, 23, tzinfo=HANOI)),
        (datetime(2025, 8, 22, 16, tzinfo=HANOI), date(2025, 8, 22), datetime(2025, 8, 22, 16, tzinfo=HANOI)),
        (datetime(2025, 8, 23, tzinfo=HANOI), date(2025, 8, 22), datetime(2025, 8, 23, tzinfo=HANOI)),
    ],
)
def test_an_ad_hoc_deadline_may_have_an_hour(
    world: World, deadline: date, due: date, closes_at: datetime
) -> None:
    asked = AdHoc("Báo cáo nhanh", deadline, ("alice",))
    round_ = open_ad_hoc(world.session, world.decision, asked, ADMIN, at("2025-08-18"))
    assert (round_.due, round_.closes_at) == (due, closes_at)


def test_a_senseless_ad_hoc_round_is_refused_with_everything_that_is_wrong(world: World) -> None:
    world.round("dot-xuat-1", OPENING, "2025-09-04")
    asked = AdHoc(" ", date(2025, 8, 1), overdue=True, code="dot-xuat-1")
    with pytest.raises(ManyRefusalsError) as refused:
        open_ad_hoc(world.session, world.decision, asked, HOME, at("2025-08-18"))
    assert len(refused.value.refusals) == 4
    with pytest.raises(NotFoundError, match="khong-co"):
        open_ad_hoc(
            world.session, world.decision, AdHoc("A", date(2025, 9, 1), ("khong-co",)), HOME, at("2025-08-18")
        )


def test_a_regime_makes_its_rounds_once(world: World) -> None:
    asked = Recurring(
        "định kỳ 02 tuần một lần (trước 16 giờ thứ Sáu)", date(2025, 9, 1), date(2025, 10, 3), ("alice",)
    )
    made = plan_recurring(world.session, world.decision, asked, HOME, at("2025-08-18"))
    assert [(r.code, r.opens) for r in made] == [
        ("dinh-ky-2025-09-05", date(2025, 8, 29)),  # 1 and 2 September are off
        ("dinh-ky-2025-09-19", date(2025, 9, 16)),
        ("dinh-ky-2025-10-03", date(2025, 9, 30)),
    ]
    assert plan_recurring(world.session, world.decision, asked, HOME, at("2025-08-18")) == []
    with pytest.raises(DomainError, match="Chưa hiểu"):
        plan_recurring(
            world.session,
            world.decision,
            Recurring("khi cần", asked.first, asked.last, ()),
            HOME,
            at(OPENING),
        )


def test_reminding_by_hand_tells_who_is_missing_once_a_day(world: World, opened: Round) -> None:
    exempt_agencies(world.session, opened, ["charlie"], ruling("2025-08-20"))
    assert remind_missing(world.session, opened, HOME, at("2025-08-26")) == 2
    assert remind_missing(world.session, opened, HOME, at("2025-08-26", 15)) == 0
    told = world.session.scalars(select(Notice)).all()
    assert {(n.kind, n.step) for n in told} == {("round_reminder", -5)}  # the ladder's own step of that day
    assert remind_missing(world.session, opened, HOME, at("2025-09-08")) == 2
    late = world.session.scalars(select(Notice).where(Notice.step > 0)).all()
    assert {(n.kind, n.step) for n in late} == {("overdue", 2)}


def test_a_round_that_is_not_there_is_said_with_those_that_are(world: World, opened: Round) -> None:
    with pytest.raises(NotFoundError, match="hiện có: lan-1"):
        find_round(world.session, world.decision, "lan-9")
    assert find_round(world.session, world.decision, "lan-1") is opened


def test_opening_sends_a_bounded_number_of_statements(world: World) -> None:
    world.round("lan-1", OPENING, "2025-09-04", "alice bob charlie home seal")
    with statements(world.session) as told:
        open_due_rounds(world.session, at(OPENING))
    assert len(told) < 12

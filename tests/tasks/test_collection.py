"""A round collected at its deadline: who is missing, what is frozen, whom the next morning reaches; also days late."""

from datetime import timedelta

import pytest

from tasks.models import Round, RoundState, Standing, Submission
from tasks.rounds.collection import collect_rounds, collection_of, collections_due
from tasks.rounds.rounds import open_due_rounds
from tasks.rounds.standing_changes import StandingChange, apply_standing_changes, load_standings
from tests.tasks.cast import HOME, at, build

CLOSES = at("2025-09-05", 0)


@pytest.fixture
def world(session):
    built = build(session)
    built.round("lan-1", "2025-08-08", "2025-09-04")
    open_due_rounds(session, at("2025-08-08"))
    return built


def hand_in(world, code, moment, nil=False):
    [standing] = load_standings(world.session, the_round(world), [code])
    values = {
        "state": Submission.SUBMITTED, "nil": nil, "received_on": moment.date(), "on_time": moment < CLOSES,
    }  # fmt: skip
    apply_standing_changes(world.session, [StandingChange(standing, "submit", values)], HOME.login, moment)


def the_round(world) -> Round:
    return world.session.query(Round).one()


def test_before_the_deadline_nothing_is_collected(world):
    assert collections_due(world.session, CLOSES - timedelta(seconds=1)) == 0
    assert collect_rounds(world.session, CLOSES - timedelta(seconds=1)) == []


def test_at_the_deadline_the_missing_are_named_and_the_next_morning_reaches_them(world):
    hand_in(world, "alice", at("2025-09-03"))
    hand_in(world, "bob", at("2025-09-04", 23, 59), nil=True)
    assert collections_due(world.session, CLOSES) == 1

    [collected] = collect_rounds(world.session, CLOSES)
    assert the_round(world).state is RoundState.CLOSED
    assert (collected.standing.submitted, collected.standing.on_time, collected.standing.nil) == (2, 2, 1)
    assert collected.missing == (("charlie", "Ủy ban nhân dân phường Cúc Vàng"),)
    frozen = collection_of(world.session, the_round(world))
    assert frozen.body["missing"] == [{"code": "charlie", "name": "Ủy ban nhân dân phường Cúc Vàng"}]


def test_collected_days_late_the_figures_are_still_those_of_the_deadline(world):
    hand_in(world, "alice", at("2025-09-03"))
    hand_in(world, "bob", at("2025-09-05", 9))
    [collected] = collect_rounds(world.session, at("2025-09-08"))
    assert [code for code, _ in collected.missing] == ["bob", "charlie"]
    assert collected.standing.submitted == 1


def test_a_second_collection_finds_nothing_to_do_and_rewrites_nothing(world):
    collect_rounds(world.session, CLOSES)
    before = collection_of(world.session, the_round(world)).made_at
    hand_in(world, "charlie", at("2025-09-06"))
    assert collect_rounds(world.session, at("2025-09-08")) == []
    assert collection_of(world.session, the_round(world)).made_at == before
    assert collections_due(world.session, at("2025-09-08")) == 0


def dunned_from(world, moment):
    """What the ladder's next step is when nobody has been told anything since."""
    world.session.query(Standing).update({"next_step_on": at("2025-09-05").date()})
    [collected] = collect_rounds(world.session, moment)
    return collected.dunning_on, collected.dunned


def test_at_the_deadline_the_same_morning_reaches_all_who_are_missing(world):
    assert dunned_from(world, CLOSES) == (at("2025-09-05").date(), 3)


def test_who_handed_in_is_not_dunned(world):
    hand_in(world, "alice", at("2025-09-03"))
    assert dunned_from(world, CLOSES) == (at("2025-09-05").date(), 2)


def test_collected_on_a_saturday_the_next_working_morning_reaches_them(world):
    assert dunned_from(world, at("2025-09-06")) == (at("2025-09-08").date(), 3)


def test_a_round_that_nobody_was_there_to_open_is_opened_and_collected(session):
    world = build(session)
    world.round("lan-1", "2025-08-08", "2025-09-04")
    assert collections_due(session, at("2025-09-08")) == 1
    [collected] = collect_rounds(session, at("2025-09-08"))
    assert collected.standing.expected == 3


def test_only_the_round_that_is_named_is_frozen(world):
    world.round("lan-0", "2025-08-01", "2025-08-29")
    open_due_rounds(world.session, at("2025-08-29"))
    [collected] = collect_rounds(world.session, CLOSES, "quyet-dinh", "lan-1")
    assert collected.standing.code == "lan-1"
    assert collections_due(world.session, CLOSES) == 1

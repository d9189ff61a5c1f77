"""The whole half-year of the shipped decision, played day by day on both databases, against tables worked out by hand."""

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, select, text

from tasks.database import open_engine, reading
from tasks.intake import stored_decision
from tasks.models import Agency, Life, Message, MessageState, Snapshot, Task
from tasks.queries.changes import moves
from tasks.queries.lists import TaskFilter, list_tasks
from tasks.queries.task import task_history
from tasks.status import Status
from tests.tasks.half_year import mails, tables
from tests.tasks.half_year.people import (
    CAST,
    DEPARTMENTS,
    EXTENDED,
    HEIR,
    HOME,
    KEY,
    MERGED,
    PAPER,
    RETURNED,
    SILENT,
    confirmer,
    speaker,
)
from tests.tasks.half_year.playing import CHECKPOINTS, Played, look, play, view_of

_DATABASES = [
    pytest.param("sqlite", marks=pytest.mark.xdist_group("half-year-sqlite")),
    pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.xdist_group("half-year-postgresql")]),
]


@pytest.fixture(scope="module", params=_DATABASES)
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The half-year, played once on each database."""
    folder = tmp_path_factory.mktemp("half-year")
    with _database(request, folder) as url:
        engine = open_engine(url)
        yield play(engine, folder)
        engine.dispose()


@contextmanager
def _database(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    if request.param == "sqlite":
        path = folder / "dondoc.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server, template = (request.getfixturevalue(f"postgres_{name}") for name in ("server", "template"))
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE half_year TEMPLATE {template}"))
        yield make_url(server).set(database="half_year").render_as_string(hide_password=False)
        connection.execute(text("DROP DATABASE half_year WITH (FORCE)"))
    engine.dispose()


def told(counts: dict[Status, int]) -> dict[str, int]:
    return {status.value: number for status, number in counts.items() if number}


@pytest.mark.parametrize("day", CHECKPOINTS, ids=str)
def test_the_status_counts_of_four_days(played: Played, day: date) -> None:
    counts = told(played.seen[day]["counts"])
    assert counts == tables.COUNTS[day]
    assert sum(counts.values()) == tables.TOTALS[day]


@pytest.mark.parametrize("agency", CAST)
def test_the_page_of_each_of_the_cast_on_four_days(played: Played, agency: str) -> None:
    pages = tuple(told(played.seen[day]["pages"][agency].counts) for day in CHECKPOINTS)
    assert pages == tables.PAGES[agency]


@pytest.mark.parametrize(("code", "day"), tables.ROUNDS, ids=str)
def test_the_standing_of_the_rounds(played: Played, code: str, day: date) -> None:
    found = next(standing for standing in played.seen[day]["rounds"] if standing.code == code)
    expected = tables.ROUNDS[code, day]
    figures = {name: getattr(found, name) for name in expected}
    assert figures | {name: len(figures[name]) for name in ("missing", "returned")} == expected
    assert found.expected == found.submitted + found.exempt + len(found.missing)


@pytest.mark.parametrize("agency", tables.STANDINGS)
def test_where_each_of_the_cast_stands_in_both_rounds_at_the_end(played: Played, agency: str) -> None:
    lines = played.seen[tables.JANUARY]["pages"][agency].rounds
    assert [line.code for line in lines] == ["lan-1", "lan-2"]
    shown = tuple(
        (line.state.value, line.nil, line.extended, line.received_on, line.on_time) for line in lines
    )
    assert shown == tables.STANDINGS[agency]


@pytest.mark.parametrize("day", [tables.OCTOBER, tables.JANUARY], ids=str)
def test_the_league_lines_of_the_cast(played: Played, day: date) -> None:
    expected = tables.LEAGUE_OCTOBER if day == tables.OCTOBER else tables.LEAGUE_JANUARY
    lines = {line.agency: line for line in played.seen[day]["league"]}
    shown = {
        code: (line.done_on_time, line.done_late, line.overdue, line.rate, line.median_days_late)
        for code, line in lines.items()
        if code in expected
    }
    assert shown == expected


def test_what_changed_between_the_end_of_october_and_the_second_report(played: Played) -> None:
    with reading(played.engine) as session:
        found = moves(session, view_of(session, tables.OCTOBER), view_of(session, tables.DECEMBER))
    pairs = {(str(move.before), move.after.value): move.count for move in found}
    assert pairs == tables.MOVES
    assert [move.count for move in found] == sorted(tables.MOVES.values(), reverse=True)


@pytest.mark.parametrize("day", CHECKPOINTS, ids=str)
def test_an_earlier_day_reads_at_the_end_as_it_did_then(played: Played, day: date) -> None:
    then = played.seen[day]
    with reading(played.engine) as session:
        now = look(session, day)
    for name, shown in then.items():
        assert now[name] == shown, name


def test_the_sweeps_of_chosen_days_say_what_the_ladder_says(played: Played) -> None:
    swept = {day: played.swept[date.fromisoformat(day)] for day in mails.SWEEPS}
    assert {day: (one.notices, one.mails) for day, one in swept.items()} == mails.SWEEPS
    assert not any(one.failed or one.superseded for one in played.swept.values())


def test_rounds_open_twenty_working_days_before_and_close_the_day_after(played: Played) -> None:
    moved = {
        str(day): (one.opened, one.closed) for day, one in played.swept.items() if one.opened or one.closed
    }
    assert moved == {
        "2025-08-05": (("lan-1",), ()),
        "2025-09-05": ((), ("lan-1",)),
        "2025-11-06": (("lan-2",), ()),
        "2025-12-05": ((), ("lan-2",)),
    }


@pytest.mark.parametrize("agency", mails.BY_KIND)
def test_how_often_single_agencies_were_written_to(played: Played, agency: str) -> None:
    kinds = Counter(
        kind for (code, _, kind), number in played.mails.items() for _ in range(number) if code == agency
    )
    assert kinds == mails.BY_KIND[agency]


def test_silent_communes_are_all_told_alike_in_one_mail_a_day(played: Played) -> None:
    told_of = {}
    for (code, day, kind), number in played.mails.items():
        told_of.setdefault(code, {})[day, kind] = number
    alike = [code for code, days in told_of.items() if days == told_of[SILENT]]
    assert len(alike) == 110
    assert (
        sum(number for (code, _), number in played.sent.items() if code == SILENT) == mails.SILENT_ROUTINE + 1
    )
    routine = Message.stream == "routine"
    with reading(played.engine) as session:
        days = session.execute(select(Message.agency_id, Message.speaks_for).where(routine)).tuples().all()
    assert len(days) == len(set(days))


def test_answers_and_the_amendment_are_told_at_once(played: Played) -> None:
    kinds = {kind for _, kind in mails.AT_ONCE}
    sent = Counter((str(day), kind) for _, day, kind in played.mails.elements() if kind in kinds)
    assert sent == mails.AT_ONCE


def test_every_mail_left_on_a_working_day(played: Played) -> None:
    assert {day for _, day in played.sent} <= {day for day, one in played.swept.items() if one.working_day}
    with reading(played.engine) as session:
        states = session.scalars(select(Message.state).distinct()).all()
    assert states == [MessageState.SENT]


def test_digests_are_made_when_something_changed_and_never_rewritten(played: Played) -> None:
    for kind, days in mails.DIGESTS.items():
        made = [str(day) for one, day, _, _ in played.issued.values() if one == kind]
        assert made == days.split(), kind
    with reading(played.engine) as session:
        stored = {
            row.id: (row.kind, row.as_of, row.made_at, row.body) for row in session.scalars(select(Snapshot))
        }
    assert stored == played.issued
    first = next(body for kind, _, _, body in played.issued.values() if kind == "digest_leaders")
    (round_,) = first["rounds"]
    figures = {
        "newly_late": first["newly_late"]["total"],
        "agencies": first["agencies"]["total"],
        "missing": round_["missing"],
    }
    assert figures == mails.FIRST_LEADERS


def test_the_close_out_is_proposed_from_the_last_reports_and_leaves_the_coordinators_own_to_the_confirmer(
    played: Played,
) -> None:
    assert played.proposals == tables.PROPOSALS
    with reading(played.engine) as session:
        view = view_of(session, date(2026, 1, 5))
        waiting = list_tasks(session, view, TaskFilter(agency=HOME, statuses=(Status.OVERDUE,)))
        done = list_tasks(session, view_of(session, tables.JANUARY), TaskFilter(agency=HOME, duty="4.1"))
    # on 05/01 the coordinator settles everybody's but its own, which the confirmer does the day after
    assert [row.duty for row in waiting.items] == ["3.2", "3.4.b1", "3.4.b3", "4.1", "4.4", "5.2"]
    assert [(row.status, row.counted_on) for row in done.items] == [(Status.DONE_ON_TIME, date(2025, 12, 3))]


def history(played: Played, duty: str, agency: str) -> list[tuple[str, str]]:
    """Return what was done with a task at the end of its life, and by whom."""
    with reading(played.engine) as session:
        view = view_of(session, tables.JANUARY)
        (row,) = list_tasks(session, view, TaskFilter(agency=agency, duty=duty)).items
        return [(event.action, event.by) for event in task_history(session, view, row.id).events]


def test_histories_keep_who_did_what(played: Played) -> None:
    returned, coordinator, office = speaker(RETURNED).login, confirmer(RETURNED).login, confirmer(HOME).login
    assert history(played, "1.2", RETURNED) == [
        ("declare", returned), ("return", coordinator), ("declare", returned), ("confirm", coordinator),
    ]  # fmt: skip
    assert history(played, "5.1", HOME) == [("declare", speaker(HOME).login), ("confirm", office)]
    assert history(played, "3.4.a", HOME) == [
        ("redate", coordinator), ("declare", speaker(HOME).login), ("confirm", office),
    ]  # fmt: skip
    assert history(played, "5.4", HEIR) == [
        ("add", coordinator), ("transfer", coordinator), ("declare", speaker(HEIR).login), ("confirm", coordinator),
    ]  # fmt: skip
    assert history(played, "3.4.b", PAPER) == [("declare", coordinator), ("return", coordinator)]
    assert history(played, "4.3", SILENT) == [("amend", coordinator)]
    assert history(played, "4.1", HOME) == [("declare", office), ("confirm", office)]


def test_the_extension_stays_visible_beside_the_first_day(played: Played) -> None:
    with reading(played.engine) as session:
        view = view_of(session, tables.JANUARY)
        (row,) = list_tasks(session, view, TaskFilter(agency=EXTENDED, duty="1.3")).items
        (asked,) = task_history(session, view, row.id).extensions
    assert (row.original_due, row.due, row.counted_on) == (
        date(2025, 9, 30),
        date(2025, 10, 20),
        date(2025, 10, 16),
    )
    assert (asked.granted, asked.asked_by, asked.answered_by) == (
        True, speaker(EXTENDED).login, confirmer(EXTENDED).login,
    )  # fmt: skip


def test_the_merged_agency_keeps_what_it_finished_and_has_nothing_left_to_do(played: Played) -> None:
    with reading(played.engine) as session:
        agency = session.scalars(select(Agency).where(Agency.code == MERGED)).one()
        lives = Counter(session.scalars(select(Task.life).where(Task.agency_id == agency.id)))
        assert agency.merged_on == date(2025, 11, 17)
        assert lives == {Life.COMPLETED: 1, Life.CANCELLED: 7}
        decision = stored_decision(session, KEY)
        assert (decision.coordinator.code, decision.confirmer.code) == (HOME, "van-phong-ubnd")
    after = [day for code, day in played.sent if code == MERGED and day > date(2025, 11, 17)]
    assert after == []


def test_the_departments_are_never_told_that_they_are_late(played: Played) -> None:
    late = [(code, str(day)) for code, day, kind in played.mails if kind == "overdue" and code in DEPARTMENTS]
    assert late == [(HOME, "2025-11-03")]  # 5.1, the coordinator's own

"""What a list said on a day it says for ever: the past is read back exactly, whatever is recorded later."""

from datetime import date, timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tasks.asof import as_of
from tasks.database import writing
from tasks.errors import DomainError
from tasks.occasions import set_occasion
from tasks.queries.counts import status_counts
from tasks.queries.lists import Listing, TaskFilter, list_tasks
from tasks.status import Status
from tasks.tracking import tracker
from tasks.tracking.changes import Grounds
from tasks.tracking.extensions import ask_extension, grant_extension
from tests.tasks.cast import ADMIN, HOME, World, at, build

_keys = count()
FIRST = date(2025, 8, 1)
WHY = Grounds("Theo đề nghị")
ACTIONS = (
    "start",
    "declare",
    "declare_not_applicable",
    "confirm",
    "return_",
    "cancel",
    "reopen",
    "extend",
    "occasion",
)
STEPS = st.tuples(st.integers(0, 6), st.sampled_from(ACTIONS), st.integers(0, 3))


def play(world: World, action: str, task: int, day: date) -> None:
    session, now = world.session, at(day, 10)
    if action == "extend":
        ask_extension(session, task, day + timedelta(9), "Cần thêm thời gian", ADMIN, now)
        grant_extension(session, task, HOME, now)
    elif action == "occasion":
        set_occasion(session, world.decision, "hdnd", day + timedelta(20), HOME, now)
    else:
        who = ADMIN if action in {"start", "declare", "declare_not_applicable"} else HOME
        getattr(tracker, action)(session, [task], who, now, WHY)


def said(session: Session, key: str, day: date) -> tuple[Listing, dict[Status, int]]:
    view = as_of(session, at(day, 23))
    wanted = TaskFilter(decision=key)
    return list_tasks(session, view, wanted), status_counts(session, view, wanted)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, max_size=12))
def test_a_list_once_issued_is_read_back_unchanged(engine: Engine, steps: list[tuple[int, str, int]]) -> None:
    key = f"quyet-dinh-{next(_keys)}"
    with writing(engine) as session:
        world = build(session, key=key)
        ids = [*world.duty("1.1", "2025-08-14"), *world.duty("3.1", None, "alice", occasion="hdnd")]
        day, issued = FIRST, {}
        for wait, action, which in steps:
            day += timedelta(wait)
            try:
                play(world, action, ids[which], day)
            except DomainError:
                continue  # the table refused it; nothing happened
            issued[day] = said(session, key, day)
        for then, listing in issued.items():
            assert said(session, key, then) == listing
            rows, counts = listing
            assert sum(counts.values()) == rows.total == len(ids)
            for status in Status:
                assert counts[status] == sum(row.status is status for row in rows.items)

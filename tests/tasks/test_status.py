from collections.abc import Iterator
from datetime import date, timedelta
from functools import reduce
from operator import add

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Boolean, Column, Date, Engine, Integer, MetaData, String, Table, case, select

from catalog.calendar import WorkingCalendar
from catalog.policy import Rung
from tasks.models import Life
from tasks.status import (
    Facts,
    Status,
    any_status,
    days_late,
    soon_until,
    status_case,
    status_of,
    status_predicate,
)

TODAY = date(2025, 9, 5)
SOON = date(2025, 9, 19)
DAYS = st.dates(date(2025, 8, 25), date(2025, 9, 30))
FACTS = st.builds(
    Facts,
    life=st.sampled_from(Life),
    due=st.none() | DAYS | st.sampled_from([TODAY, SOON, TODAY - timedelta(1), SOON + timedelta(1)]),
    waits=st.booleans(),
    counted_on=st.none() | DAYS,
)

ROWS = Table(
    "generated",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("life", String),
    Column("due", Date),
    Column("waits", Boolean),
    Column("counted_on", Date),
    Column("soon", Date),
)


@pytest.fixture
def generated(engine: Engine) -> Iterator[Engine]:
    ROWS.metadata.create_all(engine)
    yield engine
    ROWS.metadata.drop_all(engine)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(FACTS, min_size=1, max_size=60), DAYS, st.integers(0, 30))
def test_the_sql_says_what_the_function_says(
    generated: Engine, rows: list[Facts], today: date, window: int
) -> None:
    soon = today + timedelta(days=window)
    expected = [status_of(facts, today, soon).value for facts in rows]
    with generated.connect() as connection:
        connection.execute(ROWS.delete())
        connection.execute(
            ROWS.insert(),
            [
                {
                    "id": n,
                    "life": f.life.value,
                    "due": f.due,
                    "waits": f.waits,
                    "counted_on": f.counted_on,
                    "soon": soon,
                }
                for n, f in enumerate(rows)
            ],
        )
        told = connection.scalars(select(status_case(ROWS.c, today, soon)).order_by(ROWS.c.id)).all()
        by_row = connection.scalars(select(status_case(ROWS.c, today, ROWS.c.soon)).order_by(ROWS.c.id)).all()
        assert told == by_row == expected
        for status in Status:
            matches = connection.scalars(
                select(ROWS.c.id).where(status_predicate(status, ROWS.c, today, soon)).order_by(ROWS.c.id)
            ).all()
            assert list(matches) == [n for n, value in enumerate(expected) if value == status]
        ones = (case((status_predicate(status, ROWS.c, today, soon), 1), else_=0) for status in Status)
        held = reduce(add, ones)
        assert set(connection.scalars(select(held)).all()) == {1}  # disjoint, and none left out
        both = any_status((Status.OVERDUE, Status.DONE_LATE), ROWS.c, today, soon)
        late = connection.scalars(select(ROWS.c.id).where(both).order_by(ROWS.c.id)).all()
        assert list(late) == [n for n, value in enumerate(expected) if value in {"overdue", "done_late"}]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(Life.CANCELLED, date(2025, 8, 1), False, None), Status.CANCELLED),
        (Facts(Life.NOT_APPLICABLE, date(2025, 8, 1), False, date(2025, 9, 1)), Status.NOT_APPLICABLE),
        (Facts(Life.COMPLETED, TODAY, False, TODAY), Status.DONE_ON_TIME),  # the same day is on time
        (Facts(Life.COMPLETED, TODAY, False, TODAY + timedelta(1)), Status.DONE_LATE),
        (Facts(Life.COMPLETED, None, False, TODAY), Status.DONE_ON_TIME),
        (Facts(Life.DECLARED, date(2025, 8, 1), False, TODAY), Status.AWAITING_CONFIRMATION),
        (Facts(Life.DECLARED, None, True, TODAY), Status.AWAITING_CONFIRMATION),
        (Facts(Life.IN_PROGRESS, None, True, None), Status.NO_DATE),
        (Facts(Life.IN_PROGRESS, TODAY, False, None), Status.DUE_SOON),  # its last day is not past yet
        (Facts(Life.NOT_STARTED, TODAY - timedelta(1), False, None), Status.OVERDUE),
        (Facts(Life.NOT_STARTED, SOON, False, None), Status.DUE_SOON),
        (Facts(Life.NOT_STARTED, SOON + timedelta(1), False, None), Status.OPEN),
        (Facts(Life.NOT_STARTED, None, False, None), Status.OPEN),  # ongoing
    ],
)
def test_the_first_status_that_fits(facts: Facts, expected: Status) -> None:
    assert status_of(facts, TODAY, SOON) is expected


def test_days_late_stop_at_the_counted_day() -> None:
    due = date(2025, 8, 14)
    assert days_late(Facts(Life.IN_PROGRESS, due, False, None), TODAY) == 22
    assert days_late(Facts(Life.DECLARED, due, False, date(2025, 8, 16)), TODAY) == 2
    assert days_late(Facts(Life.COMPLETED, due, False, due), TODAY) == 0
    assert days_late(Facts(Life.CANCELLED, due, False, None), TODAY) == 0


@given(st.dates(date(2025, 1, 1), date(2026, 12, 1)), st.integers(0, 25), st.integers(0, 60))
def test_soon_until_is_the_last_due_day_whose_reminder_has_come(today: date, window: int, ahead: int) -> None:
    calendar = WorkingCalendar()
    rung = Rung(step=-window, kind="reminder" if window else "last_day", tell=("agency",))
    due = today + timedelta(days=ahead)
    assert (rung.day(due, calendar) <= today) == (due <= soon_until(today, window, calendar))


def test_every_status_has_words_and_a_colour_of_its_meaning() -> None:
    assert len({status.label for status in Status}) == len(Status)
    assert {status: status.colour for status in Status if status.colour != "grey"} == {
        Status.DONE_ON_TIME: "green",
        Status.OPEN: "blue",
        Status.DUE_SOON: "amber",
        Status.OVERDUE: "red",
        Status.DONE_LATE: "orange",
        Status.AWAITING_CONFIRMATION: "violet",
    }

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from tasks.database import writing
from tasks.models import Agency, Contact, ContactRole, Ladder, Report


def agency(code: str) -> Agency:
    return Agency(directory="d", code=code, name=code, kind="department", sort_key=code, search_key=code)


def test_an_exception_undoes_the_whole_transaction(engine: Engine) -> None:
    def fail_half_way() -> None:
        with writing(engine) as session:
            session.add(agency("alice"))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    with Session(engine) as session:
        assert session.scalars(select(Agency)).all() == []


def test_a_row_that_points_at_nothing_is_refused(engine: Engine) -> None:
    with pytest.raises(IntegrityError), writing(engine) as session:
        session.add(Contact(agency_id=99, role=ContactRole.OFFICER, email="a@alice.example"))


def test_a_naive_instant_is_refused(engine: Engine) -> None:
    with pytest.raises(StatementError, match="time zone"), writing(engine) as session:
        session.add(Report(standing_id=1, saved_at=datetime(2025, 9, 5), saved_by="alice"))  # noqa: DTZ001  # the fault


def test_an_instant_comes_back_aware_and_equal(engine: Engine) -> None:
    with writing(engine) as session:
        bounced = datetime(2025, 9, 4, 17, tzinfo=UTC)
        row = agency("alice")
        row.contacts.append(Contact(role=ContactRole.HEAD, email="a@alice.example", bounced_at=bounced))
        session.add(row)
    with Session(engine) as session:
        assert session.scalars(select(Contact.bounced_at)).one() == bounced


def test_two_writers_at_once_both_finish(engine: Engine) -> None:
    def read_then_write(number: int) -> None:
        with writing(engine) as session:
            session.scalars(select(Ladder)).all()
            session.add(Ladder(digest=str(number), body={}))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(read_then_write, range(40)))
    with Session(engine) as session:
        assert len(session.scalars(select(Ladder)).all()) == 40

"""Drafts of decisions: kept, corrected, loaded in one transaction or not at all."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.agencies import read_directory
from catalog.errors import FaultyDataError
from catalog.figures.indicators import read_indicators
from tasks.directories import load_directory
from tasks.errors import ConflictError, DomainError
from tasks.import_drafts import (
    By,
    Document,
    change,
    draft_of,
    faults_of,
    find,
    keep,
    load,
    mark_of,
    place_of,
    replace_whole,
)
from tasks.indicator_sets import indicators_of
from tasks.models import Decision, Task
from tests.tasks.cast import at
from tests.tasks.small import DECISION, DIRECTORY
from tests.tasks.test_indicator_sets import SET

HUONG, ADMIN = By("huong", at("2025-07-26")), By("admin", at("2025-07-26", 9))


@pytest.fixture
def session(engine, tmp_path):
    (tmp_path / "nho.yaml").write_text(DIRECTORY, "utf-8")
    directory, _ = read_directory(tmp_path / "nho.yaml")
    with Session(engine) as opened:
        load_directory(opened, directory)
        yield opened


@pytest.fixture
def number(session: Session) -> int:
    return keep(session, Document("a.yaml", "yaml", b"a", DECISION, [["dòng 1", ["a"]]]), HUONG).id


def with_lead(at_: int, lead: str):
    def work(draft):
        duties = list(draft.duties)
        duties[at_] = duties[at_].model_copy(update={"lead": lead})
        return draft.model_copy(update={"duties": tuple(duties)})

    return work


def test_a_draft_is_loaded_whole_with_its_indicators(session: Session, number: int, tmp_path):
    (tmp_path / "so-lieu.yaml").write_text(SET, "utf-8")
    indicators, _ = read_indicators(tmp_path / "so-lieu.yaml")
    assert faults_of(session, draft_of(find(session, number))) == ()
    loaded = load(session, number, ADMIN, 1, indicators)
    assert (loaded.added, loaded.tasks) == (4, 8)
    decision = session.scalars(select(Decision).where(Decision.key == "nho-2025")).one()
    assert decision.active_since is None
    assert indicators_of(decision).figures() == {"doi-thoai": "Cuộc đối thoại"}
    row = find(session, number)
    assert (row.loaded_as, row.loaded_by, draft_of(row).reviewed) == ("nho-2025", "admin", True)
    with pytest.raises(DomainError, match="đã nạp thành quyết định"):
        change(session, number, HUONG, with_lead(0, "Sở Y tế"))
    assert "đã được nạp" in str(faults_of(session, draft_of(row))[0])


def test_nothing_is_loaded_of_a_draft_at_fault_or_changed_meanwhile(session: Session, number: int):
    with pytest.raises(ConflictError, match="vừa được huong sửa"):
        load(session, number, ADMIN, 7, None)
    row = change(session, number, HUONG, with_lead(1, "Sở Không Có"))
    with pytest.raises(FaultyDataError, match="dòng 2"):
        load(session, number, ADMIN, row.version, None)
    assert session.scalar(select(func.count(Task.id))) == 0


def test_a_change_counts_a_version_and_says_whose_it_was(session: Session, number: int):
    change(session, number, HUONG, lambda draft: draft)
    assert find(session, number).version == 1
    row = change(session, number, ADMIN, with_lead(0, "Sở Y tế"))
    assert (row.version, row.changed_by) == (2, "admin")


def test_a_duty_is_found_by_what_it_was_wherever_it_stands_now(session: Session, number: int):
    draft = draft_of(find(session, number))
    mark = mark_of(draft.duties[2])
    shorter = draft.model_copy(update={"duties": draft.duties[1:]})
    assert place_of(shorter, 2, mark) == 1
    with pytest.raises(ConflictError):
        place_of(with_lead(2, "Sở Y tế")(draft), 2, mark)


def test_an_old_copy_does_not_replace_what_was_corrected_since(session: Session, number: int):
    change(session, number, ADMIN, with_lead(0, "Sở Y tế"))
    with pytest.raises(ConflictError, match="admin"):
        replace_whole(session, number, HUONG, DECISION, 1)
    assert (
        draft_of(replace_whole(session, number, HUONG, DECISION, 2)).duties[0].lead
        == "Sở Xây dựng; Sở Tài chính"
    )

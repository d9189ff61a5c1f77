"""Indicators come with the decision as data: beside its file or named, checked against it, kept in the database."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.errors import FaultyDataError
from tasks.errors import DomainError
from tasks.indicator_sets import indicators_of
from tasks.intake import take_in
from tasks.models import Decision, Report, ReportFigure, Round, Standing, Submission
from tests.tasks.cast import ISSUED, at
from tests.tasks.small import load_small

SET = """\
key: so-lieu-nho
decision: nho-2025
title: Số liệu của thành phố Nhỏ
cut_offs: [{round: lan-1, on: 2025-08-31}]
levels: [{code: so, name: Các sở, groups: [so]}]
indicators:
  - {code: doi-thoai, duty: "2.1", name: Cuộc đối thoại, unit: cuộc, scope: Do sở tổ chức., measure: flow}
"""


def load(session: Session, folder: Path, indicators: Path | None = None) -> Decision:
    key, _ = take_in(session, str(folder / "quyet-dinh.yaml"), None, "admin", at(ISSUED), indicators)
    return session.scalars(select(Decision).where(Decision.key == key)).one()


@pytest.fixture
def session(engine):
    with Session(engine) as opened:
        yield opened


def test_a_decision_without_a_file_of_indicators_has_none(session: Session, tmp_path: Path):
    assert indicators_of(load_small(session, tmp_path)) is None


def test_the_file_beside_the_decision_is_loaded_with_it_and_read_from_the_database(
    session: Session, tmp_path: Path
):
    beside = tmp_path / "quyet-dinh.chi-tieu.yaml"
    beside.write_text(SET, "utf-8")
    decision = load_small(session, tmp_path)
    beside.unlink()
    session.expire_all()
    found = indicators_of(decision)
    assert found is not None
    assert found.figures() == {"doi-thoai": "Cuộc đối thoại"}


def test_a_named_file_is_taken_also_for_a_decision_that_is_loaded_already(session: Session, tmp_path: Path):
    load_small(session, tmp_path)
    named = tmp_path / "khac.yaml"
    named.write_text(SET, "utf-8")
    assert indicators_of(load(session, tmp_path, named)) is not None
    assert indicators_of(load(session, tmp_path)) is not None  # loading again without a file forgets nothing


def test_indicators_that_do_not_fit_are_refused_with_every_fault(session: Session, tmp_path: Path):
    load_small(session, tmp_path)
    wrong = tmp_path / "sai.yaml"
    wrong.write_text(SET.replace("nho-2025", "khac").replace("lan-1", "lan-9").replace('"2.1"', '"9.9"').replace("[so]", "[xa]"), "utf-8")  # fmt: skip
    with pytest.raises(FaultyDataError) as refused:
        load(session, tmp_path, wrong)
    told = [fault.message for fault in refused.value.faults]
    assert len(told) == 4
    assert "của quyết định khac" in told[0]


def test_a_set_that_agencies_have_reported_by_is_not_replaced(session: Session, tmp_path: Path):
    beside = tmp_path / "quyet-dinh.chi-tieu.yaml"
    beside.write_text(SET, "utf-8")
    decision = load_small(session, tmp_path)
    round_id = session.scalars(select(Round.id).order_by(Round.id)).first()
    standing = Standing(round_id=round_id, agency_id=decision.coordinator_id, due=ISSUED, state=Submission.DRAFT,
                        since=at(ISSUED))  # fmt: skip
    session.add(standing)
    session.flush()
    report = Report(standing_id=standing.id, saved_at=at(ISSUED), saved_by="an")
    session.add(report)
    session.flush()
    session.add(ReportFigure(report_id=report.id, indicator="doi-thoai", value=None))
    session.flush()
    beside.write_text(SET.replace("Cuộc đối thoại", "Buổi đối thoại"), "utf-8")
    with pytest.raises(DomainError, match="Đã có cơ quan báo cáo số liệu"):
        load(session, tmp_path)

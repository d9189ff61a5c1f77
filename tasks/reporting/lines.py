"""Which tasks a report speaks of, and what it said of them the last time."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from tasks.errors import DomainError, refuse_all
from tasks.models import Agency, Duty, Life, Report, Round, Standing, Task
from tasks.reporting.content import Content, Declares, Figure, Line
from tasks.rounds.standing_changes import standing_name


def reported_tasks(session: Session, standing: Standing) -> list[Task]:
    """Return the tasks that the agency's report speaks of: all it leads in the decision, save the cancelled."""
    rows = (
        _reported(select(Task), standing)
        .join(Duty, Duty.id == Task.duty_id)
        .options(joinedload(Task.duty), joinedload(Task.agency).load_only(Agency.name, Agency.code))
        .order_by(Duty.position)
    )
    return list(session.scalars(rows))


def reported_numbers(session: Session, standing: Standing) -> list[int]:
    """Return the numbers of those tasks alone, in the same order."""
    rows = _reported(select(Task.id), standing).join(Duty, Duty.id == Task.duty_id)
    return list(session.scalars(rows.order_by(Duty.position)))


def _reported_ids(session: Session, standing: Standing) -> set[int]:
    return set(session.scalars(_reported(select(Task.id), standing)))


def _reported(rows: Select[Any], standing: Standing) -> Select[Any]:
    return rows.where(
        Task.decision_id + 0 == standing.round.decision_id,  # by the index of the agency, also on SQLite
        Task.agency_id == standing.agency_id,
        Task.life != Life.CANCELLED,
    )


def check_lines(session: Session, standing: Standing, content: Content) -> None:
    """Raise for every line that speaks of another agency's task, speaks twice, or names no task."""
    known = _reported_ids(session, standing)
    seen: set[int] = set()
    refusals: list[DomainError] = []
    subject = standing_name(standing)
    for line in content.lines:
        if line.task not in known:
            refusals.append(
                DomainError(f"{subject}: nhiệm vụ số {line.task} không do cơ quan này chủ trì hoặc đã hủy.")
            )
        elif line.task in seen:
            refusals.append(DomainError(f"{subject}: nhiệm vụ số {line.task} được ghi hai lần."))
        seen.add(line.task)
    refuse_all(refusals)


def content_of(report: Report) -> Content:
    """Return a stored report as the record its author had."""
    return Content(
        lines=tuple(
            Line(
                line.task_id,
                Declares(line.declares),
                line.result,
                line.document_number,
                line.document_date,
                line.difficulties,
                line.proposals,
                line.addressee,
            )
            for line in report.lines
        ),
        narrative=dict(report.narrative),
        figures=tuple(Figure(f.indicator, f.part, f.value, f.bound) for f in report.figures),
    )


def previous_content(session: Session, standing: Standing) -> Content | None:
    """Return what the agency reported in the round before, as a start for this one; None when it reported nothing.

    Declarations, documents and figures are left out: they belong to their own round.
    """
    rows = (
        select(Report)
        .join(Standing, Standing.id == Report.standing_id)
        .join(Round, Round.id == Standing.round_id)
        .where(
            Round.decision_id == standing.round.decision_id,
            Standing.agency_id == standing.agency_id,
            Round.closes_at < standing.round.closes_at,
            Report.submitted_at.is_not(None),
            Standing.nil.is_(False),
        )
        .options(selectinload(Report.lines))
        .order_by(Round.closes_at.desc(), Round.id.desc())
        .limit(1)
    )
    before = session.scalar(rows)
    if before is None:
        return None
    known = _reported_ids(session, standing)
    return Content(lines=_texts(content_of(before).lines, known), narrative=dict(before.narrative))


def _texts(lines: Sequence[Line], known: set[int]) -> tuple[Line, ...]:
    return tuple(
        Line(
            line.task,
            result=line.result,
            difficulties=line.difficulties,
            proposals=line.proposals,
            addressee=line.addressee,
        )
        for line in lines
        if line.task in known
    )

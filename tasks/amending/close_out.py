"""The bulk close-out of what ends with the term, after the last report: proposed from the reports, confirmed together.

A task that a report tells of is declared by that report and confirmed by whoever closes out; where the agency had
nothing to report, as not applicable. What no report tells of stays open, and is overdue.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from tasks.actors import Actor, Capacity, capacities, confirmer_of
from tasks.amending.close_out_reports import LastReport, last_reports
from tasks.calendars import calendar_of
from tasks.errors import DomainError, refuse_all
from tasks.models import OPEN_LIVES, Agency, Decision, Duty, Task
from tasks.policies import stored_policies
from tasks.reporting.content import Declares
from tasks.tracking.changes import Grounds, apply_changes, load_tasks
from tasks.tracking.tracker import Judge
from tasks.tracking.transitions import Action

_BY_REPORT = "báo cáo của cơ quan"  # who is recorded as declaring


class Proposal(StrEnum):
    """What is proposed for one task."""

    COMPLETE = "complete"
    NOT_APPLICABLE = "not_applicable"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Line:
    """One task of the close-out, what the last report says of it, and what is proposed. `why` says so in Vietnamese."""

    task: int
    duty: str
    agency: str
    agency_name: str
    proposal: Proposal
    why: str
    report: LastReport | None

    @property
    def counted_on(self) -> date | None:
        """The day that decides punctuality: of the document the report names, else the day the report was received."""
        if self.proposal is Proposal.LEAVE or self.report is None:
            return None
        return self.report.document_date or self.report.received_on


@dataclass(frozen=True, slots=True)
class CloseOut:
    """The tasks of one decision that end on `due` and are still open."""

    decision: str
    due: date | None
    lines: tuple[Line, ...]

    def chosen(self, excepted: Sequence[int] = ()) -> tuple[Line, ...]:
        """Return the lines that closing out settles. Raises DomainError for an exception that is not on the list."""
        known = {line.task for line in self.lines}
        refuse_all(
            [
                DomainError(f"Nhiệm vụ số {number} không có trong danh sách kết thúc; hãy xem bằng --check.")
                for number in dict.fromkeys(excepted)
                if number not in known
            ]
        )
        return tuple(
            line
            for line in self.lines
            if line.proposal is not Proposal.LEAVE and line.task not in set(excepted)
        )


@dataclass(frozen=True, slots=True)
class Closed:
    """What was settled, and what was left to its confirmer because the actor may not confirm it."""

    settled: tuple[Line, ...]
    left: tuple[tuple[Line, str], ...]  # with the name of who confirms


def prepare_close_out(session: Session, decision: Decision, due: date | None, today: date) -> CloseOut:
    """Return the list for `due`, or for the latest such day that has passed, in six statements at most.

    Raises DomainError for a day that has not passed.
    """
    if due is not None and due >= today:
        message = f"Hạn {due:%d/%m/%Y} chưa qua (hôm nay {today:%d/%m/%Y}) nên chưa kết thúc được."
        raise DomainError(message)
    ending = and_(
        Task.decision_id == decision.id,
        Task.life.in_(OPEN_LIVES),
        Duty.close_out.is_(other=True),
        Task.due < today,
    )
    if due is None:
        due = session.scalar(select(func.max(Task.due)).join(Duty, Duty.id == Task.duty_id).where(ending))
    if due is None:
        return CloseOut(decision.key, None, ())
    reports = last_reports(session, decision.id)
    rows = (
        select(Task.id, Task.agency_id, Duty.code.label("duty"), Agency.code, Agency.name)
        .join_from(Task, Duty, Duty.id == Task.duty_id)
        .join(Agency, Agency.id == Task.agency_id)
        .where(ending, Task.due == due)
        .order_by(Duty.position, Agency.sort_key)
    )
    lines = []
    for row in session.execute(rows):
        report = reports.about(row.id, row.agency_id)
        lines.append(Line(row.id, row.duty, row.code, row.name, *propose(report), report))
    return CloseOut(decision.key, due, tuple(lines))


def propose(report: LastReport | None) -> tuple[Proposal, str]:
    """Return what follows for an open task from the last thing a report says of it, and why, in Vietnamese."""
    if report is None:
        return Proposal.LEAVE, "Chưa có báo cáo nào nói đến nhiệm vụ này."
    name = f"Báo cáo {report.round}"
    if report.struck_out or report.declares in {Declares.DONE, Declares.NOT_APPLICABLE}:
        # submitting declared it; that the task is open again means that it was returned
        return Proposal.LEAVE, f"{name}: kết quả đã báo bị trả lại."
    if not report.last:
        return Proposal.LEAVE, f"{name}: chưa phải báo cáo lần cuối của cơ quan."
    if report.nil:
        return Proposal.NOT_APPLICABLE, f"{name}: không phát sinh."
    if report.result or report.document_number:
        return Proposal.COMPLETE, f"{name}: đã có kết quả."
    return Proposal.LEAVE, f"{name}: không nêu kết quả."


def close_out(
    session: Session, prepared: CloseOut, excepted: Sequence[int], actor: Actor, now: datetime
) -> Closed:
    """Settle the proposals save `excepted`: each task gets the report's declaration and its confirmation as events.

    All or none. Raises DomainError with every refusal, ConflictError where a task changed meanwhile.
    """
    chosen = prepared.chosen(excepted)
    tasks = {task.id: task for task in load_tasks(session, [line.task for line in chosen])}
    settled = [line for line in chosen if Capacity.CONFIRMER in capacities(actor, tasks[line.task])]
    left = [line for line in chosen if line not in settled]
    judge = Judge(actor, now, stored_policies(session), calendar_of(session))
    declarations, refusals = judge.each(
        [_declaration(tasks[line.task], line) for line in settled], declared_by=_BY_REPORT
    )
    refuse_all(refusals)
    apply_changes(session, declarations, actor.login, now)
    confirmations, refusals = judge.each(
        [(tasks[line.task], Action.CONFIRM, Grounds(f"Kết thúc danh mục. {line.why}")) for line in settled]
    )
    refuse_all(refusals)
    apply_changes(session, confirmations, actor.login, now)
    return Closed(tuple(settled), tuple((line, confirmer_of(tasks[line.task]).name) for line in left))


def _declaration(task: Task, line: Line) -> tuple[Task, Action, Grounds]:
    done = line.proposal is Proposal.COMPLETE
    report = line.report
    assert report is not None  # nothing is proposed without one
    grounds = Grounds(
        reason=f"{line.why} {report.result}".strip(),
        document_number=report.document_number,
        document_date=report.document_date,
        on=report.received_on,
    )
    return task, Action.DECLARE if done else Action.DECLARE_NOT_APPLICABLE, grounds

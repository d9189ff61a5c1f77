"""The declarations inside a report: recorded of its tasks when it is submitted, confirmed when it is accepted."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from catalog.days import day_of
from tasks.actors import Actor
from tasks.calendars import calendar_of
from tasks.errors import refuse_all
from tasks.models import OPEN_LIVES, Life, Report, ReportLine, Task
from tasks.policies import stored_policies
from tasks.reporting.content import Declares, Paper
from tasks.tracking.changes import Grounds, apply_changes, load_tasks
from tasks.tracking.notices import owe_returned
from tasks.tracking.tracker import Judge
from tasks.tracking.transitions import Action

_ACTIONS = {
    Declares.STARTED: Action.START,
    Declares.DONE: Action.DECLARE,
    Declares.NOT_APPLICABLE: Action.DECLARE_NOT_APPLICABLE,
}


def declare_lines(
    session: Session, report: Report, actor: Actor, now: datetime, paper: Paper | None = None
) -> None:
    """Record what the lines declare of tasks that are still open; what was declared or finished before stays.

    A paper declares for the agency, on the day it arrived, whoever records it.
    """
    lines = [line for line in report.lines if line.declares]
    if not lines:
        return
    tasks = {task.id: task for task in load_tasks(session, [line.task_id for line in lines])}
    judge = Judge(actor, now, stored_policies(session), calendar_of(session))
    changes, refusals = judge.each(
        [
            (task, _ACTIONS[Declares(line.declares)], _grounds(line, paper))
            for line in lines
            if _still_to_say(task := tasks[line.task_id], Declares(line.declares))
        ],
        declared_by=f"văn bản {paper.number}" if paper else None,
    )
    refuse_all(refusals)
    apply_changes(session, changes, actor.login, now)


def answer_declarations(
    session: Session, report: Report, struck: Mapping[int, str], actor: Actor, now: datetime
) -> None:
    """Confirm what the report's lines declare and still awaits an answer, save the struck out, by task id.

    A struck line with a reason is returned to the agency; without one it goes on waiting. The coordinator's own tasks
    are left to their confirmer.
    """
    lines = {line.task_id: line for line in report.lines if line.declares in {"done", "not_applicable"}}
    if not lines:
        return
    tasks = [task for task in load_tasks(session, list(lines)) if _coordinator_answers(task)]
    for number in struck:
        if number in lines:
            lines[number].struck_out = True
    judge = Judge(actor, now, stored_policies(session), calendar_of(session))
    asked = [
        (task, Action.RETURN, Grounds(struck[task.id]))
        if task.id in struck
        else (task, Action.CONFIRM, Grounds())
        for task in tasks
        if struck.get(task.id, "-").strip()
    ]
    changes, refusals = judge.each(asked)
    refuse_all(refusals)
    apply_changes(session, changes, actor.login, now)
    owe_returned(session, [c.task for c in changes if c.action is Action.RETURN], day_of(now))


def _coordinator_answers(task: Task) -> bool:
    return task.life is Life.DECLARED and task.agency_id != task.decision.coordinator_id


def _still_to_say(task: Task, declares: Declares) -> bool:
    if declares is Declares.STARTED:
        return task.life is Life.NOT_STARTED
    return task.life in OPEN_LIVES


def _grounds(line: ReportLine, paper: Paper | None) -> Grounds:
    reason = line.result or ("Theo báo cáo" if line.declares == Declares.NOT_APPLICABLE else "")
    return Grounds(
        reason=reason,
        document_number=line.document_number,
        document_date=line.document_date,
        on=paper.received if paper else None,
    )

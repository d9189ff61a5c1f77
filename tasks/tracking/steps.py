"""The day on which the ladder next speaks about one task whose due day, or life, has changed."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from catalog.calendar import WorkingCalendar
from catalog.days import day_of
from catalog.policy import Policy
from tasks.calendars import calendar_of
from tasks.ladder import first_step_on
from tasks.models import Task
from tasks.policies import stored_policies


def step_of(session: Session, task: Task, due: date | None, now: datetime) -> date | None:
    """Return the next step of one task that is last on time on `due`, None while its decision is silent."""
    return step_for(task, due, day_of(now), stored_policies(session), calendar_of(session))


def step_for(
    task: Task, due: date | None, today: date, policies: Mapping[int, Policy], calendar: WorkingCalendar
) -> date | None:
    """Return the same from policies and a calendar already read."""
    if task.decision.active_since is None:
        return None
    rungs = policies[task.ladder_id].task_rungs(close_out=task.duty.close_out)
    return first_step_on(rungs, due, today, calendar)

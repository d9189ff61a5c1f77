"""What people do with tasks. Several at once are done all or none, with every refusal told.

The caller owns the transaction. `now` is aware; the day it falls on is the day in Asia/Ho_Chi_Minh. The counted day is
the date of the output document when one is named, else the day the agency declared (domain.md, "Life and status").
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from catalog.calendar import WorkingCalendar
from catalog.days import day_of
from catalog.policy import Policy
from tasks.actors import Actor, Capacity, Role, capacities, confirmer_of
from tasks.calendars import calendar_of
from tasks.errors import DomainError, NotAllowedError, refuse_all
from tasks.models import Task
from tasks.policies import stored_policies
from tasks.tracking.changes import NO_GROUNDS, Change, Grounds, apply_changes, load_tasks, name_of
from tasks.tracking.notices import owe_returned
from tasks.tracking.steps import step_for
from tasks.tracking.transitions import LIFE_LABELS, RULES, Action, next_life

_UNSAID: dict[str, Any] = {
    "declared_on": None,
    "declared_by": None,
    "declares_not_applicable": False,
    "counted_on": None,
}


def start(
    session: Session, ids: Sequence[int], actor: Actor, now: datetime, grounds: Grounds = NO_GROUNDS
) -> list[Task]:
    """Note that the agency has begun."""
    return _perform(session, ids, Action.START, actor, now, grounds)


def declare(
    session: Session, ids: Sequence[int], actor: Actor, now: datetime, grounds: Grounds = NO_GROUNDS
) -> list[Task]:
    """Say for the agency that the tasks are done; a document's date in `grounds` becomes the counted day."""
    return _perform(session, ids, Action.DECLARE, actor, now, grounds)


def declare_not_applicable(
    session: Session, ids: Sequence[int], actor: Actor, now: datetime, grounds: Grounds = NO_GROUNDS
) -> list[Task]:
    """Say for the agency that the tasks are not its own or that nothing arose; needs a reason, and is confirmed."""
    return _perform(session, ids, Action.DECLARE_NOT_APPLICABLE, actor, now, grounds)


def confirm(
    session: Session, ids: Sequence[int], actor: Actor, now: datetime, grounds: Grounds = NO_GROUNDS
) -> list[Task]:
    """Confirm what was declared. A document's date, or else a day, in `grounds` is the counted day instead."""
    return _perform(session, ids, Action.CONFIRM, actor, now, grounds)


def return_(
    session: Session, ids: Sequence[int], actor: Actor, now: datetime, grounds: Grounds = NO_GROUNDS
) -> list[Task]:
    """Send declarations back with a reason; the agencies are written to, and the ladder goes on where it stood."""
    return _perform(session, ids, Action.RETURN, actor, now, grounds)


def cancel(
    session: Session, ids: Sequence[int], actor: Actor, now: datetime, grounds: Grounds = NO_GROUNDS
) -> list[Task]:
    """Cancel tasks that are not finished; needs a reason."""
    return _perform(session, ids, Action.CANCEL, actor, now, grounds)


def reopen(
    session: Session, ids: Sequence[int], actor: Actor, now: datetime, grounds: Grounds = NO_GROUNDS
) -> list[Task]:
    """Take up again what was finished, not applicable or cancelled; needs a reason. The ladder starts anew."""
    return _perform(session, ids, Action.REOPEN, actor, now, grounds)


def _perform(
    session: Session, ids: Sequence[int], action: Action, actor: Actor, now: datetime, grounds: Grounds
) -> list[Task]:
    tasks = load_tasks(session, ids)
    judge = Judge(actor, now, stored_policies(session), calendar_of(session))
    changes, refusals = judge.each([(task, action, grounds) for task in tasks])
    refuse_all(refusals)
    apply_changes(session, changes, actor.login, now)
    if action is Action.RETURN:
        owe_returned(session, tasks, day_of(now))
    return tasks


class Judge:
    """Turns what somebody asks of tasks into changes or refusals; writes nothing."""

    def __init__(
        self, actor: Actor, now: datetime, policies: dict[int, Policy], calendar: WorkingCalendar
    ) -> None:
        self.actor = actor
        self.today = day_of(now)
        self._policies = policies
        self._calendar = calendar

    def each(
        self, asked: Sequence[tuple[Task, Action, Grounds]], declared_by: str | None = None
    ) -> tuple[list[Change], list[DomainError]]:
        """Return the changes, and the refusals in the order asked; `declared_by` as for `change`."""
        changes, refusals = [], []
        for task, action, grounds in asked:
            try:
                changes.append(self.change(task, action, grounds, declared_by))
            except DomainError as refusal:  # told together with the others'
                refusals.append(refusal)
        return changes, refusals

    def change(self, task: Task, action: Action, grounds: Grounds, declared_by: str | None = None) -> Change:
        """Return the change, or raise the DomainError that says why not.

        `declared_by` is who declares, where that is not the actor: the agency, in a document somebody else records.
        """
        life = next_life(action, task.life, declares_not_applicable=task.declares_not_applicable)
        self._check_capacity(task, action, recorded=declared_by is not None)
        if life is None:
            raise DomainError(f"{name_of(task)} {LIFE_LABELS[task.life]} nên không thể {action.label}.")
        if RULES[action].needs_reason and not grounds.reason.strip():
            raise DomainError(f"{name_of(task)}: muốn {action.label} phải ghi lý do.")
        self._check_days(task, grounds)
        values = {"life": life, **self._values(task, action, grounds, declared_by)}
        return Change(task, action, values, grounds)

    def _values(
        self, task: Task, action: Action, grounds: Grounds, declared_by: str | None
    ) -> dict[str, Any]:
        if action in {Action.DECLARE, Action.DECLARE_NOT_APPLICABLE}:
            on = self._declared_on(task, grounds, recorded=declared_by is not None)
            return {
                "declared_on": on,
                "declared_by": declared_by or self.actor.login,
                "declares_not_applicable": action is Action.DECLARE_NOT_APPLICABLE,
                "counted_on": grounds.document_date or on,
            }
        if action is Action.CONFIRM:
            self._check_not_own(task)
            return {"counted_on": grounds.document_date or grounds.on or task.counted_on}
        if action is Action.RETURN:
            return _UNSAID
        if action is Action.REOPEN:
            step = step_for(task, task.due, self.today, self._policies, self._calendar)
            return {**_UNSAID, "next_step_on": step}
        return {}

    def _declared_on(self, task: Task, grounds: Grounds, *, recorded: bool) -> date:
        on = grounds.on or self.today
        if on == self.today or recorded or self.actor.role is Role.ADMINISTRATOR:
            return on
        message = (
            f"{name_of(task)}: ngày báo hoàn thành là ngày báo, không ghi lùi về {on:%d/%m/%Y} được; "
            "nếu đã có văn bản kết quả, hãy ghi số, ký hiệu và ngày của văn bản."
        )
        raise NotAllowedError(message)

    def _check_capacity(self, task: Task, action: Action, *, recorded: bool) -> None:
        needed = RULES[action].by
        held = capacities(self.actor, task)
        if needed in held or (recorded and Capacity.CONFIRMER in held):
            return
        agency = task.agency if needed is Capacity.AGENCY else confirmer_of(task)
        whose = "cơ quan chủ trì" if needed is Capacity.AGENCY else "cơ quan xác nhận"
        message = (
            f"{name_of(task)}: tài khoản {self.actor.login} không được {action.label}; "
            f"việc này của {agency.name}, {whose}."
        )
        raise NotAllowedError(message)

    def _check_not_own(self, task: Task) -> None:
        if task.declared_by == self.actor.login:
            message = (
                f"{name_of(task)} do chính tài khoản {self.actor.login} báo nên người khác phải xác nhận; "
                "trên dòng lệnh, hãy ghi người xác nhận bằng --by TÊN_ĐĂNG_NHẬP."
            )
            raise NotAllowedError(message)

    def _check_days(self, task: Task, grounds: Grounds) -> None:
        for day, what in ((grounds.document_date, "ngày văn bản"), (grounds.on, "ngày thực hiện")):
            if day is not None:
                check_day(day, what, self.today, task.decision.issued_on, name_of(task))


def check_day(day: date, what: str, today: date, issued_on: date | None, subject: str) -> None:
    """Raise DomainError unless `day` lies between the decision's issue and today, both inclusive."""
    if day > today:
        raise DomainError(f"{subject}: {what} {day:%d/%m/%Y} ở sau hôm nay {today:%d/%m/%Y}.")
    if issued_on is not None and day < issued_on:
        raise DomainError(
            f"{subject}: {what} {day:%d/%m/%Y} ở trước ngày ban hành quyết định {issued_on:%d/%m/%Y}."
        )

"""An agency's one mail of the day: what waits to be said to it, gathered for many agencies at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import Row, Select
from sqlalchemy.orm import Session

from notifications.assignments import Assignments
from notifications.calendars import assignment_calendar
from notifications.content.contexts import Assignment, Item, RoundItem, RoutineMail, Supported
from notifications.content.urgency import grouped
from notifications.mailing import Addressee, Letter
from notifications.views import View, duty_rows, standing_rows, task_rows
from tasks.among import among
from tasks.models import Duty, Standing, Stream, Task

_URGENCY = ("overdue", "last_day", "round_last_day", "reminder", "round_reminder", "round_open", "assignment")


@dataclass(frozen=True, slots=True)
class Waiting:
    """The notices that one agency's mail of the day will tell."""

    addressee: Addressee
    notices: tuple[Row[Any], ...]

    def of(self, column: str) -> list[int]:
        """Return the ids that the notices name in `column`."""
        return [getattr(row, column) for row in self.notices if getattr(row, column) is not None]

    def assigned(self) -> list[int]:
        """Return the decisions whose duties the agency is told, once each however often it is owed them."""
        return list(dict.fromkeys(row.decision_id for row in self.notices if row.kind == "assignment"))


class Gathered:
    """Everything that the mails of some agencies print, read in a bounded number of statements."""

    def __init__(self, session: Session, waiting: Sequence[Waiting], view: View) -> None:
        self._view = view
        rows = [row for each in waiting for row in each.notices]
        self.tasks = _by_id(session, task_rows(), Task.id, {row.task_id for row in rows})
        self.duties = _by_id(session, duty_rows(), Duty.id, {row.duty_id for row in rows})
        self.standings = _by_id(session, standing_rows(), Standing.id, {row.standing_id for row in rows})
        self.assignments = Assignments(view)
        self.assignments.gather(
            session, {(row.agency_id, row.decision_id) for row in rows if row.kind == "assignment"}
        )

    def letter(self, waiting: Waiting) -> Letter:
        """Return the agency's mail of the day."""
        head = any(row.to_head for row in waiting.notices)
        mail = self._mail(waiting, head=head)
        kinds = sorted({row.kind for row in waiting.notices}, key=_URGENCY.index)
        told = waiting.assigned()
        attached = partial(assignment_calendar, self.assignments, waiting.addressee, told, self._view)
        return Letter(
            addressee=waiting.addressee,
            stream=Stream.ROUTINE,
            speaks_for=self._view.today,
            kinds=tuple(kinds),
            about=self._about(waiting),
            template="routine",
            mail=mail,
            head=head,
            calendar=attached if told else None,
        )

    def _mail(self, waiting: Waiting, *, head: bool) -> RoutineMail:
        decisions = sorted({row.decision_id for row in waiting.notices})
        several = len(decisions) > 1
        items = [self._item(self.tasks[number], several=several) for number in waiting.of("task_id")]
        stages = {row.standing_id: row.kind for row in waiting.notices if row.standing_id}
        rounds = [
            self._round(self.standings[number], kind, several=several) for number, kind in stages.items()
        ]
        supported = [
            self._supported(self.duties[number], several=several)
            for number in dict.fromkeys(waiting.of("duty_id"))
        ]
        return RoutineMail(
            agency_name=waiting.addressee.name,
            day=self._view.today,
            decisions=tuple(self._view.decisions[number].name for number in decisions),
            coordinator_name=self._view.decisions[decisions[0]].coordinator,
            url=self._view.url(f"co-quan/{waiting.addressee.code}"),
            groups=grouped(items, self._view.today),
            rounds=tuple(sorted(rounds, key=lambda item: item.due)),
            supported=tuple(sorted(supported, key=lambda item: item.due or date.max)),
            assignments=self._assigned(waiting),
            to_head=head,
        )

    def _assigned(self, waiting: Waiting) -> tuple[Assignment, ...]:
        told = waiting.assigned()
        return tuple(self.assignments.of(waiting.addressee, number) for number in told)

    def _item(self, row: Row[Any], *, several: bool) -> Item:
        return self._view.item(row, decision=self._view.decisions[row.decision_id].name if several else "")

    def _round(self, row: Row[Any], kind: str, *, several: bool) -> RoundItem:
        stage: Any = kind
        return self._view.round_item(
            row, stage, decision=self._view.decisions[row.decision_id].name if several else ""
        )

    def _supported(self, row: Row[Any], *, several: bool) -> Supported:
        return self._view.supported(
            row, decision=self._view.decisions[row.decision_id].name if several else ""
        )

    def _about(self, waiting: Waiting) -> tuple[str, ...]:
        rounds = [self.standings[number].code for number in waiting.of("standing_id")]
        ranked = sorted(waiting.of("task_id"), key=lambda number: self.tasks[number].due)
        return (*dict.fromkeys(rounds), *(str(number) for number in ranked))


def _by_id(session: Session, rows: Select[Any], column: Any, ids: set[int | None]) -> dict[int, Row[Any]]:
    wanted = sorted(number for number in ids if number is not None)
    if not wanted:
        return {}
    return {row.id: row for row in session.execute(rows.where(among(column, wanted)))}

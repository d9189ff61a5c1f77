"""The coordinator's one mail of the day: what is overdue, unanswered, undated or to be closed, and who cannot be reached."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from notifications.content.contexts import (
    BadAddress,
    CloseOut,
    CoordinationMail,
    LateDuty,
    LateRound,
    Unanswered,
    Undated,
)
from notifications.mailing import Letter
from notifications.routine import Waiting
from notifications.views import View, task_rows
from tasks.among import among
from tasks.models import OPEN_LIVES, Agency, Duty, Occasion, Round, Standing, Stream, Submission, Task

_URGENCY = ("escalation", "close_out", "unanswered", "set_date", "bad_address")


def coordination_letter(
    session: Session, waiting: Waiting, view: View, bad_addresses: Sequence[BadAddress]
) -> Letter:
    """Return the mail that tells one coordinator (or confirmer) everything that waits for it today."""
    kinds = sorted({row.kind for row in waiting.notices}, key=_URGENCY.index)
    decisions = sorted({row.decision_id for row in waiting.notices})
    head = any(row.to_head for row in waiting.notices)
    teller = _Teller(session, waiting, view)
    mail = CoordinationMail(
        agency_name=waiting.addressee.name,
        day=view.today,
        decisions=tuple(view.decisions[number].name for number in decisions),
        url=view.url("dieu-phoi"),
        overdue=teller.late_duties(),
        rounds=teller.late_rounds(),
        unanswered=teller.unanswered(),
        undated=teller.undated(),
        close_outs=teller.close_outs(),
        bad_addresses=tuple(bad_addresses),
        to_head=head,
    )
    return Letter(
        addressee=waiting.addressee,
        stream=Stream.COORDINATION,
        speaks_for=view.today,
        kinds=tuple(kinds),
        about=(*teller.round_codes(), *map(str, waiting.of("task_id"))),
        template="coordination",
        mail=mail,
        officer=any(row.to_officer for row in waiting.notices),
        head=head,
    )


class _Teller:
    """Reads what one coordinator's waiting notices are about."""

    def __init__(self, session: Session, waiting: Waiting, view: View) -> None:
        self._session = session
        self._view = view
        self._rows = waiting.notices
        ids = [row.id for row in waiting.notices]
        self._tasks = self._about(
            ids, task_rows().add_columns(Agency.name.label("agency_name"), Agency.sort_key), Task
        )
        self._standings = self._late_standings()

    def late_duties(self) -> tuple[LateDuty, ...]:
        by_duty: dict[tuple[int, int, Any], list[Row[Any]]] = defaultdict(list)
        for row in self._escalated():
            by_duty[(row.decision_id, row.position, row.due)].append(row)
        return tuple(self._late_duty(by_duty[key]) for key in sorted(by_duty))

    def late_rounds(self) -> tuple[LateRound, ...]:
        by_round: dict[int, list[Row[Any]]] = defaultdict(list)
        for row in self._standings:
            by_round[row.round_id].append(row)
        return tuple(self._late_round(rows) for rows in by_round.values())

    def unanswered(self) -> tuple[Unanswered, ...]:
        numbers = {row.task_id for row in self._rows if row.kind == "unanswered"}
        return tuple(
            Unanswered(
                agency_name=row.agency_name,
                duty_code=row.code,
                text=row.text,
                declared_on=row.declared_on,
                waited=-self._view.days(row.declared_on),
                url=self._view.url(f"viec/{row.id}"),
                not_applicable=row.declares_not_applicable,
            )
            for row in self._tasks
            if row.id in numbers
        )

    def undated(self) -> tuple[Undated, ...]:
        numbers = [row.occasion_id for row in self._rows if row.kind == "set_date"]
        found = self._session.execute(
            select(Occasion.id, Occasion.name, Duty.code, func.count(Task.id).label("tasks"))
            .join(Duty, Duty.occasion_id == Occasion.id)
            .join(Task, Task.duty_id == Duty.id)
            .where(Occasion.id.in_(numbers))
            .group_by(Occasion.id, Occasion.name, Duty.code, Duty.position)
            .order_by(Occasion.id, Duty.position)
        ).all()
        names = dict.fromkeys((row.id, row.name) for row in found)
        return tuple(
            Undated(
                name=name,
                duty_codes=tuple(row.code for row in found if row.id == number),
                tasks=sum(row.tasks for row in found if row.id == number),
                url=self._view.url("su-kien"),
            )
            for number, name in names
        )

    def close_outs(self) -> tuple[CloseOut, ...]:
        return tuple(self._close_out(row) for row in self._rows if row.kind == "close_out")

    def round_codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.code for row in self._standings))

    def _escalated(self) -> list[Row[Any]]:
        numbers = {row.task_id for row in self._rows if row.kind == "escalation"}
        return [row for row in self._tasks if row.id in numbers]

    def _about(self, notices: list[int], rows: Any, table: Any) -> Sequence[Row[Any]]:
        if not any(row.task_id for row in self._rows):
            return []
        rows = rows.add_columns(Task.declared_on, Task.declares_not_applicable)
        rows = rows.join(Agency, Agency.id == Task.agency_id).order_by(Duty.position, Agency.sort_key)
        return self._session.execute(
            rows.where(among(table.id, [row.task_id for row in self._rows if row.task_id]))
        ).all()

    def _late_duty(self, rows: list[Row[Any]]) -> LateDuty:
        first = rows[0]
        return LateDuty(
            duty_code=first.code,
            text=first.text,
            deadline_text=first.deadline,
            due=first.due,
            days=self._view.days(first.due),
            agencies=tuple(row.agency_name for row in sorted(rows, key=lambda row: row.sort_key)),
            url=self._view.duty_url(first.decision_id, first.code),
        )

    def _late_standings(self) -> list[Row[Any]]:
        ids = [row.standing_id for row in self._rows if row.standing_id]
        rows = (
            select(
                Standing.id,
                Standing.round_id,
                Round.decision_id,
                Round.code,
                Round.text,
                Standing.due,
                Agency.name,
                Agency.sort_key,
            )
            .join(Round, Round.id == Standing.round_id)
            .join(Agency, Agency.id == Standing.agency_id)
            .order_by(Round.due, Agency.sort_key)
        )
        return list(self._session.execute(rows.where(among(Standing.id, ids))))

    def _late_round(self, rows: list[Row[Any]]) -> LateRound:
        first = rows[0]
        expected, on_time, late = self._counts(first.round_id)
        return LateRound(
            text=first.text,
            due=first.due,
            days=self._view.days(first.due),
            expected=expected,
            on_time=on_time,
            late=late,
            missing=tuple(row.name for row in sorted(rows, key=lambda row: row.sort_key)),
            url=self._view.round_url(first.decision_id, first.code),
        )

    def _counts(self, round_id: int) -> tuple[int, int, int]:
        received = Standing.state.in_((Submission.SUBMITTED, Submission.ACCEPTED))
        row = self._session.execute(
            select(
                func.count(),
                func.count().filter(received, Standing.on_time.is_(other=True)),
                func.count().filter(received, Standing.on_time.is_(other=False)),
            ).where(Standing.round_id == round_id, Standing.state != Submission.EXEMPT)
        ).one()
        return row[0], row[1], row[2]

    def _close_out(self, notice: Row[Any]) -> CloseOut:
        duty = Duty.decision_id == notice.decision_id
        rows = self._session.execute(
            select(Duty.code, func.count(Task.id))
            .join(Task, Task.duty_id == Duty.id)
            .where(duty, Duty.close_out.is_(other=True), Task.due == notice.due, Task.life.in_(OPEN_LIVES))
            .group_by(Duty.code, Duty.position)
            .order_by(Duty.position)
        ).all()
        return CloseOut(
            decision=self._view.decisions[notice.decision_id].name,
            due=notice.due,
            duty_codes=tuple(code for code, _ in rows),
            tasks=sum(count for _, count in rows),
            url=self._view.url(f"ket-thuc/{self._view.decisions[notice.decision_id].key}"),
        )

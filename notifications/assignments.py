"""What activation owes each agency: the duties it leads, those it supports by name, the rounds it reports in."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from notifications.content.contexts import Assignment, RoundItem
from notifications.mailing import Addressee
from notifications.sequences import round_sequences, task_sequences
from notifications.views import View, duty_rows, task_rows
from tasks.among import among
from tasks.models import Agency, Duty, Life, Round, Supporter, Task

Told = tuple[int, int]  # agency id, decision id


class Assignments:
    """The assignments of some agencies, ready to be printed."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._leads: dict[Told, list[Row[Any]]] = defaultdict(list)
        self._supports: dict[Told, list[Row[Any]]] = defaultdict(list)
        self._rounds: dict[Told, list[Round]] = defaultdict(list)
        self._task_moves: dict[int, int] = {}
        self._round_moves: dict[int, Counter[str]] = {}

    def gather(self, session: Session, told: Iterable[Told]) -> None:
        """Read everything the assignments of these agencies print, in a few statements for each decision."""
        by_decision: dict[int, list[int]] = defaultdict(list)
        for agency, decision in told:
            by_decision[decision].append(agency)
        for decision, agencies in by_decision.items():
            self._gather_duties(session, decision, agencies)
            self._gather_rounds(session, decision, agencies)
            self._task_moves |= task_sequences(session, decision, agencies)
            self._round_moves[decision], _ = round_sequences(session, decision, agencies)

    def of(self, addressee: Addressee, decision: int) -> Assignment:
        """Return what the decision gives the agency."""
        shown = self._view.decisions[decision]
        told = (addressee.id, decision)
        return Assignment(
            decision=shown.name,
            issuer=shown.issuer,
            title=shown.title,
            leads=tuple(self._view.item(row) for row in self._leads[told]),
            supports=tuple(self._view.supported(row) for row in self._supports[told]),
            rounds=tuple(self._announced(entry) for entry in self._rounds[told]),
        )

    def tasks(self, addressee: Addressee, decision: int) -> list[Row[Any]]:
        """Return the rows of the tasks that the decision gives the agency, for its calendar file."""
        return self._leads[(addressee.id, decision)]

    def rounds(self, addressee: Addressee, decision: int) -> list[Round]:
        """Return the rounds that the agency reports in, for its calendar file."""
        return self._rounds[(addressee.id, decision)]

    def moves(self, task: int) -> int:
        """Return how often the task's deadline moved so far."""
        return self._task_moves.get(task, 0)

    def round_moves(self, entry: Round) -> int:
        """Return how often the round was moved so far."""
        return self._round_moves[entry.decision_id][entry.code]

    def _gather_duties(self, session: Session, decision: int, agencies: list[int]) -> None:
        leads = task_rows().where(
            Task.decision_id == decision, among(Task.agency_id, agencies), Task.life != Life.CANCELLED
        )
        for row in session.execute(leads.order_by(Duty.position)):
            self._leads[(row.agency_id, decision)].append(row)
        supports = (
            duty_rows()
            .add_columns(Supporter.agency_id)
            .join(Supporter, Supporter.duty_id == Duty.id)
            .where(
                Duty.decision_id == decision,
                Duty.cancelled_at.is_(None),
                among(Supporter.agency_id, agencies),
                Supporter.role == "support",
            )
        )
        for row in session.execute(supports.order_by(Duty.position)):
            self._supports[(row.agency_id, decision)].append(row)

    def _gather_rounds(self, session: Session, decision: int, agencies: list[int]) -> None:
        codes = dict(
            session.execute(select(Agency.code, Agency.id).where(among(Agency.id, agencies))).tuples().all()
        )
        for entry in session.scalars(select(Round).where(Round.decision_id == decision).order_by(Round.due)):
            for code in codes.keys() & set(entry.expected):
                self._rounds[(codes[code], decision)].append(entry)

    def _announced(self, entry: Round) -> RoundItem:
        return RoundItem(
            code=entry.code,
            text=entry.text,
            source="",
            due=entry.due,
            days=self._view.days(entry.due),
            stage="announced",
            url=self._view.url(f"bao-cao/{entry.id}"),
        )

"""What an amendment would do, task by task. Pure: from plans and the state of the tasks it touches to a difference.

What is finished stays as it is: punctuality is judged by the due day in force when a task was done. For the same reason
a declaration made in time never becomes late by an amendment, and a later day granted to an agency stays.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from catalog.amendment import AddedDuty, Amendment, ChangedDuty
from catalog.expansion import Plan, PlannedDuty
from tasks.models import OPEN_LIVES, Life

What = Literal["added", "moved", "reworded", "cancelled", "restored", "kept"]

_RUNNING = (*OPEN_LIVES, Life.DECLARED)
_FINISHED = {Life.COMPLETED: "Đã hoàn thành", Life.NOT_APPLICABLE: "Đã xác nhận không phát sinh"}


@dataclass(frozen=True, slots=True)
class Timing:
    """When a task is due. `due` is the last on-time day, inclusive; `waits`: for an occasion that has no day yet."""

    start: date | None
    due: date | None
    waits: bool


@dataclass(frozen=True, slots=True)
class TaskNow:
    """One task of a duty that the amendment touches, as it stands. `granted`: its due day is one that was granted."""

    id: int
    duty: str
    agency: str
    life: Life
    timing: Timing
    counted_on: date | None = None
    granted: bool = False


@dataclass(frozen=True, slots=True)
class RoundNow:
    """One round of the decision as it stands; `due` is the last on-time day."""

    code: str
    due: date


@dataclass(frozen=True, slots=True)
class State:
    """What is stored: the tasks of the touched duties in the order of the list, the rounds, all tasks counted.

    `occasions` gives the days that are set, by code; `dated` when each duty is due, by code.
    """

    tasks: Sequence[TaskNow]
    rounds: Sequence[RoundNow]
    occasions: Mapping[str, date]
    dated: Mapping[str, Timing]
    total: int


@dataclass(frozen=True, slots=True)
class TaskChange:
    """What becomes of one task; `task` is None for one that does not exist yet. `timing` is what holds afterwards."""

    duty: str
    agency: str
    what: What
    task: int | None
    due_from: date | None
    timing: Timing
    reason: str = ""

    @property
    def told(self) -> bool:
        """Whether there is something to say: what is merely met on the way is not."""
        return self.what != "kept" or bool(self.reason)

    def document(self) -> dict[str, Any]:
        return {
            "id": self.task,
            "duty": self.duty,
            "agency": self.agency,
            "what": self.what,
            "due_from": self.due_from,
            "due_to": self.timing.due,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class RowChange:
    """What becomes of one row of the list or one round; `columns` are those that change."""

    code: str
    what: Literal["added", "changed", "cancelled"]
    columns: tuple[str, ...] = ()
    because: str = ""
    due_from: date | None = None
    due_to: date | None = None

    def document(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "what": self.what,
            "columns": list(self.columns),
            "due_from": self.due_from,
            "due_to": self.due_to,
            "because": self.because,
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything an amendment changes; `untouched` counts the tasks of the decision that it leaves alone."""

    duties: tuple[RowChange, ...]
    rounds: tuple[RowChange, ...]
    tasks: tuple[TaskChange, ...]
    untouched: int
    notes: tuple[str, ...] = ()

    @property
    def totals(self) -> dict[str, int]:
        """How many tasks of each kind of change, then those left alone."""
        counts = Counter(change.what for change in self.tasks)
        kinds: tuple[What, ...] = ("added", "moved", "reworded", "cancelled", "restored")
        return {what: counts[what] for what in kinds} | {"untouched": self.untouched + counts["kept"]}

    def document(self) -> dict[str, Any]:
        return {
            "duties": [change.document() for change in self.duties],
            "rounds": [change.document() for change in self.rounds],
            "tasks": [change.document() for change in self.tasks if change.told],
            "totals": self.totals,
            "notes": list(self.notes),
        }


def plan_amendment(amendment: Amendment, before: Plan, after: Plan, state: State) -> Difference:
    """Return what changes when the decision planned as `before` is amended to what was planned as `after`."""
    planning = _Planning(amendment, before, after, state)
    tasks = tuple(planning.tasks())
    met = sum(1 for change in tasks if change.task is not None)
    return Difference(tuple(planning.duties()), tuple(planning.rounds()), tasks, state.total - met, ())


def timing_of(planned: PlannedDuty, occasions: Mapping[str, date]) -> Timing:
    """Return when a planned duty is due, with the day of its occasion where that is set."""
    if planned.due is None and planned.event is not None:
        day = occasions.get(planned.event)
        return Timing(planned.start, day, waits=day is None)
    return Timing(planned.start, planned.due, waits=False)


class _Planning:
    def __init__(self, amendment: Amendment, before: Plan, after: Plan, state: State) -> None:
        self._amendment = amendment
        self._before = {planned.duty.code: planned for planned in before.duties}
        self._after = {planned.duty.code: planned for planned in after.duties}
        self._rounds_after = {planned.code: planned for planned in after.rounds}
        self._state = state

    def duties(self) -> Iterator[RowChange]:
        usual = self._amendment.because
        for added in self._amendment.add:
            due = self._timing(added.code).due
            yield RowChange(added.code, "added", (), added.because or usual, None, due)
        for changed in self._amendment.change:
            old = self._state.dated[changed.code].due
            due = self._timing(changed.code).due if changed.dates_anew else old
            yield RowChange(
                changed.code, "changed", tuple(sorted(changed.named)), changed.because or usual, old, due
            )
        for gone in self._amendment.cancel:
            yield RowChange(gone.code, "cancelled", (), gone.reason, self._state.dated[gone.code].due, None)

    def rounds(self) -> Iterator[RowChange]:
        known = {entry.code: entry.due for entry in self._state.rounds}
        for entry in self._amendment.rounds:
            due = self._rounds_after[entry.code].due
            what: Literal["added", "changed"] = "changed" if entry.code in known else "added"
            because = entry.because or self._amendment.because
            yield RowChange(entry.code, what, tuple(sorted(entry.named)), because, known.get(entry.code), due)

    def tasks(self) -> Iterator[TaskChange]:
        for added in self._amendment.add:
            yield from self._new(added)
        existing: dict[str, list[TaskNow]] = {}
        for task in self._state.tasks:
            existing.setdefault(task.duty, []).append(task)
        for changed in self._amendment.change:
            yield from self._changed(changed, existing.get(changed.code, []))
        for gone in self._amendment.cancel:
            for task in existing.get(gone.code, []):
                yield self._ended(task, self._reason(gone.reason))

    def _timing(self, code: str) -> Timing:
        return timing_of(self._after[code], self._state.occasions)

    def _reason(self, because: str) -> str:
        why = because or self._amendment.because
        return f"{self._amendment.name}: {why}" if why else f"Theo {self._amendment.name}."

    def _new(self, entry: AddedDuty) -> Iterator[TaskChange]:
        timing, reason = self._timing(entry.code), self._reason(entry.because)
        for agency in self._after[entry.code].leads:
            yield TaskChange(entry.code, agency, "added", None, None, timing, reason)

    def _changed(self, entry: ChangedDuty, existing: Sequence[TaskNow]) -> Iterator[TaskChange]:
        dated = self._timing(entry.code) if entry.dates_anew else None
        reason = self._reason(entry.because)
        leads = self._after[entry.code].leads if "lead" in entry.named else None
        led = self._before[entry.code].leads
        for task in existing:
            if leads is not None and task.agency not in leads:
                yield self._ended(task, f"Không còn là cơ quan chủ trì. {reason}")
            elif leads is not None and task.life is Life.CANCELLED and task.agency not in led:
                timing = dated or self._state.dated[entry.code]
                yield TaskChange(
                    entry.code, task.agency, "restored", task.id, task.timing.due, timing, reason
                )
            else:
                yield self._running(task, entry, dated, reason)
        for agency in () if leads is None else leads:
            if agency not in {task.agency for task in existing}:
                timing = dated or self._state.dated[entry.code]
                yield TaskChange(entry.code, agency, "added", None, None, timing, reason)

    def _running(self, task: TaskNow, entry: ChangedDuty, dated: Timing | None, reason: str) -> TaskChange:
        if task.life not in _RUNNING:
            return self._kept(task, _FINISHED.get(task.life, "Đã hủy từ trước"))
        if dated is not None and dated != task.timing:
            stays = _stays(task, dated)
            if not stays:
                return TaskChange(task.duty, task.agency, "moved", task.id, task.timing.due, dated, reason)
            return self._kept(task, stays)
        if entry.named & {"text", "deadline"}:
            return TaskChange(
                task.duty, task.agency, "reworded", task.id, task.timing.due, task.timing, reason
            )
        return self._kept(task, "")

    def _ended(self, task: TaskNow, reason: str) -> TaskChange:
        if task.life not in _RUNNING:
            return self._kept(task, _FINISHED.get(task.life, "Đã hủy từ trước"))
        return TaskChange(task.duty, task.agency, "cancelled", task.id, task.timing.due, task.timing, reason)

    def _kept(self, task: TaskNow, why: str) -> TaskChange:
        return TaskChange(task.duty, task.agency, "kept", task.id, task.timing.due, task.timing, why)


def _stays(task: TaskNow, dated: Timing) -> str:
    """Return why a running task keeps its due day although the duty's moves, "" where it moves."""
    new, old, counted = dated.due, task.timing.due, task.counted_on
    if new is None or old is None:
        return ""
    if task.granted and old > new:
        return f"Đã được gia hạn đến {old:%d/%m/%Y}"
    if task.life is Life.DECLARED and counted is not None and new < counted <= old:
        return "Đã báo hoàn thành trong hạn cũ"
    return ""

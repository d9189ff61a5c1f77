"""Loading a decision: one transaction, silent, idempotent. Tasks are made duty by duty in whole sets, never one by one.

A loaded decision may be loaded again, corrected, as long as it is silent; once it speaks, only an amendment changes it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import delete, func, insert, literal, select
from sqlalchemy.orm import Session

import catalog.decision as said
from catalog.days import end_of
from catalog.deadlines import Kind
from catalog.expansion import Plan, PlannedDuty
from catalog.policy import Policy
from catalog.text import search_key
from tasks.directories import agency_ids
from tasks.errors import DomainError
from tasks.models import Agency, Amendment, Decision, Duty, Life, Occasion, Round, Supporter, Task, TaskEvent
from tasks.policies import store_policy

_ENDS_WITH_THE_TERM = (
    Kind.HALF,
    Kind.YEAR,
)  # "6 tháng cuối năm 2025" ends with the term, not with a day of its own


@dataclass(frozen=True, slots=True)
class Source:
    """What is loaded: the decision as checked, what follows from it, its policy, and who loads it."""

    decision: said.Decision
    plan: Plan
    policy: Policy
    by: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many duties a load added, changed (or took away) and left as they were; how many tasks there are now."""

    added: int
    changed: int
    unchanged: int
    tasks: int


def load_decision(session: Session, source: Source, now: datetime) -> Loaded:
    """Bring the stored decision to what `source` says. Raises DomainError when it speaks already and differs."""
    ids = agency_ids(session, source.decision.directory)
    row = session.scalar(select(Decision).where(Decision.key == source.decision.key))
    if row is not None and _is_amended(session, row, source):
        return Loaded(0, 0, len(source.plan.duties), _count_tasks(session, row))
    stored = {} if row is None else {duty.code: duty for duty in row.duties}
    planned = {
        entry.duty.code: _Wanted.of(entry, position, source)
        for position, entry in enumerate(source.plan.duties)
    }
    same = {
        code for code, duty in stored.items() if code in planned and _same(session, duty, planned[code], ids)
    }
    changed = [code for code in stored if code not in same]
    if row is not None and same == set(planned) == set(stored) and row.document == _document(source):
        return Loaded(0, 0, len(same), _count_tasks(session, row))
    row = _store_decision(session, row, source, ids, now)
    _forget(session, [stored[code] for code in changed])
    occasions = _store_occasions(session, row, source)
    fresh = [wanted for code, wanted in planned.items() if code not in same]
    _add_duties(session, row, fresh, occasions, ids, now)
    _store_rounds(session, row, source)
    session.flush()
    session.expire(row, ["duties"])
    added = len([code for code in planned if code not in stored])
    return Loaded(added, len(changed), len(same), _count_tasks(session, row))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A planned duty with the columns it is stored in."""

    plan: PlannedDuty
    columns: dict[str, Any]

    @classmethod
    def of(cls, entry: PlannedDuty, position: int, source: Source) -> "_Wanted":
        duty = entry.duty
        last_report = max((planned.due for planned in source.plan.rounds), default=None)
        columns = {
            "code": duty.code,
            "position": position,
            "section": duty.section,
            "text": duty.text,
            "lead": duty.lead,
            "support": duty.support,
            "deadline": duty.deadline,
            "kind": entry.reading.kind.value,
            "start": entry.start,
            "due": entry.due,
            "closed_by": duty.closed_by,
            "close_out": closes_out(entry.reading.kind, entry.due, duty.closed_by, last_report),
            "search_key": search_key(f"{duty.code} {duty.text}"),
        }
        return cls(entry, columns)

    @property
    def waits(self) -> bool:
        return self.plan.event is not None and self.plan.due is None


def closes_out(kind: Kind, due: date | None, closed_by: str | None, last_report: date | None) -> bool:
    """Tell whether a duty is put to the coordinator in bulk: it ends with the term, after the last report."""
    outlives_reports = due is not None and last_report is not None and due > last_report
    return outlives_reports and closed_by is None and kind in _ENDS_WITH_THE_TERM


def _is_amended(session: Session, row: Decision, source: Source) -> bool:
    """Tell whether the decision was amended since `source` was loaded. Raises DomainError where `source` differs from that."""
    first = session.scalar(
        select(Amendment).where(Amendment.decision_id == row.id).order_by(Amendment.id).limit(1)
    )
    if first is None:
        return False
    if first.before != _document(source):
        message = (
            f"Quyết định {row.key} đã được điều chỉnh theo văn bản số {first.number} nên không nạp đè được; "
            "hãy dùng dondoc catalog amend."
        )
        raise DomainError(message)
    return True


def _document(source: Source) -> dict[str, Any]:
    return source.decision.model_dump(mode="json")


def _same(session: Session, duty: Duty, wanted: _Wanted, ids: dict[str, int]) -> bool:
    if any(getattr(duty, name) != value for name, value in wanted.columns.items()):
        return False
    leads = session.scalars(select(Task.agency_id).where(Task.duty_id == duty.id))
    supporters = session.execute(
        select(Supporter.agency_id, Supporter.role).where(Supporter.duty_id == duty.id)
    )
    return {ids[code] for code in wanted.plan.leads} == set(leads) and roles_beside(wanted.plan, ids) == dict(
        supporters.tuples().all()
    )


def roles_beside(plan: PlannedDuty, ids: Mapping[str, int]) -> dict[int, str]:
    """Return the role of each agency named beside the duty; who is named twice keeps the weightier role."""
    named = {"invited": plan.invited, "monitor": plan.monitors, "support": plan.supporters}
    return {ids[code]: role for role, codes in named.items() for code in codes}


def _store_decision(
    session: Session, row: Decision | None, source: Source, ids: dict[str, int], now: datetime
) -> Decision:
    wanted = source.decision
    if row is None:
        row = Decision(key=wanted.key, loaded_at=now, loaded_by=source.by)
    elif row.active_since is not None:
        message = (
            f"Quyết định {wanted.key} đang có hiệu lực đôn đốc nên không nạp đè được; "
            "hãy dùng dondoc catalog amend với tệp điều chỉnh, bổ sung."
        )
        raise DomainError(message)
    row.ladder_id = store_policy(session, source.policy).id
    row.directory, row.number, row.issued_on = wanted.directory, wanted.number, wanted.issued_on
    row.title, row.issuer = wanted.title, wanted.issuer
    row.coordinator_id, row.confirmer_id = ids[wanted.coordinator], ids[wanted.confirmer]
    row.leaders_id = ids[wanted.leaders]
    row.document, row.notes = _document(source), list(source.plan.notes)
    session.add(row)
    session.flush()
    return row


def _forget(session: Session, duties: list[Duty]) -> None:
    """Take duties of a silent decision away, with their tasks; refuse once anybody has worked on one."""
    if not duties:
        return
    numbers = [duty.id for duty in duties]
    tasks = select(Task.id).where(Task.duty_id.in_(numbers))
    if session.scalar(select(TaskEvent.id).where(TaskEvent.task_id.in_(tasks)).limit(1)) is not None:
        codes = ", ".join(duty.code for duty in duties)
        message = (
            f"Nhiệm vụ {codes} đã có người cập nhật nên không nạp lại được; hãy dùng dondoc catalog amend."
        )
        raise DomainError(message)
    session.execute(delete(Task).where(Task.duty_id.in_(numbers)))
    session.execute(delete(Duty).where(Duty.id.in_(numbers)))
    session.expire_all()


def _store_occasions(session: Session, row: Decision, source: Source) -> dict[str, int]:
    stored = {
        entry.code: entry for entry in session.scalars(select(Occasion).where(Occasion.decision_id == row.id))
    }
    names = {event.code: event.name for event in source.decision.events}
    for entry in source.plan.duties:
        if entry.event is not None:
            names.setdefault(entry.event, entry.duty.deadline)
    for code, name in names.items():
        occasion = stored.setdefault(code, Occasion(decision_id=row.id, code=code))
        occasion.name = name
        session.add(occasion)
    session.flush()
    return {code: entry.id for code, entry in stored.items()}


def _add_duties(
    session: Session,
    row: Decision,
    fresh: list[_Wanted],
    occasions: dict[str, int],
    ids: dict[str, int],
    now: datetime,
) -> None:
    for wanted in fresh:
        event = wanted.plan.event
        occasion = None if event is None else occasions[event]
        session.add(Duty(decision_id=row.id, occasion_id=occasion, **wanted.columns))
    session.flush()
    numbers = dict(
        session.execute(select(Duty.code, Duty.id).where(Duty.decision_id == row.id)).tuples().all()
    )
    beside = [
        {"duty_id": numbers[wanted.columns["code"]], "agency_id": agency, "role": role}
        for wanted in fresh
        for agency, role in roles_beside(wanted.plan, ids).items()
    ]
    if beside:
        session.execute(insert(Supporter), beside)
    by_leads: dict[tuple[int, ...], list[_Wanted]] = defaultdict(list)
    for wanted in fresh:
        by_leads[tuple(ids[code] for code in wanted.plan.leads)].append(wanted)
    for leads, alike in by_leads.items():
        for waits in (True, False):
            duties = [numbers[wanted.columns["code"]] for wanted in alike if wanted.waits is waits]
            _add_tasks(session, row, duties, leads, now, waits=waits)


def _add_tasks(
    session: Session, row: Decision, duties: list[int], leads: Iterable[int], now: datetime, *, waits: bool
) -> None:
    """Make a task of each of the duties for each of the agencies, in one statement."""
    if not duties:
        return
    every = (
        select(
            Duty.decision_id,
            Duty.id,
            Agency.id,
            literal(row.ladder_id),
            literal(Life.NOT_STARTED, Task.life.type),
            Duty.start,
            Duty.due,
            Duty.due,
            literal(waits, Task.waits.type),
            literal(value=False, type_=Task.declares_not_applicable.type),
            literal(now, Task.since.type),
        )
        .join_from(Duty, Agency, Agency.id.in_(list(leads)))
        .where(Duty.id.in_(duties))
        .order_by(Duty.position, Agency.sort_key)
    )
    columns = [
        "decision_id", "duty_id", "agency_id", "ladder_id", "life", "start", "due", "original_due", "waits",
        "declares_not_applicable", "since",
    ]  # fmt: skip
    session.execute(insert(Task).from_select(columns, every))


def _store_rounds(session: Session, row: Decision, source: Source) -> None:
    stored = {
        entry.code: entry for entry in session.scalars(select(Round).where(Round.decision_id == row.id))
    }
    for planned in source.plan.rounds:
        entry = stored.get(planned.code) or Round(decision_id=row.id, code=planned.code)
        entry.ladder_id, entry.text = row.ladder_id, planned.text
        entry.expected, entry.opens, entry.due = list(planned.expected), planned.opens, planned.due
        entry.closes_at = end_of(planned.due)
        session.add(entry)
    gone = [
        entry
        for code, entry in stored.items()
        if code not in {planned.code for planned in source.plan.rounds}
    ]
    for entry in gone:
        session.delete(entry)


def _count_tasks(session: Session, row: Decision) -> int:
    return cast(
        "int", session.scalar(select(func.count()).select_from(Task).where(Task.decision_id == row.id))
    )

"""Amendments (điều chỉnh, bổ sung) held against what is stored: what one would change, and changing it in one transaction.

Applying the same file again changes nothing: an amendment is known by its number.
"""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, selectinload

import catalog.amendment as said
import catalog.decision
from catalog.amendment import amended
from catalog.amendment_checks import Amended
from catalog.amendment_file import read_amendment
from catalog.days import HANOI, day_of
from catalog.errors import Fault, FaultyDataError
from catalog.expansion import Plan, expand
from tasks.amending.notices import owe_amended
from tasks.amending.plan import Difference, RoundNow, State, TaskNow, Timing, plan_amendment
from tasks.amending.rounds import agencies_reporting, change_rounds, round_refusals
from tasks.amending.rows import Target, store_rows
from tasks.amending.tasks import change_tasks
from tasks.calendars import calendar_of
from tasks.directories import agency_ids, stored_directory
from tasks.errors import DomainError, refuse_all
from tasks.intake import current_decision
from tasks.models import Agency, Amendment, Decision, Duty, Extension, Occasion, Round, Task

_NOTHING = Difference((), (), (), 0)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An amendment that could be applied, and what it would change. `applied_before`: it is in force already."""

    target: Target
    difference: Difference
    applied_before: bool


def prepare(
    session: Session,
    path: Path,
    *,
    issued_on: date | None = None,
    number: str | None = None,
    lock: bool = False,
) -> Prepared:
    """Read the file and work out what it would change; nothing is written. `lock` keeps others from changing it meanwhile.

    Raises FaultyDataError with everything wrong in the file, DomainError where what is stored stands against it.
    """
    calendar = calendar_of(session)
    amendment, faults = read_amendment(
        path, lambda draft: _base(session, draft), issued_on=issued_on, number=number, calendar=calendar
    )
    if amendment is None:
        raise FaultyDataError(faults)
    row = session.scalars(
        select(Decision).where(Decision.key == amendment.amends).with_for_update(of=Decision)
        if lock
        else select(Decision).where(Decision.key == amendment.amends)
    ).one()
    base = _base(session, amendment)
    assert base is not None
    ids = agency_ids(session, row.directory)
    after = amended(base.decision, amendment)
    plan, _ = expand(after, base.directory, calendar=calendar)
    target = Target(row, amendment, after, plan, ids)
    if _stored(session, amendment) is not None:
        return Prepared(target, replace(_NOTHING, untouched=_count(session, row)), applied_before=True)
    refuse_all(round_refusals(session, target))
    before, _ = expand(base.decision, base.directory, calendar=calendar)
    difference = plan_amendment(amendment, before, plan, _state(session, row, amendment, lock=lock))
    return Prepared(target, replace(difference, notes=_notes(before, plan)), applied_before=False)


def apply(session: Session, prepared: Prepared, by: str, now: datetime) -> Difference:
    """Apply what was prepared with `lock`; the tasks keep their history, the decision's document its earlier wording.

    Raises FaultyDataError for a draft without number or date, DomainError for one of a later day.
    """
    target = prepared.target
    if prepared.applied_before:
        return prepared.difference
    issued_on = _issued(target.amendment, day_of(now))
    before = dict(target.row.document)
    store_rows(session, target, now)
    difference = change_tasks(session, target, prepared.difference, by, now)
    reporting = change_rounds(session, target, by, now)
    target.row.document = target.after.model_dump(mode="json")
    target.row.notes = [*target.row.notes, *difference.notes]
    stored = Amendment(
        decision_id=target.row.id,
        number=target.number,
        issued_on=issued_on,
        document=_document(target.amendment),
        before=before,
        changes=_plain(difference.document() | {"reporting": sorted(reporting)}),
        applied_at=now,
        applied_by=by,
    )
    session.add(stored)
    session.flush()
    owe_amended(session, stored, _leading(target, difference) | reporting, now)
    return difference


def agencies_told(session: Session, prepared: Prepared) -> list[Agency]:
    """Return the agencies that applying it would tell by mail, by name; nobody where the decision is silent."""
    target = prepared.target
    if prepared.applied_before or target.row.active_since is None:
        return []
    told = _leading(target, prepared.difference) | agencies_reporting(session, target)
    everybody = select(Agency).where(Agency.directory == target.row.directory).order_by(Agency.sort_key)
    rows = session.scalars(everybody.options(selectinload(Agency.contacts)))
    return [agency for agency in rows if agency.id in told]


def applied_amendments(session: Session, row: Decision) -> list[Amendment]:
    """Return the amendments in force, in the order they were applied."""
    return list(
        session.scalars(select(Amendment).where(Amendment.decision_id == row.id).order_by(Amendment.id))
    )


def _base(session: Session, amendment: said.Amendment) -> Amended | None:
    """Return what the amendment is held against: for one that was applied, the decision as it was then."""
    row = session.scalar(select(Decision).where(Decision.key == amendment.amends))
    directory = None if row is None else stored_directory(session, row.directory)
    if row is None or directory is None:
        return None
    earlier = applied_amendments(session, row)
    decision = current_decision(row)
    for index, stored in enumerate(earlier):
        if stored.number == amendment.number:
            decision = catalog.decision.Decision.model_validate(stored.before)
            earlier = earlier[:index]
            break
    return Amended(
        decision, directory, tuple(said.Amendment.model_validate(stored.document) for stored in earlier)
    )


def _stored(session: Session, amendment: said.Amendment) -> Amendment | None:
    stored = session.scalar(
        select(Amendment)
        .join(Decision)
        .where(Decision.key == amendment.amends, Amendment.number == amendment.number)
    )
    if stored is not None and stored.document != _document(amendment):
        message = (
            f"Văn bản số {amendment.number} đã áp dụng lúc {stored.applied_at.astimezone(HANOI):%H:%M ngày %d/%m/%Y} "
            "với nội dung khác; hãy kiểm tra số văn bản, hoặc ban hành văn bản điều chỉnh mới."
        )
        raise DomainError(message)
    return stored


def _issued(amendment: said.Amendment, today: date) -> date:
    faults = [
        Fault(f"mục “{name}” còn để trống nên chưa áp dụng được.", remedy=f"Hãy ghi {what}, hoặc {option}.")
        for name, what, option in (
            ("number", "số, ký hiệu của văn bản", "thêm --number"),
            ("issued_on", "ngày ban hành", "thêm --issued-on"),
        )
        if getattr(amendment, name) is None
    ]
    if faults or amendment.issued_on is None:
        raise FaultyDataError(faults)
    if amendment.issued_on > today:
        message = (
            f"{amendment.name} ban hành sau hôm nay {today:%d/%m/%Y} nên chưa áp dụng được; "
            "hãy áp dụng từ ngày ban hành, hoặc kiểm tra --as-of."
        )
        raise DomainError(message)
    return amendment.issued_on


def _state(session: Session, row: Decision, amendment: said.Amendment, *, lock: bool) -> State:
    granted = exists().where(
        Extension.task_id == Task.id, Extension.granted.is_(True), Extension.due_asked == Task.due
    )
    touched = (
        select(Task, Duty.code, Agency.code, granted)
        .join_from(Task, Duty, Duty.id == Task.duty_id)
        .join(Agency, Agency.id == Task.agency_id)
        .where(Task.decision_id == row.id, Duty.code.in_(amendment.touched))
        .order_by(Duty.position, Agency.sort_key)
    )
    if lock:
        touched = touched.with_for_update(of=Task)
    tasks = [
        TaskNow(
            id=task.id,
            duty=duty,
            agency=agency,
            life=task.life,
            timing=Timing(task.start, task.due, task.waits),
            counted_on=task.counted_on,
            granted=was_granted,
        )
        for task, duty, agency, was_granted in session.execute(touched).tuples()
    ]
    rounds = session.execute(select(Round.code, Round.due).where(Round.decision_id == row.id)).tuples()
    days = session.execute(
        select(Occasion.id, Occasion.code, Occasion.day).where(Occasion.decision_id == row.id)
    ).all()
    undated = {occasion.id for occasion in days if occasion.day is None}
    return State(
        tasks=tasks,
        rounds=[RoundNow(code, due) for code, due in rounds],
        occasions={occasion.code: occasion.day for occasion in days if occasion.day is not None},
        dated={duty.code: Timing(duty.start, duty.due, duty.occasion_id in undated) for duty in row.duties},
        total=_count(session, row),
    )


def _count(session: Session, row: Decision) -> int:
    return session.scalar(select(func.count()).select_from(Task).where(Task.decision_id == row.id)) or 0


def _notes(before: Plan, after: Plan) -> tuple[str, ...]:
    """Return what a person should know of the amended list that the list before did not say already."""
    known = set(before.notes)
    return tuple(note for note in after.notes if note not in known)


def _leading(target: Target, difference: Difference) -> set[int]:
    """Return the ids of the agencies whose tasks change."""
    return {target.ids[change.agency] for change in difference.tasks if change.told and change.what != "kept"}


def _document(amendment: said.Amendment) -> dict[str, Any]:
    """Return what the file says and no more: what an entry does not name must stay unnamed."""
    return amendment.model_dump(mode="json", exclude_unset=True)


def _plain(document: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(document, default=date.isoformat, ensure_ascii=False))
    return plain

"""Reports asked for between the periodic ones (đột xuất): chosen agencies, an own subject and deadline."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.days import HANOI, day_of, end_of
from tasks.actors import Actor, require_coordinator
from tasks.asof import as_of
from tasks.errors import DomainError, NotFoundError, refuse_all
from tasks.models import Agency, Decision, Group, Membership, Round
from tasks.rounds.rounds import open_round
from tasks.status import Status, status_predicate

_CODE = re.compile(r"dot-xuat-(\d+)")


@dataclass(frozen=True, slots=True)
class AdHoc:
    """What is asked of whom by when. `deadline`: a last on-time day, or an instant from which on a report is late.

    Whom: agencies and groups by code, and, where `overdue` is set, every agency that has an overdue task.
    """

    subject: str
    deadline: date | datetime
    agencies: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    overdue: bool = False
    code: str | None = None  # else the next dot-xuat-N


def open_ad_hoc(session: Session, decision: Decision, asked: AdHoc, actor: Actor, now: datetime) -> Round:
    """Make an ad hoc round and open it at once."""
    require_coordinator(actor, decision, "yêu cầu báo cáo đột xuất")
    due, closes_at = _deadline(asked.deadline)
    expected = chosen_agencies(session, decision, asked, now)
    codes = session.scalars(select(Round.code).where(Round.decision_id == decision.id)).all()
    refuse_all([DomainError(fault) for fault in _faults(asked, closes_at, expected, codes, now)])
    round_ = Round(
        decision_id=decision.id,
        ladder_id=decision.ladder_id,
        code=asked.code or _next_code(codes),
        ad_hoc=True,
        text=asked.subject.strip(),
        expected=expected,
        opens=day_of(now),
        due=due,
        closes_at=closes_at,
    )
    session.add(round_)
    session.flush()
    return open_round(session, round_, actor, now)


def _deadline(deadline: date | datetime) -> tuple[date, datetime]:
    if not isinstance(deadline, datetime):
        return deadline, end_of(deadline)
    if deadline.tzinfo is None:
        deadline = deadline.replace(tzinfo=HANOI)
    return day_of(deadline - timedelta(microseconds=1)), deadline


def _next_code(codes: Sequence[str]) -> str:
    numbers = [int(match[1]) for code in codes if (match := _CODE.fullmatch(code))]
    return f"dot-xuat-{max(numbers, default=0) + 1}"


def _faults(
    asked: AdHoc, closes_at: datetime, expected: list[str], codes: Sequence[str], now: datetime
) -> list[str]:
    faults = []
    if not asked.subject.strip():
        faults.append("Báo cáo đột xuất phải có nội dung yêu cầu.")
    if closes_at <= now:
        faults.append(f"Hạn báo cáo {closes_at.astimezone(HANOI):%H:%M ngày %d/%m/%Y} đã qua.")
    if not expected:
        faults.append("Báo cáo đột xuất chưa chọn cơ quan nào, hoặc không có cơ quan nào đang quá hạn.")
    if asked.code is not None and asked.code in codes:
        faults.append(f"Mã lần báo cáo {asked.code} đã có.")
    if asked.code is not None and not _CODE.fullmatch(asked.code):
        faults.append(f"Mã lần báo cáo đột xuất phải có dạng dot-xuat-1, không phải {asked.code}.")
    return faults


def chosen_agencies(session: Session, decision: Decision, asked: AdHoc, now: datetime) -> list[str]:
    """Return the codes of the agencies asked, in Vietnamese order. Raises NotFoundError naming unknown codes."""
    in_directory = select(Agency.code).where(Agency.directory == decision.directory)
    members = (
        select(Group.code, Agency.code)
        .join_from(Group, Membership, Membership.group_id == Group.id)
        .join(Agency, Agency.id == Membership.agency_id)
        .where(Group.directory == decision.directory, Group.code.in_(asked.groups))
    )
    by_group = session.execute(members).tuples().all()
    known = set(session.scalars(in_directory.where(Agency.code.in_(asked.agencies))))
    refuse_all(
        [NotFoundError(f"Danh bạ không có cơ quan {c}.") for c in asked.agencies if c not in known]
        + [
            NotFoundError(f"Danh bạ không có nhóm {c}, hoặc nhóm chưa có cơ quan nào.")
            for c in asked.groups
            if c not in {group for group, _ in by_group}
        ]
    )
    chosen = known | {code for _, code in by_group}
    if asked.overdue:
        view = as_of(session, now)
        tasks = view.tasks()
        late = select(tasks.agency_id).where(
            tasks.decision_id == decision.id,
            status_predicate(Status.OVERDUE, tasks, view.today, view.soon_of(tasks)),
        )
        chosen |= set(session.scalars(in_directory.where(Agency.id.in_(late))))
    order = in_directory.where(Agency.code.in_(chosen), Agency.heir_id.is_(None)).order_by(Agency.sort_key)
    return list(session.scalars(order))

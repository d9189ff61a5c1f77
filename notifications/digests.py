"""The weekly digests, made from a stored snapshot alone, so that what was sent can be made again byte for byte."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from notifications.content.contexts import (
    AgencyLine,
    Changes,
    CoordinatorDigest,
    LateTask,
    LeadersDigest,
    RoundStanding,
    StatusCount,
)
from notifications.mailing import Addressee, Letter
from notifications.noticing import Day
from notifications.routine import Waiting
from notifications.views import View
from tasks.among import among
from tasks.models import Decision, Notice, NoticeState, Snapshot, Stream
from tasks.snapshots.snapshots import Body, Frame, last_snapshot, take_snapshot, tells_something_new
from tasks.status import Status

_NOTHING_NEW = "Không có gì thay đổi so với bản tin trước."
_LEADERS_ROWS = 5  # one screen


def digest_letter(session: Session, waiting: Waiting, view: View, day: Day) -> Letter | None:
    """Return the digest of one decision for one reader; None, with the reason recorded, when nothing changed."""
    notice = waiting.notices[0]
    decision = session.get_one(Decision, notice.decision_id)
    kind = notice.kind
    before = last_snapshot(session, decision, kind, view.today)
    snapshot = take_snapshot(session, decision, kind, _frame(decision, view, day, before))
    ids = [row.id for row in waiting.notices]
    if not tells_something_new(snapshot, before, late_only=kind == Stream.DIGEST_LEADERS.value):
        session.delete(snapshot)
        _mark(session, ids, state=NoticeState.SKIPPED, reason=_NOTHING_NEW, settled_at=view.now)
        return None
    _mark(session, ids, snapshot_id=snapshot.id)
    mail = digest_mail(
        snapshot, before, waiting.addressee, view, day.policies[decision.ladder_id].named_to_leaders
    )
    return Letter(
        addressee=waiting.addressee,
        stream=Stream(kind),
        speaks_for=view.today,
        kinds=(kind,),
        about=(),
        template=kind,
        mail=mail,
        officer=notice.to_officer,
        head=notice.to_head,
        decision_id=decision.id,
        key=f"{kind}:{decision.key}:{view.today.isoformat()}",
    )


def digest_mail(
    snapshot: Snapshot, before: Snapshot | None, addressee: Addressee, view: View, named_from: int
) -> CoordinatorDigest | LeadersDigest:
    """Return what the digest says; everything in it comes from the two snapshots."""
    reader = _Reader(snapshot, before, view)
    decision = view.decisions[snapshot.decision_id]
    for_leaders = snapshot.kind == Stream.DIGEST_LEADERS.value
    rows = _LEADERS_ROWS if for_leaders else None
    usual: dict[str, Any] = {
        "day": snapshot.as_of,
        "since": before.as_of if before else None,
        "decision": decision.name,
        "counts": reader.counts(),
        "changes": Changes(**snapshot.body["changes"]),
        "newly_late": reader.late("newly_late", rows),
        "newly_late_total": snapshot.body["newly_late"]["total"],
        "longest_late": reader.late("longest_late", rows),
        "late_total": snapshot.body["longest_late"]["total"],
        "agencies": reader.agencies(rows or 20),
        "agencies_total": snapshot.body["agencies"]["total"],
        "rounds": reader.rounds(),
    }
    if not for_leaders:
        return CoordinatorDigest(agency_name=addressee.name, url=view.url("dieu-phoi"), **usual)
    return LeadersDigest(
        addressee=addressee.name,
        coordinator_name=decision.coordinator,
        named=reader.late("named", 2 * _LEADERS_ROWS),
        named_total=snapshot.body["named"]["total"],
        named_from=named_from,
        url=view.url("lanh-dao"),
        **usual,
    )


class _Reader:
    """Turns a snapshot's plain data into what templates print."""

    def __init__(self, snapshot: Snapshot, before: Snapshot | None, view: View) -> None:
        self._body: Body = snapshot.body
        self._before: Body | None = before.body if before else None
        self._decision = snapshot.decision_id
        self._view = view

    def counts(self) -> tuple[StatusCount, ...]:
        now, before = self._body["counts"], self._before["counts"] if self._before else None
        return tuple(
            StatusCount(
                status.value, now.get(status.value, 0), before.get(status.value, 0) if before else None
            )
            for status in Status
            if now.get(status.value) or (before and before.get(status.value))
        )

    def late(self, name: str, limit: int | None) -> tuple[LateTask, ...]:
        return tuple(
            LateTask(
                agency_name=row["agency"],
                duty_code=row["code"],
                text=row["text"],
                due=date.fromisoformat(row["due"]),
                days=self._view.days(date.fromisoformat(row["due"])),
                url=self._view.url(f"viec/{row['task']}"),
            )
            for row in self._body[name]["rows"][:limit]
        )

    def agencies(self, limit: int) -> tuple[AgencyLine, ...]:
        before = (
            {row["code"]: row["late"] for row in self._before["agencies"]["all"]} if self._before else None
        )
        return tuple(
            AgencyLine(
                agency_name=row["name"],
                late=row["late"],
                tasks=row["tasks"],
                url=self._view.url(f"co-quan/{row['code']}"),
                before=None if before is None else before.get(row["code"], 0),
            )
            for row in self._body["agencies"]["all"][:limit]
        )

    def rounds(self) -> tuple[RoundStanding, ...]:
        return tuple(
            RoundStanding(
                text=row["text"],
                due=date.fromisoformat(row["due"]),
                days=self._view.days(date.fromisoformat(row["due"])),
                url=self._view.round_url(self._decision, row["code"]),
                **{name: row[name] for name in ("expected", "on_time", "late", "nil", "exempt", "missing")},
            )
            for row in self._body["rounds"]
        )


def _frame(decision: Decision, view: View, day: Day, before: Snapshot | None) -> Frame:
    named_from = day.policies[decision.ladder_id].named_to_leaders
    last = view.calendar.add_working_days(view.today, -named_from)
    return Frame(
        today=view.today,
        now=view.now,
        soon_until=view.soon_until[decision.ladder_id],
        named_until=view.calendar.next_working_day(last) - timedelta(days=1),
        since=before.as_of if before else None,
    )


def _mark(session: Session, notices: list[int], **values: Any) -> None:
    statement = update(Notice).where(among(Notice.id, notices)).values(**values)
    session.execute(statement.execution_options(synchronize_session=False))

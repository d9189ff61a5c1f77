"""Mail to an agency that is no longer responsible: what waits is put aside and said to its heir instead."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from catalog.days import day_of
from tasks.database import insert_new
from tasks.keys import notice_key
from tasks.models import Agency, Decision, Message, MessageState, Notice, NoticeState, Standing, Stream, Task

_GONE = "Cơ quan đã sáp nhập vào cơ quan khác; nội dung được gửi cho cơ quan kế thừa."
_UNSENT = (MessageState.PLANNED, MessageState.DEFERRED)


def readdress(session: Session, agency: int, heir: int, decisions: Iterable[int], now: datetime) -> None:
    """Take back unsent mail to the agency, give what it would have said to the heir, and owe the heir its new duties.

    A mail that is leaving at this moment leaves.
    """
    unsent = and_(Message.agency_id == agency, Message.state.in_(_UNSENT))
    back = and_(Notice.state == NoticeState.QUEUED, Notice.message_id.in_(select(Message.id).where(unsent)))
    _write(session, update(Notice).where(back).values(state=NoticeState.PENDING, message_id=None))
    _write(
        session,
        update(Message).where(unsent).values(state=MessageState.SUPERSEDED, reason=_GONE, lease_until=None),
    )
    waiting = and_(Notice.agency_id == agency, Notice.state == NoticeState.PENDING)
    inherited = or_(
        Notice.task_id.in_(select(Task.id).where(Task.agency_id == heir)),
        Notice.standing_id.in_(select(Standing.id).where(Standing.agency_id == heir)),
        Notice.duty_id.is_not(None),
        Notice.stream.in_((Stream.COORDINATION, Stream.DIGEST_COORDINATOR, Stream.DIGEST_LEADERS)),
        Notice.kind == "amended",
    )
    _write(session, update(Notice).where(waiting, inherited).values(agency_id=heir))
    _write(
        session,
        update(Notice).where(waiting).values(state=NoticeState.SKIPPED, reason=_GONE, settled_at=now),
    )
    _owe_assignments(session, agency, heir, decisions, now)


def _owe_assignments(
    session: Session, agency: int, heir: int, decisions: Iterable[int], now: datetime
) -> None:
    codes = dict(
        session.execute(select(Agency.id, Agency.code).where(Agency.id.in_([agency, heir]))).tuples().all()
    )
    active = select(Decision.id, Decision.key).where(
        Decision.id.in_(list(decisions)), Decision.active_since.is_not(None)
    )
    rows = [
        {
            "key": notice_key("assignment", f"decision:{key}@{codes[agency]}", 0, None, codes[heir]),
            "kind": "assignment",
            "step": 0,
            "stream": Stream.ROUTINE,
            "agency_id": heir,
            "to_officer": True,
            "to_head": False,
            "decision_id": number,
            "on_day": day_of(now),
            "state": NoticeState.PENDING,
            "reason": "",
        }
        for number, key in session.execute(active).tuples()
        if not _owed(session, heir, number)
    ]
    if rows:
        session.execute(insert_new(session, Notice), rows)


def _owed(session: Session, heir: int, decision: int) -> bool:
    """Tell whether the heir waits to be told of this decision already: one list says it all."""
    waiting = select(Notice.id).where(
        Notice.agency_id == heir,
        Notice.decision_id == decision,
        Notice.kind == "assignment",
        Notice.state == NoticeState.PENDING,
    )
    return session.scalar(waiting.limit(1)) is not None


def _write(session: Session, statement: object) -> None:
    session.execute(statement.execution_options(synchronize_session=False))  # type: ignore[attr-defined]  # an update

"""Whom an amendment has to be told to: each agency whose tasks or reports it changes, once, in one mail."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from catalog.days import day_of
from tasks.among import among
from tasks.keys import notice_key
from tasks.models import Agency, Amendment, Notice, NoticeState, Stream


def owe_amended(session: Session, amendment: Amendment, agencies: Iterable[int], now: datetime) -> int:
    """Note that the agencies have to be told at once; return how many. A silent decision says nothing."""
    if amendment.decision.active_since is None:
        return 0
    wanted = select(Agency.id, Agency.code).where(among(Agency.id, set(agencies)))
    rows = [
        {
            "key": notice_key("amended", f"amendment:{amendment.id}", 0, None, code),
            "kind": "amended",
            "step": 0,
            "stream": Stream.TRANSACTIONAL,
            "agency_id": number,
            "to_officer": True,
            "to_head": False,
            "decision_id": amendment.decision_id,
            "on_day": day_of(now),
            "state": NoticeState.PENDING,
            "reason": "",
        }
        for number, code in session.execute(wanted.order_by(Agency.id)).tuples()
    ]
    if rows:
        session.execute(insert(Notice), rows)
    return len(rows)

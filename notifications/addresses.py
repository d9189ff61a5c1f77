"""Agencies that could not be written to: told to the coordinator, never skipped in silence."""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from notifications.content.contexts import BadAddress
from notifications.noticing import Day
from tasks.database import insert_new
from tasks.keys import notice_key
from tasks.models import Agency, Contact, Decision, Message, MessageState, Notice, NoticeState, Stream


def bad_addresses(session: Session, today: date) -> tuple[BadAddress, ...]:
    """Return the agencies whose mail of `today` had no address to go to, and the addresses that came back."""
    unwritten = (
        select(Agency.name, Agency.sort_key)
        .join(Message, Message.agency_id == Agency.id)
        .where(Message.speaks_for == today, Message.state == MessageState.SKIPPED)
        .distinct()
        .order_by(Agency.sort_key)
    )
    bounced = (
        select(Agency.name, Contact.email, Contact.bounce_reason)
        .join(Contact, Contact.agency_id == Agency.id)
        .where(Contact.bounced_at.is_not(None))
        .order_by(Agency.sort_key, Contact.id)
    )
    without = tuple(BadAddress(row.name) for row in session.execute(unwritten))
    return without + tuple(
        BadAddress(row.name, row.email, row.bounce_reason) for row in session.execute(bounced)
    )


def note_bad_addresses(session: Session, day: Day) -> bool:
    """Owe each active decision's coordinator word of them, once a month as long as there are any; return whether there are."""
    skipped = select(Message.id).where(Message.speaks_for == day.today, Message.state == MessageState.SKIPPED)
    bounced = select(Contact.id).where(Contact.bounced_at.is_not(None))
    if session.scalar(select(or_(skipped.exists(), bounced.exists()))) is not True:
        return False
    month = day.today.replace(day=1)
    rows = [
        {
            "key": notice_key("bad_address", f"decision:{decision.key}", 0, month, decision.coordinator.code),
            "kind": "bad_address",
            "stream": Stream.COORDINATION,
            "agency_id": decision.coordinator_id,
            "decision_id": decision.id,
            "due": month,
            "on_day": day.today,
            "state": NoticeState.PENDING,
            "reason": "",
            "step": 0,
            "to_officer": True,
            "to_head": False,
        }
        for decision in session.scalars(select(Decision).where(Decision.active_since.is_not(None)))
    ]
    if rows:
        session.execute(insert_new(session, Notice), rows)
    return True

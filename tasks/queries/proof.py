"""Proof of urging: every notice with the mail it stood in and what became of each address, oldest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from tasks.models import (
    Agency,
    Decision,
    Duty,
    Message,
    MessageState,
    Notice,
    NoticeState,
    Recipient,
    Round,
    Standing,
    Task,
)


@dataclass(frozen=True, slots=True)
class Told:
    """One notice to one address. `about` is a duty's code or a round's text; `led_by` the agency whose task it is about.

    `step` counts working days from `due`, negative before. A notice that never stood in a mail has neither mail nor address.
    """

    agency: str
    agency_name: str
    kind: str
    about: str
    led_by: str
    step: int
    due: date | None
    on_day: date
    state: NoticeState
    reason: str
    subject: str | None
    mail_state: MessageState | None
    sent_at: datetime | None
    message_id: str | None
    address: str | None
    outcome: str | None
    reply: str | None


@dataclass(frozen=True, slots=True)
class ProofFilter:
    """Which notices; `until` is an inclusive day. Empty means all."""

    decision: str | None = None
    agency: str | None = None
    round: str | None = None
    until: date | None = None


def proof(session: Session, wanted: ProofFilter) -> Iterator[Told]:
    """Yield who was told what and when, in one statement read a thousand rows at a time."""
    of_standing, of_task, leads = aliased(Round), aliased(Duty), aliased(Agency)
    about = func.coalesce(of_task.code, Duty.code, of_standing.text, "")
    columns = (
        Agency.code, Agency.name, Notice.kind, about, func.coalesce(leads.name, ""), Notice.step, Notice.due,
        Notice.on_day, Notice.state, Notice.reason, Message.subject, Message.state, Message.sent_at,
        Message.message_id, Recipient.address, Recipient.outcome, Recipient.reply,
    )  # fmt: skip
    rows = (
        select(*columns)
        .select_from(Notice)
        .join(Agency, Agency.id == Notice.agency_id)
        .outerjoin(Decision, Decision.id == Notice.decision_id)
        .outerjoin(Task, Task.id == Notice.task_id)
        .outerjoin(of_task, of_task.id == Task.duty_id)
        .outerjoin(Duty, Duty.id == Notice.duty_id)
        .outerjoin(Standing, Standing.id == Notice.standing_id)
        .outerjoin(of_standing, of_standing.id == Standing.round_id)
        .outerjoin(leads, leads.id == func.coalesce(Task.agency_id, Standing.agency_id))
        .outerjoin(Message, Message.id == Notice.message_id)
        .outerjoin(Recipient, Recipient.message_id == Message.id)
        .order_by(Notice.on_day, Agency.sort_key, Notice.id, Recipient.id)
    )
    if wanted.decision:
        rows = rows.where(Decision.key == wanted.decision)
    if wanted.agency:
        # what was said to the agency, and what was said of it to others
        rows = rows.where(or_(Agency.code == wanted.agency, leads.code == wanted.agency))
    if wanted.round:
        rows = rows.where(of_standing.code == wanted.round)
    if wanted.until:
        rows = rows.where(Notice.on_day <= wanted.until)
    for row in session.execute(rows.execution_options(yield_per=1000)).tuples():
        yield Told(*row)

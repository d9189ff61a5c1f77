"""What the rehearsal shows is what the real flows send over the same days: same agencies, kinds, subjects, subjects' tasks.

The flows run for real in this process, sweep then delivery, on the real decision; the mails are read back from the files
they were written to.
"""

import asyncio
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import select

from catalog.days import HANOI
from flows.deliver import delivery
from flows.sweep import morning_sweep
from notifications.mailing import read_letterhead
from notifications.rehearsal import AFTERNOON, MORNING, Rehearsal, copy_in_memory, rehearse
from tasks.acting import act
from tasks.activation import activate
from tasks.calendars import calendar_of
from tasks.database import writing
from tasks.intake import stored_decision, take_in
from tasks.models import Agency, Message, MessageState
from tasks.scenario import Scenario

pytestmark = [pytest.mark.usefixtures("prefect_api", "home"), pytest.mark.xdist_group("prefect")]

FIRST, LAST = date(2025, 8, 11), date(2025, 8, 15)  # reminders, a last day, the first overdue and escalation
LETTERHEAD = read_letterhead("Đôn đốc nhiệm vụ <dondoc@dondoc.example>", "http://127.0.0.1:8000")


def at(day, hour):
    return datetime.combine(day, hour, HANOI)


def load(engine):
    with writing(engine) as session:
        key, _ = take_in(session, "hai-phong-dan-van-2025-2", date(2025, 7, 25), "admin", at(FIRST, MORNING))
        activate(session, stored_decision(session, key), at(FIRST, MORNING), calendar_of(session), "admin")


def rehearsed(engine):
    played = rehearse(copy_in_memory(engine), Rehearsal(FIRST, LAST, Scenario.MIXED), LETTERHEAD)
    return {
        day.on: sorted((one.agency, one.kinds, one.subject, one.about) for one in day.messages)
        for day in played
    }


def sent_by_the_flows(engine, home):
    found = {}
    for number in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=number)
        for flow in (morning_sweep, delivery):
            state = asyncio.run(flow(as_of=at(day, MORNING).isoformat(), return_state=True))
            assert state.is_completed(), state.message
        with writing(engine) as session:
            rows = session.execute(
                select(Agency.code, Message.kinds, Message.subject, Message.about, Message.state, Message.key)
                .join(Agency, Agency.id == Message.agency_id)
                .where(Message.speaks_for == day)
            ).all()
            assert {row.state for row in rows} <= {MessageState.SENT}
            found[day] = sorted((row.code, tuple(row.kinds), row.subject, tuple(row.about)) for row in rows)
            act(session, Scenario.MIXED, at(day, AFTERNOON))
        written = [
            message_from_bytes(path.read_bytes(), policy=default) for path in (home / "mail").glob("*.eml")
        ]
        assert {row.subject for row in rows} <= {mail["Subject"] for mail in written}
    return found


def test_the_rehearsal_is_what_the_flows_send(office, home):
    load(office)
    shown = rehearsed(office)
    assert sum(map(len, shown.values())) > 400
    assert sent_by_the_flows(office, home) == shown

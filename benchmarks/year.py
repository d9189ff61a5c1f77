"""What became of a country's tasks and what was mailed about them, put in with a few statements: measured is reading it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, String, cast, func, insert, literal, null, select, update

from benchmarks.databases import writing
from catalog.calendar import WorkingCalendar
from tasks.models import (
    Agency,
    Life,
    Message,
    MessageState,
    Notice,
    NoticeState,
    Recipient,
    Standing,
    Stream,
    Submission,
    Task,
    TaskEvent,
)

# Each twentieth of the tasks: what became of it, by which action, the day that counts, when it was recorded.
_LIVES = (
    (Life.COMPLETED, "confirm", date(2025, 9, 9), datetime(2025, 9, 10, 3, tzinfo=UTC)),
    (Life.COMPLETED, "confirm", date(2025, 9, 12), datetime(2025, 9, 12, 3, tzinfo=UTC)),
    (Life.COMPLETED, "confirm", date(2025, 10, 2), datetime(2025, 10, 2, 3, tzinfo=UTC)),
    (Life.DECLARED, "declare", date(2025, 10, 6), datetime(2025, 10, 6, 3, tzinfo=UTC)),
    (Life.IN_PROGRESS, "start", None, datetime(2025, 10, 8, 3, tzinfo=UTC)),
    (Life.IN_PROGRESS, "start", None, datetime(2025, 9, 15, 3, tzinfo=UTC)),
)
_KEPT = (
    "agency_id", "life", "start", "due", "original_due", "waits", "declared_on", "declared_by",
    "declares_not_applicable", "counted_on",
)  # fmt: skip
_KINDS = (["reminder"], ["overdue", "reminder"], ["last_day"], ["overdue"], ["round_reminder", "reminder"])
_BODY = (
    b"MIME-Version: 1.0\r\n\r\n" + b"x" * 2_000
)  # bytes; a real one is larger, and lies apart from what lists read


def live(engine: Engine) -> None:
    """Have three tenths of the tasks worked on, with the events that a past view needs."""
    for part, (life, action, day, instant) in enumerate(_LIVES):
        chosen = (Task.id % 20 == part, Task.due.is_not(None), Task.life == Life.NOT_STARTED)
        kept = [getattr(Task, name) for name in _KEPT]
        events = select(
            Task.id, literal(instant), literal("benchmark"), literal(action), literal(""), literal(""), Task.since,
            *kept, literal(life, Task.life.type), Task.due, _day(day),
        ).where(*chosen)  # fmt: skip
        columns = (
            "task_id", "recorded_at", "by", "action", "reason", "document_number", "from_since",
            *(f"from_{name}" for name in _KEPT), "to_life", "to_due", "to_counted_on",
        )  # fmt: skip
        with writing(engine, keep=True) as connection:
            connection.execute(insert(TaskEvent).from_select(columns, events))
            connection.execute(
                update(Task).where(*chosen).values(life=life, counted_on=day, declared_on=day, since=instant)
            )


def hand_in(engine: Engine, received: date, now: datetime) -> None:
    """Have two thirds of the agencies hand in what the open rounds ask for."""
    with writing(engine, keep=True) as connection:
        connection.execute(
            update(Standing)
            .where(Standing.id % 3 != 0)
            .values(state=Submission.SUBMITTED, received_on=received, on_time=True, since=now)
        )


def mail(engine: Engine, first: date, last: date) -> None:
    """Put in the mails of every working day from `first` to `last`: one for each second agency, with what it told."""
    for number, day in enumerate(_working_days(first, last)):
        with writing(engine, keep=True) as connection:
            _mail_day(connection, number, day)


def _mail_day(connection: Connection, number: int, day: date) -> None:
    kinds = _KINDS[number % len(_KINDS)]
    morning = datetime.combine(day, time(1), UTC)
    key = literal("m:") + cast(Agency.id, String) + literal(f":{day}")
    values: dict[str, Any] = {
        "key": key,
        "stream": literal(Stream.ROUTINE, Message.stream.type),
        "agency_id": Agency.id,
        "kinds": literal(kinds, Message.kinds.type),
        "about": literal([], Message.about.type),
        "subject": literal(f"Nhắc việc ngày {day:%d/%m/%Y}: việc sắp đến hạn của đơn vị"),
        "message_id": key + literal("@benchmark.example"),
        "mime": literal(_BODY),
        "speaks_for": literal(day),
        "state": literal(MessageState.SENT, Message.state.type),
        "attempts": literal(1),
        "next_attempt_at": literal(morning),
        "created_at": literal(morning),
        "sent_at": literal(morning),
        "reason": literal(""),
    }
    chosen = select(*values.values()).where((Agency.id + number) % 2 == 0)
    connection.execute(insert(Message).from_select(list(values), chosen))
    of_day = Message.speaks_for == day
    addresses = select(
        Message.id,
        literal("van-thu@") + cast(Message.agency_id, String) + ".example",
        literal("sent"),
        literal(""),
    )
    connection.execute(
        insert(Recipient).from_select(["message_id", "address", "outcome", "reply"], addresses.where(of_day))
    )
    for kind in kinds:
        _notices(connection, kind, day)


def _notices(connection: Connection, kind: str, day: date) -> None:
    values: dict[str, Any] = {
        "key": literal(f"{kind}:") + cast(Message.id, String),
        "kind": literal(kind),
        "step": literal(0),
        "stream": Message.stream,
        "agency_id": Message.agency_id,
        "to_officer": literal(True),
        "to_head": literal(False),
        "due": literal(day),
        "on_day": literal(day),
        "state": literal(NoticeState.TOLD, Notice.state.type),
        "reason": literal(""),
        "message_id": Message.id,
    }
    told = select(*values.values()).where(Message.speaks_for == day)
    connection.execute(insert(Notice).from_select(list(values), told))


def _working_days(first: date, last: date) -> Iterator[date]:
    calendar, day = WorkingCalendar(), first
    while day <= last:
        if calendar.is_working_day(day):
            yield day
        day += timedelta(days=1)


def _day(day: date | None) -> Any:
    return cast(null(), Task.due.type) if day is None else literal(day)


def tasks_there(engine: Engine) -> int:
    """Return how many tasks there are."""
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(Task)) or 0

"""What agencies must be told at once, noted in the transaction of the fact. A silent decision says nothing."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from tasks.keys import notice_key
from tasks.models import Extension, Notice, Standing, Stream, Task


def owe_returned(session: Session, tasks: Sequence[Task], today: date) -> None:
    """Note that each agency's declaration came back just now; a second return of the same task is said too."""
    for task in tasks:
        _owe(session, "returned", f"task:{task.id}@{_stamp(task.since)}", task, today)


def owe_extension_answer(session: Session, extension: Extension, task: Task, today: date) -> None:
    """Note the answer to a request for a later due day."""
    kind = "extension_granted" if extension.granted else "extension_refused"
    _owe(session, kind, f"extension:{extension.id}", task, today)


def owe_returned_report(session: Session, standing: Standing, today: date) -> None:
    """Note that an agency's report came back with comments just now."""
    decision = standing.round.decision
    if decision.active_since is None:
        return
    session.add(
        Notice(
            key=notice_key(
                "returned",
                f"standing:{standing.id}@{_stamp(standing.since)}",
                0,
                standing.due,
                standing.agency.code,
            ),
            kind="returned",
            stream=Stream.TRANSACTIONAL,
            agency_id=standing.agency_id,
            decision_id=decision.id,
            standing_id=standing.id,
            due=standing.due,
            on_day=today,
        )
    )


def _stamp(instant: datetime) -> str:
    """Return an instant as part of a key: what is recorded of one thing never has the same."""
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%S.%f}"


def _owe(session: Session, kind: str, fact: str, task: Task, today: date) -> None:
    if task.decision.active_since is None:
        return
    session.add(
        Notice(
            key=notice_key(kind, fact, 0, task.due, task.agency.code),
            kind=kind,
            stream=Stream.TRANSACTIONAL,
            agency_id=task.agency_id,
            decision_id=task.decision_id,
            task_id=task.id,
            due=task.due,
            on_day=today,
        )
    )

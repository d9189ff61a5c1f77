"""When a duty or a round falls due: what a person set wins, else the reading of the decision's words."""

from dataclasses import dataclass
from datetime import date

from catalog.calendar import WorkingCalendar
from catalog.deadlines import Kind, Reading, read_deadline
from catalog.decision import Decision, Duty, Round
from catalog.text import search_key

_WITHOUT_END = {Kind.ONGOING, Kind.RECURRING}


@dataclass(frozen=True, slots=True)
class Timing:
    """`due` is the last on-time day, inclusive; without it `event` is the code of what the duty waits for.

    Neither means that the duty has no end. `understood` is false where the words need a person and none has set
    a date.
    """

    reading: Reading
    start: date | None
    due: date | None
    event: str | None
    understood: bool


def duty_timing(duty: Duty, decision: Decision, calendar: WorkingCalendar) -> Timing:
    """Read the duty's deadline with the issue date and the year of who wrote it and the decision's sense of "trước"."""
    reading = _read(duty.deadline, duty, decision, calendar)
    trusted = None if reading.needs_review else reading
    start = duty.start or (trusted.start if trusted else None)
    due = duty.due or (trusted.due if trusted else None)
    return Timing(
        reading=reading,
        start=start,
        due=due,
        event=_event(duty, reading) if trusted and due is None and not duty.dated_by_hand else None,
        understood=duty.dated_by_hand or trusted is not None,
    )


def round_due(planned: Round, decision: Decision, calendar: WorkingCalendar) -> date | None:
    """Return the round's last on-time day, inclusive, or None where its words give none."""
    if planned.due is not None:
        return planned.due
    reading = _read(planned.text, planned, decision, calendar)
    return None if reading.needs_review else reading.due


def _read(text: str, row: Duty | Round, decision: Decision, calendar: WorkingCalendar) -> Reading:
    return read_deadline(
        text,
        issued=row.issued_on or decision.issued_on,
        doc_year=row.year or decision.year,
        before_inclusive=decision.before_inclusive,
        calendar=calendar,
    )


def _event(duty: Duty, reading: Reading) -> str | None:
    if duty.event is not None:
        return duty.event
    if reading.kind in _WITHOUT_END:
        return None
    return search_key(duty.deadline).replace(" ", "-")

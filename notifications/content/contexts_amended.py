"""What a mail says of an amendment, finished, like the records of `notifications.content.contexts`."""

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class AmendedItem:
    """One duty of the addressed agency that an amendment changed. `due_before` is the last on-time day until then."""

    what: Literal["added", "restored", "moved", "reworded", "cancelled"]
    duty_code: str
    text: str
    deadline_text: str
    due_before: date | None
    due: date | None
    days: int
    reason: str
    url: str


@dataclass(frozen=True, slots=True)
class AmendedReport:
    """One report of the addressed agency whose deadline was moved, or a new one: then `due_before` is None."""

    text: str
    due_before: date | None
    due: date
    days: int
    url: str


@dataclass(frozen=True, slots=True)
class AmendedMail:
    """Everything that amendments of one decision change for one agency. Items or reports has something in it."""

    agency_name: str
    day: date
    decision: str
    amendments: tuple[str, ...]  # "Quyết định số 99/QĐ-UBND ngày 15/10/2025"
    coordinator_name: str
    items: tuple[AmendedItem, ...]
    reports: tuple[AmendedReport, ...]
    url: str
    has_calendar: bool = True

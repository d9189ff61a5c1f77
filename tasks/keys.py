"""The one spelling of every key that makes a second run do nothing. Only stable identifiers, never a localised word."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, cast, literal


def notice_key(kind: str, subject: str, step: int, due: date | None, agency: str) -> str:
    """Return a notice's key. `subject` is "task:12", "standing:7", "duty:3", "decision:KEY" or "occasion:2"."""
    return f"{kind}:{subject}:{step:+d}:{due.isoformat() if due else 'none'}:{agency}"


def notice_key_of(
    kind: str, subject: tuple[str, Any], step: int, due: date | None, agency: Any
) -> ColumnElement[str]:
    """Return `notice_key` as SQL over a subject ("task", its id column) and an agency's code column."""
    name, number = subject
    sample = notice_key(kind, f"{name}:\0", step, due, "\1")
    before, middle = sample.removesuffix("\1").split("\0")
    whole: ColumnElement[str] = literal(before) + cast(number, String) + literal(middle) + agency
    return whole


def message_key(stream: str, directory: str, agency: str, day: date) -> str:
    """Return the key of an agency's one mail of a stream on a day."""
    return f"{stream}:{directory}:{agency}:{day.isoformat()}"

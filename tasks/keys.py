"""The one spelling of every key that makes a second run do nothing. Only stable identifiers, never a localised word."""

from datetime import date


def notice_key(kind: str, subject: str, step: int, due: date | None, agency: str) -> str:
    """Return a notice's key. `subject` is "task:12", "standing:7", "duty:3", "decision:KEY" or "occasion:2"."""
    return f"{kind}:{subject}:{step:+d}:{due.isoformat() if due else 'none'}:{agency}"


def message_key(stream: str, directory: str, agency: str, day: date) -> str:
    """Return the key of an agency's one mail of a stream on a day."""
    return f"{stream}:{directory}:{agency}:{day.isoformat()}"

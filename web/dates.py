"""Days as people type them: dd/mm/yyyy, also with dots or hyphens or one digit; ISO days as links carry them."""

import re
from datetime import date

_TYPED = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")


def day_from(text: str) -> date | None:
    """Return the day, or None when there is no such day."""
    stripped = text.strip()
    typed = _TYPED.fullmatch(stripped)
    try:
        return date(int(typed[3]), int(typed[2]), int(typed[1])) if typed else date.fromisoformat(stripped)
    except ValueError:
        return None

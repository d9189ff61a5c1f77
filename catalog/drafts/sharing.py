"""A cell that names the lead and the supporters together, each after its own word, taken apart."""

import re

_LEAD = r"(?:(?:cơ quan|đơn vị)\s+)?(?:chủ\s+trì|đầu\s+mối)(?:\s+(?:thực hiện|tham mưu))?\s*:"
_SUPPORT = r"(?:(?:các\s+)?(?:cơ quan|đơn vị)\s+)?phối\s+hợp(?:\s+thực hiện)?\s*:"
_SHARED = re.compile(
    rf"^\s*[-+*•]?\s*{_LEAD}\s*(?P<lead>.+?)[\s;,.]*(?:[-+*•]\s*)?\b{_SUPPORT}\s*(?P<support>.+?)[\s;.]*$",
    re.IGNORECASE | re.DOTALL,
)
_ALONE = re.compile(rf"^\s*[-+*•]?\s*{_LEAD}\s*(?P<lead>.+?)[\s;.]*$", re.IGNORECASE | re.DOTALL)


def take_apart(cell: str) -> tuple[str, str] | None:
    """Return lead and supporters of "Chủ trì: …; phối hợp: …"; None where the cell does not say which is which."""
    shared = _SHARED.match(cell)
    if shared:
        return shared["lead"].strip(), shared["support"].strip()
    alone = _ALONE.match(cell)
    return (alone["lead"].strip(), "") if alone else None

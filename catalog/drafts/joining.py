"""Lines of one cell made one line of text again, as it stood before it was wrapped."""

import re
from collections.abc import Iterable

from catalog.text import normalize

# "33/CT-" + "TTg", "01/8/" + "2025", "xã/" + "phường": a break after a hyphen or a stroke that touches its word.
_GLUED = re.compile(r"(?<=[^\s/\-–][/\-])\n(?=\w)")
_BEFORE_MARK = re.compile(r"\s+(?=[,;:.!?)\]”](?:\s|$))")


def join_lines(lines: Iterable[str]) -> str:
    """Return the lines as one, in NFC: a break becomes a space, except inside a number or symbol split at its hyphen."""
    text = "\n".join(filter(None, (line.strip() for line in lines)))
    return normalize(_GLUED.sub("", text))


def join_text(text: str) -> str:
    """As `join_lines`, of text that holds its own line breaks."""
    return join_lines(text.splitlines())


def unfinished(text: str) -> bool:
    """Tell whether `text` cannot be the end of a cell: it stops at a joining mark or inside a bracket."""
    last = text.rstrip()
    return bool(
        re.search(r"(?:[,;:(\-–/]|\b(?:và|của|với|về|tại|cho|các|những|hoặc|theo))$", last, re.IGNORECASE)
    ) or (last.count("(") > last.count(")"))

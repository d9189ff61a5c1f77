"""Lines of one cell made one line of text again, as it stood before it was wrapped."""

import re
from collections.abc import Iterable

from catalog.text import normalize

# "33/CT-" + "TTg", "01/8/" + "2025", "xã/" + "phường": a break after a hyphen or a stroke that touches its word.
_GLUED = re.compile(r"(?<=[^\s/\-–][/\-])\n(?=\w)")
# "15/10/202" + "6": a narrow column cuts a year in two.
_CUT_YEAR = re.compile(
    r"(\b\d{1,2}[/.\-]\d{1,2}[/.\-])(\d{1,3})\n(\d{1,3})(?![\d/.\-])|(\d[/.\-])(\d{1,3})\n(\d{1,3})(?=\s*(?:$|[\n,;)]))"
)


def join_lines(lines: Iterable[str]) -> str:
    """Return the lines as one, in NFC: a break becomes a space, except inside a number or symbol split at its hyphen."""
    text = "\n".join(filter(None, (line.strip() for line in lines)))
    return normalize(_CUT_YEAR.sub(_whole_year, _GLUED.sub("", text)))


def _whole_year(cut: re.Match[str]) -> str:
    before, head, tail = cut.groups()[:3] if cut[1] else cut.groups()[3:]
    year = head + tail
    return f"{before}{year}" if re.fullmatch(r"20\d\d", year) else cut[0]


def join_text(text: str) -> str:
    """As `join_lines`, of text that holds its own line breaks."""
    return join_lines(text.splitlines())


def unfinished(text: str) -> bool:
    """Tell whether `text` cannot be the end of a cell: it stops at a joining mark or inside a bracket."""
    last = text.rstrip()
    return bool(
        re.search(r"(?:[,;:(\-–/]|\b(?:và|của|với|về|tại|cho|các|những|hoặc|theo))$", last, re.IGNORECASE)
    ) or (last.count("(") > last.count(")"))

"""Charts for mail: bars of table cells, with the same bars in block characters for the text part.

A picture file needs fonts, differs with the version of what draws it, and is blocked or attached by mail clients until
the reader asks for it. Cells of a table with a background colour show in every client at once, follow dark mode, are
read aloud with their words, and are the same bytes each time; so that is the chart. Only whole percents come out of here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from notifications.content.contexts import AgencyLine, RoundStanding, StatusCount
from notifications.content.wording import status_tone, status_words

_FULL = 100  # percent
_TEXT_WIDTH = 30  # characters of the longest bar in the text part


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a bar: its words, its colour, its value and its width in whole percents of the whole bar."""

    label: str
    tone: str
    value: int
    width: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: its parts in order and `rest`, the percents left empty."""

    label: str
    segments: tuple[Segment, ...]
    rest: int
    total: int

    @property
    def blocks(self) -> str:
        """The bar in block characters, for the text part."""
        return "█" * max(1, round((_FULL - self.rest) * _TEXT_WIDTH / _FULL)) if self.total else ""


def shares(values: Sequence[int], whole: int = _FULL) -> tuple[int, ...]:
    """Split `whole` in proportion to `values`, to the last unit; what is not zero gets one unit at least.

    All zero gives all zero. There must be fewer values than units.
    """
    total = sum(values)
    if not total:
        return tuple(0 for _ in values)
    parts = [max(1, value * whole // total) if value else 0 for value in values]
    while sum(parts) > whole:
        parts[parts.index(max(parts))] -= 1
    by_loss = sorted(range(len(values)), key=lambda i: parts[i] - values[i] * whole / total)
    for place in range(whole - sum(parts)):
        parts[by_loss[place % len(parts)]] += 1
    return tuple(parts)


def status_bar(counts: Sequence[StatusCount]) -> Bar:
    """Return one full-width bar of the tasks by status; statuses without a task are left out."""
    held = [count for count in counts if count.now]
    widths = shares([count.now for count in held])
    segments = tuple(
        Segment(status_words(count.status), status_tone(count.status), count.now, width)
        for count, width in zip(held, widths, strict=True)
    )
    total = sum(count.now for count in held)
    return Bar("Tình trạng nhiệm vụ", segments, 0 if total else _FULL, total)


def agency_bars(lines: Sequence[AgencyLine]) -> tuple[Bar, ...]:
    """Return a bar for each agency, the one with the most late tasks at full width."""
    most = max((line.late for line in lines), default=0)
    return tuple(_scaled(line.agency_name, (("Quá hạn", "red", line.late),), most) for line in lines)


def round_bar(standing: RoundStanding) -> Bar:
    """Return one full-width bar of a round: reported on time, late, exempt, not reported."""
    missing = "red" if standing.days < 0 else "grey"
    parts = (
        ("Đúng hạn", "green", standing.on_time),
        ("Chậm", "orange", standing.late),
        ("Được miễn", "violet", standing.exempt),
        ("Chưa nộp", missing, standing.missing),
    )
    return _scaled(standing.text, parts, sum(value for _, _, value in parts))


def _scaled(label: str, parts: Sequence[tuple[str, str, int]], most: int) -> Bar:
    total = sum(value for _, _, value in parts)
    *widths, rest = shares([*(value for _, _, value in parts), max(0, most - total)])
    segments = tuple(
        Segment(words, tone, value, width)
        for (words, tone, value), width in zip(parts, widths, strict=True)
        if value
    )
    return Bar(label, segments, rest if total else _FULL, total)

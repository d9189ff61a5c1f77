"""The geometry of charts: bars whose parts are whole units wide. Templates draw them as SVG and print the table beside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from notifications.content.charts import shares
from tasks.rounds.standing import RoundStanding
from tasks.status import Status

WIDTH = 1000  # units of a full-width bar


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar: its words, its colour, its value, and where it lies."""

    label: str
    tone: str
    value: int
    x: int
    width: int


def bar(values: Sequence[tuple[str, str, int]], whole: int | None = None) -> tuple[Part, ...]:
    """Return the parts (label, tone, value) side by side; `whole` is what the full width stands for, else their sum."""
    total = sum(value for _, _, value in values)
    rest = max(0, (whole or total) - total)
    *widths, _ = shares([*(value for _, _, value in values), rest], WIDTH)
    parts, x = [], 0
    for (label, tone, value), width in zip(values, widths, strict=True):
        if value:
            parts.append(Part(label, tone, value, x, width))
        x += width
    return tuple(parts)


def status_bar(counts: Mapping[Status, int]) -> tuple[Part, ...]:
    """Return one bar of the tasks by status."""
    return bar([(status.label, status.colour, count) for status, count in counts.items()])


def round_bar(standing: RoundStanding) -> tuple[Part, ...]:
    """Return one bar of a round: on time, late, exempt, not reported."""
    return bar(
        [
            ("Nộp đúng hạn", "green", standing.on_time),
            ("Nộp chậm", "orange", standing.late),
            ("Được miễn", "grey", standing.exempt),
            ("Chưa nộp", "red", standing.awaited),
        ]
    )

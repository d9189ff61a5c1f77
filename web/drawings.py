"""The geometry of the pictures, in shares of the width and in lines of text, so that words keep their size on any screen.

A colour never stands alone: each ink has a pattern and a word. Templates draw; the table behind a picture says it all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from notifications.content.charts import shares
from notifications.content.wording import number, report_name, shorten
from tasks.queries.league import Standing
from tasks.queries.progress import Progress
from tasks.queries.punctuality import Punctuality
from tasks.queries.sections import SectionRate

FULL = 10_000  # hundredths of a percent
TALL = 12  # lines: the height of a full column
LABELS = 6  # labels under the columns
BRIEF, LONG = 26, 88  # letters of a row's name on a narrow and on a wide screen


@dataclass(frozen=True, slots=True)
class Ink:
    """What one kind of part is called and how it looks."""

    label: str
    tone: str
    pattern: str


DONE = Ink("Đã xong", "green", "plain")
AWAITING = Ink("Chờ xác nhận", "violet", "dots")
OPEN = Ink("Đang thực hiện", "blue", "lines")
OVERDUE = Ink("Quá hạn", "red", "hatch")
ON_TIME = Ink("Xong đúng hạn", "green", "plain")
LATE = Ink("Xong quá hạn", "orange", "checks")
EARLY = Ink("Nộp sớm", "blue", "lines")
BY_THE_DAY = Ink("Nộp đúng hạn", "green", "plain")
AFTER = Ink("Nộp chậm", "orange", "checks")
MISSING = Ink("Chưa nộp", "red", "hatch")
EXEMPT = Ink("Được miễn", "grey", "dots")


@dataclass(frozen=True, slots=True)
class Block:
    """One part, from `start` along `length`: percents of the width in a row, lines from the top in a column."""

    ink: Ink
    value: int
    start: float
    length: float


@dataclass(frozen=True, slots=True)
class Strip:
    """A row or a column: its name in full and in brief, what is noted beside it, its parts; a column's middle in percent."""

    label: str
    brief: str
    note: str
    blocks: tuple[Block, ...]
    middle: float = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture. `name` makes its ids unique on the page; `told` says in words what it shows."""

    name: str
    title: str
    told: str
    inks: tuple[Ink, ...]
    strips: tuple[Strip, ...]

    @property
    def step(self) -> float:
        """The width that each column has, in percent."""
        return 100 / max(1, len(self.strips))


def progress_picture(points: Sequence[Progress]) -> Picture:
    """Draw a column for each week: what is done grows from the foot, what is overdue hangs from the top."""
    inks = (DONE, AWAITING, OPEN, OVERDUE)
    most = max((point.total for point in points), default=0)
    every = -(-len(points) // LABELS) if points else 1
    strips = [
        Strip(
            f"{point.day:%d/%m/%Y}",
            f"{point.day:%d/%m}" if (len(points) - 1 - place) % every == 0 else "",
            "",
            _column(inks, (point.done, point.awaiting, point.open, point.overdue), most),
            100 * (place + 0.5) / len(points),
        )
        for place, point in enumerate(points)
    ]
    told = "; ".join(
        f"đến hết ngày {point.day:%d/%m/%Y} đã xong {number(point.done)}, quá hạn {number(point.overdue)} "
        f"trong {number(point.total)} việc"
        for point in (points[0], points[-1])
    ) if points else ""  # fmt: skip
    return Picture("tien-do", "Tiến độ theo tuần", told, inks, tuple(strips))


def agencies_picture(entries: Sequence[Standing]) -> Picture:
    """Draw a row for each agency: of what was judged, how much was done on time."""
    inks = (ON_TIME, LATE, OVERDUE)
    strips = [
        _rate_row(entry.agency_name, entry.rate, inks, (entry.done_on_time, entry.done_late, entry.overdue))
        for entry in entries
    ]
    return Picture("co-quan", "Tỷ lệ đúng hạn theo cơ quan", _told(strips), inks, tuple(strips))


def sections_picture(entries: Sequence[SectionRate]) -> Picture:
    """Draw a row for each section of the lists."""
    inks = (ON_TIME, LATE, OVERDUE)
    strips = [
        _rate_row(
            f"{entry.section}. {entry.title}", entry.rate, inks, (entry.on_time, entry.late, entry.overdue)
        )
        for entry in entries
    ]
    return Picture("phan", "Tỷ lệ đúng hạn theo phần của danh mục", _told(strips), inks, tuple(strips))


def rounds_picture(entries: Sequence[tuple[str, Punctuality]]) -> Picture:
    """Draw a row for each round: how many reports came early, by the day, late, or not at all."""
    inks = (EARLY, BY_THE_DAY, AFTER, MISSING, EXEMPT)
    strips = []
    for text, found in entries:
        values = (found.early, found.on_time, found.late, found.missing, found.exempt)
        received = found.early + found.on_time + found.late
        strips.append(
            _row(report_name(text), f"đã nộp {number(received)}/{number(found.expected)}", inks, values)
        )
    return Picture("lan-bao-cao", "Báo cáo đúng hạn theo lần", _told(strips), inks, tuple(strips))


def percent(rate: float | None) -> str:
    """Return a rate from 0 to 1 as "87,5 %"; a dash where nothing is judged yet."""
    return "–" if rate is None else f"{rate * 100:.1f}".replace(".0", "").replace(".", ",") + " %"


def abbreviated(name: str) -> str:
    """Return a name as a narrow screen has room for: communes differ only in what follows the committee."""
    return name.replace("Ủy ban nhân dân", "UBND")


def _rate_row(label: str, rate: float | None, inks: Sequence[Ink], values: Sequence[int]) -> Strip:
    return _row(label, f"{percent(rate)} ({number(values[0])}/{number(sum(values))})", inks, values)


def _row(label: str, note: str, inks: Sequence[Ink], values: Sequence[int]) -> Strip:
    blocks, start = [], 0
    for ink, value, length in zip(inks, values, shares(values, FULL), strict=True):
        if value:
            blocks.append(Block(ink, value, start / 100, length / 100))
        start += length
    return Strip(shorten(label, LONG), shorten(abbreviated(label), BRIEF), note, tuple(blocks))


def _column(inks: Sequence[Ink], values: Sequence[int], most: int) -> tuple[Block, ...]:
    blocks, foot = [], 0.0
    for ink, value in zip(inks, values, strict=True):
        height = value * TALL / most if most else 0.0
        if value:
            blocks.append(Block(ink, value, round(TALL - foot - height, 3), round(height, 3)))
        foot += height
    return tuple(blocks)


def _told(strips: Sequence[Strip]) -> str:
    return "; ".join(f"{strip.label}: {strip.note}" for strip in strips[:3])

"""What the deadline grammar builds. Points are places in the calendar; limits are what a cell says about them.

Nodes are frozen and hold no dates: `catalog.deadline.reading` has one reading for each.
"""

from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    FIRST = "đầu"
    MIDDLE = "giữa"
    LAST = "cuối"


class Unit(StrEnum):
    HOUR = "giờ"
    DAY = "ngày"
    WORKDAY = "ngày làm việc"
    WEEK = "tuần"
    MONTH = "tháng"
    QUARTER = "quý"
    YEAR = "năm"


@dataclass(frozen=True, slots=True)
class Year:
    """A year as said: in figures, or `shift` years after the one in question ("năm nay" 0, "năm sau" 1)."""

    written: int | None = None
    shift: int = 0


@dataclass(frozen=True, slots=True)
class Day:
    """`month` is None until the next day of the list or range lends its own: "ngày 15, 16/8"."""

    day: int
    month: int | None = None
    year: Year | None = None


@dataclass(frozen=True, slots=True)
class Month:
    month: int
    year: Year | None = None


@dataclass(frozen=True, slots=True)
class Quarter:
    quarter: int
    year: Year | None = None


@dataclass(frozen=True, slots=True)
class WholeYear:
    year: Year | None


@dataclass(frozen=True, slots=True)
class Edge:
    """The first day, the middle or the last day of a span: Civil Code 2015, article 146."""

    side: Side
    of: "Month | Quarter | WholeYear"

    @property
    def year(self) -> Year | None:
        return self.of.year


@dataclass(frozen=True, slots=True)
class Portion:
    """The first or last `count` units of a span; half of it where `count` is None."""

    side: Side
    count: int | None
    unit: Unit
    of: "Month | Quarter | WholeYear"

    @property
    def year(self) -> Year | None:
        return self.of.year


Point = Day | Month | Quarter | WholeYear | Edge | Portion


@dataclass(frozen=True, slots=True)
class Clock:
    """An hour of the day named; only midnight at its start leaves that day out."""

    hour: int
    minute: int
    weekday: int | None = None  # 0 is Monday


@dataclass(frozen=True, slots=True)
class Before:
    points: tuple[Point, ...]
    clock: Clock | None = None


@dataclass(frozen=True, slots=True)
class By:
    points: tuple[Point, ...]
    clock: Clock | None = None


@dataclass(frozen=True, slots=True)
class On:
    """An occasion; no points where its day is not said."""

    points: tuple[Point, ...]
    clock: Clock | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Within the months, quarters, halves or years named."""

    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """From–to, both included. `first` is None where the beginning is now or the issue of the document."""

    first: Point | None
    last: Point
    from_issue: bool = False
    last_excluded: bool = False  # "đến trước ngày 20/9"


@dataclass(frozen=True, slots=True)
class Since:
    """A beginning without an end. `points` is empty where the beginning is no day of the calendar."""

    points: tuple[Point, ...] = ()
    from_issue: bool = False
    after: bool = False  # "sau ngày …": the day itself does not count
    bounded: bool = False  # a span with an end came first: "tháng 3 đến tháng 11 và thường xuyên"


@dataclass(frozen=True, slots=True)
class Duration:
    count: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Within:
    duration: Duration


@dataclass(frozen=True, slots=True)
class Relative:
    """A duration after its anchor, or before it; `anchor` is the day where the text names one."""

    duration: Duration
    from_issue: bool = False
    anchor: Day | None = None
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """An anchor without a duration; `by_plan` where it is what the work follows ("theo tiến độ …")."""

    by_plan: bool = False


@dataclass(frozen=True, slots=True)
class Ongoing:
    """No end: "thường xuyên"."""


@dataclass(frozen=True, slots=True)
class Recurring:
    """Says itself that it repeats."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Says that there is no deadline yet."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """Speaks of time, but no reading is safe; `reason` is a Vietnamese sentence.

    A weak one counts only where nothing else in the cell gives a time.
    """

    reason: str
    like: str = "none"  # the kind it would have been, where `about` does not tell
    weak: bool = False
    about: "Limit | None" = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two limits for one step: the earlier binds."""

    limits: tuple["Dated", ...]


Dated = Before | By | On | Span | Range
DATED = (Before, By, On, Span, Range)
Limit = (
    Before
    | By
    | On
    | Span
    | Range
    | Since
    | Within
    | Relative
    | Event
    | Ongoing
    | Recurring
    | Nothing
    | Unclear
    | Conflict
)


@dataclass(frozen=True, slots=True)
class Step:
    """One limit and the words of the cell that belong to it."""

    limit: Limit
    text: str
    notes: tuple[str, ...] = ()

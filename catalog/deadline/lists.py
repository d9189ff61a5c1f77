"""The part of the grammar that joins points: lists ("tháng 10, 11/2025") and ranges ("28/6-5/7/2026")."""

from catalog.deadline.nodes import Day, Month, Point, Range, WholeYear, Year
from catalog.deadline.points import FIRST_YEAR, LAST_YEAR, Read, Tokens, member_at, point_at
from catalog.deadline.words import T

_LONGEST_ROW = 31  # no more days than a month has
_JOINTS = {T.COMMA, T.AND, T.DASH, T.UNTIL}
BREAKS = {T.HARD, T.STOP, T.CLOSE, T.OPEN, T.END, T.COMMA, T.COLON}


def points_at(tokens: Tokens, at: int, *, anchored: bool, led: bool) -> Read[Range | tuple[Point, ...]]:
    """Read one point, a list of like points, or a range."""
    first = _first(tokens, at, anchored=anchored, led=led)
    if first is None:
        return None
    points, place = [first[0]], first[1]
    while True:
        if (ranged := _range_end(tokens, place, points[-1])) is not None:
            if len(points) > 1:
                return None
            return ranged
        further = _further(tokens, at, place, points[-1])
        if further is None:
            return tuple(points), place
        points.append(further[0])
        place = further[1]


def _first(tokens: Tokens, at: int, *, anchored: bool, led: bool) -> Read[Point]:
    found = point_at(tokens, at)
    token = tokens[at]
    if found is not None:
        alone = led or tokens[found[1]].kind not in {T.WORD, T.STEP, T.MATTER, T.FILLER}
        bare = token.kind is T.FRACTION and isinstance(found[0], Day)
        dotted = token.kind is T.FRACTION and "." in token.key and token.numbers[1] <= 99
        if (bare and not (anchored and alone)) or (dotted and not led):
            return None
        return found
    if token.kind is not T.NUMBER or not anchored:
        return None
    return _bare(tokens, at, led=led)


def _bare(tokens: Tokens, at: int, *, led: bool) -> Read[Point]:
    """Read a year without its word, or a number that what follows makes a day or a month: "15-20/8", "10-12/2025"."""
    value, after = tokens[at].numbers[0], at + 1
    if FIRST_YEAR <= value <= LAST_YEAR:
        ends = tokens[after].kind in BREAKS | {T.AND, T.ONWARD} or tokens[after].line_start
        ends = ends or (
            tokens[after].kind in _JOINTS and member_at(tokens, after + 1, WholeYear(None)) is not None
        )
        return (WholeYear(Year(value)), after) if ends or led else None
    following = _completing(tokens, after, value)
    if isinstance(following, Day) and value <= 31:
        return Day(value), after
    return (Month(value), after) if isinstance(following, Month) and value <= 12 else None


def _completing(tokens: Tokens, at: int, value: int) -> Point | None:
    """Return the first point after a row of bare numbers: it says whether they are days or months."""
    for _ in range(_LONGEST_ROW):
        if tokens[at].kind not in _JOINTS:
            return None
        found = member_at(tokens, at + 1, Day(value))
        if found is None:
            return None
        point, at = found
        if not isinstance(point, Day) or point.month is not None:
            return point
    return None


def _range_end(tokens: Tokens, at: int, first: Point) -> Read[Range]:
    if tokens[at].kind not in {T.DASH, T.UNTIL} or (tokens[at].kind is T.DASH and tokens[at].line_start):
        return None
    place, excluded = at, False
    while tokens[place].kind in {T.DASH, T.UNTIL, T.BEFORE, T.IN, T.CLOCK}:
        excluded = excluded or tokens[place].kind is T.BEFORE
        place += 1
    last = member_at(tokens, place, first)
    return (Range(first, last[0], last_excluded=excluded), last[1]) if last else None


def _further(tokens: Tokens, start: int, at: int, like: Point) -> Read[Point]:
    if tokens[at].kind not in {T.COMMA, T.AND}:
        return None
    place = at + 2 if tokens[at].kind is T.COMMA and tokens[at + 1].kind is T.AND else at + 1
    found = member_at(tokens, place, like)
    if found is None:
        return None
    point, after = found
    if (
        isinstance(like, Day)
        and isinstance(point, Month)
        and any(t.kind is T.MONTH for t in tokens[start:at])
    ):
        return Day(like.day, point.month, point.year), after  # "ngày 20 tháng 6 và tháng 11" shares its day
    if type(point) is not type(like) or (
        isinstance(point, Day) and point.month is None and _loose(tokens, after)
    ):
        return None
    return point, after


def _loose(tokens: Tokens, at: int) -> bool:
    """Tell whether a bare number after a comma stands alone: "trước ngày 15/8, 20 hồ sơ"."""
    return tokens[at].kind not in {T.COMMA, T.AND, T.DASH, T.UNTIL, T.EVERY, T.OF, T.END, T.MONTH}

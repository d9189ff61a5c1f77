"""The part of the grammar that reads limits: a preposition with the points, or the duration, that it governs."""

from dataclasses import dataclass, replace

from catalog.deadline_events import event_at, issue_at, tail_end
from catalog.deadline_nodes import (
    Before,
    By,
    Clock,
    Day,
    Duration,
    Event,
    Limit,
    Month,
    On,
    Point,
    Range,
    Relative,
    Since,
    Span,
    Unclear,
    Unit,
    WholeYear,
    Within,
    Year,
)
from catalog.deadline_numbers import weekday_number
from catalog.deadline_points import FIRST_YEAR, LAST_YEAR, Read, Tokens, member_at, number_at, point_at
from catalog.deadline_words import T

_LEADS = {T.BEFORE, T.LATEST, T.UNTIL, T.IN}
_BREAKS = {T.HARD, T.STOP, T.CLOSE, T.OPEN, T.END, T.COMMA, T.COLON}
_JOINTS = {T.COMMA, T.AND, T.DASH, T.UNTIL}
_PARTS_OF_DAY = {"sáng", "chiều", "tối", "trưa"}
_UNITS = {
    T.DAY: Unit.DAY,
    T.WORKDAY: Unit.WORKDAY,
    T.WEEK: Unit.WEEK,
    T.MONTH: Unit.MONTH,
    T.QUARTER: Unit.QUARTER,
    T.YEAR: Unit.YEAR,
}


@dataclass(slots=True)
class _Lead:
    """The prepositions before a time, the strongest of which decides: trước, chậm nhất, đến, vào."""

    kinds: frozenset[T]
    words: frozenset[str]
    clock: Clock | None
    end: int


def limit_at(tokens: Tokens, at: int, *, anchored: bool) -> Read[Limit]:
    """Read one limit. `anchored`: nothing but its own words comes before it in its piece of the cell."""
    if tokens[at].kind is T.FROM:
        return _since(tokens, at, anchored=anchored)
    if tokens[at].kind is T.NOW:
        return _open_range(tokens, at + 1, from_issue=False) or (Since(), at + 1)
    lead = _lead(tokens, at)
    anchored = anchored or lead.end > at
    dated = _dated(tokens, lead, anchored=anchored)
    if dated is not None:
        return dated
    counted = _counted(tokens, at, lead, anchored=anchored)
    if counted is not None:
        return counted
    return _unread(tokens, at, lead) or event_at(tokens, at)


def _lead(tokens: Tokens, at: int) -> _Lead:
    kinds: set[T] = set()
    words: set[str] = set()
    clock: Clock | None = None
    start = at
    while True:
        token = tokens[at]
        if token.kind in _LEADS:
            kinds.add(token.kind)
            words.add(token.key)
            at += 1
        elif kinds and token.kind in {T.COLON, T.FILLER}:
            at += 1
        elif token.kind is T.CLOCK and (kinds or _opens_day(tokens, at + 1)):
            hour, minute = token.numbers
            clock = Clock(hour, max(minute, 0))
            at += 1
        elif (clock or token.kind is T.WEEKDAY or token.kind is T.SUNDAY) and (found := _weekday(tokens, at)):
            clock = replace(clock, weekday=found[0]) if clock else Clock(-1, 0, found[0])
            at = found[1]
        elif clock and (token.kind is T.COMMA or token.key in _PARTS_OF_DAY) and _opens_day(tokens, at + 1):
            at += 1
        else:
            break
    if clock and point_at(tokens, at) is None:
        return _hour_without_day(tokens, start, kinds, words)
    return _Lead(frozenset(kinds), frozenset(words), clock, at)


def _hour_without_day(tokens: Tokens, start: int, kinds: set[T], words: set[str]) -> _Lead:
    """Give back the hour: it may be a number of hours, else the limit has no day."""
    at = start
    while tokens[at].kind in _LEADS | {T.COLON, T.FILLER}:
        at += 1
    return _Lead(frozenset(kinds), frozenset(words), None, at)


def _opens_day(tokens: Tokens, at: int) -> bool:
    token = tokens[at]
    return token.kind in {T.DAY, T.DATE, T.FRACTION, T.WEEKDAY, T.SUNDAY, T.COMMA, T.IN, T.EDGE} or (
        token.key in _PARTS_OF_DAY
    )


def _weekday(tokens: Tokens, at: int) -> Read[int]:
    if tokens[at].kind is T.SUNDAY:
        return 6, at + 1
    if tokens[at].kind is not T.WEEKDAY:
        return None
    following = tokens[at + 1]
    if following.kind is T.NUMBER and 2 <= following.numbers[0] <= 7:
        return following.numbers[0] - 2, at + 2
    day = weekday_number(following.key)
    return (day, at + 2) if day >= 0 else None


def _dated(tokens: Tokens, lead: _Lead, *, anchored: bool) -> Read[Limit]:
    if lead.clock and lead.clock.hour > 24:
        return None
    found = _points(tokens, lead.end, anchored=anchored, led=bool(lead.kinds))
    if found is None:
        return None
    points, place = found
    if _year_misspelt(tokens, place):
        return Unclear("Năm ghi sau thời gian không phải một năm đúng.", like="by"), place + 2
    if isinstance(points, Range):
        end = _onward(tokens, place)
        return (
            (Since((points.first or points.last,)), end) if end > place else (_led_range(points, lead), place)
        )
    if T.BEFORE in lead.kinds and any("hết" in word for word in lead.words):
        return Unclear("«Trước hết …» không rõ là trước hay đến hết thời điểm ấy.", like="before"), place
    end = _onward(tokens, place)
    if end > place:
        return Since(points), end
    return _led_points(points, lead), place


def _year_misspelt(tokens: Tokens, at: int) -> bool:
    """Tell whether figures that cannot be a year stand where the year should: "Quý III/206"."""
    following = tokens[at + 1]
    if tokens[at].kind is T.SLASH:
        return following.kind in {T.NUMBER, T.BROKEN}
    return tokens[at].kind is T.YEAR and following.kind is T.NUMBER and following.end - following.start > 2


def _led_range(points: Range, lead: _Lead) -> Limit:
    if lead.kinds & {T.BEFORE, T.LATEST} and isinstance(points.last, Day):
        return Unclear(
            "Khoảng thời gian đi sau «trước» hoặc «chậm nhất» không rõ lấy ngày nào.", like="period"
        )
    return points


def _led_points(points: tuple[Point, ...], lead: _Lead) -> Limit:
    clock = lead.clock
    if T.BEFORE in lead.kinds:
        return Before(points, clock)
    if lead.kinds & {T.LATEST, T.UNTIL}:
        return By(points, clock)
    if all(type(point).__name__ in {"Day", "Edge"} for point in points):
        if T.IN in lead.kinds and lead.words & {
            "vào",
            "trong",
            "tại",
            "vào các ngày",
            "các ngày",
            "vào lúc",
            "lúc",
        }:
            return On(points, clock) if isinstance(points[0], Day) else By(points, clock)
        return By(points, clock)
    return Span(points)


def _points(tokens: Tokens, at: int, *, anchored: bool, led: bool) -> Read[Range | tuple[Point, ...]]:
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
        ends = tokens[after].kind in _BREAKS | _JOINTS | {T.ONWARD} or tokens[after].line_start
        return (WholeYear(Year(value)), after) if ends or led else None
    following = _completing(tokens, after, value)
    if isinstance(following, Day) and value <= 31:
        return Day(value), after
    return (Month(value), after) if isinstance(following, Month) and value <= 12 else None


def _completing(tokens: Tokens, at: int, value: int) -> Point | None:
    """Return the first point after a row of bare numbers: it says whether they are days or months."""
    while tokens[at].kind in _JOINTS:
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


def _since(tokens: Tokens, at: int, *, anchored: bool) -> Read[Limit]:
    """Read what "từ" opens: a range, a beginning without an end, the issue of the document, an event."""
    place = at + 1
    while tokens[place].kind in {T.IN, T.AFTER, T.CLOCK}:
        place += 1
    issued = issue_at(tokens, place)
    if issued is not None:
        return _open_range(tokens, issued, from_issue=True) or (
            Since(from_issue=True),
            _onward(tokens, issued),
        )
    found = _points(tokens, place, anchored=True, led=True)
    if found is not None:
        points, end = found
        onward = _onward(tokens, end)
        if isinstance(points, Range):
            return (Since((points.first or points.last,)), onward) if onward > end else (points, end)
        return Since(points), onward
    if tokens[place].kind in {T.DAY, T.TRIGGER} or anchored:
        end = max(tail_end(tokens, place), place)
        if any(token.kind is T.ONWARD for token in tokens[place:end]) or tokens[place].kind is T.DAY:
            return Since(), end
        return (Event(), end) if tokens[place].kind is T.TRIGGER else None
    return None


def _onward(tokens: Tokens, at: int) -> int:
    place = at + 1 if tokens[at].kind in {T.AND, T.COMMA} else at
    return place + 1 if tokens[place].kind is T.ONWARD else at


def _open_range(tokens: Tokens, at: int, *, from_issue: bool) -> Read[Limit]:
    place = at + 1 if tokens[at].kind is T.COMMA else at
    if tokens[place].kind not in {T.UNTIL, T.DASH}:
        return None
    excluded = False
    while tokens[place].kind in {T.UNTIL, T.IN, T.DASH, T.BEFORE, T.CLOCK}:
        excluded = excluded or tokens[place].kind is T.BEFORE
        place += 1
    found = _points(tokens, place, anchored=True, led=True)
    if found is None or isinstance(found[0], Range):
        return None
    return Range(None, found[0][-1], from_issue, excluded), found[1]


def _counted(tokens: Tokens, at: int, lead: _Lead, *, anchored: bool) -> Read[Limit]:
    """Read a duration with its anchor, if it names one."""
    place = lead.end
    after_lead = tokens[place].kind is T.AFTER
    if after_lead:
        place += 1
        while tokens[place].kind is T.IN:
            place += 1
    found = _duration(tokens, place)
    if found is None:
        return None
    duration, end = found
    anchored = anchored or after_lead
    relative = _anchor(tokens, end, duration, backwards=T.BEFORE in lead.kinds)
    if relative is not None:
        return relative
    if not anchored:
        return None
    if tokens[end].kind is T.YEAR and tokens[end + 1].kind is T.NUMBER:
        return Unclear("Không rõ là những tháng nào của năm.", like="period"), end + 2
    if after_lead or T.BEFORE in lead.kinds:
        return Relative(duration, backwards=not after_lead), end
    return Within(duration), end


def _duration(tokens: Tokens, at: int) -> Read[Duration]:
    token = tokens[at]
    if token.kind is T.CLOCK and token.numbers[1] < 0:
        return Duration(token.numbers[0], Unit.HOUR), at + 1
    number = number_at(tokens, at)
    if number is None or not 0 < number[0] < 1000:
        return None
    place = number[1]
    unit = _UNITS.get(tokens[place].kind)
    if unit is None or (token.kind is T.YEAR and unit is not Unit.WORKDAY):
        return None
    return Duration(number[0], unit), place + 1


def _anchor(tokens: Tokens, at: int, duration: Duration, *, backwards: bool) -> Read[Limit]:
    place = at + 1 if tokens[at].kind is T.COMMA and tokens[at + 1].kind is T.FROM else at
    token = tokens[place]
    if token.kind not in {T.FROM, T.AFTER, T.TRIGGER, T.BEFORE} or token.key == "theo":
        return None
    backwards = backwards or token.kind is T.BEFORE or token.key.startswith("trước")
    place += 1
    if tokens[place].kind is T.AFTER:
        place += 1
    issued = issue_at(tokens, place) if token.kind in {T.FROM, T.AFTER} or token.key.endswith("khi") else None
    if issued is not None:
        return Relative(duration, from_issue=True, backwards=backwards), issued
    found = _points(tokens, place, anchored=True, led=True)
    if found is not None:
        points, end = found
        if isinstance(points, Range):
            return points, end
        anchor = points[0] if len(points) == 1 and isinstance(points[0], Day) else None
        return Relative(duration, anchor=anchor, backwards=backwards), end
    return Relative(duration, backwards=backwards), max(tail_end(tokens, place), place)


def _unread(tokens: Tokens, at: int, lead: _Lead) -> Read[Limit]:
    """Speak up about figures where a time is due, instead of passing over them."""
    token = tokens[lead.end]
    like = "before" if T.BEFORE in lead.kinds else "by"
    if token.kind is T.BROKEN:
        return Unclear(f"«{token.key}» không phải là một ngày, tháng đúng.", like=like), lead.end + 1
    if token.kind is T.FRACTION and (lead.end > at or token.numbers[1] > 12):
        return Unclear(f"Không rõ «{token.key}» là ngày nào.", like=like), lead.end + 1
    if token.kind in {T.DAY, T.MONTH, T.QUARTER} and (end := _bad_figures(tokens, lead.end + 1)):
        return Unclear(f"Không đọc được thời gian ghi sau «{token.key}».", like=like), end
    if token.kind is T.CLOCK or token.kind is T.WEEKDAY or token.kind is T.SUNDAY:
        return Unclear("Có giờ hoặc thứ trong tuần nhưng không có ngày.", like=like, weak=True), lead.end + 1
    if lead.kinds & {T.BEFORE, T.LATEST, T.IN} and token.kind is T.NUMBER:
        return Unclear(
            f"Không rõ «{token.key}» là ngày, tháng hay năm.", like=like, weak=T.IN in lead.kinds
        ), lead.end + 1
    return _unnamed(tokens, at, lead)


def _bad_figures(tokens: Tokens, at: int) -> int | None:
    return at + 1 if tokens[at].kind in {T.BROKEN, T.DATE, T.FRACTION, T.NUMBER} else None


def _unnamed(tokens: Tokens, at: int, lead: _Lead) -> Read[Limit]:
    """Read "trong năm" as the year in question; a week, a month or a quarter without its number stays unclear."""
    place = lead.end
    edged = tokens[place].kind is T.EDGE
    token = tokens[place + 1] if edged else tokens[place]
    end = place + 2 if edged else place + 1
    if not lead.kinds and not edged and tokens[end].kind is not T.THIS:
        return None
    if (
        token.kind is T.YEAR
        and not edged
        and (lead.kinds and (tokens[end].kind in _BREAKS or tokens[end].line_start))
    ):
        whole = (WholeYear(None),)
        return (
            Before(whole) if T.BEFORE in lead.kinds else By(whole) if T.UNTIL in lead.kinds else Span(whole)
        ), end
    if token.kind is T.WEEK or (
        token.kind in {T.MONTH, T.QUARTER, T.DAY} and tokens[end].kind in _BREAKS | {T.THIS}
    ):
        like = {T.WEEK: "within", T.MONTH: "month", T.QUARTER: "quarter", T.DAY: "within"}[token.kind]
        return Unclear(f"Không nói rõ là {token.key} nào.", like=like, weak=True), end
    return None

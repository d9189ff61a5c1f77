"""The part of the grammar that reads limits: a preposition with the points, or the duration, that it governs."""

from dataclasses import dataclass, replace

from catalog.deadline.durations import counted_at
from catalog.deadline.events import event_at, issue_at, tail_end
from catalog.deadline.lists import BREAKS, points_at
from catalog.deadline.nodes import (
    Before,
    By,
    Clock,
    Day,
    Event,
    Limit,
    On,
    Point,
    Range,
    Since,
    Span,
    Unclear,
    WholeYear,
)
from catalog.deadline.numbers import weekday_number
from catalog.deadline.points import Read, Tokens, point_at
from catalog.deadline.words import T

_LEADS = {T.BEFORE, T.LATEST, T.UNTIL, T.IN}
_PARTS_OF_DAY = {"sáng", "chiều", "tối", "trưa"}


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
    if tokens[at].kind is T.AFTER and (found := points_at(tokens, at + 1, anchored=True, led=True)):
        points, end = found
        return Since((points.last,) if isinstance(points, Range) else points, after=True), _onward(
            tokens, end
        )
    if tokens[at].kind is T.NOW:
        return _open_range(tokens, at + 1, from_issue=False) or (Since(), at + 1)
    lead = _lead(tokens, at)
    anchored = anchored or lead.end > at
    dated = _dated(tokens, lead, anchored=anchored)
    if dated is not None:
        return dated
    counted = counted_at(tokens, lead.end, lead.kinds, anchored=anchored)
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
    found = points_at(tokens, lead.end, anchored=anchored, led=bool(lead.kinds))
    if found is None or (lead.clock and lead.clock.hour > 24):
        return None
    points, place = found
    if _year_misspelt(tokens, place):
        return Unclear("Năm ghi sau thời gian không phải một năm đúng.", like="by"), place + 2
    end = _onward(tokens, place)
    if isinstance(points, Range):
        return (
            (Since((points.first or points.last,)), end) if end > place else (_led_range(points, lead), place)
        )
    return (Since(points), end) if end > place else (_led_points(points, lead), place)


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
    if T.BEFORE in lead.kinds and any("hết" in word for word in lead.words):
        return Unclear("«Trước hết …» không rõ là trước hay đến hết thời điểm ấy.", like="before")
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


def _since(tokens: Tokens, at: int, *, anchored: bool) -> Read[Limit]:
    """Read what "từ" opens: a range, a beginning without an end, the issue of the document, an event."""
    place = at + 1
    while tokens[place].kind in {T.IN, T.AFTER, T.CLOCK}:
        place += 1
    issued = issue_at(tokens, place + 1 if tokens[place].key == "khi" else place)
    if issued is not None:
        return _open_range(tokens, issued, from_issue=True) or (
            Since(from_issue=True),
            _onward(tokens, issued),
        )
    found = points_at(tokens, place, anchored=True, led=True)
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
    found = points_at(tokens, place, anchored=True, led=True)
    if found is None or isinstance(found[0], Range):
        return None
    return Range(None, found[0][-1], from_issue, excluded), found[1]


def _unread(tokens: Tokens, at: int, lead: _Lead) -> Read[Limit]:
    """Speak up about figures where a time is due, instead of passing over them."""
    token = tokens[lead.end]
    like = "before" if T.BEFORE in lead.kinds else "by"
    if token.kind is T.BROKEN:
        return Unclear(f"«{token.key}» không phải là một ngày, tháng đúng.", like=like), lead.end + 1
    if token.kind is T.FRACTION and (lead.end > at or token.numbers[1] > 12):
        return Unclear(f"Không rõ «{token.key}» là ngày nào.", like=like), lead.end + 1
    if token.kind in {T.DAY, T.MONTH, T.QUARTER} and (end := _bad_figures(tokens, lead)):
        return Unclear(f"Không đọc được thời gian ghi sau «{token.key}».", like=like), end
    if token.kind is T.CLOCK or token.kind is T.WEEKDAY or token.kind is T.SUNDAY:
        return Unclear("Có giờ hoặc thứ trong tuần nhưng không có ngày.", like=like, weak=True), lead.end + 1
    if lead.kinds & {T.BEFORE, T.LATEST, T.IN} and token.kind is T.NUMBER:
        return Unclear(
            f"Không rõ «{token.key}» là ngày, tháng hay năm.", like=like, weak=T.IN in lead.kinds
        ), lead.end + 1
    return _unnamed(tokens, at, lead)


def _bad_figures(tokens: Tokens, lead: _Lead) -> int | None:
    """Return the place after figures that are no time, or after the blank of a form left open."""
    at = lead.end + 1
    blank = tokens[at].kind in {T.SLASH, T.MARK, T.DOT, T.STOP, T.MONTH} and bool(lead.kinds)
    yearless = tokens[at].kind is T.YEAR and tokens[at + 1].kind is T.NUMBER
    wrong = tokens[at].kind in {T.BROKEN, T.DATE, T.FRACTION, T.NUMBER}
    return at + 1 if wrong or blank or yearless else None


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
        and (lead.kinds and (tokens[end].kind in BREAKS or tokens[end].line_start))
    ):
        whole = (WholeYear(None),)
        return (
            Before(whole) if T.BEFORE in lead.kinds else By(whole) if T.UNTIL in lead.kinds else Span(whole)
        ), end
    if token.kind is T.WEEK or (
        token.kind in {T.MONTH, T.QUARTER, T.DAY} and tokens[end].kind in BREAKS | {T.THIS}
    ):
        like = {T.WEEK: "within", T.MONTH: "month", T.QUARTER: "quarter", T.DAY: "within"}[token.kind]
        return Unclear(f"Không nói rõ là {token.key} nào.", like=like, weak=True), end
    return None

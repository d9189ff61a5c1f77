"""The part of the grammar that reads durations, with the anchor they count from where one is named."""

from catalog.deadline.events import issue_at, tail_end
from catalog.deadline.lists import points_at
from catalog.deadline.nodes import Day, Duration, Limit, Range, Relative, Unclear, Unit, Within
from catalog.deadline.points import Read, Tokens, number_at
from catalog.deadline.words import T

_UNITS = {
    T.DAY: Unit.DAY,
    T.WORKDAY: Unit.WORKDAY,
    T.WEEK: Unit.WEEK,
    T.MONTH: Unit.MONTH,
    T.QUARTER: Unit.QUARTER,
    T.YEAR: Unit.YEAR,
}


def counted_at(tokens: Tokens, at: int, lead: frozenset[T], *, anchored: bool) -> Read[Limit]:
    """Read a duration with its anchor, if it names one."""
    place = at
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
    relative = _anchor(tokens, end, duration, backwards=T.BEFORE in lead)
    if relative is not None:
        return relative
    if not anchored:
        return None
    if tokens[end].kind is T.YEAR and tokens[end + 1].kind is T.NUMBER:
        return Unclear("Không rõ là những tháng nào của năm.", like="period"), end + 2
    if after_lead or T.BEFORE in lead:
        return Relative(duration, backwards=not after_lead), end
    return Within(duration), end


def _duration(tokens: Tokens, at: int) -> Read[Duration]:
    token = tokens[at]
    if token.kind is T.CLOCK and token.numbers[1] < 0:
        return Duration(token.numbers[0], Unit.HOUR), at + 1
    if token.kind is T.DAY and tokens[at + 1].kind is T.WEEKDAY and tokens[at + 2].kind is T.NUMBER:
        return Duration(tokens[at + 2].numbers[0], Unit.DAY), at + 3  # "ngày thứ 90 kể từ …"
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
    found = points_at(tokens, place, anchored=True, led=True)
    if found is not None:
        points, end = found
        if isinstance(points, Range):
            return points, end
        anchor = points[0] if len(points) == 1 and isinstance(points[0], Day) else None
        return Relative(duration, anchor=anchor, backwards=backwards), end
    return Relative(duration, backwards=backwards), max(tail_end(tokens, place), place)

"""The part of the grammar that reads points of the calendar: days, months, quarters, halves, years, parts of them.

Every rule takes the tokens and a place, and returns what it read with the place after it, or None.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from catalog.deadline.nodes import Day, Edge, Month, Point, Portion, Quarter, Side, Unit, WholeYear, Year
from catalog.deadline.numbers import number_in_words, quarter_numeral
from catalog.deadline.tokens import Token
from catalog.deadline.words import T

Tokens = Sequence[Token]
_Thing = TypeVar("_Thing")
Read = tuple[_Thing, int] | None

FIRST_YEAR, LAST_YEAR = 1900, 2199  # years outside are slips of the keyboard
_SEPARATORS = {T.SLASH, T.DASH, T.COMMA, T.DOT, T.OF}
_SIDES = {
    "đầu": Side.FIRST,
    "giữa": Side.MIDDLE,
    "cuối": Side.LAST,
    "đầu tiên": Side.FIRST,
    "cuối cùng": Side.LAST,
}
_FIGURES = {T.NUMBER, T.FRACTION}
_SPANS = {T.MONTH: Unit.MONTH, T.QUARTER: Unit.QUARTER, T.YEAR: Unit.YEAR}


def number_at(tokens: Tokens, at: int) -> Read[int]:
    """Read a number in figures or in words."""
    token = tokens[at]
    if token.kind is T.NUMBER:
        return token.numbers[0], at + 1
    if token.kind in {T.WORD, T.YEAR}:
        value, used = number_in_words([part.key for part in tokens[at : at + 3]])
        return (value, at + used) if used else None
    return None


def year_at(tokens: Tokens, at: int) -> Read[Year]:
    """Read the year that belongs to what stands before `at`: "/2025", " năm 2025", "-2025", " năm sau"."""
    after = at + 1 if tokens[at].kind in _SEPARATORS else at
    said = _said_year(tokens, after)
    if said is not None:
        return said
    token = tokens[after]
    if token.kind is T.OPEN:
        inside = _said_year(tokens, after + 1)
        return (inside[0], inside[1] + 1) if inside and tokens[inside[1]].kind is T.CLOSE else None
    if token.kind is T.NUMBER and FIRST_YEAR <= token.numbers[0] <= LAST_YEAR:
        return Year(token.numbers[0]), after + 1
    if after > at and tokens[at].kind is T.SLASH and token.kind is T.NUMBER and token.end - token.start == 2:
        return Year(2000 + token.numbers[0]), after + 1
    return None


def _said_year(tokens: Tokens, at: int) -> Read[Year]:
    if tokens[at].kind is not T.YEAR:
        return None
    token = tokens[at + 1]
    if token.kind is T.NUMBER:
        value = token.numbers[0]
        if token.end - token.start == 2 and value > 12:
            return Year(2000 + value), at + 2
        return (Year(value), at + 2) if FIRST_YEAR <= value <= LAST_YEAR else None
    if token.kind is T.THIS:
        return Year(shift=0), at + 2
    if token.kind is T.NEXT or token.key in {"sau", "tới"}:
        return Year(shift=1), at + 2
    return None


def point_at(tokens: Tokens, at: int) -> Read[Point]:
    """Read the longest point that begins at `at`."""
    rule = _RULES.get(tokens[at].kind)
    return rule(tokens, at) if rule else None


def _date(tokens: Tokens, at: int) -> Read[Point]:
    day, month, year = tokens[at].numbers
    return Day(day, month, Year(year)), at + 1


def _fraction(tokens: Tokens, at: int) -> Read[Point]:
    left, right = tokens[at].numbers
    if right > 99:
        return Month(left, Year(right)), at + 1
    if right > 12 or left > 31:
        return None
    found = year_at(tokens, at + 1)
    if found is None:
        return Day(left, right), at + 1
    return Day(left, right, found[0]), found[1]


def _day(tokens: Tokens, at: int) -> Read[Point]:
    after = at + 1
    if tokens[after].kind is T.DATE:
        return _date(tokens, after)
    if tokens[after].kind is T.FRACTION:
        return None if tokens[after].numbers[1] > 99 else _fraction(tokens, after)
    number = number_at(tokens, after)
    if number is None or number[0] > 31:
        return None
    return _day_of_month(tokens, number) or _hyphened(tokens, number) or (Day(number[0]), number[1])


def _hyphened(tokens: Tokens, number: tuple[int, int]) -> Read[Point]:
    """Read "ngày 30-6", which can be no range of days since it would run backwards."""
    day, at = number
    month, after = tokens[at + 1], tokens[at + 2]
    if tokens[at].kind is not T.DASH or month.kind is not T.NUMBER or not 0 < month.numbers[0] < min(day, 13):
        return None
    if after.kind in {T.MONTH, T.SLASH, T.DASH, T.OF, T.DOT}:
        return None
    found = year_at(tokens, at + 2)
    return (Day(day, month.numbers[0], found[0]), found[1]) if found else (Day(day, month.numbers[0]), at + 2)


def _day_of_month(tokens: Tokens, number: tuple[int, int]) -> Read[Point]:
    day, at = number
    after = at + 1 if tokens[at].kind in {T.OF, T.COMMA, T.SLASH} else at
    if tokens[after].kind is not T.MONTH:
        return None
    found = _month(tokens, after)
    if found is None or not isinstance(found[0], Month):
        return None
    return Day(day, found[0].month, found[0].year), found[1]


def _month(tokens: Tokens, at: int) -> Read[Point]:
    token = tokens[at + 1]
    if token.kind is T.FRACTION:
        left, right = token.numbers
        if right > 99:
            return Month(left, Year(right)), at + 2
        return (Month(left, Year(2000 + right)), at + 2) if right > 12 else None
    number = number_at(tokens, at + 1)
    if number is None or number[0] > 99 or (token.kind is T.YEAR and tokens[at + 2].kind is T.NUMBER):
        return None  # "tháng … năm 2026" with its number left blank is not May
    found = year_at(tokens, number[1])
    return (Month(number[0], found[0]), found[1]) if found else (Month(number[0]), number[1])


def _quarter(tokens: Tokens, at: int) -> Read[Point]:
    token = tokens[at + 1]
    if token.kind is T.FRACTION:
        left, right = token.numbers
        return Quarter(left, Year(right if right > 99 else 2000 + right)), at + 2
    value = token.numbers[0] if token.kind is T.NUMBER else quarter_numeral(token.key)
    if not value or value > 99:
        return None
    found = year_at(tokens, at + 2)
    return (Quarter(value, found[0]), found[1]) if found else (Quarter(value), at + 2)


def _year(tokens: Tokens, at: int) -> Read[Point]:
    found = _said_year(tokens, at)
    return (WholeYear(found[0]), found[1]) if found else None


def _edge(tokens: Tokens, at: int) -> Read[Point]:
    found = _span_at(tokens, at + 1)
    return (Edge(_SIDES[tokens[at].key], found[0]), found[1]) if found else None


def _half(tokens: Tokens, at: int) -> Read[Point]:
    if tokens[at + 1].kind is not T.EDGE:
        return None
    side = _SIDES[tokens[at + 1].key]
    found = _span_at(tokens, at + 2)
    if found is None or side is Side.MIDDLE:
        return None
    return Portion(side, None, Unit.DAY, found[0]), found[1]


def _counted(tokens: Tokens, at: int) -> Read[Point]:
    """Read "6 tháng cuối năm 2025", "10 ngày đầu tháng 8", or a day with its month in words: "25 tháng 6"."""
    number = number_at(tokens, at)
    if number is None:
        return None
    count, after = number
    unit = {T.DAY: Unit.DAY, T.MONTH: Unit.MONTH}.get(tokens[after].kind)
    if unit and tokens[after + 1].kind is T.EDGE:
        side = _SIDES[tokens[after + 1].key]
        found = _span_at(tokens, after + 2)
        if found and side is not Side.MIDDLE:
            return Portion(side, count, unit, found[0]), found[1]
        return None
    if count > 31 or tokens[at].kind is not T.NUMBER or tokens[after].kind is not T.MONTH:
        return None
    day = _day_of_month(tokens, number)
    listed = day and tokens[day[1]].kind in {T.COMMA, T.AND} and tokens[day[1] + 1].kind in _FIGURES
    return None if listed else day  # "02 tháng 8 và 9/2025" is two months


def _span_at(tokens: Tokens, at: int) -> Read[Month | Quarter | WholeYear]:
    """Read the month, quarter or year that a part is taken of; "cuối năm" alone is of the year in question."""
    if tokens[at].kind is T.OF:
        at += 1
    if tokens[at].kind not in _SPANS:
        return None
    found = point_at(tokens, at)
    if found and isinstance(found[0], Month | Quarter | WholeYear):
        return found[0], found[1]
    return (WholeYear(None), at + 1) if tokens[at].key in {"năm", "của năm"} else None


_RULES = {
    T.DATE: _date,
    T.FRACTION: _fraction,
    T.DAY: _day,
    T.MONTH: _month,
    T.QUARTER: _quarter,
    T.YEAR: _year,
    T.EDGE: _edge,
    T.HALF: _half,
    T.NUMBER: _counted,
    T.WORD: _counted,
}


def member_at(tokens: Tokens, at: int, like: Point) -> Read[Point]:
    """Read a further member of a list or the end of a range, which may leave out what `like` already said."""
    found = point_at(tokens, at)
    if found is not None:
        return _as_like(found, like)
    if isinstance(like, Quarter) and (value := quarter_numeral(tokens[at].key)):
        return _with_year(Quarter(value), tokens, at + 1)
    return _bare_member(tokens, at, like) if tokens[at].kind is T.NUMBER else None


def _bare_member(tokens: Tokens, at: int, like: Point) -> Read[Point]:
    value = tokens[at].numbers[0]
    if isinstance(like, Quarter) and value <= 4:
        return _with_year(Quarter(value), tokens, at + 1)
    if isinstance(like, Month) and value <= 12:
        return _with_year(Month(value), tokens, at + 1)
    if isinstance(like, Day) and value <= 31:
        return _day_of_month(tokens, (value, at + 1)) or (Day(value), at + 1)
    if isinstance(like, WholeYear) and FIRST_YEAR <= value <= LAST_YEAR:
        return WholeYear(Year(value)), at + 1
    return None


def _as_like(found: tuple[Point, int], like: Point) -> Read[Point]:
    """Turn "11/25" into a month in a list of months, and "3/2026" into a quarter in a list of quarters."""
    point, after = found
    if isinstance(like, Quarter) and isinstance(point, Month) and point.month <= 4 and point.year:
        return Quarter(point.month, point.year), after
    return found


def _with_year(point: Month | Quarter, tokens: Tokens, at: int) -> tuple[Point, int]:
    found = year_at(tokens, at)
    return (replace(point, year=found[0]), found[1]) if found else (point, at)

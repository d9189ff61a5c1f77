"""The first and the last day of each point of the calendar."""

from calendar import monthrange
from datetime import date, timedelta

from catalog.deadline.nodes import Day, Edge, Month, Point, Portion, Quarter, Side, Unit, WholeYear
from catalog.deadline.points import FIRST_YEAR, LAST_YEAR

_DAY = timedelta(days=1)


class NoSuchDayError(Exception):
    """A point names a day, month or quarter that does not exist; the argument is the Vietnamese sentence."""


def bounds(point: Point) -> tuple[date, date]:
    """Return the first and the last day of a point whose year is written. Raises NoSuchDayError."""
    year = point.year.written if point.year and point.year.written is not None else 0
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NoSuchDayError(f"Năm {year} không hợp lý.")
    match point:
        case Day(day, month):
            found = _day(day, month or 0, year)
            return found, found
        case Month(month):
            return _months(year, month, month)
        case Quarter(quarter):
            if not 1 <= quarter <= 4:
                raise NoSuchDayError(f"Không có quý {quarter}.")
            return _months(year, quarter * 3 - 2, quarter * 3)
        case WholeYear():
            return date(year, 1, 1), date(year, 12, 31)
        case Edge(side, span):
            return _edge(side, span)
        case Portion():
            return _portion(point)


def _day(day: int, month: int, year: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise NoSuchDayError(f"Không có ngày {day:02}/{month:02}/{year}.") from None


def _months(year: int, first: int, last: int) -> tuple[date, date]:
    if not 1 <= first <= last <= 12:
        raise NoSuchDayError(f"Không có tháng {last}.")
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def _edge(side: Side, span: Month | Quarter | WholeYear) -> tuple[date, date]:
    first, last = bounds(span)
    if side is not Side.MIDDLE:
        found = first if side is Side.FIRST else last
    elif isinstance(span, Month):
        found = first.replace(day=15)
    elif isinstance(span, WholeYear):
        found = date(first.year, 6, 30)
    else:
        raise NoSuchDayError("«Giữa quý» không được quy định là ngày nào.")
    return found, found


def _portion(portion: Portion) -> tuple[date, date]:
    first, last = bounds(portion.of)
    if portion.count is None:
        return _half(portion.side, portion.of, first, last)
    if portion.unit is Unit.MONTH:
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        if not 0 < portion.count <= months or isinstance(portion.of, Month):
            raise NoSuchDayError(f"Không có {portion.count} tháng như đã ghi.")
        if portion.side is Side.FIRST:
            return _months(first.year, first.month, first.month + portion.count - 1)
        return _months(first.year, last.month - portion.count + 1, last.month)
    if not 0 < portion.count <= (last - first).days + 1:
        raise NoSuchDayError(f"Không có {portion.count} ngày như đã ghi.")
    length = (portion.count - 1) * _DAY
    return (first, first + length) if portion.side is Side.FIRST else (last - length, last)


def _half(side: Side, span: Month | Quarter | WholeYear, first: date, last: date) -> tuple[date, date]:
    if isinstance(span, Quarter):
        raise NoSuchDayError("Nửa quý không được quy định là những ngày nào.")
    middle = first.replace(day=15) if isinstance(span, Month) else date(first.year, 6, 30)
    return (first, middle) if side is Side.FIRST else (middle + _DAY, last)

"""From limits to days: one reading for each node. Due days are inclusive, the last on which one is on time."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from catalog.day_words import weekday
from catalog.deadline.bounds import NoSuchDayError, bounds
from catalog.deadline.counting import Calendar, count_from
from catalog.deadline.nodes import (
    Before,
    By,
    Clock,
    Conflict,
    Day,
    Event,
    Limit,
    Month,
    Nothing,
    On,
    Ongoing,
    Point,
    Portion,
    Quarter,
    Range,
    Recurring,
    Relative,
    Since,
    Span,
    Unclear,
    Unit,
    WholeYear,
    Within,
)
from catalog.deadline.years import fill_years

_DAY = timedelta(days=1)


class Kind(StrEnum):
    """What sort of expression it is; domain.md of the project's guide defines each."""

    BEFORE = "before"
    BY = "by"
    ON = "on"
    WITHIN = "within"
    PERIOD = "period"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    ONGOING = "ongoing"
    RECURRING = "recurring"
    EVENT = "event"
    RELATIVE = "relative"
    MULTI = "multi"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Context:
    """What a reading may know besides the words."""

    issued: date | None
    year: int | None  # lent to points without one
    before_inclusive: bool
    calendar: Calendar | None
    happened: date | None = None  # the day of the event that the words count from, once it is known


@dataclass(frozen=True, slots=True)
class Found:
    """One limit read; `fault` is why a person must look, `parts` the milestones of a list of days."""

    kind: Kind
    start: date | None = None
    due: date | None = None
    notes: tuple[str, ...] = ()
    fault: str = ""
    parts: tuple["Found", ...] = ()


def read_limit(limit: Limit, context: Context) -> Found:
    """Return the days of one limit; what cannot be dated carries its fault."""
    try:
        return _READINGS[type(limit)](limit, context)
    except NoSuchDayError as error:
        return Found(_shape(limit), fault=str(error))


def _shape(limit: Limit) -> Kind:
    if isinstance(limit, Span):
        return _span_kind(limit.points[0])
    return _SHAPES.get(type(limit), Kind.RELATIVE)


def _span_kind(point: Point) -> Kind:
    match point:
        case Month():
            return Kind.MONTH
        case Quarter():
            return Kind.QUARTER
        case WholeYear():
            return Kind.YEAR
        case Portion(of=WholeYear(), count=None) | Portion(of=WholeYear(), count=6, unit=Unit.MONTH):
            return Kind.HALF
        case Portion():
            return Kind.PERIOD
        case _:
            return Kind.BY


def _read_before(limit: Before, context: Context) -> Found:
    def last_day(point: Point) -> tuple[date, tuple[str, ...]]:
        first, _ = bounds(point)
        if not isinstance(point, Day):
            return first - _DAY, ()
        return _before_day(first, limit.clock, context)

    return _read_days(Kind.BEFORE, limit.points, context, last_day)


def _before_day(day: date, clock: Clock | None, context: Context) -> tuple[date, tuple[str, ...]]:
    notes = _weekday_notes(day, clock)
    if clock and clock.hour >= 0 and (clock.hour, clock.minute) != (0, 0):
        return day, (*notes, f"Phải xong trước {_hour(clock)} của ngày này.")
    return (day if context.before_inclusive else day - _DAY), notes


def _read_by(limit: By | On, context: Context) -> Found:
    def last_day(point: Point) -> tuple[date, tuple[str, ...]]:
        day = bounds(point)[1]
        notes = _weekday_notes(day, limit.clock)
        if limit.clock and limit.clock.hour >= 0:
            notes = (*notes, f"Mốc giờ: {_hour(limit.clock)}.")
        return day, notes

    return _read_days(Kind.BY, limit.points, context, last_day)


def _read_on(limit: On, context: Context) -> Found:
    if not limit.points:
        return Found(Kind.ON, notes=("Dịp này chưa có ngày cụ thể.",))
    found = _read_by(limit, context)
    days = [part.due for part in (found.parts or (found,)) if part.due]
    if found.fault or not days:
        return Found(Kind.ON, fault=found.fault)
    return Found(Kind.ON, min(days), max(days), found.notes)


def _read_days(
    kind: Kind,
    points: tuple[Point, ...],
    context: Context,
    last_day: Callable[[Point], tuple[date, tuple[str, ...]]],
) -> Found:
    dated = fill_years(points, context.year)
    if dated.fault:
        return Found(kind, fault=dated.fault)
    read = [last_day(point) for point in dated.points]
    if len(read) == 1:
        return Found(kind, None, read[0][0], (*dated.notes, *read[0][1]))
    parts = tuple(Found(kind, None, day, notes) for day, notes in read)
    return Found(Kind.MULTI, None, max(day for day, _ in read), dated.notes, parts=parts)


def _hour(clock: Clock) -> str:
    return f"{clock.hour} giờ {clock.minute:02}" if clock.minute else f"{clock.hour} giờ"


def _weekday_notes(day: date, clock: Clock | None) -> tuple[str, ...]:
    if clock is None or clock.weekday is None or clock.weekday == day.weekday():
        return ()
    return (f"Thứ ghi trong ô không khớp: ngày này là {weekday(day)}.",)


def _read_span(limit: Span, context: Context) -> Found:
    dated = fill_years(limit.points, context.year)
    kind = _span_kind(limit.points[0])
    if dated.fault:
        return Found(kind, fault=dated.fault)
    ends = [bounds(point) for point in dated.points]
    return Found(kind, min(first for first, _ in ends), max(last for _, last in ends), dated.notes)


def _read_range(limit: Range, context: Context) -> Found:
    points = (limit.last,) if limit.first is None else (limit.first, limit.last)
    dated = fill_years(points, context.year)
    if dated.fault:
        return Found(Kind.PERIOD, fault=dated.fault)
    start = context.issued if limit.first is None else bounds(dated.points[0])[0]
    first, last = bounds(dated.points[-1])
    due = first - _DAY if limit.last_excluded else last
    if start and start > due and limit.first is not None:
        return Found(Kind.PERIOD, fault="Thời điểm bắt đầu sau thời điểm kết thúc.")
    return Found(Kind.PERIOD, None if start and start > due else start, due, dated.notes)


def _read_since(limit: Since, context: Context) -> Found:
    notes = () if limit.bounded else ("Không có thời điểm kết thúc.",)
    if not limit.points:
        return Found(Kind.ONGOING, context.issued if limit.from_issue else None, notes=notes)
    dated = fill_years(limit.points, context.year)
    if dated.fault:
        return Found(Kind.ONGOING, fault=dated.fault)
    first, last = bounds(dated.points[0])
    return Found(Kind.ONGOING, last + _DAY if limit.after else first, None, (*notes, *dated.notes))


def _read_within(limit: Within, context: Context) -> Found:
    return Found(Kind.WITHIN, notes=("Không nói rõ thời hạn tính từ ngày nào.",))


def _read_relative(limit: Relative, context: Context) -> Found:
    anchor = context.issued if limit.from_issue else None
    if limit.anchor is not None:
        dated = fill_years((limit.anchor,), context.year)
        if dated.fault:
            return Found(Kind.RELATIVE, fault=dated.fault)
        anchor = bounds(dated.points[0])[0]
    anchor = anchor or context.happened
    if anchor is None:
        return Found(Kind.RELATIVE, notes=("Hạn tính từ một mốc chưa có ngày trong văn bản.",))
    start, due, note = count_from(anchor, limit, context.calendar)
    return Found(Kind.RELATIVE, start, due, (note,) if note else ())


def _read_conflict(limit: Conflict, context: Context) -> Found:
    years = fill_years([point for part in limit.limits for point in _all_points(part)], context.year)
    lent = next((point.year.written for point in years.points if point.year), context.year)
    parts = tuple(read_limit(part, replace(context, year=lent)) for part in limit.limits)
    fault = next((part.fault for part in parts if part.fault), "")
    if fault:
        return Found(Kind.MULTI, fault=fault)
    starts = [part.start for part in parts if part.start]
    days = [part.due for part in parts if part.due]
    notes = tuple(note for part in parts for note in part.notes)
    clash = "Một việc ghi hai thời hạn; lấy thời hạn đến trước." if len(set(days)) > 1 else ""
    flagged = (*notes, clash) if clash else notes
    return Found(Kind.MULTI, min(starts, default=None), min(days, default=None), flagged, parts=parts)


def _all_points(limit: Before | By | On | Span | Range) -> tuple[Point, ...]:
    if isinstance(limit, Range):
        return (limit.last,) if limit.first is None else (limit.first, limit.last)
    return limit.points


def _read_unclear(limit: Unclear, context: Context) -> Found:
    return Found(_shape(limit.about) if limit.about else Kind(limit.like), fault=limit.reason)


def _read_nothing(limit: Nothing, context: Context) -> Found:
    return Found(Kind.NONE, fault="Ô này cho biết chưa có thời hạn.")


def _undated(kind: Kind, note: str) -> Callable[[Any, Context], Found]:
    return lambda limit, context: Found(kind, notes=(note,) if note else ())


_SHAPES: dict[type, Kind] = {
    Before: Kind.BEFORE,
    By: Kind.BY,
    On: Kind.ON,
    Range: Kind.PERIOD,
    Since: Kind.ONGOING,
    Conflict: Kind.MULTI,
}
_READINGS: dict[type, Callable[[Any, Context], Found]] = {
    Before: _read_before,
    By: _read_by,
    On: _read_on,
    Span: _read_span,
    Range: _read_range,
    Since: _read_since,
    Within: _read_within,
    Relative: _read_relative,
    Conflict: _read_conflict,
    Unclear: _read_unclear,
    Nothing: _read_nothing,
    Event: _undated(Kind.EVENT, "Ngày của sự kiện do cơ quan điều phối đặt."),
    Ongoing: _undated(Kind.ONGOING, ""),
    Recurring: _undated(Kind.RECURRING, ""),
}

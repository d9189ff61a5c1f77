"""Gives points their year: from the same expression, the same cell, else the document. Never across a contradiction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from catalog.deadline.nodes import Day, Edge, Month, Point, Portion, Quarter, Side, Year

CROSSED = "Năm của một đầu khoảng thời gian không ghi; lấy theo năm liền kề để đúng thứ tự trước sau."


@dataclass(frozen=True, slots=True)
class Dated:
    """Points with years in figures, or the reason why there are none."""

    points: tuple[Point, ...]
    notes: tuple[str, ...] = ()
    fault: str = ""


def with_year(point: Point, year: Year) -> Point:
    if isinstance(point, Edge | Portion):
        return replace(point, of=replace(point.of, year=year))
    return replace(point, year=year)


def written_year(point: Point) -> int | None:
    return point.year.written if point.year else None


def fill_years(points: Sequence[Point], fallback: int | None) -> Dated:
    """Fill in the years of one list or range; `fallback` is the year of the cell or of the document."""
    points = _lend_months(points)
    if any(isinstance(point, Day) and point.month is None for point in points):
        return Dated((), fault="Có ngày nhưng không nói rõ tháng.")
    lent = _lend_years(points)
    own = [written_year(point) for point in points]
    base = next((year for year in lent if year is not None), fallback)
    if base is None:
        return Dated((), fault="Không ghi năm và cũng không biết năm của văn bản.")
    years = [_shifted(point, lent[index], base) for index, point in enumerate(points)]
    return _in_order(points, years, own)


def _shifted(point: Point, lent: int | None, base: int) -> int:
    if point.year and point.year.written is None:
        return base + point.year.shift
    return base if lent is None else lent


def _lend_months(points: Sequence[Point]) -> tuple[Point, ...]:
    """Give a bare day the month of the next full one: "ngày 15, 16/8"."""
    result = list(points)
    for index in range(len(result) - 2, -1, -1):
        this, following = result[index], result[index + 1]
        if isinstance(this, Day) and this.month is None and isinstance(following, Day):
            result[index] = replace(this, month=following.month, year=this.year or following.year)
    return tuple(result)


def _lend_years(points: Sequence[Point]) -> list[int | None]:
    """Lend a year written at the end to what stands before it, and one written first to what follows."""
    years = [written_year(point) for point in points]
    for index in range(len(years) - 2, -1, -1):
        if years[index] is None and points[index].year is None:
            years[index] = years[index + 1]
    for index in range(1, len(years)):
        if years[index] is None and points[index].year is None:
            years[index] = years[index - 1]
    return years


def _in_order(points: Sequence[Point], years: list[int], own: list[int | None]) -> Dated:
    """Move an unwritten year by one where only that keeps the order: "từ tháng 11 đến tháng 02/2026"."""
    notes: tuple[str, ...] = ()
    for index in range(len(points) - 2, -1, -1):
        later = (years[index + 1], _rank(points[index + 1], last=True))
        if own[index] is None and own[-1] is not None and (years[index], _rank(points[index])) > later:
            years[index], notes = years[index + 1] - 1, (CROSSED,)
    for index in range(1, len(points)):
        earlier = (years[index - 1], _rank(points[index - 1]))
        if (
            own[index] is None
            and own[0] is not None
            and (years[index], _rank(points[index], last=True)) < earlier
        ):
            years[index], notes = years[index - 1] + 1, (CROSSED,)
    return Dated(
        tuple(with_year(point, Year(year)) for point, year in zip(points, years, strict=True)), notes
    )


def _rank(point: Point, *, last: bool = False) -> tuple[int, int]:
    """Order points within a year, roughly: by their first month and day, or where `last` by their last."""
    match point:
        case Day():
            return point.month or 0, point.day
        case Month():
            return point.month, 31 if last else 0
        case Quarter():
            return point.quarter * 3 - (0 if last else 2), 31 if last else 0
        case Edge():
            return _rank(point.of, last=point.side is Side.LAST)
        case _:
            return (12, 31) if last else (0, 0)

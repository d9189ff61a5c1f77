"""Working days of Vietnamese public offices.

Holidays, compensatory days and make-up Saturdays come from the library `holidays`; what the Government moved
too late for it stands in an override file (`catalog.calendar_overrides`) and wins. A worked Saturday is a
working day like any other. "After" and "before" are strict everywhere in this module.
"""

from bisect import bisect_left, bisect_right
from datetime import date, timedelta
from functools import cache, cached_property
from importlib.metadata import version

from catalog.calendar_overrides import Overrides, SpecialDay, read_overrides, shipped_overrides
from catalog.text import normalize

__all__ = ["Overrides", "SpecialDay", "WorkingCalendar", "read_overrides", "shipped_overrides"]

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5  # date.weekday()


class WorkingCalendar:
    """Answers what is a working day; each year is worked out once, then every question is a binary search.

    Without `overrides` the ones that come with the package hold.
    """

    def __init__(self, overrides: Overrides | None = None) -> None:
        self._overrides = shipped_overrides() if overrides is None else overrides
        self._years: dict[int, _Year] = {}

    def special_days(self, year: int) -> tuple[SpecialDay, ...]:
        """Return the year's holidays and worked-in-place days in order, the overridden ones with their own source.

        Plain Saturdays and Sundays are not listed; a holiday that falls on one is.
        """
        return self._year(year).special

    def is_working_day(self, day: date) -> bool:
        return day in self._year(day.year).working_set

    def next_working_day(self, day: date) -> date:
        """Return the first working day strictly after `day`."""
        return self.add_working_days(day, 1)

    def previous_working_day(self, day: date) -> date:
        """Return the last working day strictly before `day`."""
        return self.add_working_days(day, -1)

    def working_day_on_or_before(self, day: date) -> date:
        return day if self.is_working_day(day) else self.previous_working_day(day)

    def working_day_on_or_after(self, day: date) -> date:
        return day if self.is_working_day(day) else self.next_working_day(day)

    def add_working_days(self, day: date, count: int) -> date:
        """Return the `count`-th working day strictly after `day`, or before it where `count` is negative.

        Zero returns `day` itself, a working day or not.
        """
        if count == 0:
            return day
        year = day.year
        working = self._year(year).working
        place = bisect_right(working, day) + count - 1 if count > 0 else bisect_left(working, day) + count
        while place >= len(working):
            place -= len(working)
            year += 1
            working = self._year(year).working
        while place < 0:
            year -= 1
            working = self._year(year).working
            place += len(working)
        return working[place]

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days after `start` up to and including `end`; negative where `end` is the earlier.

        Between two working days this is the count that `add_working_days` needs to go from one to the other.
        """
        if end < start:
            return -(self._worked_before(start) - self._worked_before(end)) - self._whole_years(end, start)
        return self._worked_through(end) - self._worked_through(start) + self._whole_years(start, end)

    def _worked_before(self, day: date) -> int:
        return bisect_left(self._year(day.year).working, day)

    def _worked_through(self, day: date) -> int:
        return bisect_right(self._year(day.year).working, day)

    def _whole_years(self, start: date, end: date) -> int:
        return sum(len(self._year(year).working) for year in range(start.year, end.year))

    def _year(self, number: int) -> "_Year":
        year = self._years.get(number)
        if year is None:
            year = self._years[number] = _Year(number, self._overrides)
        return year


class _Year:
    """One year's special days and, worked out from them, its working days in order."""

    def __init__(self, number: int, overrides: Overrides) -> None:
        self.number = number
        by_day = {special.day: special for special in _library_days(number)}
        by_day.update({special.day: special for special in overrides.days if special.day.year == number})
        self.special = tuple(by_day[day] for day in sorted(by_day))

    @cached_property
    def working(self) -> tuple[date, ...]:
        special = {entry.day: entry.off for entry in self.special}
        first = date(self.number, 1, 1)
        length = date(self.number, 12, 31).toordinal() - first.toordinal() + 1
        days = (first + _ONE_DAY * offset for offset in range(length))
        return tuple(day for day in days if not special.get(day, day.weekday() >= _SATURDAY))

    @cached_property
    def working_set(self) -> frozenset[date]:
        return frozenset(self.working)


@cache
def _library_days(year: int) -> tuple[SpecialDay, ...]:
    import holidays  # deferred: 0.1 s that commands without dates need not pay

    source = f"thư viện holidays {version('holidays')}"
    # A day worked in December can be for a day off in January: the next year is asked for as well.
    found = holidays.country_holidays("VN", years=(year, year + 1), language="vi")
    off = {day: normalize(name) for day, name in found.items()}
    worked = sorted(day for day in found.weekend_workdays if day.year == year)
    return (
        *(SpecialDay(day, True, name, source) for day, name in sorted(off.items()) if day.year == year),
        *(SpecialDay(day, False, _make_up_name(day, off), source) for day in worked),
    )


def _make_up_name(worked: date, off: dict[date, str]) -> str:
    written = worked.strftime("%d/%m/%Y")
    moved = next((day for day, name in off.items() if written in name), None)
    return f"Làm bù cho ngày nghỉ {moved:%d/%m/%Y}" if moved else "Ngày làm bù"

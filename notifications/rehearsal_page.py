"""The rehearsal as one HTML file, a month calendar that can be sent to the leaders before anything is switched on."""

from calendar import Calendar
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from notifications.content.kinds import KIND_NAMES
from notifications.content.wording import full_day, number
from notifications.rehearsal import Rehearsal, RehearsedDay
from tasks.scenario import Scenario

SCENARIO_WORDS = {
    Scenario.SILENT: "không cơ quan nào thực hiện hay báo cáo",
    Scenario.PUNCTUAL: "mọi cơ quan đúng hạn",
    Scenario.MIXED: "60 % cơ quan đúng hạn, 25 % chậm, 15 % im lặng",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the grid; `day` is None outside the days played."""

    on: date
    inside: bool
    day: RehearsedDay | None
    kinds: tuple[tuple[str, str, int], ...]  # code, name, mails that carry it


Month = tuple[int, int, list[list[Cell]]]  # year, month, weeks of seven days


def months_of(days: Sequence[RehearsedDay]) -> list[Month]:
    """Return the months that the days fall in, as calendars show them."""
    by_day = {day.on: day for day in days}
    return [
        (
            year,
            month,
            [
                [_cell(on, month, by_day) for on in week]
                for week in Calendar().monthdatescalendar(year, month)
            ],
        )
        for (year, month), _ in groupby(days, key=lambda day: (day.on.year, day.on.month))
    ]


def rehearsal_page(days: Sequence[RehearsedDay], rehearsal: Rehearsal) -> str:
    """Return the whole page; it needs nothing from outside and has no script."""
    counted = Counter(kind for day in days for message in day.messages for kind in message.kinds)
    return _template().render(
        rehearsal=rehearsal,
        scenario=SCENARIO_WORDS[rehearsal.scenario],
        months=months_of(days),
        days=[(day, _lines(day)) for day in days if day.messages],
        totals=[(code, name, counted[code]) for code, name in KIND_NAMES.items() if counted[code]],
        mails=sum(len(day.messages) for day in days),
    )


def _cell(on: date, month: int, by_day: dict[date, RehearsedDay]) -> Cell:
    day = by_day.get(on) if on.month == month else None
    return Cell(on, on.month == month, day, _kinds(day) if day else ())


def _kinds(day: RehearsedDay) -> tuple[tuple[str, str, int], ...]:
    counted = Counter(kind for message in day.messages for kind in message.kinds)
    return tuple((code, name, counted[code]) for code, name in KIND_NAMES.items() if counted[code])


def _lines(day: RehearsedDay) -> list[tuple[str, list[str]]]:
    """Return the day's subjects with the agencies that get each, most often first."""
    by_subject: dict[str, list[str]] = {}
    for message in day.messages:
        subject = message.subject.rpartition(" – ")[0] or message.subject
        by_subject.setdefault(subject, []).append(message.agency)
    return sorted(by_subject.items(), key=lambda entry: -len(entry[1]))


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "pages"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(full_day=full_day, number=number)
    return environment.get_template("rehearsal.html")

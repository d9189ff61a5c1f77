"""A long report is written part by part: forty duties on a page, then what is said of all; each part is saved by itself.

Saving a part keeps the others as they are stored, under the version that the whole report has; so of two officers in
different parts the second is told too.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from fastapi import Request

from catalog.report_outline import PARTS
from documents.report_form.form import ReportForm
from tasks.reporting.content import Content
from web.forms import Typed
from web.report_fields import line_field, read

SIZE = 40  # duties on a page: about 110 KB
PART, NEXT = "trang", "sang"  # in the address: the part that is open, the one to open once it is saved


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a form, `number` of `count` from 1. `form` is what it asks; `general`: the narrative and the figures too."""

    number: int
    count: int
    total: int
    form: ReportForm
    general: bool

    @property
    def first(self) -> int:
        """The place of the first duty it asks of, from 1."""
        return (self.number - 1) * SIZE + 1

    @property
    def query(self) -> str:
        """What the address of this part ends with."""
        return f"?{PART}={self.number}" if self.count > 1 else ""

    def others(self) -> Iterator[tuple[int, str]]:
        """Yield every part with its name."""
        for number in range(1, self.count):
            yield number, f"Nhiệm vụ {(number - 1) * SIZE + 1}–{min(number * SIZE, self.total)}"
        yield self.count, "Nội dung chung, số liệu"


def part_of(form: ReportForm, request: Request) -> Part:
    """Return the part that the address asks for, the first where it asks for none that there is; a short form is one part."""
    total = len(form.lines)
    if total <= SIZE:
        return Part(1, 1, total, form, general=True)
    count = -(-total // SIZE) + 1
    number = min(_number(request.query_params.get(PART, "")), count)
    general = number == count
    lines = () if general else form.lines[(number - 1) * SIZE : number * SIZE]
    asked = replace(form, lines=lines, figures=form.figures if general else ())
    return Part(number, count, total, asked, general=general)


def next_part(request: Request) -> int | None:
    """Return the part to show once one is saved, None where the address speaks of none."""
    asked = request.query_params.get(NEXT) or request.query_params.get(PART)
    return _number(asked) if asked else None


def read_part(typed: Typed, form: ReportForm, part: Part, stored: Content) -> Content:
    """Return the whole report: the part that was typed, of the others what is stored. Faults are kept in `typed`.

    A line counts as typed when its field came, whatever part it would stand in by now.
    """
    if part.count == 1:
        return read(typed, form)
    asked = tuple(line for line in form.lines if line_field(line.task) in typed.values)
    told = read(typed, replace(form, lines=asked, figures=part.form.figures))
    places = {line.task: place for place, line in enumerate(form.lines)}
    kept = [line for line in stored.lines if line.task in places.keys() - {line.task for line in asked}]
    lines = tuple(sorted((*kept, *told.lines), key=lambda line: places[line.task]))
    if part.general:
        return Content(lines, told.narrative, told.figures)
    written = {part.key: stored.narrative[part.key] for part in PARTS if part.key in stored.narrative}
    return Content(lines, written, stored.figures)


def _number(text: str) -> int:
    return max(1, int(text)) if text.isdecimal() and len(text) < 5 else 1

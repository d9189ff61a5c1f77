"""Reads how Vietnamese administrative texts say when: "Hoàn thành trước ngày 15/8/2025", "6 tháng cuối năm 2025".

Due days are inclusive: the last day on which one is on time. Nothing is guessed: what cannot be read comes back
for review, with the reason. The modules `deadline_*` are the grammar, from tokens through nodes to days;
docs/deadlines.md lists the forms.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from catalog.deadline.counting import Calendar
from catalog.deadline.islands import find_islands
from catalog.deadline.nodes import Step
from catalog.deadline.points import FIRST_YEAR, LAST_YEAR
from catalog.deadline.reading import Context, Found, Kind, read_limit
from catalog.deadline.steps import points_of, steps_of
from catalog.deadline.tokens import Token, clean, tokenize
from catalog.deadline.words import T
from catalog.deadline.years import written_year

__all__ = ["Calendar", "Kind", "Milestone", "Reading", "read_deadline"]

_LONGEST_TEXT = 4000  # characters; a longer cell is a document
_FAR_YEARS = 30  # a deadline further from the document is probably a slip of the keyboard


@dataclass(frozen=True, slots=True)
class Milestone:
    """One step of a cell that holds several, with its own words; `due` is inclusive."""

    text: str
    start: date | None
    due: date | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What an expression says. `text` is as given; `due` is the last on-time day, inclusive.

    `needs_review` means that a person must set the date, or confirm that there is none; the first of `notes`
    says why. Notes without it are flags: the reading stands, and someone may want to look.
    """

    text: str
    kind: Kind
    start: date | None
    due: date | None
    milestones: tuple[Milestone, ...]
    needs_review: bool
    notes: tuple[str, ...]


def read_deadline(
    text: str,
    *,
    issued: date | None = None,
    doc_year: int | None = None,
    before_inclusive: bool = False,
    calendar: Calendar | None = None,
    happened: date | None = None,
) -> Reading:
    """Read one expression; never raises on any text.

    `doc_year`, else the year of `issued`, is the year of days and months written without one. `before_inclusive`
    makes "trước ngày X" include X. A period counted from the issue of the document needs `issued`; working days,
    and the move of its last day off a day off (Civil Code, article 148), need `calendar`. A period counted from an
    event whose day the words do not say needs `happened`, that day.
    """
    if len(text) > _LONGEST_TEXT:
        reason = f"Nội dung dài quá {_LONGEST_TEXT} ký tự, không phải một cách ghi thời hạn."
        return Reading(text, Kind.NONE, None, None, (), needs_review=True, notes=(reason,))
    words = clean(text)
    tokens = tokenize(words)
    steps = steps_of(words, tokens, find_islands(tokens))
    year = doc_year if doc_year is not None else issued.year if issued else None
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        year = None
    sensible = issued if issued and FIRST_YEAR <= issued.year <= LAST_YEAR else None
    context = Context(sensible, year, before_inclusive, calendar, happened)
    if not steps:
        return _unread(text, tokens)
    found = _read_steps(steps, context)
    due = None if found.fault else found.due
    notes = (*((found.fault,) if found.fault else ()), *found.notes, *_flags(due, context))
    return Reading(
        text=text,
        kind=found.kind,
        start=None if found.fault else found.start,
        due=due,
        milestones=_milestones(steps, found),
        needs_review=bool(found.fault),
        notes=tuple(dict.fromkeys(notes)),
    )


def _unread(text: str, tokens: Sequence[Token]) -> Reading:
    kinds = {token.kind for token in tokens} - {T.END}
    if not any(char.isalnum() for char in unicodedata.normalize("NFC", text)):
        reason = "Ô trống hoặc chỉ có dấu; nếu là dấu lặp lại thì ghi rõ thời hạn của ô phía trên."
    elif kinds == {T.NUMBER}:
        reason = "Chỉ có con số, không rõ là ngày, tháng hay số ngày."
    else:
        reason = "Không thấy thời hạn trong nội dung này."
    return Reading(text, Kind.NONE, None, None, (), needs_review=True, notes=(reason,))


def _read_steps(steps: Sequence[Step], context: Context) -> Found:
    read = [read_limit(step.limit, replace(context, year=year)) for step, year in _step_years(steps, context)]
    read = [
        replace(found, notes=(*found.notes, *step.notes)) for found, step in zip(read, steps, strict=True)
    ]
    if len(read) == 1:
        return read[0]
    fault = next((found.fault for found in read if found.fault), "") or _out_of_order(steps, read)
    starts = [found.start for found in read if found.start]
    days = [found.due for found in read if found.due]
    due = max(days, default=None) if read[-1].due else None
    notes = tuple(note for found in read for note in found.notes)
    return Found(Kind.MULTI, min(starts, default=None), due, notes, fault, tuple(read))


def _step_years(steps: Sequence[Step], context: Context) -> list[tuple[Step, int | None]]:
    """Give each step the year to lend: of the step before it in the cell, of the one after it, of the document."""
    own = [[year for point in points_of(step.limit) if (year := written_year(point))] for step in steps]
    result: list[tuple[Step, int | None]] = []
    before: int | None = None
    for index, step in enumerate(steps):
        after = next((years[0] for years in own[index + 1 :] if years), None)
        year = before or _year_from_after(step, steps, index, after, context)
        result.append((step, year))
        before = own[index][-1] if own[index] else before
    return result


def _year_from_after(
    step: Step, steps: Sequence[Step], index: int, after: int | None, context: Context
) -> int | None:
    """Take the later step's year unless the document's own year differs and only that keeps the order."""
    if after is None or context.year in {None, after}:
        return after or context.year
    later = next(
        other for other in steps[index + 1 :] if any(written_year(p) for p in points_of(other.limit))
    )
    mine = read_limit(step.limit, replace(context, year=after)).due
    bound = read_limit(later.limit, context).due
    return after if mine and bound and mine <= bound else context.year


def _out_of_order(steps: Sequence[Step], read: Sequence[Found]) -> str:
    """Doubt a borrowed year that puts a step before the one it follows."""
    for index in range(1, len(read)):
        points = points_of(steps[index].limit)
        borrowed = points and all(point.year is None for point in points)
        earlier, later = read[index - 1].start or read[index - 1].due, read[index].due
        if borrowed and earlier and later and later < earlier:
            return "Bước sau không ghi năm và đứng trước bước liền trên; không rõ thuộc năm nào."
    return ""


def _milestones(steps: Sequence[Step], found: Found) -> tuple[Milestone, ...]:
    if found.kind is not Kind.MULTI or not found.parts:
        return ()
    if len(steps) == 1:
        return tuple(Milestone(steps[0].text, part.start, part.due) for part in found.parts)
    return tuple(
        Milestone(step.text, part.start, part.due) for step, part in zip(steps, found.parts, strict=True)
    )


def _flags(due: date | None, context: Context) -> tuple[str, ...]:
    """Flag a day that is read as written but is probably mistyped."""
    if due is None:
        return ()
    if context.issued and due < context.issued:
        return ("Hạn này trước ngày ban hành văn bản; đọc đúng như đã ghi, đề nghị kiểm tra lại năm.",)
    if context.year and due.year < context.year:
        return ("Hạn này thuộc năm trước năm của văn bản; đọc đúng như đã ghi, đề nghị kiểm tra lại năm.",)
    if context.year and due.year > context.year + _FAR_YEARS:
        return ("Hạn này cách năm của văn bản rất xa; đọc đúng như đã ghi, đề nghị kiểm tra lại năm.",)
    return ()

"""Footnotes: marks taken out of the cells, and the notes they point to found in the document."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from catalog.drafts.joining import join_lines
from catalog.drafts.records import DraftRow
from catalog.drafts.source import MARK, MARK_CLOSE, MARK_OPEN, Line, Source

_NOTE_LINE = re.compile(
    rf"^\s*(?:{MARK_OPEN}(\d{{1,3}}){MARK_CLOSE}|\[(\d{{1,3}})\]|(\d{{1,2}})\s*[-–])\s*[-.:]?\s*(\S.*)$"
)
_PLAIN_NOTE = re.compile(r"^\s*(\d{1,2})\s+([^\W\d_].*)$")
_UNIT = re.compile(r"(?:^|[\s\d/])(?:k|c|d)?m$")  # a raised 2 or 3 after it is a power
_GLUED = r"(?<=[^\W\d_]){number}(?=[\s;,.:)”\"]|$)"


def find_notes(source: Source) -> dict[int, str]:
    """Return the notes by number: the document's own, else paragraphs that begin with a note's mark."""
    notes = {int(mark): text for mark, text in source.notes if mark.isdigit() and text.strip()}
    if notes:
        return notes
    return _noted_lines(source.lines, _marked(source))


def _marked(source: Source) -> set[int]:
    """Return the numbers that stand raised in the tables."""
    texts = (cell.text for table in source.tables for row in table.rows for cell in row.cells)
    marks = (mark.strip("()[] ") for text in texts for mark in MARK.findall(text))
    return {int(mark) for mark in marks if mark.isdigit()}


def _noted_lines(lines: Iterable[Line], marked: set[int]) -> dict[int, str]:
    notes: dict[int, list[str]] = {}
    current = 0
    for line in lines:
        found = _NOTE_LINE.match(line.text)
        if found:
            number = int(next(part for part in found.groups()[:3] if part))
            if number == max(notes, default=0) + 1:
                notes[number], current = [found.group(4)], number
                continue
        plain = _PLAIN_NOTE.match(line.text)
        if plain and int(plain[1]) in marked and int(plain[1]) == max(notes, default=0) + 1:
            current = int(plain[1])
            notes[current] = [plain[2]]
            continue
        if current and not _leaves(line.text):
            notes[current].append(line.text)
        elif line.text.strip():
            current = 0
    return {number: join_lines(parts) for number, parts in notes.items()}


def _leaves(text: str) -> bool:
    """Tell whether a line is no longer part of a note: blank, a page's head, a heading in capitals."""
    return not text.strip() or text.strip().isupper() or text.strip().isdigit() or MARK_OPEN in text


def take_marks(
    rows: Sequence[DraftRow], notes: dict[int, str], *, glued: bool = False
) -> tuple[DraftRow, ...]:
    """Return the rows without footnote marks, which become references; one without a note is told.

    `glued` also takes plain digits that touch a word ("cơ sở1") where such a note exists.
    """
    return tuple(_without_marks(row, notes, glued=glued) for row in rows)


def _without_marks(row: DraftRow, notes: dict[int, str], *, glued: bool) -> DraftRow:
    found: list[int] = []
    text, lead, support, deadline = (
        _cleaned(cell, notes, found, glued=glued) for cell in (row.text, row.lead, row.support, row.deadline)
    )
    told = [
        f"Không thấy nội dung chú thích số {number}."
        for number in dict.fromkeys(found)
        if number not in notes
    ]
    references = tuple(dict.fromkeys(number for number in found if number in notes))
    return replace(
        row,
        text=text,
        lead=lead,
        support=support,
        deadline=deadline,
        footnotes=references,
        warnings=(*row.warnings, *told),
    )


def _cleaned(text: str, notes: dict[int, str], found: list[int], *, glued: bool) -> str:
    def settle(match: re.Match[str]) -> str:
        mark = match.group(1).strip("()[] ")
        power = not notes and mark in {"2", "3"} and _UNIT.search(text[: match.start()])
        if not mark.isdigit() or power:
            return match.group(0).replace(MARK_OPEN, "").replace(MARK_CLOSE, "")
        found.append(int(mark))
        return ""

    text = MARK.sub(settle, text)
    if glued:
        for number in notes:
            text, count = re.subn(_GLUED.format(number=number), "", text)
            found.extend([number] * bool(count))
    return re.sub(r"\s+(?=[,;:.](?:\s|$))", "", text).strip()

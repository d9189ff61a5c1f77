"""What the pages of an import show of a draft: each duty with its meaning, the source's rows beside it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.agencies import Directory
from catalog.drafts.checking import Meaning, meanings
from catalog.drafts.file import DraftDuty, DraftFile, RowReview
from catalog.errors import Fault
from catalog.groups.parser import resolve_cell
from tasks.import_drafts import directory_in
from tasks.models import ImportDraft

AROUND = 2  # rows of the source shown before and after the row itself
_PAGE = re.compile(r"trang (\d+)")
_ROW = re.compile(r"dòng (\d+)\b")


@dataclass(frozen=True, slots=True)
class Line:
    """A duty in the list; `number` counts from 1 in the order of the document."""

    number: int
    duty: DraftDuty
    meaning: Meaning

    @property
    def leads(self) -> int | None:
        """How many agencies would have the task, None where no directory is chosen."""
        return None if self.meaning.roles is None else len(self.meaning.roles.leads)

    @property
    def to_see(self) -> bool:
        """Whether a person has to look at it."""
        return self.duty.review.doubtful or self.meaning.doubtful


@dataclass(frozen=True, slots=True)
class Named:
    """One part of a cell as it was understood."""

    text: str
    agencies: int
    unresolved: bool
    choose: bool
    role: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    place: str
    cells: tuple[str, ...]
    own: bool


_ROLES = {"lead": "chủ trì", "support": "phối hợp", "monitor": "theo dõi", "invited": "được mời"}


def lines_of(session: Session, draft: DraftFile) -> list[Line]:
    """Return every duty with its meaning, in the order of the document."""
    meaning = meanings(draft, directory_in(session, draft.directory))
    return [Line(number, duty, meaning(duty)) for number, duty in enumerate(draft.duties, 1)]


def line_of(session: Session, draft: DraftFile, number: int) -> Line:
    """Return one duty with its meaning."""
    duty = draft.duties[number - 1]
    return Line(number, duty, meanings(draft, directory_in(session, draft.directory))(duty))


def named_in(cell: str, directory: Directory | None, column: Any) -> list[Named]:
    """Return how the parts of a cell were understood; nothing without a directory."""
    if directory is None or not cell:
        return []
    return [
        Named(part.text, len(part.members), part.kind == "unresolved", part.choose, _ROLES[part.role])
        for part in resolve_cell(cell, directory, column)
    ]


def source_rows(session: Session, row: ImportDraft, review: RowReview) -> list[SourceRow]:
    """Return the rows of the document that a duty was read from, with their neighbours."""
    stored = session.scalar(select(ImportDraft.source).where(ImportDraft.id == row.id)) or {}
    rows: Sequence[Any] = stored.get("rows", [])
    spoken = ", ".join(filter(None, (review.place, *review.sources.values()))) + ","
    own = {at for at, (place, _) in enumerate(rows) if place and f"{place}," in spoken}
    if len(own) > 40:  # the places of lost columns name whole pages
        own = set(sorted(own)[:40])
    near = sorted(
        {at + step for at in own for step in range(-AROUND, AROUND + 1) if 0 <= at + step < len(rows)}
    )
    return [SourceRow(rows[at][0], tuple(filter(None, rows[at][1])), at in own) for at in near]


def pages_of(row: ImportDraft, review: RowReview) -> list[int]:
    """Return the pages of a PDF that a duty stands on."""
    if row.kind != "pdf":
        return []
    spoken = " ".join((review.place, *review.sources.values()))
    return sorted({int(page) for page in _PAGE.findall(spoken)})[:3]


def row_of_fault(fault: Fault) -> int | None:
    """Return the number of the duty that a fault is in, None where it is in none."""
    found = _ROW.match(fault.place)
    return int(found[1]) if found else None


def next_to_see(lines: Sequence[Line], after: int) -> int | None:
    """Return the number of the next duty somebody has to look at, from the start again where none follows."""
    waiting = [line.number for line in lines if line.to_see]
    return next((number for number in waiting if number > after), waiting[0] if waiting else None)

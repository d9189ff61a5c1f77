"""Whether a draft could be loaded, with every fault placed as a person finds it in the list, and what each row means."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from catalog.agencies import Directory
from catalog.deadlines import Reading, read_deadline
from catalog.decision import Decision, Duty
from catalog.decision_file import Directories, Placed, decision_from
from catalog.drafts.file import DraftDuty, DraftFile
from catalog.drafts.file_text import draft_text
from catalog.errors import Fault
from catalog.roles import DutyRoles, RoleReader
from catalog.yaml_lines import KeyPath, Lines

_WORDS = {
    "duties": "dòng", "sections": "phần thứ", "headings": "mục thứ", "rounds": "lần báo cáo thứ", "events": "sự kiện thứ",
    "footnotes": "chú thích thứ",
}  # fmt: skip


def checked(draft: DraftFile, directories: Directories) -> tuple[Decision | None, tuple[Fault, ...]]:
    """Return the decision that the draft would be once reviewed, or None and everything wrong with it.

    The place of a fault begins with "dòng N" where it is in the Nth duty.
    """
    data = yaml.safe_load(draft_text(draft.model_copy(update={"reviewed": True})))
    return decision_from(data, Placed(_InTheList(), ""), directories)


class _InTheList(Lines):
    """Places a value by its row's number, in the order of the list."""

    def of(self, path: KeyPath) -> int:
        match path:
            case (str(group), int(index), *_):
                return 1000 + 10_000 * list(_WORDS).index(group) + index if group in _WORDS else 1
        return 0

    def place(self, path: KeyPath) -> str:
        match path:
            case (str(group), int(index), *_) if group in _WORDS:
                return f"{_WORDS[group]} {index + 1}"
        return "thông tin chung"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a duty's cells are taken for: `leads` and the rest as in `DutyRoles`; `due` is the last on-time day."""

    roles: DutyRoles | None
    reading: Reading
    start: date | None
    due: date | None

    @property
    def doubtful(self) -> bool:
        """Tell whether an agency was not recognised, or the deadline not understood and not set by hand."""
        unread = self.reading.needs_review and self.due is None and self.start is None
        return unread or (self.roles is not None and bool(self.roles.unresolved or not self.roles.leads))


def meanings(draft: DraftFile, directory: Directory | None) -> Callable[[DraftDuty], Meaning]:
    """Return what tells the meaning of a duty of the draft; without a directory no agency is looked for."""
    reader = RoleReader(directory) if directory is not None else None
    known: dict[tuple[Any, ...], Reading] = {}

    def meaning(row: DraftDuty) -> Meaning:
        issued_on, year = row.issued_on or draft.issued_on, row.year or draft.year
        key = (row.deadline, issued_on, year)
        if key not in known:
            inclusive = draft.before == "inclusive"
            known[key] = read_deadline(
                row.deadline, issued=issued_on, doc_year=year, before_inclusive=inclusive
            )
        reading = known[key]
        trusted = None if reading.needs_review else reading
        cells = Duty.model_construct(
            code=row.code, section=row.section, text=row.text, lead=row.lead, support=row.support
        )
        return Meaning(
            reader.roles_of(cells) if reader else None,
            reading,
            row.start or (trusted.start if trusted else None),
            row.due or (trusted.due if trusted else None),
        )

    return meaning

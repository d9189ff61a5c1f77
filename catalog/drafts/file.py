"""A draft as it is kept and corrected: a decision file that need not be right yet, each row with what was read of it.

Every text may be blank and every code may lead nowhere: that is told where the draft is checked as a decision. What is
kept beside the rows in the file's block `review` stands with its row here, so that a row keeps it under a new code.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictInt, ValidationError
from pydantic_core import PydanticCustomError

from catalog.decision import Year
from catalog.errors import Fault
from catalog.record_faults import record_faults
from catalog.text import normalize
from catalog.yaml_lines import Lines, parse_yaml

FIELDS = ("text", "lead", "support", "deadline")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff\ue000-\uf8ff]")


def _line(text: str) -> str:
    return normalize(_UNPRINTABLE.sub(" ", text))


def _lines(text: str) -> str:
    return "\n".join(filter(None, (_line(line) for line in text.splitlines())))


def _code(text: str) -> str:
    found = _line(text)
    if not found:
        raise PydanticCustomError("blank", "blank")  # told in Vietnamese by catalog.record_faults
    return found


Cell = Annotated[str, AfterValidator(_line)]
Paragraphs = Annotated[str, AfterValidator(_lines)]
Code = Annotated[str, AfterValidator(_code)]
Cells = Annotated[tuple[Cell, ...], AfterValidator(lambda cells: tuple(filter(None, cells)))]


def _filled(texts: Mapping[str, str]) -> Mapping[str, str]:
    """Leave out what says nothing, the names of columns included."""
    return {found: text for name, text in texts.items() if text and (found := _line(name))}


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RowReview(_Record):
    """What the document says of a row: its printed number, its place, the places of fields that differ from it.

    `read` is the code that the row had when it was read, "" where a person added it; `seen` says that a person has
    looked at the doubts.
    """

    read: Cell = ""
    printed: Cell = ""
    place: Cell = ""
    sources: Annotated[
        Mapping[Literal["text", "lead", "support", "deadline"], Cell], AfterValidator(_filled)
    ] = {}
    warnings: Cells = ()
    extras: Annotated[Mapping[str, Cell], AfterValidator(_filled)] = {}
    seen: StrictBool = False

    @property
    def doubtful(self) -> bool:
        return bool(self.warnings) and not self.seen


NOTHING_READ = RowReview()


class _Row(_Record):
    code: Code
    review: RowReview = NOTHING_READ


class DraftSection(_Row):
    title: Cell = ""


class DraftHeading(_Row):
    section: Cell = ""
    text: Cell = ""


class DraftDuty(_Row):
    """A duty under correction, its fields those of `catalog.decision.Duty`."""

    section: Cell = ""
    parent: Cell = ""
    text: Cell = ""
    lead: Cell = ""
    support: Cell = ""
    deadline: Cell = ""
    footnotes: tuple[StrictInt, ...] = ()
    event: Cell = ""
    closed_by: Cell = ""
    start: date | None = None
    due: date | None = None
    accept_past: StrictBool = False
    issued_on: date | None = None
    year: Year | None = None


class DraftClause(_Record):
    number: StrictInt
    text: Cell = ""


class DraftArticle(_Record):
    number: StrictInt
    text: Cell = ""
    clauses: tuple[DraftClause, ...] = ()


class DraftFootnote(_Record):
    number: StrictInt
    text: Paragraphs = ""


class DraftPeriod(_Record):
    """A reporting round under correction."""

    code: Code
    text: Cell = ""
    source: Cell = ""
    opens: date | None = None
    due: date | None = None
    issued_on: date | None = None
    year: Year | None = None


class DraftAdHoc(_Record):
    text: Cell = ""
    source: Cell = ""


def _said(clause: DraftAdHoc | None) -> DraftAdHoc | None:
    return clause if clause and (clause.text or clause.source) else None


class DraftEvent(_Record):
    code: Code
    name: Cell = ""


class FileReview(_Record):
    """What was told of the whole document; `seen` says that a person has looked at it."""

    file: Cell = ""
    coordinator: Cell = ""
    warnings: Cells = ()
    seen: StrictBool = False


class DraftFile(_Record):
    """A whole draft. `reviewed` None: a decision file that somebody wrote by hand, which waits for no review."""

    reviewed: StrictBool | None = None
    key: Cell = ""
    directory: Cell = ""
    policy: Annotated[Cell, AfterValidator(lambda key: key or "default")] = "default"
    number: Cell = ""
    issued_on: date | None = None
    year: Year | None = None
    before: Literal["exclusive", "inclusive"] = "exclusive"
    title: Cell = ""
    issuer: Cell = ""
    place: Cell = ""
    coordinator: Cell = ""
    confirmer: Cell = ""
    leaders: Cell = ""
    assumptions: Cells = ()
    legal_bases: Cells = ()
    articles: tuple[DraftArticle, ...] = ()
    recipients: Cells = ()
    sections: tuple[DraftSection, ...] = ()
    headings: tuple[DraftHeading, ...] = ()
    footnotes: tuple[DraftFootnote, ...] = ()
    duties: tuple[DraftDuty, ...] = ()
    rounds: tuple[DraftPeriod, ...] = ()
    expected: Cell = ""
    ad_hoc: Annotated[DraftAdHoc | None, AfterValidator(_said)] = None
    events: tuple[DraftEvent, ...] = ()
    review: FileReview = Field(default_factory=FileReview)

    @property
    def doubts(self) -> int:
        """How many places a person has still to look at: rows in doubt, and what was told of the whole."""
        rows = (*self.sections, *self.headings, *self.duties)
        general = bool(self.review.warnings) and not self.review.seen
        return sum(row.review.doubtful for row in rows) + general


def read_draft(text: str, file: str) -> tuple[DraftFile | None, tuple[Fault, ...]]:
    """Return the draft in a YAML text, or None and every fault with its line; `file` is the name the faults carry."""
    data, lines, faults = parse_yaml(text, file)
    if faults:
        return None, faults
    return draft_from(_with_rows_reviewed(data), lines, file)


def draft_from(data: Any, lines: Lines, file: str) -> tuple[DraftFile | None, tuple[Fault, ...]]:
    """Return the draft in plain values, each row with its own `review`, or None and every fault at its place."""
    try:
        return DraftFile.model_validate(data), ()
    except ValidationError as error:
        return None, record_faults(error, lines, file)


def _with_rows_reviewed(data: Any) -> Any:
    """Put what the block `review` says of each row beside that row, and leave blank what the file leaves null."""
    if not isinstance(data, dict):
        return data
    values = {name: value for name, value in data.items() if value is not None}
    review = values.get("review")
    if not isinstance(review, dict) or not isinstance(review.get("rows", {}), dict):
        return values
    rows = review.get("rows", {})
    values["review"] = {name: value for name, value in review.items() if name != "rows"}
    for group in ("sections", "headings", "duties"):
        if isinstance(values.get(group), list):
            values[group] = [_with_review(row, rows) for row in values[group]]
    return values


def _with_review(row: Any, rows: dict[str, Any]) -> Any:
    if not isinstance(row, dict) or not isinstance(rows.get(str(row.get("code"))), dict):
        return row
    kept = dict(rows[str(row["code"])])
    source = kept.pop("source", "")
    if isinstance(source, str):
        kept.setdefault("place", source)
    else:
        kept["sources"] = source
    kept.setdefault("read", row["code"])
    return {**row, "review": kept}

"""What a report holds, as records: a line for each task, the parts of the narrative, figures, files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

LARGEST_FILE = 25 * 1024 * 1024  # bytes


class Declares(StrEnum):
    """What a line asks to be recorded of its task when the report is submitted."""

    NOTHING = ""
    STARTED = "started"
    DONE = "done"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Line:
    """What a report says of one task. `addressee` is to whom its proposals are made."""

    task: int
    declares: Declares = Declares.NOTHING
    result: str = ""
    document_number: str = ""
    document_date: date | None = None
    difficulties: str = ""
    proposals: str = ""
    addressee: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator's value; None is blank, which is not zero. `bound` keeps "trên", "gần", "khoảng"."""

    indicator: str
    part: str = ""
    value: Decimal | None = None
    bound: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """A whole report as its author has it: lines that are left out are blank, parts of the outline by their key."""

    lines: tuple[Line, ...] = ()
    narrative: Mapping[str, str] = field(default_factory=dict)
    figures: tuple[Figure, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Whether nothing at all is said: no line, no part of the narrative, no figure."""
        told = any(line != Line(line.task) for line in self.lines) or any(self.narrative.values())
        return not told and all(figure.value is None for figure in self.figures)


@dataclass(frozen=True, slots=True)
class Paper:
    """A report that came as a signed document: its số, ký hiệu and date, and the day it arrived, which counts."""

    number: str
    dated: date
    received: date


@dataclass(frozen=True, slots=True)
class File:
    name: str
    media_type: str
    content: bytes

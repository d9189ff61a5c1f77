"""A draft: what an importer proposes and a person has still to look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One row of the list: a duty, or a section or parent row (`heading`).

    `code` is in the decision file's form and unique; `printed` is the number as the document shows it. `sources`
    gives the place of each field, `extras` the columns that a decision file has no room for.
    """

    code: str
    heading: bool
    text: str
    lead: str = ""
    support: str = ""
    deadline: str = ""
    section: str = ""
    parent: str | None = None
    printed: str = ""
    place: str = ""
    footnotes: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    extras: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DraftRound:
    code: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Prose:
    """What the prose around the list says of the decision; "" and None where it does not say."""

    kind: str = ""
    title: str = ""
    number: str | None = None
    issued_on: date | None = None
    year: int | None = None
    issuer: str = ""
    place: str = ""
    coordinator: str = ""
    coordinator_source: str = ""
    expected: str = ""
    legal_bases: tuple[str, ...] = ()
    articles: tuple[tuple[int, str], ...] = ()
    recipients: tuple[str, ...] = ()
    rounds: tuple[DraftRound, ...] = ()
    ad_hoc: DraftRound | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    file: str
    prose: Prose
    rows: tuple[DraftRow, ...]
    footnotes: tuple[tuple[int, str], ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def duties(self) -> tuple[DraftRow, ...]:
        return tuple(row for row in self.rows if not row.heading)

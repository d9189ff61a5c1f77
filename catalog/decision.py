"""A decision as its file says it: who issued it, its duties word for word, its reporting rounds.

The models hold only what one file can say by itself; `catalog.decision_file` reads a file and checks it against
a directory. Texts are NFC with line breaks joined.
"""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

from catalog.fields import Cell, Code, Paragraphs, Text

Year = Annotated[StrictInt, Field(ge=1945, le=2200)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Clause(_Record):
    number: StrictInt
    text: Text


class Article(_Record):
    number: StrictInt
    text: Text
    clauses: tuple[Clause, ...] = ()


class Section(_Record):
    code: Code
    title: Text


class Heading(_Record):
    """A numbered line of the list that has duties under it and no agencies of its own, such as 3.4."""

    code: Code
    section: Code
    text: Text


class Footnote(_Record):
    number: StrictInt
    text: Paragraphs


class Duty(_Record):
    """One row of the list, its four cells verbatim without footnote marks.

    `start`, `due` (inclusive) and `event` are set by a person and win over the reading of `deadline`; `accept_past`
    says that a person has seen that the deadline lies before the decision. `issued_on` and `year` are those of the
    amendment whose words `deadline` is, None where they are the decision's own.
    """

    code: Code
    section: Code
    text: Text
    lead: Text
    support: Cell = ""
    deadline: Cell = ""
    footnotes: tuple[StrictInt, ...] = ()
    parent: Code | None = None
    event: Code | None = None
    closed_by: Code | None = None
    start: date | None = None
    due: date | None = None
    accept_past: StrictBool = False
    issued_on: date | None = None
    year: Year | None = None

    @property
    def dated_by_hand(self) -> bool:
        return self.start is not None or self.due is not None


class Round(_Record):
    """One periodic reporting deadline in the decision's own words; `opens` and `due` are set only to overrule them.

    `issued_on` and `year` are those of the amendment whose words `text` is, as in `Duty`.
    """

    code: Code
    text: Text
    source: Text
    opens: date | None = None
    due: date | None = None
    issued_on: date | None = None
    year: Year | None = None


class AdHocClause(_Record):
    text: Text
    source: Text


class AwaitedEvent(_Record):
    """Something that duties wait for and whose day the coordinator sets."""

    code: Code
    name: Text


class Decision(_Record):
    """One decision and its list of duties.

    `number` and `issued_on` are null where the copy that was read is unsigned. `before` says whether "trước ngày X"
    still allows X. `expected` is the cell that says which agencies report in every round; empty means every lead.
    """

    key: Code
    directory: Text
    policy: Text = "default"
    number: Text | None = None
    issued_on: date | None = None
    year: Year
    before: Literal["exclusive", "inclusive"] = "exclusive"
    title: Text
    issuer: Text
    place: Text
    coordinator: Code
    confirmer: Code
    leaders: Code
    assumptions: tuple[Text, ...] = ()
    legal_bases: tuple[Text, ...] = ()
    articles: tuple[Article, ...] = ()
    recipients: tuple[Text, ...] = ()
    sections: tuple[Section, ...] = Field(min_length=1)
    headings: tuple[Heading, ...] = ()
    footnotes: tuple[Footnote, ...] = ()
    duties: tuple[Duty, ...] = Field(min_length=1)
    rounds: tuple[Round, ...] = ()
    expected: Cell = ""
    ad_hoc: AdHocClause | None = None
    events: tuple[AwaitedEvent, ...] = ()

    @property
    def before_inclusive(self) -> bool:
        return self.before == "inclusive"

    def duty(self, code: str) -> Duty:
        """Return the duty `code`; raises KeyError where there is none."""
        return {duty.code: duty for duty in self.duties}[code]

    def issued_as(self, issued_on: date | None) -> Self:
        """Return this decision with the issue date given at loading, which wins over the file's."""
        return self if issued_on is None else self.model_copy(update={"issued_on": issued_on})

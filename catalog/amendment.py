"""An amendment (điều chỉnh, bổ sung) as its file says it, and the decision as it reads once amended.

A deadline that an amendment words counts from the amendment's own issue date. What an entry does not name stays as it
was; naming `event` or `closed_by` as null takes it away.
"""

from datetime import date
from typing import Final

from pydantic import BaseModel, ConfigDict, StrictBool

from catalog.decision import AwaitedEvent, Decision, Duty, Footnote, Heading, Round, Section, Year
from catalog.fields import Cell, Code, Text

DATING: Final = frozenset({"deadline", "event", "start", "due"})  # naming one of these dates the duty anew
_ABOUT = frozenset({"code", "because"})


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AddedDuty(Duty):
    """A new row, whole. It stands after the row `after`, else at the end of its section."""

    after: Code | None = None
    because: Cell = ""


class ChangedDuty(_Record):
    """What changes in one row; only what is named changes."""

    code: Code
    text: Text = ""
    lead: Text = ""
    support: Cell = ""
    deadline: Cell = ""
    section: Code = ""
    parent: Code | None = None
    event: Code | None = None
    closed_by: Code | None = None
    start: date | None = None
    due: date | None = None
    accept_past: StrictBool = False
    because: Cell = ""

    @property
    def named(self) -> frozenset[str]:
        """The columns that the entry changes."""
        return frozenset(self.model_fields_set - _ABOUT)

    @property
    def dates_anew(self) -> bool:
        return bool(self.named & DATING)


class CancelledDuty(_Record):
    code: Code
    reason: Text


class AmendedRound(_Record):
    """A reporting deadline that is moved, where the decision has its code, else added: then with text and source."""

    code: Code
    text: Text = ""
    source: Text = ""
    opens: date | None = None
    due: date | None = None
    because: Cell = ""

    @property
    def named(self) -> frozenset[str]:
        return frozenset(self.model_fields_set - _ABOUT)


class Amendment(_Record):
    """One amendment of the decision `amends`. `number` and `issued_on` may be null in a draft, which cannot be applied.

    `year` is the year of days and months written without one, the decision's where it is null. The decision's list may
    be given new `sections`, `headings`, `footnotes` and `events` for the rows to name.
    """

    amends: Code
    number: Text | None = None
    issued_on: date | None = None
    year: Year | None = None
    title: Cell = ""
    because: Cell = ""
    legal_bases: tuple[Text, ...] = ()
    sections: tuple[Section, ...] = ()
    headings: tuple[Heading, ...] = ()
    footnotes: tuple[Footnote, ...] = ()
    events: tuple[AwaitedEvent, ...] = ()
    add: tuple[AddedDuty, ...] = ()
    change: tuple[ChangedDuty, ...] = ()
    cancel: tuple[CancelledDuty, ...] = ()
    rounds: tuple[AmendedRound, ...] = ()

    @property
    def name(self) -> str:
        """How a sentence names it: "Quyết định số 12/QĐ-UBND ngày 15/10/2025"."""
        number = f" số {self.number}" if self.number else ""
        day = f" ngày {self.issued_on:%d/%m/%Y}" if self.issued_on else ""
        return f"Quyết định{number}{day}" if number or day else "Dự thảo điều chỉnh, bổ sung"

    @property
    def touched(self) -> frozenset[str]:
        """The codes of the rows that it adds, changes or cancels."""
        added, changed = {entry.code for entry in self.add}, {entry.code for entry in self.change}
        return frozenset(added | changed | {entry.code for entry in self.cancel})


def amended(decision: Decision, amendment: Amendment) -> Decision:
    """Return the decision as it reads with the amendment in it; entries that fit no row are passed over."""
    changes = {entry.code: entry for entry in amendment.change}
    gone = {entry.code for entry in amendment.cancel}
    duties = [
        _changed(duty, changes[duty.code], amendment) if duty.code in changes else duty
        for duty in decision.duties
        if duty.code not in gone
    ]
    known = {duty.code for duty in decision.duties}
    for entry in amendment.add:
        if entry.code not in known:
            duties.insert(_place(duties, entry, decision), _added(entry, amendment))
    return decision.model_copy(
        update={
            "sections": (*decision.sections, *amendment.sections),
            "headings": (*decision.headings, *amendment.headings),
            "footnotes": (*decision.footnotes, *amendment.footnotes),
            "events": (*decision.events, *amendment.events),
            "duties": tuple(duties),
            "rounds": tuple(_rounds(decision, amendment)),
        }
    )


def _written(amendment: Amendment) -> dict[str, object]:
    return {"issued_on": amendment.issued_on, "year": amendment.year}


def _changed(duty: Duty, entry: ChangedDuty, amendment: Amendment) -> Duty:
    values: dict[str, object] = {name: getattr(entry, name) for name in entry.named}
    if "deadline" in values:  # what a person set for the old words says nothing about the new ones
        values = {"start": None, "due": None, "event": None, "accept_past": False} | values
    if entry.dates_anew:
        values |= _written(amendment)
    return duty.model_copy(update=values)


def _added(entry: AddedDuty, amendment: Amendment) -> Duty:
    columns = {name: getattr(entry, name) for name in Duty.model_fields}
    return Duty.model_construct(**(columns | _written(amendment)))


def _place(duties: list[Duty], entry: AddedDuty, decision: Decision) -> int:
    order = {section.code: rank for rank, section in enumerate(decision.sections)}
    last = len(order)
    own = order.get(entry.section, last)
    for index, duty in enumerate(duties):
        if entry.after is not None:
            if duty.code == entry.after:
                return index + 1
        elif order.get(duty.section, last) > own:
            return index
    return len(duties)


def _rounds(decision: Decision, amendment: Amendment) -> list[Round]:
    entries = {entry.code: entry for entry in amendment.rounds}
    known = {planned.code for planned in decision.rounds}
    moved = [
        _moved(planned, entries[planned.code], amendment) if planned.code in entries else planned
        for planned in decision.rounds
    ]
    return moved + [
        Round(**entry.model_dump(exclude={"because"}), **_written(amendment))
        for code, entry in entries.items()
        if code not in known and entry.text and entry.source
    ]


def _moved(planned: Round, entry: AmendedRound, amendment: Amendment) -> Round:
    values: dict[str, object] = {name: getattr(entry, name) for name in entry.named}
    if "text" in values:
        values = {"opens": None, "due": None} | values
    return planned.model_copy(update=values | _written(amendment))

"""What a mail says, finished: a template prints these values and asks nothing further, no database and no clock.

Days are days in Asia/Ho_Chi_Minh; a due day is the last on-time one, inclusive. `days` always counts working days
from the day the mail speaks for: positive to come, 0 none left, negative late (`notifications.content.urgency`). `status` is
a code of domain.md; the words and colours belong to the templates. Every `url` is whole and carries no secret, save
the link that a person asked for in `SignInLink`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from notifications.content.contexts_amended import AmendedMail

Urgency = Literal["overdue", "last_day", "due_soon", "other"]
Stage = Literal["round_open", "round_reminder", "round_last_day", "overdue", "announced"]


@dataclass(frozen=True, slots=True)
class Item:
    """One duty that the addressed agency leads; `deadline_text` is the decision's cell, verbatim.

    `ask` replaces the usual request, for example after a return. `decision` is set where the mail covers several.
    """

    duty_code: str
    text: str
    deadline_text: str
    due: date | None
    days: int
    status: str
    url: str
    ask: str = ""
    decision: str = ""
    extended: bool = False  # `due` is no longer what the cell says


@dataclass(frozen=True, slots=True)
class ItemGroup:
    """Items of one urgency, made by `notifications.content.urgency.grouped`."""

    urgency: Urgency
    days: int  # the same for every item of due_soon; the worst of the overdue
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class RoundItem:
    """One report the addressed agency owes; `text` is the decision's wording, `source` its article."""

    code: str
    text: str
    source: str
    due: date
    days: int
    stage: Stage
    url: str
    state: Literal["missing", "draft", "returned"] = "missing"
    extended: bool = False
    decision: str = ""


@dataclass(frozen=True, slots=True)
class Supported:
    """One duty in which the addressed agency is named as supporting; `lead` names the leading agency or agencies."""

    duty_code: str
    text: str
    lead: str
    deadline_text: str
    due: date | None
    days: int
    status: str
    url: str
    decision: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """All that one decision gives the addressed agency, told once on activation."""

    decision: str  # "Quyết định số 12/QĐ-UBND ngày 01/8/2025" or its title where there is no number
    issuer: str
    title: str
    leads: tuple[Item, ...]
    supports: tuple[Supported, ...]
    rounds: tuple[RoundItem, ...]
    has_calendar: bool = True  # an .ics file is attached


@dataclass(frozen=True, slots=True)
class RoutineMail:
    """An agency's one mail of the day. At least one of the four parts has something in it."""

    agency_name: str
    day: date
    decisions: tuple[str, ...]
    coordinator_name: str
    url: str
    groups: tuple[ItemGroup, ...] = ()
    rounds: tuple[RoundItem, ...] = ()
    supported: tuple[Supported, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    to_head: bool = False  # the agency's head is written to as well


@dataclass(frozen=True, slots=True)
class LateDuty:
    """One duty with the agencies that are late with it, as of the mail's day; `agencies` in sort order, all of them."""

    duty_code: str
    text: str
    deadline_text: str
    due: date
    days: int
    agencies: tuple[str, ...]
    url: str
    decision: str = ""


@dataclass(frozen=True, slots=True)
class LateRound:
    """One round whose deadline has passed; `missing` names every agency that has not reported, in sort order."""

    text: str
    due: date
    days: int
    expected: int
    on_time: int
    late: int
    missing: tuple[str, ...]
    url: str
    decision: str = ""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A declaration that waits for an answer; `waited` counts working days since `declared_on`."""

    agency_name: str
    duty_code: str
    text: str
    declared_on: date
    waited: int
    url: str
    not_applicable: bool = False
    decision: str = ""


@dataclass(frozen=True, slots=True)
class Undated:
    """An event without a date, with the codes of the duties and the number of tasks that wait for it."""

    name: str
    duty_codes: tuple[str, ...]
    tasks: int
    url: str
    decision: str = ""


@dataclass(frozen=True, slots=True)
class CloseOut:
    """Tasks whose last day came after the last report, to be closed together."""

    decision: str
    due: date
    duty_codes: tuple[str, ...]
    tasks: int
    url: str


@dataclass(frozen=True, slots=True)
class BadAddress:
    """An agency that could not be written to: it has no address (`address` empty), or the address was refused."""

    agency_name: str
    address: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CoordinationMail:
    """The coordinator's one mail of the day. At least one of the six parts has something in it."""

    agency_name: str
    day: date
    decisions: tuple[str, ...]
    url: str
    overdue: tuple[LateDuty, ...] = ()
    rounds: tuple[LateRound, ...] = ()
    unanswered: tuple[Unanswered, ...] = ()
    undated: tuple[Undated, ...] = ()
    close_outs: tuple[CloseOut, ...] = ()
    bad_addresses: tuple[BadAddress, ...] = ()
    to_head: bool = False  # the coordinator's leaders are written to as well


@dataclass(frozen=True, slots=True)
class StatusCount:
    """How many tasks have a status now and in the digest before; `before` is None in the first digest."""

    status: str
    now: int
    before: int | None = None


@dataclass(frozen=True, slots=True)
class LateTask:
    """One late task, by name; `days` is negative."""

    agency_name: str
    duty_code: str
    text: str
    due: date
    days: int
    url: str


@dataclass(frozen=True, slots=True)
class AgencyLine:
    """One agency's late tasks out of all it leads, now and in the digest before."""

    agency_name: str
    late: int
    tasks: int
    url: str
    before: int | None = None


@dataclass(frozen=True, slots=True)
class RoundStanding:
    """A round's figures: expected = submitted (on_time + late) + missing + exempt; nil reports are among the submitted."""

    text: str
    due: date
    days: int
    expected: int
    on_time: int
    late: int
    nil: int
    exempt: int
    missing: int
    url: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened since the digest before (or since activation): newly late, and how tasks moved on."""

    newly_late: int
    completed: int
    declared: int
    returned: int
    extended: int


@dataclass(frozen=True, slots=True)
class CoordinatorDigest:
    """The coordinator's week. Lists hold what is shown; the totals beside them say how long they really are."""

    agency_name: str
    day: date
    since: date | None  # the day of the digest before
    decision: str
    counts: tuple[StatusCount, ...]
    changes: Changes
    newly_late: tuple[LateTask, ...]
    newly_late_total: int
    longest_late: tuple[LateTask, ...]
    late_total: int
    agencies: tuple[AgencyLine, ...]  # most late first
    agencies_total: int  # agencies with late tasks
    rounds: tuple[RoundStanding, ...]
    url: str


@dataclass(frozen=True, slots=True)
class LeadersDigest:
    """One screen for the leaders. `named` are the tasks late by `named_from` working days or more, longest first."""

    addressee: str
    day: date
    since: date | None
    decision: str
    coordinator_name: str
    counts: tuple[StatusCount, ...]
    changes: Changes
    newly_late: tuple[LateTask, ...]
    newly_late_total: int
    named: tuple[LateTask, ...]
    named_total: int
    named_from: int
    longest_late: tuple[LateTask, ...]
    late_total: int
    agencies: tuple[AgencyLine, ...]
    agencies_total: int
    rounds: tuple[RoundStanding, ...]
    url: str


@dataclass(frozen=True, slots=True)
class Returned:
    """One declaration or report sent back; `subject` is "1.1" or "lần 1 trước ngày 05/9/2025"."""

    what: Literal["declaration", "report"]
    subject: str
    text: str
    reason: str
    due: date | None
    days: int
    url: str


@dataclass(frozen=True, slots=True)
class ReturnedMail:
    agency_name: str
    day: date
    decision: str
    coordinator_name: str
    items: tuple[Returned, ...]
    url: str


@dataclass(frozen=True, slots=True)
class Extension:
    """The answer to one request for a later due day; `due` is the day in force after the answer."""

    duty_code: str
    text: str
    due_before: date | None
    due_asked: date
    due: date | None
    days: int
    answer: str
    url: str


@dataclass(frozen=True, slots=True)
class ExtensionMail:
    """For both `extension_granted` and `extension_refused`."""

    agency_name: str
    day: date
    decision: str
    coordinator_name: str
    items: tuple[Extension, ...]
    url: str
    has_calendar: bool = False


@dataclass(frozen=True, slots=True)
class SignInLink:
    """A link that a person asked for: single use, redeemed by a button press."""

    agency_name: str
    link: str
    valid_until: datetime  # aware, in Asia/Ho_Chi_Minh
    coordinator_name: str


Context = (
    RoutineMail
    | CoordinationMail
    | CoordinatorDigest
    | LeadersDigest
    | ReturnedMail
    | ExtensionMail
    | AmendedMail
    | SignInLink
)

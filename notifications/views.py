"""Turns rows into the finished records that templates print, as seen on one day."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from urllib.parse import quote

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session, aliased

from catalog.calendar import WorkingCalendar
from catalog.days import day_of
from notifications.content.contexts import Item, RoundItem, Supported
from notifications.content.urgency import working_days_left
from notifications.content.wording import day_text
from notifications.mailing import Letterhead
from tasks.calendars import calendar_of
from tasks.models import Agency, Decision, Duty, Round, Standing, Task
from tasks.policies import stored_policies
from tasks.status import Facts, soon_until, status_of

Stage = Literal["round_open", "round_reminder", "round_last_day", "overdue", "announced"]


@dataclass(frozen=True, slots=True)
class DecisionView:
    """What mails say of a decision: its name, who issued it and who urges, and its title."""

    key: str
    name: str
    title: str
    issuer: str
    coordinator: str
    coordinator_id: int
    confirmer_id: int
    leaders_id: int
    directory: str


@dataclass(frozen=True, slots=True)
class View:
    """The day a mail speaks for and what its words are worked out with. `soon_until` is the last due day that is "soon"."""

    today: date
    calendar: WorkingCalendar
    soon_until: dict[int, date]  # by ladder
    decisions: dict[int, DecisionView]
    base_url: str
    domain: str  # of the sender, completes identifiers
    now: datetime

    def url(self, path: str) -> str:
        """Return the whole address of a page of the portal."""
        return f"{self.base_url}/{path}"

    def duty_url(self, decision: int, code: str) -> str:
        """Return the address of a duty of the decision with that id: codes repeat from one decision to the next."""
        return self.url(f"nhiem-vu/{self.decisions[decision].key}/{quote(code, safe='')}")

    def round_url(self, decision: int, code: str) -> str:
        """Return the address of a round of the decision with that id."""
        return self.url(f"lan-bao-cao/{self.decisions[decision].key}/{quote(code, safe='')}")

    def days(self, due: date | None) -> int:
        """Return the working days left until `due`, negative when late, 0 without one."""
        return 0 if due is None else working_days_left(self.today, due, self.calendar)

    def item(self, row: Row[Any], decision: str = "") -> Item:
        """Return a row of `task_rows` as the agency that leads it is told of it."""
        return Item(
            duty_code=row.code,
            text=row.text,
            deadline_text=row.deadline,
            due=row.due,
            days=self.days(row.due),
            status=self.status(row),
            url=self.url(f"viec/{row.id}"),
            decision=decision,
            extended=row.due != row.original_due,
        )

    def status(self, row: Row[Any]) -> str:
        """Return the code of the task's status on this day."""
        facts = Facts(life=row.life, due=row.due, counted_on=row.counted_on, waits=row.waits)
        return status_of(facts, self.today, self.soon_until[row.ladder_id]).value

    def round_item(self, row: Row[Any], stage: Stage, decision: str = "") -> RoundItem:
        """Return a row of `standing_rows` as the agency that owes the report is told of it."""
        return RoundItem(
            code=row.code,
            text=row.text,
            source="",
            due=row.due,
            days=self.days(row.due),
            stage=stage,
            url=self.url(f"bao-cao/{row.round_id}"),
            state=row.state.value,
            extended=row.extended,
            decision=decision,
        )

    def supported(self, row: Row[Any], decision: str = "") -> Supported:
        """Return a row of `duty_rows` as an agency named beside the duty is told of it."""
        late = row.due is not None and row.due < self.today
        return Supported(
            duty_code=row.code,
            text=row.text,
            lead=row.lead,
            deadline_text=row.deadline,
            due=row.due,
            days=self.days(row.due),
            status="overdue" if late else "open",
            url=self.duty_url(row.decision_id, row.code),
            decision=decision,
        )


def view_of(session: Session, now: datetime, letterhead: Letterhead) -> View:
    """Return the view of the day that `now` falls on."""
    today, calendar = day_of(now), calendar_of(session)
    policies = stored_policies(session)
    return View(
        today=today,
        calendar=calendar,
        soon_until={
            number: soon_until(today, policy.due_soon, calendar) for number, policy in policies.items()
        },
        decisions=decision_views(session),
        base_url=letterhead.base_url,
        domain=letterhead.domain,
        now=now,
    )


def decision_views(session: Session) -> dict[int, DecisionView]:
    """Return every active decision by its id."""
    coordinator = aliased(Agency)
    rows = session.execute(
        select(Decision, coordinator.name)
        .join(coordinator, coordinator.id == Decision.coordinator_id)
        .where(Decision.active_since.is_not(None))
    )
    return {
        row.id: DecisionView(
            key=row.key,
            name=decision_name(row),
            title=row.title,
            issuer=row.issuer,
            coordinator=coordinator_name,
            coordinator_id=row.coordinator_id,
            confirmer_id=row.confirmer_id,
            leaders_id=row.leaders_id,
            directory=row.directory,
        )
        for row, coordinator_name in rows
    }


def decision_name(row: Decision) -> str:
    """Return how a decision is called: by number and date where it has them, else by its title."""
    if row.number and row.issued_on:
        return f"Quyết định số {row.number} ngày {day_text(row.issued_on)}"
    if row.issued_on:
        return f"Quyết định ngày {day_text(row.issued_on)}: {row.title}"
    return row.title


def task_rows() -> Select[Any]:
    """Select what `View.item` reads of tasks."""
    return select(
        Task.id,
        Task.agency_id,
        Task.decision_id,
        Task.ladder_id,
        Task.life,
        Task.due,
        Task.original_due,
        Task.counted_on,
        Task.waits,
        Duty.code,
        Duty.position,
        Duty.text,
        Duty.deadline,
    ).join(Duty, Duty.id == Task.duty_id)


def standing_rows() -> Select[Any]:
    """Select what `View.round_item` reads of standings."""
    return select(
        Standing.id,
        Standing.agency_id,
        Standing.round_id,
        Standing.due,
        Standing.state,
        Standing.extended,
        Round.decision_id,
        Round.code,
        Round.text,
    ).join(Round, Round.id == Standing.round_id)


def duty_rows() -> Select[Any]:
    """Select what `View.supported` reads of duties."""
    return select(
        Duty.id, Duty.decision_id, Duty.code, Duty.position, Duty.text, Duty.lead, Duty.deadline, Duty.due
    )

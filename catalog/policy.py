"""The policy of urging as data: which rung of the ladder speaks, in which kind of mail, to whom.

A step counts working days: negative back from the last on-time day, 0 on it, positive onward from the day after it
(domain.md, "Urging and escalation").
"""

import re
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from catalog.calendar import WorkingCalendar

POLICIES = Path(__file__).parent / "data" / "policies"

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday"]


class Audience(StrEnum):
    """To whom a rung speaks."""

    AGENCY = "agency"
    AGENCY_HEAD = "agency_head"
    SUPPORTERS = "supporters"
    COORDINATOR = "coordinator"
    COORDINATOR_HEAD = "coordinator_head"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rung(_Record):
    """One rung: so many working days from the last on-time day, what kind of notice, to whom."""

    step: Annotated[int, Field(ge=-250, le=250)]
    kind: Literal[
        "reminder", "last_day", "overdue", "escalation", "round_reminder", "round_last_day", "close_out"
    ]
    tell: Annotated[tuple[Audience, ...], Field(min_length=1)]

    def day(self, due: date, calendar: WorkingCalendar) -> date:
        """Return the working day on which this rung speaks about something last on time on `due`."""
        if self.step > 0:
            return calendar.add_working_days(due, self.step)
        return (
            calendar.add_working_days(calendar.working_day_on_or_before(due), self.step)
            if self.step
            else (calendar.working_day_on_or_before(due))
        )


def _hour(text: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        message = f"giờ «{text}» không đọc được; hãy ghi dạng 22:00"
        raise ValueError(message)
    return text


Hour = Annotated[str, AfterValidator(_hour)]


class QuietHours(_Record):
    """Hours of the day, in Asia/Ho_Chi_Minh, in which no mail leaves; `from` inclusive, `to` exclusive, may pass midnight."""

    from_: Annotated[Hour, Field(alias="from")]
    to: Hour


class Policy(_Record):
    """A whole policy. Day counts are working days."""

    key: str
    name: str
    tasks: Annotated[tuple[Rung, ...], Field(min_length=1)]
    rounds: Annotated[tuple[Rung, ...], Field(min_length=1)]
    close_out: Rung
    due_soon: Annotated[int, Field(ge=0, le=250)]
    named_to_leaders: Annotated[int, Field(ge=1, le=250)]
    unanswered_after: Annotated[int, Field(ge=1, le=250)]
    ask_dates: Literal["monthly"]
    coordinator_digest: Weekday
    leaders_digest: Weekday
    quiet_hours: QuietHours | None = None

    @field_validator("tasks", "rounds")
    @classmethod
    def _each_rung_once(cls, rungs: tuple[Rung, ...]) -> tuple[Rung, ...]:
        spoken = [(rung.step, rung.kind) for rung in rungs]
        twice = sorted({f"{kind} {step:+d}" for step, kind in spoken if spoken.count((step, kind)) > 1})
        if twice:
            message = f"bậc ghi hai lần: {', '.join(twice)}"
            raise ValueError(message)
        return rungs

    def task_rungs(self, *, close_out: bool) -> tuple[Rung, ...]:
        """Return the rungs of a task: one that is closed out in bulk has no overdue rungs."""
        if not close_out:
            return self.tasks
        return tuple(rung for rung in self.tasks if rung.step <= 0)

"""Tasks, what happened to them, and the extensions asked for."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tasks.models.base import Base, word
from tasks.models.decisions import Decision, Duty
from tasks.models.directory import Agency


class Life(StrEnum):
    """What people did with a task (domain.md, "Life and status")."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    DECLARED = "declared"
    COMPLETED = "completed"
    NOT_APPLICABLE = "not_applicable"
    CANCELLED = "cancelled"


OPEN_LIVES = (Life.NOT_STARTED, Life.IN_PROGRESS)  # the lives in which the ladder speaks
_OPEN = "life IN ('not_started', 'in_progress')"
_SPEAKS = text(f"next_step_on IS NOT NULL AND {_OPEN}")


class Task(Base):
    """One duty as one lead agency must do it. Days are inclusive, in Asia/Ho_Chi_Minh.

    `due` is the last on-time day in force, None without an end or while an occasion is undated (`waits`).
    `since` is when the state shown here began: a reader as of an earlier instant finds the state in TaskEvent.
    `next_step_on` is the next day on which the ladder speaks; a declared task keeps it, and is passed over until returned.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        UniqueConstraint("duty_id", "agency_id"),
        # read by the sweep: only what speaks
        Index("ix_tasks_next_step_on", "next_step_on", sqlite_where=_SPEAKS, postgresql_where=_SPEAKS),
        # read by status counts, whole, and by what is completed late
        Index(None, "decision_id", "life", "due", "waits", "counted_on"),
        # read by pages of what is overdue, longest first
        Index(
            "ix_tasks_open_due", "decision_id", "due", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)
        ),
        Index(None, "since"),  # read to know whether anything changed after the instant a view is of
        # read by an agency's own page and by the league
        Index(None, "agency_id", "life", "due", "waits", "counted_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    duty_id: Mapped[int] = mapped_column(ForeignKey("duties.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    ladder_id: Mapped[int] = mapped_column(ForeignKey("ladders.id"))
    life: Mapped[Life] = mapped_column(word(Life), default=Life.NOT_STARTED)
    start: Mapped[date | None]
    due: Mapped[date | None]
    original_due: Mapped[date | None]
    waits: Mapped[bool] = mapped_column(default=False)
    declared_on: Mapped[date | None]
    declared_by: Mapped[str | None]
    declares_not_applicable: Mapped[bool] = mapped_column(
        default=False
    )  # what is declared: out of scope, not done
    counted_on: Mapped[date | None]  # the day that decides punctuality, once declared
    since: Mapped[datetime]
    next_step_on: Mapped[date | None]

    decision: Mapped[Decision] = relationship()
    duty: Mapped[Duty] = relationship()
    agency: Mapped[Agency] = relationship()
    events: Mapped[list["TaskEvent"]] = relationship(back_populates="task", order_by="TaskEvent.id")


class TaskEvent(Base):
    """One recorded change of a task, with the whole state before it (`from_…`), so that the past can be read back.

    The state before was in force from `from_since` (inclusive) to `recorded_at` (exclusive).
    """

    __tablename__ = "task_events"
    __table_args__ = (
        Index(None, "task_id", "recorded_at"),  # read by a task's history
        Index(None, "recorded_at", "from_since"),  # read by status as of an earlier day
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"))
    recorded_at: Mapped[datetime]
    by: Mapped[str]
    action: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    document_number: Mapped[str] = mapped_column(default="")
    document_date: Mapped[date | None]
    happened_on: Mapped[date | None]  # the day it is said to have happened, when that is not the day recorded
    from_since: Mapped[datetime]
    from_agency_id: Mapped[int]
    from_life: Mapped[Life] = mapped_column(word(Life))
    from_start: Mapped[date | None]
    from_due: Mapped[date | None]
    from_original_due: Mapped[date | None]
    from_waits: Mapped[bool]
    from_declared_on: Mapped[date | None]
    from_declared_by: Mapped[str | None]
    from_declares_not_applicable: Mapped[bool] = mapped_column(default=False)
    from_counted_on: Mapped[date | None]
    to_life: Mapped[Life] = mapped_column(word(Life))
    to_due: Mapped[date | None]
    to_counted_on: Mapped[date | None]

    task: Mapped[Task] = relationship(back_populates="events")


class Extension(Base):
    """A later due day asked for a task, and the answer: `granted` is None until there is one."""

    __tablename__ = "extensions"
    __table_args__ = (Index(None, "task_id"),)  # read by a task's page

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"))
    due_before: Mapped[date | None]
    due_asked: Mapped[date]
    reason: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    granted: Mapped[bool | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    answer: Mapped[str] = mapped_column(default="")

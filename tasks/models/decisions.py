"""Decisions and their duties, the occasions some duties wait for, the ladders in force, the calendar's corrections."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tasks.models.base import Base
from tasks.models.directory import Agency


class Ladder(Base):
    """One version of the policy; what started under it keeps it. `digest` is the SHA-256 of its canonical JSON."""

    __tablename__ = "ladders"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    body: Mapped[dict[str, Any]]


class Decision(Base):
    """A loaded decision. `document` is the whole file as validated; `active_since` is None while it is silent.

    `indicators` is the set of figures that its reports give, None where it has none.
    """

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    directory: Mapped[str]
    number: Mapped[str | None]
    issued_on: Mapped[date | None]
    title: Mapped[str]
    issuer: Mapped[str]
    coordinator_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    confirmer_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    leaders_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    ladder_id: Mapped[int] = mapped_column(ForeignKey("ladders.id"))
    document: Mapped[dict[str, Any]] = mapped_column(deferred=True)  # large, and read by few
    indicators: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), deferred=True)
    notes: Mapped[list[str]] = mapped_column(default=list)
    loaded_at: Mapped[datetime]
    loaded_by: Mapped[str]
    active_since: Mapped[datetime | None]
    activated_by: Mapped[str | None]

    coordinator: Mapped[Agency] = relationship(foreign_keys=[coordinator_id])
    confirmer: Mapped[Agency] = relationship(foreign_keys=[confirmer_id])
    leaders: Mapped[Agency] = relationship(foreign_keys=[leaders_id])
    duties: Mapped[list["Duty"]] = relationship(back_populates="decision", order_by="Duty.position")


class Occasion(Base):
    """A day nobody knows yet ("Kỳ họp HĐND thành phố cuối năm 2025"); duties that wait for it get it as their due day."""

    __tablename__ = "occasions"
    __table_args__ = (UniqueConstraint("decision_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    code: Mapped[str]
    name: Mapped[str]
    day: Mapped[date | None]
    set_at: Mapped[datetime | None]
    set_by: Mapped[str | None]


class Duty(Base):
    """One row of a decision's list, cells verbatim. `start` and `due` (last on-time day) are inclusive."""

    __tablename__ = "duties"
    __table_args__ = (
        UniqueConstraint("decision_id", "code"),
        Index(None, "decision_id", "position"),  # read by lists in the decision's own order
        Index(
            None, "occasion_id", postgresql_where=text("occasion_id IS NOT NULL")
        ),  # read when an occasion gets its day
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    code: Mapped[str]
    position: Mapped[int]
    section: Mapped[str]
    text: Mapped[str]
    lead: Mapped[str]
    support: Mapped[str]
    deadline: Mapped[str]
    kind: Mapped[str]
    start: Mapped[date | None]
    due: Mapped[date | None]
    occasion_id: Mapped[int | None] = mapped_column(ForeignKey("occasions.id"))
    closed_by: Mapped[str | None]  # code of the round whose accepted report closes the duty
    close_out: Mapped[bool] = mapped_column(
        default=False
    )  # ends after the last report: put to the coordinator in bulk
    search_key: Mapped[str]
    amended_by: Mapped[str | None]  # number of the amendment that last touched the row
    cancelled_at: Mapped[datetime | None]

    decision: Mapped[Decision] = relationship(back_populates="duties")


class Amendment(Base):
    """An amendment that was applied. `before` is the decision's document up to then, `changes` what it did, task by task."""

    __tablename__ = "amendments"
    __table_args__ = (UniqueConstraint("decision_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    number: Mapped[str]
    issued_on: Mapped[date]
    document: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    before: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    changes: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    applied_at: Mapped[datetime]
    applied_by: Mapped[str]

    decision: Mapped[Decision] = relationship()


class Supporter(Base):
    """That an agency is named one by one beside a duty: to support it, to monitor it, or by invitation."""

    __tablename__ = "supporters"

    duty_id: Mapped[int] = mapped_column(ForeignKey("duties.id", ondelete="CASCADE"), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), primary_key=True, index=True)
    role: Mapped[str]  # support, monitor or invited


class CalendarOverride(Base):
    """One day that the Government made a day off, or a day worked, after the library was released."""

    __tablename__ = "calendar_overrides"

    day: Mapped[date] = mapped_column(primary_key=True)
    off: Mapped[bool]  # else worked in place of another day
    name: Mapped[str]
    source: Mapped[str]


class Snapshot(Base):
    """A frozen, dated view that a digest, letter or report was made from; never rewritten."""

    __tablename__ = "snapshots"
    __table_args__ = (UniqueConstraint("kind", "decision_id", "as_of"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    as_of: Mapped[date]
    made_at: Mapped[datetime]
    body: Mapped[dict[str, Any]]

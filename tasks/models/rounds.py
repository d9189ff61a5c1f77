"""Rounds of reporting, where each agency stands in them, and the reports themselves."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tasks.models.base import Base, word
from tasks.models.decisions import Decision
from tasks.models.directory import Agency
from tasks.models.work import Task


class RoundState(StrEnum):
    """Planned until it opens; closed when its deadline has passed (late reports are still taken, and are late)."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


class Submission(StrEnum):
    """How far an agency's report for a round has come (domain.md, "Rounds and reports")."""

    MISSING = "missing"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    EXEMPT = "exempt"


AWAITED = (Submission.MISSING, Submission.DRAFT, Submission.RETURNED)  # the states in which the ladder speaks
_SPEAKS = text("next_step_on IS NOT NULL AND state IN ('missing', 'draft', 'returned')")


class Round(Base):
    """One reporting deadline of one decision. `due` is the last on-time day; `closes_at` the instant it ends (exclusive)."""

    __tablename__ = "rounds"
    __table_args__ = (UniqueConstraint("decision_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    ladder_id: Mapped[int] = mapped_column(ForeignKey("ladders.id"))
    code: Mapped[str]
    ad_hoc: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str]
    expected: Mapped[list[str]] = mapped_column(
        default=list, deferred=True
    )  # agency codes as loaded; frozen into standings at opening
    opens: Mapped[date]
    due: Mapped[date]
    closes_at: Mapped[datetime]
    state: Mapped[RoundState] = mapped_column(word(RoundState), default=RoundState.PLANNED)
    opened_at: Mapped[datetime | None]
    opened_by: Mapped[str | None]
    closed_at: Mapped[datetime | None]

    decision: Mapped[Decision] = relationship()
    standings: Mapped[list["Standing"]] = relationship(back_populates="round")


class Standing(Base):
    """Where one expected agency stands in one round; the set of rows is the frozen denominator.

    `due` is the agency's own last on-time day (later than the round's when extended). `received_on` is the day that decides
    punctuality: of the first submission, or ngày đến of a paper.
    """

    __tablename__ = "standings"
    __table_args__ = (
        UniqueConstraint("round_id", "agency_id"),
        # read by the sweep: only what speaks
        Index("ix_standings_next_step_on", "next_step_on", sqlite_where=_SPEAKS, postgresql_where=_SPEAKS),
        Index(None, "agency_id"),  # read by an agency's own page
        Index(None, "round_id", "state"),  # read by a round's count
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    state: Mapped[Submission] = mapped_column(word(Submission), default=Submission.MISSING)
    due: Mapped[date]
    extended: Mapped[bool] = mapped_column(default=False)
    nil: Mapped[bool] = mapped_column(default=False)
    received_on: Mapped[date | None]
    on_time: Mapped[bool | None]  # None until something was received
    reason: Mapped[str] = mapped_column(default="")  # of the extension, the exemption or the re-opening
    since: Mapped[datetime]
    next_step_on: Mapped[date | None]

    round: Mapped[Round] = relationship(back_populates="standings")
    agency: Mapped[Agency] = relationship()
    report: Mapped["Report | None"] = relationship(back_populates="standing")
    events: Mapped[list["StandingEvent"]] = relationship(
        back_populates="standing", order_by="StandingEvent.id"
    )


class StandingEvent(Base):
    """One recorded change of an agency's standing in a round: who, when, from, to, why, and the state before it."""

    __tablename__ = "standing_events"
    __table_args__ = (
        Index(None, "standing_id", "recorded_at"),  # read by a report's history
        Index(None, "recorded_at", "from_since"),  # read by a round's count as of an earlier day
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    standing_id: Mapped[int] = mapped_column(ForeignKey("standings.id"))
    recorded_at: Mapped[datetime]
    by: Mapped[str]
    action: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    document_number: Mapped[str] = mapped_column(default="")
    document_date: Mapped[date | None]
    from_since: Mapped[datetime]
    from_agency_id: Mapped[int]
    from_state: Mapped[Submission] = mapped_column(word(Submission))
    from_due: Mapped[date]
    from_extended: Mapped[bool] = mapped_column(default=False)
    from_nil: Mapped[bool]
    from_received_on: Mapped[date | None]
    from_on_time: Mapped[bool | None]
    to_state: Mapped[Submission] = mapped_column(word(Submission))
    to_due: Mapped[date]

    standing: Mapped[Standing] = relationship(back_populates="events")


class Report(Base):
    """One agency's report for one round. `narrative` holds the parts of the outline by their key; `version` rises at each save."""

    __tablename__ = "reports"

    id: Mapped[int] = mapped_column(primary_key=True)
    standing_id: Mapped[int] = mapped_column(ForeignKey("standings.id"), unique=True)
    narrative: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime]
    saved_by: Mapped[str]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[str | None]
    document_number: Mapped[str] = mapped_column(default="")  # of the covering công văn, when there is one
    document_date: Mapped[date | None]

    standing: Mapped[Standing] = relationship(back_populates="report")
    lines: Mapped[list["ReportLine"]] = relationship(cascade="all, delete-orphan", order_by="ReportLine.id")
    figures: Mapped[list["ReportFigure"]] = relationship(
        cascade="all, delete-orphan", order_by="ReportFigure.id"
    )
    attachments: Mapped[list["Attachment"]] = relationship(
        cascade="all, delete-orphan", order_by="Attachment.id"
    )


class ReportLine(Base):
    """What a report says of one task its agency leads; `declares` asks that the task be declared when it is submitted."""

    __tablename__ = "report_lines"
    __table_args__ = (UniqueConstraint("report_id", "task_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"))
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"), index=True)
    declares: Mapped[str] = mapped_column(default="")  # "", "done" or "not_applicable"
    struck_out: Mapped[bool] = mapped_column(
        default=False
    )  # the coordinator's: accepted without this declaration
    result: Mapped[str] = mapped_column(default="")
    document_number: Mapped[str] = mapped_column(default="")
    document_date: Mapped[date | None]
    difficulties: Mapped[str] = mapped_column(default="")
    proposals: Mapped[str] = mapped_column(default="")
    addressee: Mapped[str] = mapped_column(default="")  # to whom the proposals are addressed

    task: Mapped[Task] = relationship()


class ReportFigure(Base):
    """One indicator's value in a report. None is blank, which is not zero; `bound` keeps "trên", "gần", "khoảng"."""

    __tablename__ = "report_figures"
    __table_args__ = (UniqueConstraint("report_id", "indicator", "part"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"))
    indicator: Mapped[str]
    part: Mapped[str] = mapped_column(default="")
    value: Mapped[Decimal | None]
    bound: Mapped[str] = mapped_column(default="")


class Attachment(Base):
    """A file sent with a report, or the scan of one that came on paper, kept in the database (several machines share it)."""

    __tablename__ = "attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]  # bytes
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    added_at: Mapped[datetime]
    added_by: Mapped[str]

"""What several processes must agree on: who holds the clock, and what each regular run did last."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from tasks.models.base import Base


class Lease(Base):
    """That one process alone does something until `until` (exclusive). An ended lease is anybody's to take."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    taken_at: Mapped[datetime]
    until: Mapped[datetime]


class LastRun(Base):
    """What one regular run did last, wherever it ran. `ended_at` is None while it runs, or where its process died.

    `succeeded_at` is the end of the last run that did its job, which an unsuccessful run after it leaves alone.
    """

    __tablename__ = "last_runs"

    name: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[str]  # host and process
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    succeeded_at: Mapped[datetime | None]
    ok: Mapped[bool | None]
    said: Mapped[str] = mapped_column(default="")

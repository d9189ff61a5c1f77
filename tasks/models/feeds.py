"""The addresses at which programs fetch an agency's calendar."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tasks.models.base import Base
from tasks.models.directory import Agency


class CalendarFeed(Base):
    """A secret address of one agency's calendar; the address holds the token, the table its SHA-256.

    `fetched_at` may lag behind by an hour.
    """

    __tablename__ = "calendar_feeds"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)  # read by the agency's page
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    fetched_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]

    agency: Mapped[Agency] = relationship()

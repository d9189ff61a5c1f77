"""Agencies, the groups they belong to and the addresses they are reached at."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tasks.models.base import Base, word


class ContactRole(StrEnum):
    """For whom an address is: who works on the duty, or who answers for it."""

    OFFICER = "officer"
    HEAD = "head"


class Directory(Base):
    """All the agencies of one place, by the key that decisions name; `name` is the place's own ("Thành phố Hải Phòng")."""

    __tablename__ = "directories"

    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class Agency(Base):
    """A body with addresses. Its code is unique in its directory; a merged agency names its heir.

    `former_names` are names it bore in this directory before: decisions of that time still say them.
    """

    __tablename__ = "agencies"
    __table_args__ = (
        UniqueConstraint("directory", "code"),
        Index(None, "directory", "sort_key"),  # read by lists of agencies in Vietnamese order
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    directory: Mapped[str]
    code: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    aliases: Mapped[list[str]] = mapped_column(default=list)
    assumed: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(default="")
    sort_key: Mapped[str]
    search_key: Mapped[str]
    former_names: Mapped[list[str]] = mapped_column(default=list)
    heir_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    merged_on: Mapped[date | None]
    merged_reason: Mapped[str] = mapped_column(default="")

    contacts: Mapped[list["Contact"]] = relationship(back_populates="agency", cascade="all, delete-orphan")
    groups: Mapped[list["Group"]] = relationship(secondary="memberships", back_populates="agencies")


class Group(Base):
    """A named set of agencies of one directory."""

    __tablename__ = "groups"
    __table_args__ = (UniqueConstraint("directory", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    directory: Mapped[str]
    code: Mapped[str]
    name: Mapped[str]
    aliases: Mapped[list[str]] = mapped_column(default=list)

    agencies: Mapped[list[Agency]] = relationship(secondary="memberships", back_populates="groups")


class Membership(Base):
    """That an agency belongs to a group."""

    __tablename__ = "memberships"

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    agency_id: Mapped[int] = mapped_column(
        ForeignKey("agencies.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Contact(Base):
    """One mail address of an agency. `bounced_at` is when the last mail to it came back, None while it works."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("agency_id", "role", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id", ondelete="CASCADE"))
    role: Mapped[ContactRole] = mapped_column(word(ContactRole))
    name: Mapped[str] = mapped_column(default="")
    email: Mapped[str]
    bounced_at: Mapped[datetime | None]
    bounce_reason: Mapped[str] = mapped_column(default="")

    agency: Mapped[Agency] = relationship(back_populates="contacts")

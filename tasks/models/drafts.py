"""Decisions being imported: the document as it came, the draft read from it, the draft as people correct it."""

from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from tasks.models.base import Base


class ImportDraft(Base):
    """One document under review. `source` holds its rows as read; `first` and `body` are draft files.

    `version` counts the changes of `body`, so that nobody overwrites what another has changed meanwhile.
    """

    __tablename__ = "import_drafts"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]  # docx, xlsx, pdf, txt, yaml, or sheet for one of our own
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    source: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    first: Mapped[str] = mapped_column(deferred=True)
    body: Mapped[str]
    duties: Mapped[int]
    doubts: Mapped[int]
    version: Mapped[int]
    added_at: Mapped[datetime]
    added_by: Mapped[str]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    loaded_at: Mapped[datetime | None]
    loaded_by: Mapped[str | None]
    loaded_as: Mapped[str | None]  # key of the decision

"""Who somebody is at an OpenID provider, and the account that an administrator has bound this to."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tasks.models.accounts import User
from tasks.models.base import Base


class Identity(Base):
    """One person at one provider. Until `bound_at`, `subject` is empty and the provider's proof of `email` is awaited.

    `issuer` is the provider's address without a slash at its end; `subject` is what the provider calls the person, for
    good. An account has one identity at each provider.
    """

    __tablename__ = "identities"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),  # read at every sign-in through the provider
        UniqueConstraint("issuer", "email"),  # read at the first one of an account bound by address
        UniqueConstraint("user_id", "issuer"),  # read by an account's page
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    issuer: Mapped[str]
    subject: Mapped[str | None]
    email: Mapped[str | None]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    bound_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()

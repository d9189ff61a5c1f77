"""What a delivery is given: the way out that the settings name, and the quiet hours in force."""

from pathlib import Path
from typing import Literal, Protocol

from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.policy import Policy, QuietHours
from notifications.delivering.eml_folder import EmlFolder
from notifications.delivering.smtp import SmtpServer
from notifications.delivering.transport import Transport
from tasks.models import Decision, Ladder


class MailSettings(Protocol):
    """The settings of an installation that concern the sending of mail."""

    smtp_host: str | None
    smtp_port: int
    smtp_tls: Literal["none", "starttls", "tls"]
    smtp_user: str | None
    smtp_password: SecretStr | None

    @property
    def mail_folder(self) -> Path:
        """Where .eml files go when there is no server."""


def transport_for(settings: MailSettings, sender: str) -> Transport:
    """Return the mail server that the settings name, else the folder of .eml files. `sender` is the bare address."""
    if settings.smtp_host is None:
        return EmlFolder(settings.mail_folder)
    return SmtpServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        tls=settings.smtp_tls,
        sender=sender,
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
    )


def quiet_hours(session: Session) -> tuple[QuietHours, ...]:
    """Return the quiet hours of every policy that an active decision follows."""
    in_force = select(Decision.ladder_id).where(Decision.active_since.is_not(None))
    policies = (
        Policy.model_validate(body)
        for body in session.scalars(select(Ladder.body).where(Ladder.id.in_(in_force)))
    )
    return tuple(policy.quiet_hours for policy in policies if policy.quiet_hours)

"""Who acts on this machine, and the days given on the command line."""

from datetime import date, datetime
from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.clock import HANOI
from dondoc.commands.opening import login_of
from tasks.accounts.accounts import as_actor
from tasks.actors import Actor, Role
from tasks.errors import NotAllowedError
from tasks.models import User

Reason = Annotated[str, typer.Option("--reason", help="Lý do, hoặc ý kiến trả lời.")]


def actor_of(session: Session, by: str | None) -> Actor:
    """Return who acts: the account of the login given, with its role and agency.

    Without a login, and under one that no account has, it is the administrator of this machine: whoever may run the
    command may read the database anyway. Raises NotAllowedError for a disabled account.
    """
    login = login_of(by)
    known = select(User).where(User.login == login.strip().lower())
    user = session.scalar(known) if by else None
    if user is None:
        return Actor(login, Role.ADMINISTRATOR)
    if user.disabled_at is not None:
        raise NotAllowedError(f"Tài khoản {user.login} đã bị khóa nên không thực hiện được.")
    return as_actor(user)


def administrator(session: Session, by: str | None) -> str:
    """Return the login of who acts, for what only administrators may do. Raises NotAllowedError."""
    return _login_among(session, by, Role.ADMINISTRATOR)


def coordinator(session: Session, by: str | None) -> str:
    """Return the login of who acts, for what coordinators and administrators may do. Raises NotAllowedError."""
    return _login_among(session, by, Role.ADMINISTRATOR, Role.COORDINATOR)


def _login_among(session: Session, by: str | None, *roles: Role) -> str:
    actor = actor_of(session, by)
    if actor.role not in roles:
        raise NotAllowedError(f"Tài khoản {actor.login} không được làm việc này.")
    return actor.login


def day_given(text: str | None, option: str) -> date | None:
    """Return the day of an option, None when it was not given. Raises a usage error."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{option} phải là ngày dạng 2025-09-05, không phải «{text}».") from None


def deadline_given(text: str, option: str) -> date | datetime:
    """Return a last on-time day, or, with an hour, the instant in Asia/Ho_Chi_Minh from which on it is late."""
    try:
        if len(text) == len("2025-09-05"):
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{option} phải là ngày dạng 2025-09-05 hoặc giờ dạng 2025-09-05T16:00, không phải «{text}»."
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=HANOI)

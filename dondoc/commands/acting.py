"""Who acts on this machine, and the days given on the command line."""

from datetime import date, datetime
from typing import Annotated

import typer

from dondoc.clock import HANOI
from dondoc.commands.opening import login_of
from tasks.actors import Actor, Role

Reason = Annotated[str, typer.Option("--reason", help="Lý do, hoặc ý kiến trả lời.")]


def actor_of(by: str | None) -> Actor:
    """Return who acts: on the command line everybody is the administrator of this machine, under the login given."""
    return Actor(login_of(by), Role.ADMINISTRATOR)


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

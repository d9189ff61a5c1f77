"""What the domain refuses, as sentences for the person who asked. No HTTP, no exit status here."""

from collections.abc import Sequence
from datetime import timedelta


class DomainError(Exception):
    """A request that the rules refuse; nothing was changed."""


class NotFoundError(DomainError):
    """What was named does not exist."""


class NotAllowedError(DomainError):
    """The person may not do this."""


class ConflictError(DomainError):
    """Somebody changed it meanwhile; what they did stands."""


class TooManyError(DomainError):
    """It was asked too often in a short time; `wait` is how long until it may be asked again."""

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        minutes = max(1, -(-int(wait.total_seconds()) // 60))
        super().__init__(f"Quá nhiều yêu cầu trong thời gian ngắn. Hãy đợi {minutes} phút rồi thử lại.")


class ManyRefusalsError(DomainError):
    """Several things were asked at once and some are refused; nothing was changed. One sentence a line."""

    def __init__(self, refusals: Sequence[DomainError]) -> None:
        self.refusals = tuple(refusals)
        super().__init__("\n".join(str(refusal) for refusal in refusals))


def refuse_all(refusals: Sequence[DomainError]) -> None:
    """Raise what was refused: the error itself where there is one, all of them together where there are more."""
    if len(refusals) == 1:
        raise refusals[0]
    if refusals:
        raise ManyRefusalsError(refusals)

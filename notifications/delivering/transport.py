"""What carries mails out of the house: a mail server, or a folder. Every verdict travels with its words."""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from notifications.delivering.outbox import Claim


class Verdict(Enum):
    """What became of one address in one attempt."""

    SENT = "sent"
    LATER = "later"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Reply:
    """The verdict on one address, with the server's words."""

    address: str
    verdict: Verdict
    words: str = ""


class OutageError(Exception):
    """Nothing can leave now, whichever the mail; the sentence says why and is kept with every mail that waits."""


class Channel(Protocol):
    """One way out, used for one mail at a time."""

    @property
    def is_open(self) -> bool:
        """Whether a mail can be sent without opening first."""

    async def open(self) -> None:
        """Make it ready, anew where it was broken. Raises OutageError."""

    async def send(self, mail: Claim) -> tuple[Reply, ...]:
        """Send to each unsettled address; one reply for each. A broken channel shows in `is_open`. Raises OutageError."""

    async def close(self) -> None:
        """Take leave politely; never raises."""


class Transport(Protocol):
    """Makes channels. `place` names where mails go, for the person who reads it."""

    @property
    def place(self) -> str:
        """Return the server or the folder, in words."""

    def channel(self) -> Channel:
        """Return a channel that is not open yet."""

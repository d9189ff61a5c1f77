"""What ought to be deployed: every regular flow, and for each round of every active decision its opening and collection.

Nothing here knows Prefect. Instants are aware; a cron line is in Asia/Ho_Chi_Minh.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.days import HANOI
from flows.names import FLOWS
from tasks.models import Decision, Round, RoundState
from tasks.rounds.collection import collection_of

OPENING = time(7)  # before the morning's sweep, which tells of it


@dataclass(frozen=True, slots=True)
class Planned:
    """One deployment as it ought to be: `cron`, or the one instant `at` at which it runs."""

    name: str
    flow: str
    says: str
    cron: str | None = None
    at: datetime | None = None
    parameters: dict[str, Any] = field(default_factory=dict)
    done: bool = False  # what it is for has happened: kept where it is deployed, not deployed anew

    def is_past(self, now: datetime) -> bool:
        """Tell whether its one instant has passed, so that Prefect would never run it."""
        return self.at is not None and self.at <= now


def planned(session: Session, pool: str, *, mailbox: bool = False) -> list[Planned]:
    """Return everything that ought to be deployed; names begin with the pool's, so that two installations share a server.

    Returned mails are read only where there is a mailbox of them.
    """
    regular = [
        Planned(f"{pool}-{name}", name, entry.says, cron=entry.cron)
        for name, entry in FLOWS.items()
        if entry.cron and (mailbox or name != "bounces")
    ]
    rounds = (
        select(Round)
        .join(Decision)
        .where(Decision.active_since.is_not(None))
        .order_by(Decision.key, Round.closes_at, Round.id)
    )
    return regular + [one for round_ in session.scalars(rounds) for one in _of_round(session, round_, pool)]


def _of_round(session: Session, round_: Round, pool: str) -> Iterator[Planned]:
    key, tail = round_.decision.key, f"{round_.decision.key}-{round_.code}"
    opens = datetime.combine(round_.opens, OPENING, HANOI)
    yield Planned(
        f"{pool}-open-{tail}",
        "open-rounds",
        f"Mở lần báo cáo «{round_.text}» của quyết định {key} vào {opens:%H:%M ngày %d/%m/%Y}",
        at=opens,
        done=round_.state is not RoundState.PLANNED,
    )
    closes = round_.closes_at.astimezone(HANOI)
    yield Planned(
        f"{pool}-collect-{tail}",
        "collect-rounds",
        f"Chốt lần báo cáo «{round_.text}» của quyết định {key} khi hết hạn, {closes:%H:%M ngày %d/%m/%Y}",
        at=closes,
        parameters={"decision": key, "code": round_.code},
        done=collection_of(session, round_) is not None,
    )

"""What a receiver is told of one change: small, in stable codes, without a personal datum beyond the login that acted.

The outline is that of the Standard Webhooks specification: type, timestamp, data. Instants carry +07:00.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from catalog.days import HANOI
from notifications.webhooks.kinds import Kind


@dataclass(frozen=True, slots=True)
class Telling:
    """One change, for one webhook. `message_id` is built from the recorded row, so that the same change has the same anywhere."""

    kind: Kind
    message_id: str
    at: datetime
    data: dict[str, Any]

    def body(self, sequence: int) -> str:
        """Return the JSON that is signed and sent; `sequence` counts from 1 for each webhook."""
        whole = {
            "type": self.kind.value,
            "timestamp": self.at.astimezone(HANOI).isoformat(),
            "id": self.message_id,
            "sequence": sequence,
            "data": self.data,
        }
        return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def message_id(what: str, number: int, at: datetime) -> str:
    """Return the id of the change that row `number` records; the instant tells it from one that a restored copy lost."""
    return f"{what}-{number}-{int(at.timestamp() * 1_000_000)}"


def day(value: date | None) -> str | None:
    """Return a day as ISO text."""
    return value.isoformat() if value else None

"""What the rows of a decision's list said at an instant, where an amendment has changed the list since.

The amendment keeps the whole document as it read before; the first one applied after the instant tells what held then.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.models import Amendment


@dataclass(frozen=True, slots=True)
class Wording:
    """One row's words."""

    section: str
    text: str
    deadline: str
    lead: str


Wordings = Mapping[int, Mapping[str, Wording]]
"""The whole list of each decision amended since, by the decision's id and the duty's code."""


def wordings_at(session: Session, moment: datetime) -> Wordings:
    """Return the lists as they read at `moment`, of decisions amended after it only; one statement."""
    later = select(Amendment.decision_id, Amendment.before).where(Amendment.applied_at > moment)
    found: dict[int, Mapping[str, Wording]] = {}
    for decision, document in session.execute(later.order_by(Amendment.id)).tuples():
        if decision not in found:
            found[decision] = {duty["code"]: _wording(duty) for duty in document["duties"]}
    return found


def _wording(duty: Mapping[str, Any]) -> Wording:
    return Wording(duty["section"], duty["text"], duty["deadline"], duty["lead"])

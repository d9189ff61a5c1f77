"""Who leads, supports, watches or is invited, from the words around the bodies of a cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from catalog.groups.lexicon import CHAIRS, INVITES, JOINS, LEADS, MONITORS, SUPPORTS, WITH
from catalog.groups.segments import Segment
from catalog.groups.tokens import Token

Column = Literal["lead", "support"]
Role = Literal["lead", "support", "monitor", "invited"]


@dataclass(slots=True)
class _Said:
    """What a segment itself says of its role."""

    role: Role | None
    chairs: bool


def roles_of(segments: Sequence[Segment], tokens: Sequence[Token], column: Column) -> list[Role]:
    """Return a role for each segment; where nothing is said, that of the column."""
    said = [_said(segment, tokens) for segment in segments]
    roles: list[Role] = []
    running: Role = column
    invited_clause = -1
    for index, segment in enumerate(segments):
        chaired = index > 0 and said[index - 1].chairs
        for word in segment.introductions:
            if word == INVITES:
                invited_clause = segment.clause
            elif word == LEADS:
                running = "lead"
            elif word == SUPPORTS or (word == WITH and chaired):
                running = "support"
        own = said[index].role
        roles.append("invited" if invited_clause == segment.clause else own or running)
        if own == "support":
            _spread(roles, said, segments, index)
    if column == "lead" and "lead" not in roles:
        roles = ["invited" if role == "invited" else "lead" for role in roles]  # somebody has to do it
    return roles


def _spread(roles: list[Role], said: Sequence[_Said], segments: Sequence[Segment], index: int) -> None:
    """Make all three supporters in "A, B và C phối hợp"."""
    for earlier in range(index - 1, -1, -1):
        if segments[earlier].clause != segments[index].clause or said[earlier].role is not None:
            return
        if roles[earlier] == "lead":
            roles[earlier] = "support"


def _said(segment: Segment, tokens: Sequence[Token]) -> _Said:
    span = (tokens, segment.after, segment.end)
    if CHAIRS.within(*span):
        return _Said("lead", chairs=True)
    if MONITORS.within(*span):
        return _Said("monitor", chairs=False)
    return _Said("support" if JOINS.within(*span) else None, chairs=False)

"""Reads a cell that says who leads or supports: bodies, groups of bodies, and the part each plays.

    Các sở, ngành và Ủy ban nhân dân cấp xã có liên quan; các cơ quan, đơn vị

is three parts. The parts in order hold every word of the cell: nothing is dropped, what is not known is a part of
its own, whole. The steps are tokens (group_tokens), names (group_names), common nouns (group_nouns), cutting
(group_segments) and roles (group_roles).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.directory import Directory
from catalog.groups.roles import Column, Role, roles_of
from catalog.groups.segments import Kind, Segment, segments_of
from catalog.groups.tokens import Token, canonical, tokens_of

_CLOSING = ')]”"’'


@dataclass(frozen=True, slots=True)
class Part:
    """One body or group as the cell names it.

    `codes` are the agency's code or the groups'; `members` the agencies meant, in dictionary order; `choose` says
    that the coordinator picks among them ("có liên quan"). An open group has neither codes nor members.
    """

    text: str
    kind: Kind
    role: Role
    codes: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    choose: bool = False


def resolve_cell(text: str, directory: Directory, column: Column = "lead") -> tuple[Part, ...]:
    """Return the parts of the cell in order; never raises, and an empty cell has none."""
    cell = canonical(text)
    tokens = tokens_of(cell)
    segments = segments_of(tokens, directory)
    roles = roles_of(segments, tokens, column)
    choices = _choices(segments)
    return tuple(
        Part(
            text=_text(cell, tokens, segment),
            kind=segment.kind,
            role=role,
            codes=segment.codes,
            members=_members(segment, directory),
            choose=choose,
        )
        for segment, role, choose in zip(segments, roles, choices, strict=True)
    )


def _choices(segments: Sequence[Segment]) -> list[bool]:
    """Let "liên quan" reach back over "và": "các sở và UBND cấp xã liên quan" leaves the choice of both."""
    choices = [segment.choose for segment in segments]
    for index in range(len(segments) - 1, 0, -1):
        here, before = segments[index], segments[index - 1]
        bare = before.end == before.after and before.clause == here.clause
        if choices[index] and here.joined and bare and before.kind in {"group", "open_group"}:
            choices[index - 1] = True
    return choices


def _members(segment: Segment, directory: Directory) -> tuple[str, ...]:
    if segment.kind == "agency":
        return segment.codes
    return tuple(dict.fromkeys(code for group in segment.codes for code in directory.members(group)))


def _text(cell: str, tokens: Sequence[Token], segment: Segment) -> str:
    start, end = tokens[segment.start].start, tokens[segment.end - 1].end
    while end < len(cell) and cell[end] in _CLOSING:
        end += 1
    return " ".join(cell[start:end].split())

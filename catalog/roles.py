"""Who does what in a duty: both of its cells resolved against a directory, sorted by role."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from catalog.agencies import Directory
from catalog.decision import Duty
from catalog.groups.parser import Part, resolve_cell

Column = Literal["lead", "support"]


@dataclass(frozen=True, slots=True)
class DutyRoles:
    """The agencies of one duty by code, in dictionary order of their names.

    `leads` are every agency that gets a task, once each, however often the cell names it; `candidates` are those
    of them whom only a cell that leaves the choice ("có liên quan") brings in. `supporters` are only those named
    one by one. `unlisted` are bodies of the lead cell that no directory can list; `unresolved` what was not
    recognised.
    """

    leads: tuple[str, ...]
    candidates: tuple[str, ...]
    supporters: tuple[str, ...]
    support_groups: tuple[str, ...]
    monitors: tuple[str, ...]
    invited: tuple[str, ...]
    unlisted: tuple[str, ...]
    unresolved: tuple[tuple[Column, str], ...]


class RoleReader:
    """Reads the cells of many duties against one directory, whose order of names is worked out once."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        by_name = sorted(directory.agencies, key=lambda agency: (agency.sort_key, agency.code))
        self._rank = {agency.code: rank for rank, agency in enumerate(by_name)}
        self._read: dict[tuple[str, str], DutyRoles] = {}

    def roles_of(self, duty: Duty) -> DutyRoles:
        """Return who does what; the same two cells, which long lists repeat, are read once."""
        cells = duty.lead, duty.support
        if cells not in self._read:
            self._read[cells] = self._roles_in(*cells)
        return self._read[cells]

    def _roles_in(self, lead: str, support: str) -> DutyRoles:
        lead_cell = resolve_cell(lead, self._directory, "lead")
        support_cell = resolve_cell(support, self._directory, "support")
        parts = (*lead_cell, *support_cell)
        leading = [part for part in parts if part.role == "lead"]
        supporting = [part for part in parts if part.role == "support"]
        certain = set(_agencies(part for part in leading if not part.choose))
        named = [part for part in supporting if part.kind == "agency" and not part.choose]
        groups = [code for part in supporting if part.kind == "group" for code in part.codes]
        return DutyRoles(
            leads=self.in_order(_agencies(leading)),
            candidates=self.in_order(set(_agencies(leading)) - certain),
            supporters=self.in_order(_agencies(named)),
            support_groups=tuple(dict.fromkeys(groups)),
            monitors=self.in_order(_agencies(part for part in parts if part.role == "monitor")),
            invited=self.in_order(_agencies(part for part in parts if part.role == "invited")),
            unlisted=tuple(part.text for part in leading if part.kind == "open_group"),
            unresolved=(*_unresolved(lead_cell, "lead"), *_unresolved(support_cell, "support")),
        )

    def agencies_in(self, cell: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return every agency that `cell` names or whose group it names, and what was not recognised."""
        parts = resolve_cell(cell, self._directory, "lead")
        return self.in_order(_agencies(parts)), tuple(text for _, text in _unresolved(parts, "lead"))

    def in_order(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Return the codes once each, in dictionary order of the agencies' names."""
        return tuple(sorted(set(codes), key=self._rank.__getitem__))


def _agencies(parts: Iterable[Part]) -> list[str]:
    return [code for part in parts for code in part.members]


def _unresolved(parts: Iterable[Part], column: Column) -> Iterator[tuple[Column, str]]:
    return ((column, part.text) for part in parts if part.kind == "unresolved")

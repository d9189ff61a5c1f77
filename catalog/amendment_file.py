"""Reads an amendment from its YAML file and checks it whole: every fault at once, each with its line and remedy."""

from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from catalog.amendment import Amendment
from catalog.amendment_checks import Amended, check_amendment
from catalog.calendar import WorkingCalendar
from catalog.decision_checks import Finding
from catalog.errors import Fault
from catalog.file_form import form_faults
from catalog.record_faults import record_faults
from catalog.yaml_lines import KeyPath, Lines, load_yaml

FindAmended = Callable[[Amendment], Amended | None]  # what it is held against, None where that is not loaded
_ENTRIES = ("add", "change", "cancel", "rounds")


def read_amendment(
    path: Path,
    find: FindAmended,
    *,
    issued_on: date | None = None,
    number: str | None = None,
    calendar: WorkingCalendar | None = None,
) -> tuple[Amendment | None, tuple[Fault, ...]]:
    """Return the amendment, or None and everything that is wrong with it: its form first, then what it says, by line.

    `issued_on` and `number` given at applying win over the file's.
    """
    form = form_faults(path)
    data, lines, faults = load_yaml(path)
    if faults:
        return None, form + faults
    draft, refused = _validated(data, lines, path.name)
    found = form + refused
    if draft is None:
        return None, found
    given = {"issued_on": issued_on, "number": number}
    amendment = draft.amendment.model_copy(update={key: value for key, value in given.items() if value})
    base = find(amendment)
    if base is None:
        findings = [_not_loaded(amendment.amends)]
    else:
        findings = [draft.relocated(finding) for finding in check_amendment(amendment, base, calendar)]
    found += _placed(findings, lines, path.name)
    return (None, found) if found else (amendment, ())


@dataclass(frozen=True, slots=True)
class _Draft:
    """What could be read of a file; `positions` are where its entries stand in it, for some may be left out."""

    amendment: Amendment
    positions: dict[str, tuple[int, ...]]

    def relocated(self, finding: Finding) -> Finding:
        match finding.path:
            case (str(group), int(index), *rest) if group in self.positions:
                return replace(finding, path=(group, self.positions[group][index], *rest))
        return finding


def _validated(data: Any, lines: Lines, file: str) -> tuple[_Draft | None, tuple[Fault, ...]]:
    try:
        return _Draft(Amendment.model_validate(data), {}), ()
    except ValidationError as error:
        return _salvaged(data, error), record_faults(error, lines, file)


def _salvaged(data: Any, error: ValidationError) -> _Draft | None:
    """Return what is left without the entries and keys that the models refuse, so that the rest is checked as well."""
    rest = deepcopy(data)
    unusable: dict[str, set[int]] = {group: set() for group in _ENTRIES}
    for detail in error.errors():
        match detail["loc"], detail["type"]:
            case (str(group), int(index), *_), _ if group in unusable:
                unusable[group].add(index)
            case (str(key),), "extra_forbidden":
                rest.pop(key)
            case _:
                return None
    positions: dict[str, tuple[int, ...]] = {}
    for group, gone in unusable.items():
        entries = rest.get(group) or []
        positions[group] = tuple(index for index in range(len(entries)) if index not in gone)
        rest[group] = [entries[index] for index in positions[group]]
    if not any(positions.values()):
        return None
    return _Draft(Amendment.model_validate(rest), positions)


def _not_loaded(key: str) -> Finding:
    path: KeyPath = ("amends",)
    return Finding(
        path, "", f"chưa nạp quyết định “{key}”.", "Hãy nạp quyết định gốc trước: dondoc catalog load."
    )


def _placed(findings: Iterable[Finding], lines: Lines, file: str) -> tuple[Fault, ...]:
    in_order = sorted(findings, key=lambda finding: lines.of(finding.path))
    return tuple(finding.fault(lines, file) for finding in in_order)

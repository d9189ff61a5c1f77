"""Reads a decision from its YAML file and checks it whole: every fault at once, each with its line and remedy."""

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from catalog.agencies import Directory, directory_keys, read_directory
from catalog.calendar import WorkingCalendar
from catalog.decision import Decision
from catalog.decision_checks import Finding, check_references
from catalog.errors import Fault
from catalog.expansion import findings_of
from catalog.file_form import form_faults
from catalog.record_faults import record_faults
from catalog.yaml_lines import Lines, load_yaml

FindDirectory = Callable[[str], Directory | None]  # by the key that a decision names
Directories = Callable[
    [str], tuple[Directory | None, tuple[Fault, ...]]
]  # the same, with what is wrong with it

_SHIPPED = Path(__file__).parent / "data" / "decisions"


def shipped_keys() -> tuple[str, ...]:
    """Return the keys of the decisions that come with the package, in order."""
    return tuple(sorted(path.stem for path in _SHIPPED.glob("*.yaml")))


def read_decision(
    source: str | Path,
    find_directory: FindDirectory | None = None,
    *,
    issued_on: date | None = None,
    calendar: WorkingCalendar | None = None,
) -> tuple[Decision | None, tuple[Fault, ...]]:
    """Return the decision of a shipped key or a file, or None and everything that is wrong with it.

    Its cells and codes are checked against the directory it names, from `find_directory` where that has it, else
    the file of that name beside it, else the shipped one. `issued_on` is the issue date given at loading and wins
    over the file's.
    """
    path = _SHIPPED / f"{source}.yaml" if str(source) in shipped_keys() else Path(source)
    if not path.suffix and not path.exists():
        known = ", ".join(shipped_keys())
        return None, (Fault(f"không có tệp hay quyết định “{source}”.", remedy=f"Có sẵn: {known}."),)
    form = form_faults(path)
    data, lines, faults = load_yaml(path)
    if faults:
        return None, form + faults
    directories = partial(_directory_of, path, find_directory)
    decision, found = decision_from(data, Placed(lines, path.name), directories, issued_on, calendar)
    return (None, form + found) if form else (decision, found)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the values of a decision stand, and the name that its faults carry."""

    lines: Lines
    file: str


def decision_from(
    data: Any,
    placed: Placed,
    directories: Directories,
    issued_on: date | None = None,
    calendar: WorkingCalendar | None = None,
) -> tuple[Decision | None, tuple[Fault, ...]]:
    """As `read_decision`, of plain values in hand; the directory they name is asked of `directories`."""
    lines, file = placed.lines, placed.file
    data, unreviewed = _reviewed(data, lines, file)
    draft, refused = _validated(data, lines, file)
    found = unreviewed + refused
    if draft is not None:
        decision = draft.decision.issued_as(issued_on)
        directory, missing = directories(decision.directory)
        findings = [*check_references(decision)]
        if directory is not None:
            findings += findings_of(decision, directory, calendar)
        elif not missing:
            findings.append(_no_directory(decision))
        found += missing + _placed(draft.relocated(findings), lines, file)
    return (decision, ()) if draft is not None and not found else (None, found)


def _reviewed(data: Any, lines: Lines, file: str) -> tuple[Any, tuple[Fault, ...]]:
    """Take away what an imported draft says of itself; a draft that nobody has reviewed is a fault."""
    if not isinstance(data, dict) or "reviewed" not in data:
        return data, ()
    rest = {name: value for name, value in data.items() if name not in {"reviewed", "review"}}
    if data["reviewed"] is True:
        return rest, ()
    message = "bản nháp nhập từ văn bản chưa có người rà soát (reviewed không phải true)."
    remedy = "Hãy đối chiếu với văn bản, sửa các chỗ ghi “cần xem”, rồi đổi reviewed thành true."
    return rest, (Fault(message, lines.place(("reviewed",)), file, remedy),)


@dataclass(frozen=True, slots=True)
class _Draft:
    """What could be read of a file; `positions` are where its duties stand in the file, for some may be left out."""

    decision: Decision
    positions: tuple[int, ...]

    def relocated(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        for finding in findings:
            match finding.path:
                case ("duties", int(index), *rest):
                    yield replace(finding, path=("duties", self.positions[index], *rest))
                case _:
                    yield finding


def _validated(data: Any, lines: Lines, file: str) -> tuple[_Draft | None, tuple[Fault, ...]]:
    """Return what the models accept, without the duties and keys they refuse, so that the rest is checked as well."""
    try:
        decision = Decision.model_validate(data)
    except ValidationError as error:
        return _salvaged(data, error), record_faults(error, lines, file)
    return _Draft(decision, tuple(range(len(decision.duties)))), ()


def _salvaged(data: Any, error: ValidationError) -> _Draft | None:
    rest = deepcopy(data)
    unusable: set[int | str] = set()
    for detail in error.errors():
        match detail["loc"], detail["type"]:
            case (*above, key), "extra_forbidden":
                _at(rest, above).pop(key)
            case ("duties", index, *_), _:
                unusable.add(index)
            case _:
                return None
    kept = tuple(index for index in range(len(rest["duties"])) if index not in unusable)
    rest["duties"] = [rest["duties"][index] for index in kept]
    return _Draft(Decision.model_validate(rest), kept) if kept else None


def _at(value: Any, path: Iterable[int | str]) -> Any:
    for step in path:
        value = value[step]
    return value


def _directory_of(
    path: Path, find_directory: FindDirectory | None, key: str
) -> tuple[Directory | None, tuple[Fault, ...]]:
    known = find_directory(key) if find_directory else None
    if known is not None:
        return known, ()
    beside = path.parent / key
    if beside.is_file() or key in directory_keys():
        return read_directory(beside if beside.is_file() else key)
    return None, ()


def _no_directory(decision: Decision) -> Finding:
    message = f"không có danh bạ nào tên là “{decision.directory}”."
    remedy = f"Hãy nạp danh bạ trước, hoặc dùng danh bạ có sẵn: {', '.join(directory_keys())}."
    return Finding(("directory",), "", message, remedy)


def _placed(findings: Iterable[Finding], lines: Lines, file: str) -> tuple[Fault, ...]:
    in_order = sorted(findings, key=lambda finding: lines.of(finding.path))
    return tuple(finding.fault(lines, file) for finding in in_order)

"""Days off and days worked that the Government moves late in a year, which no library knows yet.

They stand in a small YAML file that the coordinator edits: under `off` and `worked`, each day with its name and
the source that ordered it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from catalog.errors import Fault, FaultyDataError
from catalog.fields import Text
from catalog.file_form import form_faults
from catalog.record_faults import record_faults
from catalog.yaml_lines import Lines, load_yaml

_SHIPPED = Path(__file__).parent / "data" / "calendar-overrides.yaml"


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """One day that differs from the plain week: off, or worked in place of another; `source` says who ordered it."""

    day: date
    off: bool
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the coordinator sets over the library's calendar; a day stands here once at most, and wins."""

    days: tuple[SpecialDay, ...] = ()


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    day: date
    name: Text
    source: Text


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    off: tuple[_Entry, ...] = ()
    worked: tuple[_Entry, ...] = ()


def read_overrides(path: Path) -> tuple[Overrides | None, tuple[Fault, ...]]:
    """Return the file's overrides in order of day, or None and everything that is wrong with it."""
    form = form_faults(path)
    data, lines, faults = load_yaml(path)
    if faults:
        return None, form + faults
    try:
        read = _File.model_validate(data)
    except ValidationError as error:
        return None, form + record_faults(error, lines, path.name)
    faults = form + tuple(_repeated(read, lines, path.name))
    if faults:
        return None, faults
    days = [SpecialDay(entry.day, True, entry.name, entry.source) for entry in read.off]
    days += [SpecialDay(entry.day, False, entry.name, entry.source) for entry in read.worked]
    return Overrides(tuple(sorted(days, key=lambda special: special.day))), ()


@cache
def shipped_overrides() -> Overrides:
    """Return the overrides that come with the package; raises FaultyDataError where they are at fault."""
    overrides, faults = read_overrides(_SHIPPED)
    if overrides is None:
        raise FaultyDataError(faults)
    return overrides


def _repeated(read: _File, lines: Lines, file: str) -> Iterator[Fault]:
    first: dict[date, int] = {}
    for key, entries in (("off", read.off), ("worked", read.worked)):
        for index, entry in enumerate(entries):
            line = lines.of((key, index))
            if entry.day in first:
                message = f"ngày {entry.day:%d/%m/%Y} đã ghi ở dòng {first[entry.day]}."
                yield Fault(message, f"dòng {line}", file, "Hãy giữ một dòng.")
            first.setdefault(entry.day, line)

"""Faults in data are values with their place; a file is read to its end and all of them are shown."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file: what, where, and what to do, in Vietnamese.

    `place` names the spot as its reader finds it: "dòng 12", "ô B7", "nhiệm vụ 1.2, mục thời gian".
    """

    message: str
    place: str = ""
    file: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        where = ", ".join(part for part in (self.file, self.place) if part)
        sentence = f"{where}: {self.message}" if where else self.message
        return f"{sentence} {self.remedy}".strip()


class FaultyDataError(Exception):
    """The data is at fault and nothing was done; `faults` lists everything that is wrong, in file order."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

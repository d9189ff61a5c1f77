"""Pages of a list: the number asked for in the address, where it stands, and its neighbours."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query

PageNumber = Annotated[int, Query(alias="trang", ge=1, le=1_000_000)]


@dataclass(frozen=True, slots=True)
class Place:
    """Where page `number` (from 1) of a list stands."""

    number: int
    size: int
    total: int
    at_least: bool = False  # `total` was not counted to its end

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size) + self.at_least)

    @property
    def first(self) -> int:
        """The number of the first row shown, from 1; 0 where nothing is shown."""
        return min(self.total, (self.number - 1) * self.size + 1)

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return min(self.total, self.number * self.size)


def offset(number: int, size: int) -> int:
    """Return how many rows come before page `number`."""
    return (number - 1) * size

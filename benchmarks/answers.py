"""What a portal's pages took when many asked at once: one row for each page, in milliseconds, beside an empty page's."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import quantiles

from rich.console import Console
from rich.table import Table

LARGEST = 150  # kB of a page


@dataclass(frozen=True, slots=True)
class Answers:
    """One page. Times in milliseconds: as the server says, its own processor time for each, the very first answer."""

    database: str
    page: str
    p50: float
    p95: float
    bound: float
    cpu: float
    first: float
    outside: float  # the p95 that the visitors saw
    kilobytes: int
    answers: int
    empty: float | None = None  # the empty page's p95 in the same run

    @property
    def ratio(self) -> float | None:
        """How many empty pages it costs."""
        return self.p95 / self.empty if self.empty else None

    @property
    def missed(self) -> str:
        """What it does not hold to; nothing where it holds."""
        late = f"MISSED < {self.bound:.0f} ms" if self.p95 >= self.bound else ""
        large = f"MISSED ≤ {LARGEST} kB" if self.kilobytes > LARGEST else ""
        return " ".join(filter(None, (late, large)))


def share(times: Sequence[float], part: int) -> float:
    """Return the time that `part` of twenty answers did not exceed."""
    return quantiles(times, n=20)[part - 1] if len(times) > 1 else times[0]


def show_answers(title: str, rows: Sequence[Answers], *, as_json: bool) -> None:
    """Print the rows as an aligned table, or as one JSON document."""
    if as_json:
        told = [asdict(row) | {"ratio": row.ratio, "missed": row.missed} for row in rows]
        print(json.dumps({"title": title, "figures": told}, ensure_ascii=False))
        return
    table = Table("database", "page", title=title, title_justify="left")
    names = ("p50 ms", "p95 ms", "bound", "x empty", "CPU ms", "first ms", "outside p95", "kB", "answers")
    for name in names:
        table.add_column(name, justify="right")
    table.add_column("")
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.1f}"
        numbers = (row.p50, row.p95, row.bound)
        times = (row.cpu, row.first, row.outside)
        table.add_row(
            row.database, row.page, *(f"{each:.0f}" for each in numbers), ratio,
            *(f"{each:.0f}" for each in times), str(row.kilobytes), str(row.answers), row.missed,
        )  # fmt: skip
    Console(width=150).print(table)

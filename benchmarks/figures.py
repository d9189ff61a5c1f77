"""What a benchmark found: each figure beside its bound and beside the bare SQL that the same work needs."""

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from time import perf_counter
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing. `bare` is the bare SQL's time in the same run; `bound` what it must stay under; all in seconds."""

    database: str
    what: str
    seconds: float
    bare: float | None = None
    bound: float | None = None
    runs: int = 1
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.seconds / self.bare if self.bare else None

    @property
    def holds(self) -> bool | None:
        return None if self.bound is None else self.seconds < self.bound


def options(prog: str, tasks: int) -> argparse.ArgumentParser:
    """Return a parser of the options that every benchmark of a whole country has."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks {prog}")
    parser.add_argument("--tasks", type=int, default=tasks, help="how many tasks there are at the most")
    parser.add_argument("--runs", type=int, default=5, help="of how many runs a figure is the median")
    parser.add_argument("--on", choices=("sqlite", "postgresql"), action="append", help="else on both")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of a table")
    return parser


def seconds(run: Callable[[], object]) -> float:
    """Return how long `run` took."""
    started = perf_counter()
    run()
    return perf_counter() - started


def median_seconds(run: Callable[[], object], runs: int) -> float:
    """Return the median of `runs` runs after one that warms up."""
    run()
    return median(seconds(run) for _ in range(runs))


def show(title: str, figures: Sequence[Figure], *, as_json: bool) -> None:
    """Print the figures as an aligned table, or as one JSON document."""
    if as_json:
        rows = [asdict(each) | {"ratio": each.ratio, "holds": each.holds} for each in figures]
        print(json.dumps({"title": title, "figures": rows}, ensure_ascii=False))
        return
    table = Table("database", "what", title=title, title_justify="left")
    for name in ("took", "bare SQL", "ratio", "bound", "runs"):
        table.add_column(name, justify="right")
    table.add_column("note")
    for cells in _rows(figures):
        table.add_row(*cells)
    Console(width=150).print(table)


def _rows(figures: Iterable[Figure]) -> Iterable[tuple[str, ...]]:
    for each in figures:
        bound = "" if each.bound is None else f"{'' if each.holds else 'MISSED '}< {_time(each.bound)}"
        yield (
            each.database, each.what, _time(each.seconds), _time(each.bare), _number(each.ratio), bound,
            str(each.runs), each.note,
        )  # fmt: skip


def _time(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value * 1000:.1f} ms" if value < 1 else f"{value:.2f} s"


def _number(value: Any) -> str:
    return "" if value is None else f"{value:.1f}"

"""Checks a finished table: finds the printed totals, balances and percentages that its own figures contradict.

What hangs together is read from headings and labels and proved by the figures. Where that stays in doubt the table
is left alone and a note says what was not checked: a false alarm costs more trust than a missed one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from catalog.figures.numbers import FigureKind, format_figure, round_half_up
from catalog.tables.evidence import Axis, Cells, Equation, Outcome, Place, judge
from catalog.tables.grid import Grid, read_grid
from catalog.tables.relations import Kind
from catalog.tables.rulings import Ruling, rule_on
from catalog.tables.sentences import Describer

MAX_SOLVED = 100  # unreadable cells worked out; a table with more is written in another notation
MAX_SUSPECTED = 50  # wrong totals among which one wrong cell is looked for
_NUMERAL = "cách ghi số"


@dataclass(frozen=True, slots=True)
class TableFault:
    """One printed figure that is wrong: `row` is the row's label, `line` its number in the file from 1.

    `cell` is the spreadsheet's name of the place. `expected` is what the table's other figures give, rounded as the
    column prints; None where they do not give it.
    """

    row: str
    line: int
    column: str
    cell: str
    printed: str
    expected: Decimal | None
    rule: str


@dataclass(frozen=True, slots=True)
class BlankCell:
    row: str
    line: int
    column: str
    cell: str


@dataclass(frozen=True, slots=True)
class TableCheck:
    """`notes` are Vietnamese sentences: what could not be checked, and which cell to suspect."""

    ok: bool
    faults: tuple[TableFault, ...]
    blanks: tuple[BlankCell, ...]
    notes: tuple[str, ...]


def check_table(rows: Sequence[Sequence[str]]) -> TableCheck:
    """Check a table given as the rows of its file, headings included. A blank is reported, never taken for zero."""
    grid = read_grid(rows)
    if not grid.columns:
        return TableCheck(ok=True, faults=(), blanks=(), notes=("Không thấy cột số nào để kiểm tra.",))
    ruling = rule_on(grid)
    cells = Cells(grid.figures, _solve(grid, ruling))
    describe = Describer(grid)
    wrong = _wrong_figures(ruling.equations, cells)
    faults = (
        *_unreadable(grid, cells, describe),
        *_faults(wrong, grid, cells, describe),
        *_summed(ruling, describe),
    )
    blanks = tuple(
        BlankCell(**describe.place(place))
        for place, figure in sorted(grid.figures.items())
        if figure.kind is FigureKind.BLANK
    )
    notes = (
        *describe.doubts(ruling),
        *describe.uncounted(),
        *_suspects(wrong, cells, describe),
        *ruling.notes,
    )
    ordered = tuple(sorted(faults, key=lambda fault: (fault.line, _column_of(fault.cell))))
    return TableCheck(not faults, ordered, blanks, (*notes, *_open_sums(ruling.equations, cells, describe)))


def _column_of(cell: str) -> tuple[int, str]:
    letters = cell.rstrip("0123456789")
    return len(letters), letters


def _solve(grid: Grid, ruling: Ruling) -> dict[Place, Decimal]:
    """Work out cells whose print cannot be read: as the sum of their parts, else as what a sum lacks."""
    solved: dict[Place, Decimal] = {}
    unreadable = [place for place, figure in grid.figures.items() if figure.kind is FigureKind.FAULTY]
    for place in sorted(unreadable)[:MAX_SOLVED]:
        found = list(_solutions(place, ruling.equations, Cells(grid.figures, solved)))
        own = [value for value, is_target in found if is_target]
        values = own or [value for value, _ in found]
        if values and all(value == values[0] for value in values):
            solved[place] = values[0]
    return solved


def _solutions(place: Place, equations: Iterable[Equation], cells: Cells) -> Iterator[tuple[Decimal, bool]]:
    for item in equations:
        if item.kind is Kind.WITHIN:
            continue
        if item.target == place:
            expected = judge(item, cells).expected
            if expected is not None:
                yield expected, True
        elif item.kind is Kind.SUM and (sign := dict(item.terms).get(place)):
            total = cells.amount(item.target)
            others = [(cells.amount(term), s) for term, s in item.terms if term != place]
            known = [amount * s for amount, s in others if amount is not None]
            if total is not None and len(known) == len(others):
                yield (total - sum(known, Decimal(0))) * sign, False


def _wrong_figures(equations: Sequence[Equation], cells: Cells) -> list[tuple[Equation, Decimal | None]]:
    """Return the equations that fail, save those that fail only because a figure they rest on is itself wrong."""
    verdicts = [(item, judge(item, cells)) for item in equations]
    failing = [(item, verdict.expected) for item, verdict in verdicts if verdict.outcome is Outcome.FAILS]
    corrected = {
        item.target: expected
        for item, expected in failing
        if item.kind is Kind.SUM and not item.balance and expected is not None
    }
    return [(item, expected) for item, expected in failing if not _explained(item, corrected, cells)]


def _explained(item: Equation, corrected: dict[Place, Decimal], cells: Cells) -> bool:
    others = {place: corrected[place] for place, _ in item.terms if place in corrected}
    if not others:
        return False
    return judge(item, replace(cells, solved={**cells.solved, **others})).outcome is Outcome.HOLDS


def _faults(
    wrong: Iterable[tuple[Equation, Decimal | None]], grid: Grid, cells: Cells, describe: Describer
) -> tuple[TableFault, ...]:
    merged: dict[tuple[Place, Decimal | None], list[str]] = {}
    for item, exact in wrong:
        place = item.terms[0][0] if item.kind is Kind.WITHIN else item.target
        expected = exact
        if exact is not None and item.kind is Kind.RATIO:
            expected = round_half_up(exact, _precision(grid, item, cells))
        rule = describe.rule(item)
        rules = merged.setdefault((place, expected), [])
        if rule not in rules:
            rules.append(rule)
    return tuple(
        TableFault(
            **describe.place(place),
            printed=grid.figures[place].text,
            expected=expected,
            rule="; ".join(rules),
        )
        for (place, expected), rules in merged.items()
    )


def _precision(grid: Grid, item: Equation, cells: Cells) -> int:
    """Return with how many decimals the percentages of this line are printed."""
    line = 0 if item.axis is Axis.ROWS else 1
    return max(cells.decimals(place) for place in grid.figures if place[line] == item.target[line])


def _unreadable(grid: Grid, cells: Cells, describe: Describer) -> Iterator[TableFault]:
    for place, figure in sorted(grid.figures.items()):
        if figure.kind is FigureKind.FAULTY:
            yield TableFault(
                **describe.place(place),
                printed=figure.text,
                expected=cells.solved.get(place),
                rule=f"{_NUMERAL}: {figure.problem}",
            )


def _summed(ruling: Ruling, describe: Describer) -> Iterator[TableFault]:
    for place, printed in ruling.summed_ratios:
        yield TableFault(
            **describe.place(place),
            printed=printed,
            expected=None,
            rule="tỷ lệ phải tính lại từ số liệu gốc, không cộng các tỷ lệ",
        )


def _suspects(
    wrong: Sequence[tuple[Equation, Decimal | None]], cells: Cells, describe: Describer
) -> Iterator[str]:
    """Name the one cell that a wrong row total and a wrong column total share, when both are off by as much."""
    sums = [(item, expected) for item, expected in wrong if item.kind is Kind.SUM and not item.balance]
    if len(sums) > MAX_SUSPECTED:
        return
    for down, down_expected in sums:
        for along, along_expected in sums:
            if down.axis is not Axis.ROWS or along.axis is not Axis.COLUMNS:
                continue
            shared = {place for place, _ in down.terms} & {place for place, _ in along.terms}
            off = _gap(down, down_expected, cells), _gap(along, along_expected, cells)
            if len(shared) == 1 and off[0] == off[1]:
                yield describe.suspect(next(iter(shared)), format_figure(abs(off[0])))


def _gap(item: Equation, expected: Decimal | None, cells: Cells) -> Decimal:
    return (expected or Decimal(0)) - (cells.amount(item.target) or Decimal(0))


def _open_sums(equations: Iterable[Equation], cells: Cells, describe: Describer) -> Iterator[str]:
    """Say which totals are larger than their parts where a part is blank: nothing can be concluded there."""
    seen: set[Place] = set()
    for item in equations:
        verdict = judge(item, cells)
        printed = cells.amount(item.target)
        unknown = verdict.outcome is Outcome.UNKNOWN and verdict.partial
        if unknown and printed is not None and verdict.expected is not None and item.target not in seen:
            seen.add(item.target)
            yield describe.open_sum(item.target, format_figure(verdict.expected))

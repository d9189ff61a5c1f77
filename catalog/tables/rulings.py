"""Which relations a table is held to: every proposal of its rows and columns, settled by the figures."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from catalog.tables.evidence import (
    Axis,
    Cells,
    Equation,
    Outcome,
    Place,
    Settled,
    Support,
    equation,
    judge,
    settle,
    support,
)
from catalog.tables.grid import Grid
from catalog.tables.relations import NEAR, Kind, Proposal, Relation, formula_proposals, proposals
from catalog.tables.tree import Node, column_tree, row_tree

MAX_EVIDENCE = 100  # lines looked at to settle a proposal
_PERIOD_LABEL = re.compile(r"(từ |năm |giai đoạn )?\(?\d{4}\b.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ruling:
    """`doubts` are (axis, line) whose total could not be told; `summed_ratios` are percentages printed as sums."""

    equations: tuple[Equation, ...]
    doubts: tuple[tuple[Axis, int], ...]
    summed_ratios: tuple[tuple[Place, str], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Sides:
    """The lines of both trees, and which of them a sum may cross."""

    rows: Node
    columns: Node
    filled_rows: tuple[int, ...]
    adding_rows: tuple[int, ...]
    all_columns: tuple[int, ...]
    adding_columns: tuple[int, ...]

    def across(self, axis: Axis, kind: Kind) -> tuple[int, ...]:
        if axis is Axis.ROWS:
            return self.all_columns if kind is Kind.WITHIN else self.adding_columns
        return self.filled_rows if kind is not Kind.SUM else self.adding_rows


def rule_on(grid: Grid) -> Ruling:
    """Settle how the table hangs together."""
    sides = _sides(grid)
    cells = Cells(grid.figures, {})
    held: list[tuple[Axis, Relation]] = []
    doubts: list[tuple[Axis, int]] = []
    for axis, proposal, settled in _settled(sides, grid, cells):
        if settled.relation is not None:
            held.append((axis, settled.relation))
        elif settled.doubtful:
            doubts.append((axis, proposal.target))
    equations = [
        equation(relation, axis, line)
        for axis, relation in dict.fromkeys(held)
        for line in sides.across(axis, relation.kind)
    ]
    shares = _shares(sides, held, cells)
    equations, notes = _without_stocks([*equations, *shares], grid, cells)
    ratios = {item.target[1] for item in equations if item.kind is Kind.RATIO}
    summed = _summed_ratios(sides, held, ratios, grid, cells)
    proven = {(axis, relation.target) for axis, relation in held}
    return Ruling(
        tuple(equations),
        tuple(doubt for doubt in dict.fromkeys(doubts) if doubt not in proven),
        tuple(summed),
        (*notes, *_unchecked_ratios(sides, ratios)),
    )


def _sides(grid: Grid) -> _Sides:
    filled = {place[0] for place in grid.figures}
    rows = row_tree(grid.rows, lambda row: row.index in filled)
    columns = column_tree(grid.columns)
    return _Sides(
        rows,
        columns,
        tuple(sorted(filled)),
        tuple(_lines(rows, adding=True)),
        tuple(_lines(columns, adding=False)),
        tuple(_lines(columns, adding=True)),
    )


def _lines(root: Node, *, adding: bool) -> Iterator[int]:
    """Yield the tree's lines; with `adding`, those whose figures may be summed across, under every heading."""
    for child in root.children:
        if adding and (child.says.ratio or child.says.apart):
            continue
        if child.line is not None:
            yield child.line
        yield from _lines(child, adding=adding)


def _settled(sides: _Sides, grid: Grid, cells: Cells) -> Iterator[tuple[Axis, Proposal, Settled]]:
    for axis, tree in ((Axis.COLUMNS, sides.columns), (Axis.ROWS, sides.rows)):
        proposed = list(proposals(tree, total_may_lead=axis is Axis.ROWS))
        if axis is Axis.COLUMNS:
            stated = list(formula_proposals(grid.formulas))
            for proposal in stated:
                yield axis, proposal, Settled(proposal.rivals[0])
            proposed = [p for p in proposed if p.target not in {s.target for s in stated}]
        family = _family_support(proposed, axis, sides, cells)
        for proposal in proposed:
            across = _across(sides, axis, proposal)
            settled = settle(proposal, axis, across, cells)
            if settled.relation is None and proposal.family and proposal.rivals and family.proven:
                settled = Settled(proposal.rivals[0])
            yield axis, proposal, settled


def _across(sides: _Sides, axis: Axis, proposal: Proposal) -> tuple[int, ...]:
    readings = (*proposal.rivals, *proposal.guesses)
    return sides.across(axis, readings[0].kind)[:MAX_EVIDENCE] if readings else ()


def _family_support(proposed: Sequence[Proposal], axis: Axis, sides: _Sides, cells: Cells) -> Support:
    """Add up how the members of a family fare, so that one wrong section does not hide behind its own fault."""
    found = [
        support(proposal.rivals[0], axis, _across(sides, axis, proposal), cells)
        for proposal in proposed
        if proposal.family and proposal.rivals
    ]
    return Support(sum(s.holds for s in found), sum(s.fails for s in found), sum(s.telling for s in found))


def _shares(sides: _Sides, held: Sequence[tuple[Axis, Relation]], cells: Cells) -> list[Equation]:
    """Read "Tỷ lệ" columns that give each row's share of the total row, where the figures bear it out."""
    taken = {
        relation.target for axis, relation in held if axis is Axis.COLUMNS and relation.kind is Kind.RATIO
    }
    order = list(sides.all_columns)
    result: list[Equation] = []
    for column in sorted(_ratio_columns(sides) - taken):
        options = [
            _share_equations(column, amounts, relation)
            for amounts in reversed(order[: order.index(column)][-NEAR:])
            if amounts in sides.adding_columns
            for relation in _row_totals(held)
        ]
        result += next((items for items in options if _borne_out(items, cells)), [])
    return result


def _share_equations(column: int, amounts: int, total: Relation) -> list[Equation]:
    return [
        Equation(
            Kind.RATIO, (row, column), (((row, amounts), 1), ((total.target, amounts), 1)), 100, Axis.COLUMNS
        )
        for row, _ in (*total.terms, (total.target, 1))
    ]


def _borne_out(items: Sequence[Equation], cells: Cells) -> bool:
    verdicts = [judge(item, cells) for item in items]
    outcomes = [verdict.outcome for verdict in verdicts]
    telling = sum(verdict.telling for verdict in verdicts)
    return telling > 1 and outcomes.count(Outcome.HOLDS) > outcomes.count(Outcome.FAILS)


def _ratio_columns(sides: _Sides) -> set[int]:
    return set(sides.all_columns) - set(sides.adding_columns)


def _row_totals(held: Sequence[tuple[Axis, Relation]]) -> list[Relation]:
    return [r for axis, r in held if axis is Axis.ROWS and r.kind is Kind.SUM and not r.balance]


def _without_stocks(
    equations: Sequence[Equation], grid: Grid, cells: Cells
) -> tuple[list[Equation], list[str]]:
    """Let go of totals over periods that repeat the last period's figure: a stock is not added over time."""
    labels = {row.index: row.label for row in grid.rows}
    headings = {column.index: column.heading for column in grid.columns}
    kept: list[Equation] = []
    notes: list[str] = []
    for item in equations:
        if item.axis is Axis.ROWS and item.kind is Kind.SUM and _is_stock(item, labels, cells):
            notes.append(
                f"Cột “{headings[item.target[1]]}”: dòng “{labels[item.target[0]]}” lặp lại số của kỳ cuối, được hiểu là "
                "số thời điểm nên không cộng các kỳ."
            )
        else:
            kept.append(item)
    return kept, notes


def _is_stock(item: Equation, labels: dict[int, str], cells: Cells) -> bool:
    rows = [place for place, _ in item.terms]
    if len(rows) < 2 or not all(_PERIOD_LABEL.fullmatch(labels[place[0]]) for place in rows):
        return False
    printed = cells.amount(item.target)
    last = cells.amount(max(rows))
    return bool(printed) and printed == last and judge(item, cells).outcome is Outcome.FAILS


def _summed_ratios(
    sides: _Sides, held: Sequence[tuple[Axis, Relation]], known: set[int], grid: Grid, cells: Cells
) -> Iterator[tuple[Place, str]]:
    """Yield percentages in total rows that are the sum of the rows' percentages, beyond a whole of 100."""
    for column in sorted(_ratio_columns(sides) - known):
        for relation in _row_totals(held):
            item = equation(relation, Axis.ROWS, column)
            printed = cells.amount(item.target)
            parts = [cells.amount(place) for place, _ in item.terms]
            positive = sum(1 for part in parts if part)
            if printed and printed > Decimal(101) and positive > 1 and printed == sum(p or 0 for p in parts):
                yield item.target, grid.figures[item.target].text


def _unchecked_ratios(sides: _Sides, known: set[int]) -> Iterator[str]:
    names = {node.line: node.name for node in sides.columns.walk() if node.says.ratio}
    for column in sorted(_ratio_columns(sides) - known):
        if column in names:
            yield f"Không kiểm được cột tỷ lệ “{names[column]}”: không rõ tính từ những cột nào."

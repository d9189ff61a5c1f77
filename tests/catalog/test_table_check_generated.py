"""Tables made consistent by construction pass; one figure changed, and the checker says so."""

from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from catalog.figures.numbers import format_figure
from catalog.tables.check import check_table

FIGURES = st.integers(0, 20_000)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[str]], list[tuple[int, int]], list[tuple[int, int]]]:
    """Return rows, the places of parts and the places of totals: two groups of columns, a total row first or last."""
    levels = draw(st.integers(1, 3))
    parts = draw(st.integers(2, 3))
    units = draw(st.integers(2, 6))
    figures = [[[draw(FIGURES) for _ in range(parts)] for _ in range(levels)] for _ in range(units)]
    heads = ["Đơn vị"]
    for level in range(levels):
        heads += [f"Cấp {level}: nhóm {part}" for part in range(parts)] + [f"Cấp {level}: Cộng"]
    if levels > 1:
        heads.append("Tổng")
    body = [_row(f"Phường số {number}", row, levels) for number, row in enumerate(figures, 1)]
    summed = [[sum(row[level][part] for row in figures) for part in range(parts)] for level in range(levels)]
    total = _row("Tổng cộng", summed, levels)
    first = draw(st.booleans())
    rows = [heads, total, *body] if first else [heads, *body, total]
    total_row = 1 if first else len(rows) - 1
    places = [(row, column) for row in range(1, len(rows)) for column in range(1, len(heads))]
    totals = [
        place
        for place in places
        if place[0] == total_row or "Cộng" in heads[place[1]] or heads[place[1]] == "Tổng"
    ]
    return rows, [place for place in places if place not in totals], totals


def _row(name: str, groups: list[list[int]], levels: int) -> list[str]:
    cells = [name]
    for group in groups:
        cells += [format_figure(figure) for figure in [*group, sum(group)]]
    if levels > 1:
        cells.append(format_figure(sum(map(sum, groups))))
    return cells


def _value(cell: str) -> int:
    return int(cell.replace(".", ""))


@settings(max_examples=60, deadline=None)
@given(tables())
def test_a_consistent_table_passes(
    made: tuple[list[list[str]], list[tuple[int, int]], list[tuple[int, int]]],
) -> None:
    check = check_table(made[0])
    assert (check.ok, check.blanks) == (True, ())


@settings(max_examples=100, deadline=None)
@given(tables(), st.data(), st.integers(1, 5_000))
def test_a_wrong_total_is_reported_at_its_place_and_nowhere_else(
    made: tuple[list[list[str]], list[tuple[int, int]], list[tuple[int, int]]], data: st.DataObject, off: int
) -> None:
    rows, _, totals = made
    row, column = data.draw(st.sampled_from(totals))
    right = _value(rows[row][column])
    rows[row][column] = format_figure(right + off)
    check = check_table(rows)
    assert [(fault.line, fault.column, fault.expected) for fault in check.faults] == [
        (row + 1, rows[0][column], Decimal(right))
    ]


@settings(max_examples=100, deadline=None)
@given(tables(), st.data(), st.integers(1, 5_000))
def test_a_changed_part_is_reported_by_the_totals_over_it(
    made: tuple[list[list[str]], list[tuple[int, int]], list[tuple[int, int]]], data: st.DataObject, off: int
) -> None:
    rows, parts, _ = made
    row, column = data.draw(st.sampled_from(parts))
    assume(_value(rows[row][column]) != off)
    rows[row][column] = format_figure(_value(rows[row][column]) + off)
    check = check_table(rows)
    assert not check.ok
    assert all(fault.line == row + 1 or fault.column == rows[0][column] for fault in check.faults)

"""Names the places and rules of a table in Vietnamese, as its reader finds them."""

from collections.abc import Iterator
from typing import TypedDict

from catalog.figures.numbers import FigureKind
from catalog.tables.evidence import Axis, Equation, Place
from catalog.tables.grid import Grid
from catalog.tables.relations import Kind
from catalog.tables.rulings import Ruling

_LISTED = 4  # parts named one by one in a rule


class Spot(TypedDict):
    row: str
    line: int
    column: str
    cell: str


class Describer:
    """Words for one table."""

    def __init__(self, grid: Grid) -> None:
        self._labels = {row.index: row.label for row in grid.rows}
        self._columns = {column.index: column for column in grid.columns}
        self._grid = grid

    def place(self, place: Place) -> Spot:
        """Return how the reader finds a cell: the row's label and number in the file, the heading, the cell's name."""
        row, column = place
        return Spot(
            row=self._labels[row],
            line=self._grid.file_row(row),
            column=self._columns[column].heading,
            cell=f"{_letters(column)}{self._grid.file_row(row)}",
        )

    def rule(self, item: Equation) -> str:
        target = self._name(item, item.target)
        if item.kind is Kind.RATIO:
            return self._ratio(item, target)
        if item.kind is Kind.WITHIN:
            return f"{self._name(item, item.terms[0][0])} không lớn hơn {target}"
        if item.balance:
            plus = " + ".join(self._name(item, place) for place, sign in item.terms if sign > 0)
            minus = " + ".join(self._name(item, place) for place, sign in item.terms if sign < 0)
            return f"{plus} = {minus} + {target}"
        if len(item.terms) > _LISTED and all(sign > 0 for _, sign in item.terms):
            kind = "dòng" if item.axis is Axis.ROWS else "cột"
            return f"{target} = tổng {len(item.terms)} {kind} thành phần"
        parts = [(" + " if sign > 0 else " − ") + self._name(item, place) for place, sign in item.terms]
        return f"{target} = {''.join(parts).removeprefix(' + ')}"

    def doubts(self, ruling: Ruling) -> Iterator[str]:
        for axis, line in ruling.doubts:
            if axis is Axis.ROWS:
                yield f"Không kiểm được dòng “{self._labels[line]}”: không rõ cộng từ những dòng nào."
            else:
                yield f"Không kiểm được cột “{self._columns[line].heading}”: không rõ cộng từ những cột nào."

    def uncounted(self) -> Iterator[str]:
        for place in self._grid.uncounted:
            spot, figure = self.place(place), self._grid.figures[place]
            what = "chỉ là mức chặn" if figure.kind is FigureKind.BOUND else "không phải là số"
            yield f"Ô {spot['cell']} ghi “{figure.text}”, {what}, nên không đưa vào phép tính."

    def suspect(self, place: Place, gap: str) -> str:
        spot = self.place(place)
        return (
            f"Tổng theo dòng và tổng theo cột cùng lệch {gap}: hãy xem lại ô {spot['cell']} "
            f"(dòng “{spot['row']}”, cột “{spot['column']}”)."
        )

    def open_sum(self, place: Place, known: str) -> str:
        spot = self.place(place)
        return (
            f"Không kết luận được về ô {spot['cell']} (dòng “{spot['row']}”, cột “{spot['column']}”): có ô thành phần để "
            f"trống; các ô có số cộng lại là {known}."
        )

    def _ratio(self, item: Equation, target: str) -> str:
        over, *base = (place for place, _ in item.terms)
        scale = " × 100" if item.scale == 100 else ""
        if over[1] == base[0][1] and item.axis is Axis.COLUMNS:  # a share of the total row
            return f"{target} = “{self._columns[over[1]].heading}” / dòng “{self._labels[base[0][0]]}”{scale}"
        under = " + ".join(self._name(item, place) for place in base)
        return f"{target} = {self._name(item, over)} / {f'({under})' if len(base) > 1 else under}{scale}"

    def _name(self, item: Equation, place: Place) -> str:
        if item.axis is Axis.ROWS:
            return f"“{self._labels[place[0]]}”"
        column = self._columns[place[1]]
        return f"“{column.path[-1] if column.path else column.heading}”"


def _letters(column: int) -> str:
    """Return the spreadsheet's letters of a column counted from 0."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters

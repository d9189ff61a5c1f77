"""A table as printed, taken apart: heading rows, label columns, columns of figures, and the cells read.

Rows and columns are counted from 0 here; `file_row` turns a row into the number its reader sees (from 1).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from catalog.figures.numbers import THOUSAND_DIGITS, Figure, FigureKind, read_figure, refuse_decimals
from catalog.tables.words import is_index_heading, is_label_heading, wording
from catalog.text import normalize

MAX_HEADING_ROWS = 6
MAX_LABEL = 80  # letters; longer text in a row without figures is a note
_MEANT_AS_FIGURE = frozenset({FigureKind.VALUE, FigureKind.NIL, FigureKind.BOUND, FigureKind.FAULTY})
_UNCOUNTED = frozenset({FigureKind.TEXT, FigureKind.BOUND})
_COUNTED = re.compile(
    r"\b(số (cuộc|người|lượt|đơn|buổi|vụ|hồ sơ|hội nghị|mô hình|văn bản|đảng viên|tổ chức))\b", re.IGNORECASE
)
_DECIMAL_UNITS = re.compile(r"%|\b(tỷ|tỉ|triệu|nghìn|đồng|ha|km|m2|kg|tấn|điểm|hệ số)\b", re.IGNORECASE)
_NUMBERED = re.compile(r"\(?(\d{1,2}|[A-Z])\)?(\s*=.*)?")
_YEAR = re.compile(r"(19|20)\d\d")
Lines = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `path` from the widest heading to its own, `heading` as a reader would quote it."""

    index: int
    path: tuple[str, ...]
    heading: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the body: `number` is what its first cell numbers it with ("II", "1.2"), or empty."""

    index: int
    number: str
    label: str
    labels: tuple[str, ...]
    has_figures: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """`figures` holds every cell of a row that has figures, or should have, by (row index, column index)."""

    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    figures: dict[tuple[int, int], Figure] = field(default_factory=dict)
    formulas: dict[int, str] = field(default_factory=dict)  # by column index: "(5)=(3)+(4)"
    uncounted: tuple[tuple[int, int], ...] = ()  # words and bounds in a column of figures

    @staticmethod
    def file_row(index: int) -> int:
        return index + 1


def read_grid(rows: Lines) -> Grid:
    """Take the table apart. A table without figures comes back empty."""
    lines = [[normalize(cell) for cell in row] for row in rows]
    width = max((len(line) for line in lines), default=0)
    lines = [[*line, *[""] * (width - len(line))] for line in lines]
    top = next((n for n, line in enumerate(lines) if sum(map(bool, line)) > 1), None)
    if top is None:
        return Grid()
    start = _body_start(lines, top)
    formulas = _column_numbers(lines[start]) if start < len(lines) else {}
    body = [(n, lines[n]) for n in range(start + bool(formulas), len(lines)) if any(lines[n])]
    paths = _paths(lines[top:start], width)
    numeric = _numeric_columns(paths, body)
    if not numeric:
        return Grid()
    columns = tuple(Column(c, paths[c], _heading(lines[top:start], paths, c)) for c in numeric)
    return _with_figures(columns, body, paths, formulas)


def _body_start(lines: Lines, top: int) -> int:
    """Return the first row under the heading; a heading row goes on while nothing in it is a figure."""
    row = top + 1
    while row < min(len(lines), top + MAX_HEADING_ROWS) and _continues_heading(lines[row]):
        row += 1
    return row


def _continues_heading(line: Sequence[str]) -> bool:
    filled = [cell for cell in line if cell]
    figures = [cell for cell in filled if read_figure(cell).kind in _MEANT_AS_FIGURE]
    if _column_numbers(line):
        return False
    if not line[0] and filled:
        return all(_YEAR.fullmatch(cell) for cell in figures) and not wording(filled[0]).total
    return len(filled) > 1 and not figures and not _row_number(line[0])


def _column_numbers(line: Sequence[str]) -> dict[int, str]:
    """Return the cells of a row that numbers the columns, "(1) (2) (3)=(1)+(2)"; empty when it is another row."""
    filled = {index: cell for index, cell in enumerate(line) if cell}
    matches = [_NUMBERED.fullmatch(cell) for cell in filled.values()]
    if len(filled) < 3 or len(filled) * 2 < len(line) or not all(matches):
        return {}
    numbers = [int(match[1]) for match in matches if match and match[1].isdigit()]
    if len(numbers) < 2 or numbers != list(range(numbers[0], numbers[0] + len(numbers))) or numbers[0] > 2:
        return {}
    return filled


def _paths(heads: Lines, width: int) -> list[tuple[str, ...]]:
    """Return each column's headings from the widest to its own; a merged cell's words reach over what it spans."""
    filled: list[list[str]] = [list(head) for head in heads]
    for level in range(len(heads) - 1):
        for column in range(1, width):
            if filled[level][column] or not _under(heads, level, column):
                continue
            same_parent = all(filled[up][column] == filled[up][column - 1] for up in range(level))
            if same_parent and _under(heads, level, column - 1):
                filled[level][column] = filled[level][column - 1]
    return [_path([level[column] for level in filled], single=len(heads) == 1) for column in range(width)]


def _under(heads: Lines, level: int, column: int) -> bool:
    return any(head[column] for head in heads[level + 1 :])


def _path(levels: Sequence[str], *, single: bool) -> tuple[str, ...]:
    names = [name for n, name in enumerate(levels) if name and (n == 0 or name != levels[n - 1])]
    if single and names and ":" in names[0]:
        group, own = (part.strip() for part in names[0].split(":", 1))
        return (group, own) if group and own else (names[0],)
    return tuple(names)


def _heading(heads: Lines, paths: Sequence[tuple[str, ...]], column: int) -> str:
    if len(heads) == 1 and heads[0][column]:
        return heads[0][column]
    return ": ".join(paths[column]) or f"cột {column + 1}"


def _numeric_columns(
    paths: Sequence[tuple[str, ...]], body: Sequence[tuple[int, Sequence[str]]]
) -> list[int]:
    labels = 1
    while labels < len(paths) and _names_rows(paths[labels - 1], paths[labels]):
        labels += 1
    return [
        column for column in range(labels, len(paths)) if _holds_figures([line[column] for _, line in body])
    ]


def _names_rows(before: tuple[str, ...], path: tuple[str, ...]) -> bool:
    own = path[-1] if path else ""
    return is_label_heading(own) or bool(before and is_index_heading(before[-1]))


def _holds_figures(cells: Sequence[str]) -> bool:
    kinds = [read_figure(cell).kind for cell in cells if cell]
    figures = sum(kind in _MEANT_AS_FIGURE for kind in kinds)
    return figures * 2 >= len(kinds) and any(kind is not FigureKind.NIL for kind in kinds)


def _row_number(cell: str) -> str:
    match = re.match(r"(\d+(?:\.\d+)*|[IVXL]+|[A-Z]|[a-zđ])(?:[.)/]|$)\s*", cell)
    return match[1] if match else ""


def _with_figures(
    columns: tuple[Column, ...],
    body: Sequence[tuple[int, Sequence[str]]],
    paths: Sequence[tuple[str, ...]],
    formulas: dict[int, str],
) -> Grid:
    first = columns[0].index
    indexed = bool(paths[0]) and is_index_heading(paths[0][-1])
    rows = [_row(index, line[:first], _has_figures(line, columns), indexed=indexed) for index, line in body]
    kept = set(_rows_of_figures(rows, indexed=indexed))
    last = max(kept, default=-1)
    rows = [row for row in rows if row.index <= last]  # the rest are notes and signatures under the table
    cells = {(n, c.index): read_figure(line[c.index]) for n, line in body if n in kept for c in columns}
    for column in columns:
        _refuse_stray_commas(column, kept, cells)
    uncounted = tuple(place for place, figure in cells.items() if figure.kind in _UNCOUNTED)
    return Grid(columns, tuple(rows), cells, formulas, uncounted)


def _has_figures(line: Sequence[str], columns: Sequence[Column]) -> bool:
    return any(read_figure(line[column.index]).kind in _MEANT_AS_FIGURE for column in columns)


def _row(index: int, cells: Sequence[str], has_figures: bool, *, indexed: bool) -> Row:
    names = [cell for cell in cells if cell]
    number = _row_number(cells[0])
    own_number = indexed and bool(number)
    label = next((cell for cell in cells[1 if own_number else 0 :] if cell), "") or (
        names[0] if names else ""
    )
    return Row(
        index, number if own_number or not cells[0].isdigit() else "", label, tuple(names), has_figures
    )


def _rows_of_figures(rows: Sequence[Row], *, indexed: bool) -> Iterator[int]:
    """Yield the rows that hold figures or should."""
    styles = dict.fromkeys(number_style(row.number) for row in rows if row.number)
    depths = {style: depth for depth, style in enumerate(styles)}
    for row, after in zip(rows, [*rows[1:], None], strict=True):
        if row.has_figures:
            yield row.index
        elif indexed or depths:
            if _is_total(row) or (row.number and not _heads_section(row, after, depths)):
                yield row.index
        elif _is_total(row) or _names_unit(row.label):
            yield row.index


def _is_total(row: Row) -> bool:
    return any(wording(name).total for name in row.labels)


def _names_unit(label: str) -> bool:
    """Tell the name of a row not filled in from a heading or a note, where rows are not numbered."""
    words = label.lower().split(" ")
    is_note = len(label) > MAX_LABEL or label.endswith((":", ".")) or words[0] in {"ghi", "nguồn", "chú"}
    return bool(label) and not is_note and not label.isupper()


def _heads_section(row: Row, after: Row | None, depths: Mapping[str, int]) -> bool:
    """Tell whether rows of a deeper numbering follow directly: "1", "2" under "I. Cấp thành phố"."""
    if after is None or not after.number:
        return False
    return depths[number_style(after.number)] > depths[number_style(row.number)]


def number_style(number: str) -> str:
    """Return how a row is numbered; rows of one style under one parent are siblings."""
    if not number:
        return "none"
    if re.fullmatch(r"[IVXL]+", number):
        return "roman"
    if number.isalpha():
        return "upper" if number.isupper() else "lower"
    return f"arabic{number.count('.')}"


def _refuse_stray_commas(column: Column, rows: Iterable[int], cells: dict[tuple[int, int], Figure]) -> None:
    """Mark "1,187" as faulty in a column that counts whole things, by its heading or by its other figures."""
    own = {(row, column.index): cells[row, column.index] for row in rows}
    values = [figure for figure in own.values() if figure.kind is FigureKind.VALUE]
    decimals = [figure for figure in values if figure.decimals]
    if wording(column.heading).ratio or _DECIMAL_UNITS.search(column.heading):
        return
    if any(figure.decimals != THOUSAND_DIGITS for figure in decimals):
        return
    if len(decimals) == len(values) and not _COUNTED.search(column.heading):
        return
    for place, figure in own.items():
        if figure.decimals == THOUSAND_DIGITS and not figure.percent and not figure.unit:
            cells[place] = replace(refuse_decimals(figure), text=figure.text)

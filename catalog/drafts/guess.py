"""Columns of a list that has no headings, guessed from what stands in them; always with a warning."""

import re
from collections.abc import Callable, Sequence

from catalog.deadlines import Kind, read_deadline
from catalog.drafts.bodies import names_bodies
from catalog.drafts.columns import Mapping, Role
from catalog.drafts.joining import join_text
from catalog.drafts.numbers import read_number
from catalog.drafts.source import Source, Table

_TIME_WORD = re.compile(
    r"\d+|\b(?:ngày|tháng|quý|năm|tuần|kỳ|đợt|hằng|hàng|mỗi|thường xuyên|tiếp theo|trở đi|ban hành|hiệu lực|phê duyệt|yêu cầu)\b"
)
_SHARE = 0.6  # of a column's filled cells must look like what the column is taken for


def guess_mapping(source: Source) -> Mapping | None:
    """Return the columns of the longest table that can be a list, or None; text and lead must both be found."""
    found = [(len(table.rows), mapping) for table in source.tables if (mapping := _guess(table))]
    return max(found, key=lambda each: each[0])[1] if found else None


def reads_as_deadline(text: str) -> bool:
    """Tell whether the whole cell is understood as a time."""
    if not text or len(text.split()) > 25 or _runs_on(text):
        return False
    reading = read_deadline(text, doc_year=2000)  # any year: only whether it is understood matters
    return reading.kind is not Kind.NONE and not reading.needs_review


def _runs_on(text: str) -> bool:
    """Tell whether prose follows the time: many words after the last figure or word of time."""
    return len(_TIME_WORD.split(text.lower())[-1].split()) > 5


def _guess(table: Table) -> Mapping | None:
    width = max((len(row.cells) for row in table.rows), default=0)
    if width < 3 or len(table.rows) < 2:
        return None
    columns = [
        [
            join_text(row.cells[index].text)
            for row in table.rows
            if index < len(row.cells) and row.cells[index].text.strip()
        ]
        for index in range(width)
    ]
    roles = [Role.EXTRA] * width
    _claim(roles, columns, Role.NUMBER, lambda text: read_number(text) is not None)
    _claim(roles, columns, Role.DEADLINE, reads_as_deadline)
    _claim(roles, columns, Role.LEAD, names_bodies)
    _claim(roles, columns, Role.SUPPORT, names_bodies)
    free = [index for index in range(width) if roles[index] is Role.EXTRA and columns[index]]
    if Role.LEAD not in roles or not free:
        return None
    roles[max(free, key=lambda index: _mean_length(columns[index]))] = Role.TEXT
    return Mapping(tuple(roles), ("",) * width, table.place)


def _claim(
    roles: list[Role], columns: Sequence[Sequence[str]], role: Role, fits: Callable[[str], bool]
) -> None:
    for index, cells in enumerate(columns):
        if roles[index] is Role.EXTRA and cells and sum(map(fits, cells)) >= _SHARE * len(cells):
            roles[index] = role
            return


def _mean_length(cells: Sequence[str]) -> float:
    return sum(map(len, cells)) / len(cells)

"""A table of a PDF without ruling lines: columns found under its headings by the white strips between them.

Only where a line of headings is surely there; a table that does not come apart cleanly is not taken at all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from catalog.drafts.columns import Role, role_of
from catalog.drafts.source import Cell, Row, Table

TOLD = "Bảng trong tệp PDF không có đường kẻ; các cột được chia theo vị trí tiêu đề, cần xem lại từng dòng."
_APART = 7.0  # points between two words that stand in different cells
_STRIP = 4.0  # points of white that part two columns over the whole table
_HEAD_LINES = 4  # that headings may take
_CUT = 0.34  # of the rows may begin in the middle of a sentence before the division is taken for wrong
Word = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Chunk:
    left: float
    right: float
    text: str

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2


@dataclass(frozen=True, slots=True)
class _Line:
    top: float
    bottom: float
    words: tuple[Word, ...]

    def chunks(self) -> list[_Chunk]:
        """Return the runs of words that no wide gap parts."""
        runs: list[list[Word]] = []
        for word in self.words:
            if runs and word["x0"] - runs[-1][-1]["x1"] < _APART:
                runs[-1].append(word)
            else:
                runs.append([word])
        return [_Chunk(run[0]["x0"], run[-1]["x1"], " ".join(word["text"] for word in run)) for run in runs]


@dataclass(frozen=True, slots=True)
class _Heads:
    labels: tuple[_Chunk, ...]
    first: int  # line of the page
    last: int

    def role(self, role: Role) -> int | None:
        return next((at for at, label in enumerate(self.labels) if role_of(label.text) is role), None)


@dataclass(slots=True)
class UnruledTable:
    """What was found: the table, and on each page the top and bottom between which it stands."""

    table: Table
    spans: dict[int, tuple[float, float]] = field(default_factory=dict)


def read_unruled(pages: Iterable[tuple[int, Sequence[Word]]]) -> UnruledTable | None:
    """Return the table in the words of pages (number, words), None where none is surely there."""
    heads: _Heads | None = None
    bodies: list[tuple[int, list[_Line], float]] = []
    for number, words in pages:
        lines = _lines(words)
        own = _heads(lines)
        if heads is None and own is None:
            continue
        heads = heads or own
        start = own.last + 1 if own else 0
        top = lines[own.first].top if own else (lines[0].top if lines else 0.0)
        bodies.append((number, lines[start:], top))
    return _laid_out(heads, bodies) if heads is not None else None


def _lines(words: Sequence[Word]) -> list[_Line]:
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: ((word["top"] + word["bottom"]) / 2, word["x0"])):
        middle = (word["top"] + word["bottom"]) / 2
        if lines and lines[-1][0]["top"] < middle < lines[-1][0]["bottom"]:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [
        _Line(min(word["top"] for word in line), max(word["bottom"] for word in line), tuple(sorted(line, key=lambda word: word["x0"])))
        for line in lines
    ]  # fmt: skip


def _heads(lines: Sequence[_Line]) -> _Heads | None:
    """Return the headings of a page: the fewest lines in which duty, lead and time or number are all named."""
    for first in range(len(lines)):
        best: _Heads | None = None
        for last in range(first, min(first + _HEAD_LINES, len(lines))):
            labels = _merged(lines[first : last + 1])
            roles = [role_of(label.text) for label in labels]
            named = {role for role in roles if role not in {None, Role.EXTRA}}
            sure = (
                {Role.TEXT, Role.LEAD} <= named
                and len(named) >= 3
                and all(len(label.text) < 60 for label in labels)
            )
            if sure and roles.count(Role.TEXT) == 1 and (best is None or len(labels) == len(best.labels)):
                best = _Heads(tuple(labels), first, last)
            elif best is not None:
                break
        if best is not None:
            return _without_body(best, lines)
    return None


def _without_body(heads: _Heads, lines: Sequence[_Line]) -> _Heads:
    """Take back the lines under the headings that begin the list: they name a number or are far below."""
    last = heads.first
    for at in range(heads.first + 1, heads.last + 1):
        line, above = lines[at], lines[at - 1]
        far = line.top - above.bottom > 0.8 * (above.bottom - above.top)
        if far or line.words[0]["text"].strip(".)").isdigit():
            break
        last = at
    return _Heads(tuple(_merged(lines[heads.first : last + 1])), heads.first, last)


def _merged(lines: Sequence[_Line]) -> list[_Chunk]:
    """Return the columns that stand one over the other in several lines of headings."""
    columns: list[_Chunk] = []
    for chunk in (chunk for line in lines for chunk in line.chunks()):
        over = [
            at for at, column in enumerate(columns) if column.left < chunk.right and chunk.left < column.right
        ]
        if not over:
            columns.append(chunk)
            continue
        at = over[0]
        column = columns[at]
        columns[at] = _Chunk(
            min(column.left, chunk.left), max(column.right, chunk.right), f"{column.text} {chunk.text}"
        )
    return sorted(columns, key=lambda column: column.left)


def _laid_out(heads: _Heads, bodies: Sequence[tuple[int, list[_Line], float]]) -> UnruledTable | None:
    edges = _edges(heads, [line for _, lines, _ in bodies for line in lines if not _crosses(line, heads)])
    if edges is None:
        return None
    place = "bảng 1"
    labels = tuple(Cell(label.text, f"trang {bodies[0][0]}, {place}, dòng 1") for label in heads.labels)
    rows = [Row(labels, f"trang {bodies[0][0]}, {place}, dòng 1")]
    spans: dict[int, tuple[float, float]] = {}
    begun: list[str] = []
    number = heads.role(Role.NUMBER)
    text = heads.role(Role.TEXT) or 0
    for page, lines, top in bodies:
        kept = _of_table(lines, heads)
        if not kept:
            continue
        spans[page] = (top, kept[-1].bottom)
        grouped = _grouped(kept, heads, edges, number)
        for at, cells in enumerate(grouped):
            where = f"trang {page}, {place}, dòng {at + 1 + (page == bodies[0][0])}"
            rows.append(_row(cells, where, page_top=at == 0 and page != bodies[0][0]))
            begun.append(cells[text].lstrip())
    starts = [word for word in begun if word]
    cut = sum(word[:1].islower() for word in starts)
    if len(starts) < 2 or cut > _CUT * len(starts):
        return None
    return UnruledTable(Table(tuple(rows), place), spans)


def _crosses(line: _Line, heads: _Heads) -> bool:
    """Tell whether the line runs on through several columns: prose, or a row for a whole section."""
    return any(
        sum(chunk.left < label.centre < chunk.right for label in heads.labels) > 1 for chunk in line.chunks()
    )


def _of_table(lines: Sequence[_Line], heads: _Heads) -> list[_Line]:
    """Return the lines up to the last that stands in columns; what follows it is prose again."""
    last = max(
        (at for at, line in enumerate(lines) if len(line.chunks()) > 1 and not _crosses(line, heads)),
        default=-1,
    )
    while (
        last + 1 < len(lines)
        and not _crosses(lines[last + 1], heads)
        and _follows(lines[last], lines[last + 1])
    ):
        last += 1
    return list(lines[: last + 1])


def _follows(above: _Line, line: _Line) -> bool:
    return line.top - above.bottom < 0.6 * (above.bottom - above.top)


def _edges(heads: _Heads, lines: Sequence[_Line]) -> list[float] | None:
    """Return the x of the borders between columns, each in the widest white strip between two headings."""
    borders: list[float] = []
    for left, right in pairwise(heads.labels):
        inside = sorted(
            (max(word["x0"], left.centre), min(word["x1"], right.centre))
            for line in lines for word in line.words if word["x1"] > left.centre and word["x0"] < right.centre
        )  # fmt: skip
        reach, widest = left.centre, (0.0, 0.0)
        for start, end in [*inside, (right.centre, right.centre)]:
            if start - reach > widest[1] - widest[0]:
                widest = (reach, start)
            reach = max(reach, end)
        if widest[1] - widest[0] < _STRIP:
            return None
        borders.append(sum(widest) / 2)
    return borders


def _grouped(
    lines: Sequence[_Line], heads: _Heads, edges: Sequence[float], number: int | None
) -> list[list[str]]:
    """Return the rows' cells: a row begins at its number, else at a wide gap; a line through the columns is a row."""
    rows: list[list[str]] = []
    before: _Line | None = None
    spanning = False
    for line in lines:
        cells = [""] * len(heads.labels)
        crossing = _crosses(line, heads)
        if crossing:
            cells[0] = " ".join(word["text"] for word in line.words)
        else:
            for word in line.words:
                at = sum(edge < (word["x0"] + word["x1"]) / 2 for edge in edges)
                cells[at] = f"{cells[at]} {word['text']}".strip()
        gap = before is None or line.top - before.bottom > 0.6 * (line.bottom - line.top)
        begins = bool(cells[number]) if number is not None and not crossing else gap
        if not rows or begins or crossing != spanning:
            rows.append(cells)
        else:
            rows[-1] = ["\n".join(filter(None, pair)) for pair in zip(rows[-1], cells, strict=True)]
        before, spanning = line, crossing
    return rows


def _row(cells: Sequence[str], place: str, *, page_top: bool) -> Row:
    alone = bool(cells[0]) and not any(cells[1:]) and len(cells[0].split()) > 2
    laid = tuple(
        Cell(text, f"{place}, cột {at}", covered="left" if alone and at > 1 else "")
        for at, text in enumerate(cells, 1)
    )
    return Row(laid, place, page_top=page_top)

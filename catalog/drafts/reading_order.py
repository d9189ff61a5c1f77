"""A list whose columns are lost: cells follow one another in reading order, line by line.

Rows are found by their numbers, cells by what a line begins with: a body's name that no comma or "và" led to opens a
new cell, and the last cell is the longest ending that is understood as a time. What does not come apart is told.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from catalog.drafts.bodies import begins_body, names_bodies
from catalog.drafts.columns import Role, role_of
from catalog.drafts.entries import Entry
from catalog.drafts.guess import reads_as_deadline
from catalog.drafts.joining import join_lines
from catalog.drafts.numbers import read_number
from catalog.drafts.source import Line, Source
from catalog.text import normalize, search_key

_HEADINGS = (
    r"(?:s?tt|số tt|nhiệm vụ|nội dung(?: công việc| nhiệm vụ)?|tên nhiệm vụ|(?:cơ quan|đơn vị)(?:, đơn vị)?(?: chủ trì| phối hợp| thực hiện)|"
    r"chủ trì|phối hợp|(?:thời gian|thời hạn|tiến độ)(?: thực hiện| hoàn thành)?|hạn hoàn thành|sản phẩm|ghi chú|kết quả)"
)
_HEADING_LINE = re.compile(rf"^\s*{_HEADINGS}(?:\s+{_HEADINGS}){{2,}}\s*$", re.IGNORECASE)
_NUMBERED = re.compile(r"^\s*(\d{1,3}(?:\.\d{1,3})*\.?|[a-zđ]\d{0,2}[.)]?|[IVX]{1,5}\.?)(?:\s+(\S.*))?$")
_NOTE = re.compile(r"^\s*(\d{1,2})\s*[-–]\s*\S")
_JOINING = re.compile(
    r"(?:[,;:–(\-/]|\b(?:và|của|các|với|cho|thuộc|hoặc|theo|do|tại|từ|là|được|bởi))$", re.IGNORECASE
)
_TIME_WORDS = (
    r"(?:thường xuyên|hoàn thành|trong (?:quý|tháng|năm|ngày)|trước (?:ngày|tháng|\d)|tháng \d|quý [IVX1-4]|(?:6|sáu|06) tháng|"
    r"kỳ họp|từ (?:ngày|tháng|quý|năm|nay)|hằng (?:năm|quý|tháng)|hàng (?:năm|quý|tháng)|định kỳ|chậm nhất|đến (?:ngày|hết|tháng)|"
    r"cả năm|năm \d{4}|giai đoạn|\d{1,2}/\d{1,4}|theo (?:tiến độ|kế hoạch|yêu cầu)|khi (?:có|phát sinh)|sau khi|ngay sau|"
    r"\d+ ngày|cuối năm|đầu năm|ngày \d)"
)
_TIME_START = re.compile(rf"(?:^|(?<=\s))(?={_TIME_WORDS})", re.IGNORECASE)
MAX_DEADLINE_WORDS = 22


@dataclass(slots=True)
class _Row:
    number: str
    place: str
    lines: list[Line] = field(default_factory=list)


def read_columnless(source: Source, notes: dict[int, str]) -> list[Entry]:
    """Return the rows of the list under a line of column headings; [] where there is no such line."""
    start = next((at for at, line in enumerate(source.lines) if _heading_roles(line.text)), None)
    if start is None:
        return []
    roles = _heading_roles(source.lines[start].text)
    rows = list(_rows(source.lines[start:], notes))
    narrow = _narrow_width(rows)
    return [_entry(row, roles, narrow) for row in rows]


def _heading_roles(text: str) -> tuple[Role, ...]:
    """Return the roles that a line of column headings names, in their order; () where the line is none."""
    if not _HEADING_LINE.match(text):
        return ()
    labels = re.findall(_HEADINGS, text, re.IGNORECASE)
    roles = tuple(role_of(label) or Role.EXTRA for label in labels)
    return roles if {Role.TEXT, Role.LEAD} <= set(roles) else ()


def _rows(lines: Sequence[Line], notes: dict[int, str]) -> Iterator[_Row]:
    """Yield the rows; page furniture (repeated headings, letterheads, footnotes) is left out."""
    row: _Row | None = None
    before: list[str] = []
    skipping = False
    for line in lines:
        if _heading_roles(line.text):
            skipping = False
            continue
        if _opens_furniture(line.text, notes):
            skipping = True
        if skipping:
            continue
        number, rest = _number_at(line.text, before)
        if not number and line.text.strip().isdigit():  # the page's own number
            continue
        if number:
            if row is not None:
                yield row
            row = _Row(number, line.place)
            before.append(number)
        text = rest if number else line.text
        if row is not None and text.strip():
            row.lines.append(Line(text, line.place, line.gap))
    if row is not None:
        yield row


def _opens_furniture(text: str, notes: dict[int, str]) -> bool:
    """Tell whether a line begins what stands at a page's foot or head; it lasts up to the repeated headings."""
    key = search_key(text)
    note = _NOTE.match(text)
    if note and int(note.group(1)) in notes:
        return True
    return key.startswith(("cong hoa xa hoi chu nghia", "noi nhan")) or (
        key in {"uy ban nhan dan", "ubnd"} and text.strip().isupper()
    )


def _number_at(text: str, before: Sequence[str]) -> tuple[str, str]:
    """Return the row number a line begins with, and the rest; "" where it is none that can follow those before it."""
    found = _NUMBERED.match(text.strip())
    if not found:
        return "", ""
    printed, rest = found.group(1), found.group(2) or ""
    if rest and rest[:1].islower():
        return "", ""
    if not _follows(printed.strip(".)"), before, alone=not rest):
        return "", ""
    return printed.strip(".)"), rest


def _follows(number: str, before: Sequence[str], *, alone: bool) -> bool:
    """Tell whether `number` is the next one, or the first of a level below, after the numbers before it."""
    if not before:
        return number in {"1", "I", "1.1", "a", "A"}
    if number.isdigit():
        figures = [int(each) for each in before if each.isdigit()]
        return int(number) == (figures[-1] + 1 if figures else 1) or (alone and number == "1")
    if "." in number:
        head, _, tail = number.rpartition(".")
        siblings = [each for each in before if each.rpartition(".")[0] == head and "." in each]
        return int(tail) == (int(siblings[-1].rpartition(".")[2]) + 1 if siblings else 1) and head in before
    return _letter_follows(number, before)


def _letter_follows(number: str, before: Sequence[str]) -> bool:
    if read_number(number) is None:
        return False
    if number[0].isupper():
        return True
    letters = "abcdđeghiklmnopqrstuvxy"
    last = next((each for each in reversed(before) if each[0].isalpha() and each[0].islower()), "")
    if len(number) > 1:
        base, tail = number[0], number[1:]
        siblings = [each for each in before if each[0] == base and len(each) > 1]
        return tail.isdigit() and (int(tail) == int(siblings[-1][1:]) + 1 if siblings else tail == "1")
    if number == "a":
        return True
    return bool(last) and number in letters and letters.find(number) in range(1, letters.find(last[0]) + 3)


def _narrow_width(rows: Sequence[_Row]) -> int:
    """Return the width in characters of the columns of bodies: the widest line of the cells that come apart surely."""
    widths: list[int] = []
    for row in rows:
        head, deadline, tail = _take_deadline(_texts(row))
        first = _first_cell(head, 0)
        if deadline and first and not tail:
            widths.extend(len(line) for line in head[first:])
    return max(widths, default=0)


def _texts(row: _Row) -> list[str]:
    return [normalize(line.text) for line in row.lines]


def _entry(row: _Row, roles: Sequence[Role], narrow: int) -> Entry:
    entry = Entry(row.place, number=row.number)
    lines = _texts(row)
    entry.sources = dict.fromkeys(("text", "lead", "support", "deadline"), _span(row))
    if " ".join(lines).isupper():
        entry.text, entry.spanning = join_lines(lines), True
        return entry
    split = _split(lines, roles, narrow)
    entry.text, entry.lead, entry.support, entry.deadline = (
        split.text,
        split.lead,
        split.support,
        split.deadline,
    )
    entry.warnings.extend(split.doubts)
    if Role.EXTRA in roles:
        entry.warnings.append("Danh mục có cột không tách được khi mất cột; cần xem lại.")
    return entry


def _span(row: _Row) -> str:
    last = row.lines[-1].place if row.lines else row.place
    return row.place if last == row.place else f"{row.place} đến {last}"


@dataclass(slots=True)
class _Split:
    text: str = ""
    lead: str = ""
    support: str = ""
    deadline: str = ""
    doubts: list[str] = field(default_factory=list)


def _split(lines: list[str], roles: Sequence[Role], narrow: int) -> _Split:
    """Return the cells of one row, with what is doubtful in the split."""
    head, deadline, tail = _take_deadline(lines)
    first = _first_cell(head, narrow)
    if first is None:
        doubts = ["Không tách được cơ quan chủ trì khỏi nội dung; cần xem lại."] if deadline else []
        return _Split(join_lines([*head, *tail]), deadline=deadline, doubts=doubts)
    split = _Split(deadline=deadline)
    if not deadline:
        split.doubts.append("Không tách được thời gian thực hiện; cần xem lại.")
    late = tail and _bodies_come_last(roles)
    bodies = [*head[first:], *tail] if late else head[first:]
    _part_bodies(split, bodies, len(head) - first if late else None)
    split.text = join_lines(head[:first] if late else [*head[:first], *tail])
    if tail and not late:
        split.doubts.append("Dòng bị cắt ngang trang; phần sau được nối vào nội dung, cần xem lại.")
    if any(at and len(head[at]) <= narrow for at in _cell_starts(head[:first], 0)):
        split.doubts.append("Có nhiều cách tách nội dung và cơ quan chủ trì; cần xem lại.")
    return split


def _bodies_come_last(roles: Sequence[Role]) -> bool:
    """Tell whether the headings put a column of bodies after the time."""
    after = roles[roles.index(Role.DEADLINE) + 1 :] if Role.DEADLINE in roles else ()
    return Role.SUPPORT in after or Role.LEAD in after


def _part_bodies(split: _Split, bodies: Sequence[str], border: int | None) -> None:
    """Part lead from supporting bodies: at `border` where it is known, else at the next name that opens a cell."""
    breaks = [border] if border else [at for at in _cell_starts(bodies, 0) if at]
    if len(breaks) > 1:
        split.doubts.append("Có nhiều cách tách cơ quan chủ trì và phối hợp; cần xem lại.")
    at = breaks[0] if breaks else len(bodies)
    split.lead, split.support = join_lines(bodies[:at]), join_lines(bodies[at:])


def _first_cell(lines: Sequence[str], narrow: int) -> int | None:
    """Return the line at which the bodies begin: from there on every cell is a list of bodies."""
    return next((at for at in _cell_starts(lines, narrow) if at and _all_bodies(lines[at:])), None)


def _all_bodies(lines: Sequence[str]) -> bool:
    starts = [*_cell_starts(lines, 0), len(lines)]
    return all(names_bodies(join_lines(lines[at:end])) for at, end in pairwise(starts))


def _cell_starts(lines: Sequence[str], narrow: int) -> list[int]:
    """Return the lines at which a cell of bodies can begin: a body's name that nothing in the line before leads to.

    Where the line before is wider than the columns of bodies and no line after it is, it leads to nothing either.
    """
    starts = []
    for at, line in enumerate(lines):
        if not begins_body(line):
            continue
        led_to = at and _JOINING.search(lines[at - 1])
        parted = (
            narrow and at and len(lines[at - 1]) > narrow and all(len(each) <= narrow for each in lines[at:])
        )
        if not led_to or parted:
            starts.append(at)
    return starts


def _take_deadline(lines: Sequence[str]) -> tuple[list[str], str, list[str]]:
    """Return the lines before the deadline, the deadline, and lines after it (the rest of a row that a page cut)."""
    for end in range(len(lines), 0, -1):
        for start in range(max(0, end - 4), end):
            found = _ending_time(lines, start, end)
            if found is not None:
                kept, deadline = found
                return [*lines[:start], *([kept] if kept else [])], deadline, list(lines[end:])
    return list(lines), "", []


def _ending_time(lines: Sequence[str], start: int, end: int) -> tuple[str, str] | None:
    """Return what stands before a time on line `start` and the time up to line `end`, or None where there is none."""
    whole = join_lines(lines[start:end])
    for found in _TIME_START.finditer(lines[start]):
        kept, deadline = lines[start][: found.start()].strip(), whole[found.start() :].strip()
        if len(deadline.split()) > MAX_DEADLINE_WORDS or (kept and not _whole_cell(kept, lines[:start])):
            continue
        if reads_as_deadline(deadline) and not deadline[:1].islower():
            return kept, deadline
    return None


def _whole_cell(kept: str, before: Sequence[str]) -> bool:
    """Tell whether what stands before a time on its own line can be the end of a cell of bodies."""
    if _JOINING.search(kept):
        return False
    return begins_body(kept) or any(begins_body(line) for line in before[-4:])

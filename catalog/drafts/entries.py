"""The rows of a document's list tables as entries: cells by their role, rows that were split made whole again."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from catalog.drafts.columns import Mapping, Role, is_column_numbers, read_headings
from catalog.drafts.joining import join_text, unfinished
from catalog.drafts.numbers import read_number, split_number
from catalog.drafts.sharing import take_apart
from catalog.drafts.source import Cell, Line, Row, Source, Table
from catalog.text import search_key

FIELDS = ("text", "lead", "support", "deadline")
_TOTAL = re.compile(r"^(tong( cong| so)?|cong)\W*(\d.*)?$")
_FOOT = re.compile(
    r"^\s*(?:(?:TM|KT|TL|TUQ)\.\s*[^\W\d_]|Nơi nhận\s*:|(?:Người|NGƯỜI) (?:lập|LẬP|tổng hợp|TỔNG HỢP)\b|"
    r"[^,]{2,30},\s*ngày\b.{0,12}\btháng\b.{0,8}\bnăm\b)"
)
_PART = re.compile(
    r"^\s*(?:phụ lục|biểu|bảng|danh mục|phần|nhóm)\s+(?:số\s+)?(?P<number>[IVXL]+|\d{1,2}|[A-ZĐ])(?![\w/])[\s.:)–-]*(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_BULLET = re.compile(r"^[-+*•–]\s*")


@dataclass(slots=True)
class Entry:
    """One row of the list being put together.

    `merged` names the fields whose cell is one with the row above; `spanning` is a row merged over all its columns.
    """

    place: str
    number: str = ""
    ordinal: str = ""
    text: str = ""
    lead: str = ""
    support: str = ""
    deadline: str = ""
    extras: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    merged: frozenset[str] = frozenset()
    number_merged: bool = False
    spanning: bool = False
    page_top: bool = False
    part: bool = False  # stands for a table's caption
    warnings: list[str] = field(default_factory=list)

    @property
    def blank(self) -> bool:
        return not (self.number or self.ordinal or any(getattr(self, name) for name in FIELDS) or self.extras)

    @property
    def assigned(self) -> bool:
        return bool(self.lead or self.deadline or self.merged & {"lead", "deadline"})


@dataclass(frozen=True, slots=True)
class Collected:
    entries: tuple[Entry, ...]
    mappings: tuple[Mapping, ...]
    warnings: tuple[str, ...]


@dataclass(slots=True)
class _Reading:
    """The state of one pass over the tables."""

    mapping: Mapping | None = None
    width: int = 0
    lists: int = 0
    entries: list[Entry] = field(default_factory=list)
    mappings: list[Mapping] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def collect(source: Source, guessed: Mapping | None = None) -> Collected:
    """Return the entries of every list table of `source`, in order; other tables are left out.

    `guessed` maps the columns of tables that have no headings at all.
    """
    reading = _Reading(mapping=guessed, width=len(guessed.roles) if guessed else 0)
    caption = ""
    for block in source.blocks:
        if isinstance(block, Line):
            caption = _caption(block.text) or caption
            continue
        named = caption if _PART.match(caption) else ""
        _read_table(block, named or block.caption or caption, reading)
        caption = ""
    entries = tuple(_joined(reading.entries))
    for entry in entries:
        _part_bodies(entry)
    return Collected(entries, tuple(reading.mappings), tuple(reading.warnings))


def _caption(text: str) -> str:
    """Return `text` where it can name the part of the list that the next table holds."""
    number, _ = split_number(text)
    named = re.match(r"^\s*(phụ lục|biểu|bảng|danh mục|phần|nhóm)\b", text, re.IGNORECASE)
    return join_text(text) if (number or named) and len(text) <= 300 else ""


def _read_table(table: Table, caption: str, reading: _Reading) -> None:
    width = max((len(row.cells) for row in table.rows), default=0)
    mapping = reading.mapping if width == reading.width else None
    entries: list[Entry] = []
    at, top, headed, closed = 0, mapping is not None, False, False
    while at < len(table.rows):
        row = table.rows[at]
        top = top or row.page_top
        found = read_headings(table.rows, at, table.hidden_columns)
        if found and (mapping is None or _as_sure(found[0], mapping)):
            repeated = mapping is not None and found[0].roles == mapping.roles
            mapping, headed = found[0], headed or not repeated or bool(caption)
            top = top and repeated
            reading.width, closed = width, False
            reading.mappings.append(mapping)
            at += found[1]
            continue
        at += 1
        closed = closed or (mapping is not None and _is_foot(row))
        if mapping is None or is_column_numbers(row):
            continue
        entry = _entry(row, mapping, page_top=top)
        closed = closed and not entry.number.strip()  # a numbered row is the list's, wherever it stands
        if closed:
            continue
        top = False
        if not entry.blank:
            entries.append(entry)
    reading.mapping = mapping or reading.mapping
    if not entries or mapping is None:
        return
    _choose_numbers(entries)
    if headed:
        reading.lists += 1
        if caption:
            entries.insert(0, _part(caption, table.place, reading.lists))
    reading.entries.extend(entries)


def _is_foot(row: Row) -> bool:
    """Tell whether a row under the list begins the signature or the recipients: few cells, none of them a number."""
    texts = [cell.text for cell in row.cells if cell.text.strip()]
    return len(texts) <= 3 and read_number(texts[0] if texts else "") is None and any(map(_FOOT.match, texts))


def _as_sure(found: Mapping, mapping: Mapping) -> bool:
    """Tell whether headings inside a list are headings: the same again, or at least three columns named.

    "Nhiệm vụ …, Các sở, ngành, Tháng 8/2025" names three as well; a figure in the time's heading makes it a row.
    """
    if found.labels == mapping.labels:
        return True
    named = {
        role: label for role, label in zip(found.roles, found.labels, strict=True) if role is not Role.EXTRA
    }
    times = (named.get(role, "") for role in (Role.DEADLINE, Role.START, Role.END))
    return len(named) >= 3 and not any(letter.isdigit() for label in times for letter in label)


def _part(caption: str, place: str, ordinal: int) -> Entry:
    printed, text = split_number(caption)
    named = _PART.match(caption)
    if named and not printed:
        printed, text = named["number"], named["rest"] or caption
    number = read_number(printed)
    own = number.own if number else f"phan-{ordinal}"
    return Entry(place, number=own, text=text, spanning=True, part=True, sources={"text": place})


def _entry(row: Row, mapping: Mapping, *, page_top: bool) -> Entry:
    cells = [*row.cells, *([Cell()] * (len(mapping.roles) - len(row.cells)))][: len(mapping.roles)]
    entry = Entry(row.place, page_top=page_top, warnings=[*row.notes])
    numbers = mapping.columns(Role.NUMBER)
    entry.spanning = _spans(cells, mapping)
    entry.number = "\t".join(join_text(cells[index].text) for index in numbers)
    entry.number_merged = bool(numbers) and all(cells[index].covered == "above" for index in numbers)
    if entry.spanning:
        _read_spanning(entry, cells, mapping)
        return entry
    _read_fields(entry, cells, mapping)
    if not numbers:
        number, rest = split_number(entry.text)
        entry.number, entry.text = number, rest
    return entry


def _spans(cells: Sequence[Cell], mapping: Mapping) -> bool:
    """Tell whether one merged cell runs from the text, or from before it, over who and when."""
    text = mapping.column(Role.TEXT) or 0
    beyond = [
        index
        for index in range(text + 1, len(cells))
        if mapping.roles[index] in {Role.LEAD, Role.DEADLINE, Role.END}
    ]
    return bool(beyond) and all(cells[index].covered == "left" for index in range(text + 1, max(beyond) + 1))


def _read_spanning(entry: Entry, cells: Sequence[Cell], mapping: Mapping) -> None:
    text = mapping.column(Role.TEXT) or 0
    origin = next((index for index in range(text, -1, -1) if cells[index].covered != "left"), text)
    entry.text = join_text(cells[origin].text)
    entry.sources["text"] = cells[origin].place or entry.place
    numbers = mapping.columns(Role.NUMBER)
    entry.number = "\t".join(join_text(cells[index].text) if index < origin else "" for index in numbers)
    if not entry.number.strip():
        number, rest = split_number(entry.text)
        entry.number, entry.text = (number, rest) if number else ("", entry.text)
    entry.warnings.extend(cells[origin].notes)


def _read_fields(entry: Entry, cells: Sequence[Cell], mapping: Mapping) -> None:
    merged = set()
    for name in FIELDS:
        column = mapping.column(Role(name))
        if column is None:
            continue
        cell = cells[column]
        setattr(entry, name, join_text(cell.text))
        entry.sources[name] = cell.place or entry.place
        entry.warnings.extend(cell.notes)
        if cell.covered == "above":
            merged.add(name)
    entry.merged = frozenset(merged)
    entry.extras = {
        mapping.labels[index] or f"cột {index + 1}": join_text(cell.text)
        for index, cell in enumerate(cells)
        if mapping.roles[index] is Role.EXTRA and cell.text.strip()
    }
    if not entry.deadline:
        _read_periods(entry, cells, mapping)


def _read_periods(entry: Entry, cells: Sequence[Cell], mapping: Mapping) -> None:
    """Put a deadline together from two columns (begin, end), or from ticked columns of quarters or months."""
    start, end = (mapping.column(role) for role in (Role.START, Role.END))
    begun, ended = (join_text(cells[index].text) if index is not None else "" for index in (start, end))
    ticked = [mapping.labels[index] for index in mapping.columns(Role.FLAG) if cells[index].text.strip()]
    if begun and ended:
        entry.deadline = f"Từ {begun} đến {ended}"
    elif begun or ended:
        entry.deadline = ended or f"Từ {begun}"
    elif ticked:
        entry.deadline = ", ".join(ticked)
    if entry.deadline:
        entry.sources["deadline"] = entry.place
        timed = (start, end, *mapping.columns(Role.FLAG))
        entry.warnings.extend(note for index in timed if index is not None for note in cells[index].notes)
    if entry.deadline and entry.deadline != ended:
        entry.warnings.append(f"Thời hạn ghép từ nhiều cột thành “{entry.deadline}”; cần xem lại.")


def _choose_numbers(entries: Iterable[Entry]) -> None:
    """Of several number columns take the one that is filled in most rows, the rightmost of equals; keep the other."""
    split = [(entry, entry.number.split("\t")) for entry in entries]
    width = max((len(parts) for _, parts in split), default=1)
    counts = [sum(bool(parts[index]) for _, parts in split if len(parts) == width) for index in range(width)]
    chosen = max(range(width), key=lambda index: (counts[index], index))
    for entry, parts in split:
        entry.number = parts[chosen] if len(parts) == width else parts[0]
        entry.ordinal = " ".join(part for index, part in enumerate(parts) if index != chosen and part)


def _joined(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Yield the entries with every row that goes on with the one before it added to that one; totals are left out."""
    last: Entry | None = None
    for entry in entries:
        if not entry.number and _TOTAL.match(search_key(entry.text)):
            continue
        if last is not None and (_numbered_late(entry, last) or _goes_on(entry, last)):
            _add(last, entry)
            continue
        if last is not None:
            yield last
        last = entry
    if last is not None:
        yield last


def _numbered_late(entry: Entry, last: Entry) -> bool:
    """Tell whether a number set in the middle of its row came to stand on the page after the row's beginning."""
    begun = last.text and not (last.number or last.ordinal or last.part or last.spanning)
    return bool(entry.page_top and entry.number and begun and not entry.text[:1].isupper())


def _goes_on(entry: Entry, last: Entry) -> bool:
    if entry.number or entry.ordinal or entry.part or last.part:
        return False
    if entry.page_top:
        return entry.spanning == last.spanning and not _stands_alone(entry, last)
    if entry.spanning or entry.merged or last.spanning:
        return False
    if not entry.text:
        return True
    return _goes_on_lower(entry, last)


def _goes_on_lower(entry: Entry, last: Entry) -> bool:
    """Tell whether an unnumbered row with a text goes on with `last`: nothing in it begins anew."""
    starts_low = entry.text[:1].islower()
    if not entry.lead and not entry.deadline:
        return starts_low or bool(_BULLET.match(entry.text)) or unfinished(last.text)
    return starts_low and (unfinished(last.text) or (not entry.lead and entry.deadline[:1].islower()))


def _stands_alone(entry: Entry, last: Entry) -> bool:
    """Tell whether a row without a number at the top of a page is a row of its own: whole, after a whole one."""
    if entry.spanning:
        return False
    begins = all(getattr(entry, name)[:1].isupper() for name in ("text", "lead", "deadline"))
    return begins and not unfinished(last.text) and bool(last.text and last.lead and last.deadline)


def _add(last: Entry, entry: Entry) -> None:
    if entry.number:
        last.number, last.ordinal = entry.number, entry.ordinal
    for name in FIELDS:
        more = getattr(entry, name)
        if more:
            setattr(last, name, join_text(f"{getattr(last, name)}\n{more}"))
            last.sources[name] = ", ".join(filter(None, (last.sources.get(name), entry.sources.get(name))))
    for label, more in entry.extras.items():
        last.extras[label] = join_text(f"{last.extras.get(label, '')}\n{more}")
    last.warnings.extend(entry.warnings)
    if not entry.page_top:
        last.warnings.append(f"Đã nối dòng không có số thứ tự ở {entry.place}; cần xem lại.")


def _part_bodies(entry: Entry) -> None:
    """Take a cell apart that names lead and supporters together, now that it is whole."""
    shared = take_apart(entry.lead) if entry.lead and not entry.support else None
    if shared:
        entry.lead, entry.support = shared
        entry.sources["support"] = entry.sources.get("lead", entry.place)


def numbered(entry: Entry) -> bool:
    return read_number(entry.number) is not None

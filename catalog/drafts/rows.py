"""From entries to draft rows: ditto marks, merged and blank cells, headings, codes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from catalog.drafts.bodies import names_bodies
from catalog.drafts.entries import Entry
from catalog.drafts.numbers import Level, Number, Placed, place_numbers, read_number
from catalog.drafts.records import DraftRow
from catalog.text import normalize, search_key

_DITTO = re.compile(
    r"^(?:[\"”“″〃]+|''|,,|[-/\s]*nt[-/.\s]*|-?\s*[\"”″]\s*-?|-?//-?|(?:như |nt )?(?:trên|nêu trên)\.?)$",
    re.IGNORECASE,
)
_NOTHING = re.compile(r"^[-–—_./…]+$|^\.{2,}$|^(?:không|ko)( có)?$|^x$|^0$", re.IGNORECASE)
_REFERS_DOWN = re.compile(
    r"\b(duoi day|sau day|theo tung (moc|nhiem vu|noi dung)|theo (moc )?thoi (han|gian) (cu the|chi tiet))\b"
)
_NAMES = {"lead": "cơ quan chủ trì", "support": "cơ quan phối hợp", "deadline": "thời gian thực hiện"}

_FIRST_SERIAL, _LAST_SERIAL = 40179, 54788  # 01/01/2010 to 31/12/2049 as Excel counts days
_EPOCH = date(1899, 12, 30).toordinal()


@dataclass(slots=True)
class _Node:
    entry: Entry
    placed: Placed
    number: Number | None
    children: list[int] = field(default_factory=list)
    heading: bool = False


def draft_rows(entries: Sequence[Entry]) -> tuple[DraftRow, ...]:
    """Return the rows of the list in order, each duty with its four cells filled as far as the document says."""
    entries = _without_needless_parts(entries)
    _fill_merged(entries)
    _fill_ditto(entries)
    _fill_serials(entries)
    nodes = _nodes(entries)
    for node in nodes:
        node.heading = _is_heading(node, nodes)
    for node in nodes:
        _inherit(node, nodes)
    if not any(node.entry.lead for node in nodes):
        _lead_by_heading(nodes)
    for node in nodes:
        _tell_blanks(node)
    return tuple(_row(node, nodes) for node in nodes)


def refers_down(deadline: str) -> bool:
    """Tell whether a cell only points to the rows below it ("theo thời hạn cụ thể sau đây")."""
    return bool(_REFERS_DOWN.search(search_key(deadline)))


def _without_needless_parts(entries: Sequence[Entry]) -> list[Entry]:
    """Keep the tables' captions as parts only where there are several and the numbering starts again under them."""
    numbers = [entry.number for entry in entries if not entry.part and read_number(entry.number)]
    several = sum(entry.part for entry in entries) > 1
    tops = [
        number for number in numbers if (read_number(number) or Number(Level.ITEM, "")).level <= Level.DOTTED
    ]
    if several and len(set(tops)) < len(tops):
        return list(entries)
    return [entry for entry in entries if not entry.part]


def _fill_merged(entries: Sequence[Entry]) -> None:
    """Give each cell that is one with the cell above the text of that cell; several rows of one duty share its text."""
    _carry_over_pages(entries)
    for before, entry in pairwise(entries):
        for name in entry.merged:
            value = getattr(before, name)
            if value and not getattr(entry, name):
                setattr(entry, name, value)
                entry.sources[name] = before.sources.get(name, before.place)
        if entry.number_merged and "text" in entry.merged and before.number:
            entry.number = before.number
            entry.warnings.append(
                "Ô nhiệm vụ gộp cho nhiều dòng; mỗi dòng được ghi thành một nhiệm vụ riêng."
            )


def _carry_over_pages(entries: Sequence[Entry]) -> None:
    """Take a blank cell at the top of a page for the rest of the merged cell that the page cut, where one ran there."""
    for before, entry, after in zip(entries, entries[1:], [*entries[2:], Entry("")], strict=False):
        if not entry.page_top or entry.spanning:
            continue
        for name in ("lead", "support", "deadline"):
            ran = name in before.merged or (name in after.merged and not after.page_top)
            if ran and not getattr(entry, name) and name not in entry.merged:
                entry.merged |= {name}
                entry.warnings.append(
                    f"Ô {_NAMES[name]} gộp qua trang: lấy theo {before.place}; cần xem lại."
                )


def _fill_ditto(entries: Sequence[Entry]) -> None:
    last: dict[str, Entry] = {}
    for entry in entries:
        for name in ("lead", "support", "deadline"):
            value = getattr(entry, name)
            if _DITTO.match(value):
                _repeat(entry, name, last.get(name))
            elif value and _NOTHING.match(value):
                setattr(entry, name, "")
            if getattr(entry, name) or not entry.spanning:
                last[name] = entry
        if _DITTO.match(entry.text) and "text" in last:
            entry.text = last["text"].text
            entry.warnings.append(f"Nội dung ghi dấu lặp lại; lấy theo {last['text'].place}.")
        last["text"] = entry


def _fill_serials(entries: Sequence[Entry]) -> None:
    """Write a day that Excel left as a bare count of days (45869) as a day, and say so."""
    for entry in entries:
        count = entry.deadline
        if count.isdigit() and _FIRST_SERIAL <= int(count) <= _LAST_SERIAL:
            entry.deadline = date.fromordinal(_EPOCH + int(count)).strftime("%d/%m/%Y")
            entry.warnings.append(
                f"Thời hạn ghi số {count} (ngày mất định dạng): đã ghi lại là {entry.deadline}."
            )


def _repeat(entry: Entry, name: str, before: Entry | None) -> None:
    mark, value = getattr(entry, name), getattr(before, name) if before else ""
    setattr(entry, name, value)
    origin = before.place if before else "dòng trên"
    entry.warnings.append(f"Ô {_NAMES[name]} ghi “{mark}”: lấy theo {origin}; cần xem lại.")


def _nodes(entries: Sequence[Entry]) -> list[_Node]:
    numbers: list[Number | None] = []
    unnamed = 0
    for entry in entries:
        number = Number(Level.PART, entry.number) if entry.part else read_number(entry.number)
        if number is None and entry.spanning:
            unnamed += 1
            number = Number(Level.PART, f"nhom-{unnamed}")
        if number is None and entry.number:
            entry.warnings.append(f"Không hiểu số thứ tự “{entry.number}”.")
        numbers.append(number)
    placed = place_numbers(numbers)
    nodes = [_Node(*each) for each in zip(entries, placed, numbers, strict=True)]
    for index, node in enumerate(nodes):
        if node.placed.parent is not None:
            nodes[node.placed.parent].children.append(index)
    return nodes


def _is_heading(node: _Node, nodes: Sequence[_Node]) -> bool:
    entry = node.entry
    if entry.spanning:
        return True
    children = [nodes[index].entry for index in node.children]
    if not children:
        return _lone_heading(node)
    if not entry.lead or not entry.deadline or refers_down(entry.deadline):
        return True
    return any(_blank(child) for child in children)


def _blank(entry: Entry) -> bool:
    """Tell whether a row has neither lead nor deadline of its own."""
    return all(not getattr(entry, name) or name in entry.merged for name in ("lead", "deadline"))


def _lone_heading(node: _Node) -> bool:
    entry = node.entry
    if entry.lead or entry.deadline or entry.support:
        return False
    titled = entry.text.isupper() or entry.text.endswith(":")
    level = node.number.level if node.number else Level.ITEM
    return titled or level in {Level.PART, Level.UPPER, Level.ROMAN, Level.ITEM}


def _inherit(node: _Node, nodes: Sequence[_Node]) -> None:
    """Fill a duty's blank lead or deadline from the nearest heading above that has one, and say so."""
    if node.heading:
        return
    entry = node.entry
    blank_lead = not entry.lead
    for name in ("lead", "deadline", "support"):
        if getattr(entry, name) or (name == "support" and not blank_lead):
            continue
        origin = _above_with(node, name, nodes)
        if origin is None:
            continue
        setattr(entry, name, getattr(origin, name))
        entry.sources[name] = origin.sources.get(name, origin.place)
        entry.warnings.append(f"Ô {_NAMES[name]} để trống: lấy theo mục cha ở {origin.place}; cần xem lại.")


def _lead_by_heading(nodes: Sequence[_Node]) -> None:
    """In a list without any lead, let the nearest heading that is a body's name lead what stands under it."""
    for node in nodes:
        above = nodes[node.placed.parent] if node.placed.parent is not None else None
        while above is not None and not (above.heading and names_bodies(above.entry.text)):
            above = nodes[above.placed.parent] if above.placed.parent is not None else None
        if above is None or node.heading:
            continue
        node.entry.lead, node.entry.sources["lead"] = above.entry.text, above.entry.place
        node.entry.warnings.append(
            f"Danh mục không có cột chủ trì: lấy theo tên mục ở {above.entry.place}; cần xem lại."
        )


def _above_with(node: _Node, name: str, nodes: Sequence[_Node]) -> Entry | None:
    parent = node.placed.parent
    while parent is not None:
        above = nodes[parent]
        value = getattr(above.entry, name)
        if above.heading and value:
            return None if name == "deadline" and refers_down(value) else above.entry
        parent = above.placed.parent
    return None


def _tell_blanks(node: _Node) -> None:
    entry = node.entry
    if node.heading:
        if not node.children and not entry.part:
            entry.warnings.append("Mục này không có nhiệm vụ nào bên dưới.")
        return
    if not node.number and not entry.number:
        entry.warnings.append(f"Dòng không có số thứ tự; tạm ghi mã {node.placed.code}.")
    if not entry.text:
        entry.warnings.append("Không có nội dung nhiệm vụ.")
    if not entry.lead:
        entry.warnings.append("Không ghi cơ quan chủ trì.")
    if not entry.deadline:
        entry.warnings.append("Không ghi thời gian thực hiện.")


def _row(node: _Node, nodes: Sequence[_Node]) -> DraftRow:
    entry = node.entry
    above = list(_headings_above(node, nodes))
    printed = " ".join(filter(None, (entry.ordinal, entry.number)))
    return DraftRow(
        code=node.placed.code,
        heading=node.heading,
        text=normalize(entry.text),
        lead=normalize(entry.lead),
        support=normalize(entry.support),
        deadline=normalize(entry.deadline),
        section=above[-1] if above else (node.placed.code if node.heading else ""),
        parent=above[0] if len(above) > 1 else None,
        printed="" if entry.part else printed,
        place=entry.place,
        warnings=tuple(dict.fromkeys((*entry.warnings, *node.placed.doubts))),
        sources=dict(entry.sources),
        extras=dict(entry.extras),
    )


def _headings_above(node: _Node, nodes: Sequence[_Node]) -> list[str]:
    """Return the codes of the headings over a row, the nearest first."""
    codes = []
    parent = node.placed.parent
    while parent is not None:
        if nodes[parent].heading:
            codes.append(nodes[parent].placed.code)
        parent = nodes[parent].placed.parent
    return codes

"""The numbering of a list: what a printed number means, under which row it stands, and the code that follows."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import count

from catalog.text import normalize


class Level(IntEnum):
    """From the highest rank to the lowest; a dotted number's own length decides within DOTTED."""

    PART = 1  # an unnumbered heading over the list, a table's caption
    UPPER = 2
    ROMAN = 3
    DOTTED = 4
    LETTER = 5
    LETTER_DIGIT = 6
    ITEM = 7  # an unnumbered row


@dataclass(frozen=True, slots=True)
class Number:
    level: Level
    own: str  # the printed number without brackets and stops, parts joined by dots
    doubt: str = ""


_LEADING = re.compile(
    r"^(điều|mục|phần|nhóm|nhiệm vụ|chương|khoản|điểm|bước|stt|tt|số)\s+(?=[0-9IVXA-ZĐa-zđ]{1,5}\b)",
    re.IGNORECASE,
)
_ROMAN = re.compile(r"^(?=[IVXL])(XL|L?X{0,3})(IX|IV|V?I{0,3})$")
_SHAPES: tuple[tuple[re.Pattern[str], Level], ...] = (
    (re.compile(r"^\d{1,4}[a-zđ]?$"), Level.DOTTED),
    (re.compile(r"^(?:\d{1,3}|[IVXL]{1,6}|[A-ZĐ])(?:\.[0-9A-Za-zĐđ]{1,4})+$"), Level.DOTTED),
    (re.compile(r"^[a-zđ]$"), Level.LETTER),
    (re.compile(r"^[a-zđ]{2}$"), Level.LETTER),
    (re.compile(r"^[a-zđ]\.?\d{1,2}(\.\d{1,2})*$"), Level.LETTER_DIGIT),
    (re.compile(r"^[A-ZĐ]$"), Level.UPPER),
    (re.compile(r"^[A-Za-zĐđ]{0,8}\d*[A-Za-zĐđ0-9]*(?:[._\-][0-9A-Za-zĐđ]+)+$"), Level.DOTTED),
)
_CUT_CODE = re.compile(r"^[^\s_]+_\S*[^\W_] [^\W_]\S*$")  # "KH20_TT_N0" + "1.1" in a narrow column
_IN_TEXT = re.compile(
    r"^\s*((?:[IVXL]+|[A-ZĐ]|\d{1,3}(?:\.\d{1,3})*[a-zđ]?|[a-zđ]\d{0,2})\s*[.)/:]|\d{1,3}(?:\.\d{1,3})+)\s+(?=\S)"
)


def read_number(printed: str) -> Number | None:
    """Return what a number cell says: "3/c)" is 3.c, "(1)" is 1, "Phần I" is I; None where it is no number."""
    text = _LEADING.sub("", normalize(printed))
    text = re.sub(r"\s*([/.\-_])\s*", r"\1", text).strip("()[].:;,/*- ")
    text = re.sub(r"\)?/", ".", text.replace(")", ""))
    if _CUT_CODE.match(text):
        text = text.replace(" ", "")
    if not text or " " in text or len(text) > 40:
        return None
    if _ROMAN.match(text):
        return Number(Level.ROMAN, text)
    return next((Number(level, text) for shape, level in _SHAPES if shape.match(text)), None)


def split_number(text: str) -> tuple[str, str]:
    """Return the number at the head of `text` and the rest; "" where the text begins with none."""
    found = _IN_TEXT.match(text)
    if not found:
        return "", text
    return found.group(1).strip(), text[found.end() :].strip()


@dataclass(frozen=True, slots=True)
class Placed:
    """Where one row stands: its code in the file's form, and the index of the row above it."""

    code: str
    parent: int | None
    doubts: tuple[str, ...] = ()


@dataclass(slots=True)
class _Node:
    number: Number
    index: int
    depth: tuple[int, int]
    parent: int | None = None


def place_numbers(numbers: Sequence[Number | None]) -> list[Placed]:
    """Return the place of every row; rows without a number are items under the row before them.

    A number that starts again in another part is written with its part before it ("II.1"), and only then.
    """
    nodes = _tree(_romans_or_letters(numbers))
    plain, qualified = (_codes(nodes, qualified=each) for each in (False, True))
    return _made_unique(qualified if len(set(qualified)) > len(set(plain)) else plain, nodes)


def _romans_or_letters(numbers: Sequence[Number | None]) -> list[Number]:
    """Settle I, V, X, C…: after H comes the letter I, and a lone C belongs to A, B."""
    settled: list[Number] = []
    last_upper = ""
    for number in numbers:
        each = number or Number(Level.ITEM, "")
        if (
            each.level is Level.ROMAN
            and len(each.own) == 1
            and last_upper
            and ord(each.own) - ord(last_upper) == 1
        ):
            each = Number(Level.UPPER, each.own)
        if each.level is Level.UPPER:
            last_upper = each.own
        settled.append(_with_lost_zero(each, settled))
    return settled


def _with_lost_zero(number: Number, before: Sequence[Number]) -> Number:
    """Give 1.1 after 1.9 back the zero that a spreadsheet takes from 1.10."""
    head, _, tail = number.own.rpartition(".")
    last = next((each.own for each in reversed(before) if each.own.rpartition(".")[0] == head), "")
    if not head or not tail.isdigit() or last.rpartition(".")[2] != str(int(tail) * 10 - 1):
        return number
    whole = f"{number.own}0"
    return Number(number.level, whole, f"Số thứ tự {number.own} đứng sau {last}: đã hiểu là {whole}.")


def _tree(numbers: Sequence[Number]) -> list[_Node]:
    stack: list[_Node] = []
    nodes: list[_Node] = []
    items = Counter[int | None]()
    for index, number in enumerate(numbers):
        node = _Node(number, index, _depth(number))
        while stack and not _above(stack[-1], node):
            stack.pop()
        node.parent = stack[-1].index if stack else None
        if number.level is Level.ITEM:
            items[node.parent] += 1
            node.number = Number(Level.ITEM, str(items[node.parent]))
        stack.append(node)
        nodes.append(node)
    return nodes


def _depth(number: Number) -> tuple[int, int]:
    return (number.level, number.own.count(".") if number.level is Level.DOTTED else 0)


def _above(upper: _Node, lower: _Node) -> bool:
    """Tell whether `lower` stands under `upper`; a dotted number only under the number it begins with."""
    if upper.number.level is Level.DOTTED and lower.number.level is Level.DOTTED:
        return lower.number.own.startswith(upper.number.own + ".")
    if upper.number.level is Level.LETTER and lower.number.level is Level.LETTER_DIGIT:
        return lower.number.own.startswith(upper.number.own)
    return upper.depth < lower.depth


def _codes(nodes: Sequence[_Node], *, qualified: bool) -> list[str]:
    codes: list[str] = []
    for node in nodes:
        own, parent = node.number.own, node.parent
        if parent is None:
            codes.append(own)
            continue
        above = nodes[parent]
        if node.number.level is Level.LETTER_DIGIT and above.number.level is Level.LETTER:
            codes.append(_under(codes, above.parent, own))
        elif node.number.level is Level.ITEM:
            codes.append(f"{codes[parent]}-{own}")  # a hyphen, so that it cannot meet a printed 1.1
        elif node.number.level >= Level.LETTER:
            codes.append(_under(codes, parent, own))
        elif qualified:
            codes.append(_under(codes, parent, own.removeprefix(above.number.own + ".")))
        else:
            codes.append(own)
    return codes


def _under(codes: Sequence[str], parent: int | None, own: str) -> str:
    return own if parent is None else f"{codes[parent]}.{own}"


def _made_unique(codes: Sequence[str], nodes: Sequence[_Node]) -> list[Placed]:
    seen: Counter[str] = Counter()
    placed = []
    taken = set(codes)
    for code, node in zip(codes, nodes, strict=True):
        seen[code] += 1
        if seen[code] == 1:
            placed.append(Placed(code, node.parent, (node.number.doubt,) if node.number.doubt else ()))
            continue
        fresh = next(each for at in count(seen[code]) if (each := f"{code}-{at}") not in taken)
        taken.add(fresh)
        placed.append(
            Placed(fresh, node.parent, (f"Số thứ tự {code} đã dùng ở dòng trên; tạm ghi {fresh}.",))
        )
    return placed

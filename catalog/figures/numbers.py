"""Figures as Vietnamese reports print them: dot for thousands, comma for decimals.

A figure is read or refused, never repaired: "3.0408" is not taken for 30.408, and a blank is not a zero. A
qualifier (trên, gần, khoảng) makes a bound, which no sum may use as a value.
"""

import re
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import lru_cache

from catalog.text import normalize


class FigureKind(StrEnum):
    """What a cell holds, as far as adding up is concerned."""

    VALUE = "value"
    BLANK = "blank"  # nothing written, or words that say that nobody has reported
    NIL = "nil"  # a dash or "không": reported, and there is none
    BOUND = "bound"  # "trên 5.200": a limit, not a value
    FAULTY = "faulty"  # meant as a figure, but not written as one
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell read.

    `value` stands for VALUE only; `limit` and `qualifier` for BOUND only. "41 vạn" has the value 410000, and
    "93,5 %" the value 93.5 with `percent`. `decimals` counts the digits printed after the comma. `problem` says
    in Vietnamese why a FAULTY cell is refused.
    """

    text: str
    kind: FigureKind
    value: Decimal | None = None
    limit: Decimal | None = None
    qualifier: str = ""
    percent: bool = False
    unit: str = ""
    decimals: int = 0
    problem: str = ""

    @property
    def amount(self) -> Decimal | None:
        """The figure a sum may use: the value, or nothing at all for a dash; None where it is unknown."""
        return Decimal(0) if self.kind is FigureKind.NIL else self.value


THOUSAND_DIGITS = 3  # "1,187": a decimal comma, or a thousands mark of another language

_DASHES = frozenset("-–—−‐‑")
_NONE = frozenset({"không", "không có", "không phát sinh", "không có phát sinh"})
_UNREPORTED = frozenset(
    {"chưa có", "chưa có số liệu", "chưa báo cáo", "chưa tổng hợp", "không có số liệu", "n/a", "na", "x"}
)
_QUALIFIERS = (
    *("trên dưới", "không dưới", "không quá", "ước khoảng", "ước đạt", "đạt trên", "xấp xỉ", "tối thiểu"),
    *("tối đa", "ít nhất", "nhiều nhất", "khoảng", "chừng", "trên", "hơn", "gần", "dưới", "ước", "độ"),
)
_SIGNS = {
    **dict.fromkeys((">", "≥", ">="), "trên"),
    **dict.fromkeys(("<", "≤", "<="), "dưới"),
    **dict.fromkeys(("~", "≈"), "khoảng"),
}
_SCALES = {"nghìn": 3, "ngàn": 3, "vạn": 4, "triệu": 6, "tỷ": 9, "tỉ": 9}  # powers of ten

_BOUND = re.compile(rf"(?:({'|'.join(_QUALIFIERS)})\s+|(>=|<=|[<>≥≤~≈])\s*)(?=\d)(.+)", re.IGNORECASE)
_TOKEN = re.compile(
    r"(?P<sign>[-+−–]\s?)?(?P<digits>\d[\d.,]*(?: \d[\d.,]*)*)\s?(?P<percent>%)?\s*(?P<rest>.*)"
)
_PLAIN = re.compile(r"(?P<whole>\d+|\d{1,3}(?:\.\d{3})+)(?:,(?P<part>\d+))?")
_MARKS = re.compile(r"\s*(?:\(?\*+\)?|[¹²³⁴⁵⁶⁷⁸⁹⁰]+)$")  # a note's mark after the figure
_UNIT = re.compile(r"[^\W\d_][^\d;:=]*")


@lru_cache(maxsize=16_384)  # a table's cells are looked at several times and repeat
def read_figure(text: str) -> Figure:
    """Read one cell. What is neither a figure, a blank nor a dash comes back as TEXT, and never raises."""
    shown = normalize(text)
    bare = _MARKS.sub("", shown)
    word = bare.lower().rstrip(".")
    if not word.strip("…. ") or word in _UNREPORTED:
        return Figure(shown, FigureKind.BLANK)
    if word in _NONE or not set(bare.replace(" ", "")) - _DASHES:
        return Figure(shown, FigureKind.NIL)
    bound = _BOUND.fullmatch(bare)
    if bound:
        return _bound(shown, bound)
    token = _TOKEN.fullmatch(bare)
    if token is None or not _is_unit(token["rest"]):
        return Figure(shown, FigureKind.TEXT)
    return _number(shown, token)


def read_count(text: str) -> Figure:
    """As `read_figure`, for what is counted in whole things: a decimal part makes the cell FAULTY."""
    figure = read_figure(text)
    if not figure.decimals or (figure.value is not None and figure.value == figure.value.to_integral_value()):
        return figure
    return refuse_decimals(figure)


def refuse_decimals(figure: Figure) -> Figure:
    """Return `figure` as FAULTY because its column counts whole things."""
    problem = "có phần thập phân ở chỗ phải là số nguyên"
    if figure.decimals == THOUSAND_DIGITS:
        problem = "có dấu phẩy trước ba chữ số; hàng nghìn phải ngăn bằng dấu chấm"
    return replace(
        figure, kind=FigureKind.FAULTY, value=None, limit=None, qualifier="", decimals=0, problem=problem
    )


def format_figure(value: Decimal | int, decimals: int | None = None) -> str:
    """Print `value` the Vietnamese way; `decimals` rounds half up, None prints the digits the value has."""
    number = Decimal(value)
    if decimals is not None:
        number = round_half_up(number, decimals)
    whole, _, part = f"{abs(number):f}".partition(".")
    grouped = f"{int(whole):,}".replace(",", ".")
    sign = "-" if number < 0 else ""
    return f"{sign}{grouped},{part}" if part else f"{sign}{grouped}"


def round_half_up(value: Decimal, decimals: int) -> Decimal:
    """Round as people do: 0,5 goes up, away from zero."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def _bound(shown: str, match: re.Match[str]) -> Figure:
    inner = read_figure(match[3])
    if inner.kind is not FigureKind.VALUE:
        return Figure(shown, inner.kind, problem=inner.problem)
    qualifier = match[1].lower() if match[1] else _SIGNS[match[2]]
    return Figure(
        shown, FigureKind.BOUND, None, inner.value, qualifier, inner.percent, inner.unit, inner.decimals
    )


def _is_unit(rest: str) -> bool:
    return not rest or (len(rest) <= 40 and _UNIT.fullmatch(rest) is not None)


def _number(shown: str, token: re.Match[str]) -> Figure:
    digits, unit = token["digits"], token["rest"].strip()
    plain = _PLAIN.fullmatch(digits)
    problem = _problem(digits, plain)
    if problem or plain is None:
        return Figure(shown, FigureKind.FAULTY, problem=problem, unit=unit, percent=bool(token["percent"]))
    part = plain["part"] or ""
    value = Decimal(
        f"{plain['whole'].replace('.', '')}.{part or 0}" if part else plain["whole"].replace(".", "")
    )
    scale, unit = _scale(unit)
    if scale:
        value = value.scaleb(scale)
    if (token["sign"] or "+").strip() != "+":
        value = -value
    return Figure(
        shown, FigureKind.VALUE, value, percent=bool(token["percent"]), unit=unit, decimals=len(part)
    )


def _problem(digits: str, plain: re.Match[str] | None) -> str:
    """Say why `digits` is not a figure; empty when it is one. "02" is how the administration writes 2."""
    if " " in digits:
        return "có dấu cách giữa các chữ số; hàng nghìn phải ngăn bằng dấu chấm"
    if plain is None:
        if digits[-1] in ".,":
            return "thừa dấu ở cuối số"
        if digits.count(",") > 1:
            return "có nhiều dấu phẩy; hàng nghìn phải ngăn bằng dấu chấm"
        return (
            "dấu chấm không ngăn đúng ba chữ số; hàng nghìn ngăn bằng dấu chấm, phần thập phân bằng dấu phẩy"
        )
    whole = plain["whole"]
    if whole.startswith("0") and (len(whole) > 2 or (len(whole) == 2 and whole == "00" and plain["part"])):
        return "thừa chữ số 0 ở đầu số"
    return ""


def _scale(unit: str) -> tuple[int, str]:
    first, _, rest = unit.partition(" ")
    return (_SCALES[first.lower()], rest) if first.lower() in _SCALES else (0, unit)

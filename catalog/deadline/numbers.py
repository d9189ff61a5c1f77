"""Numbers written in words, one to ninety-nine, as far as deadlines need them."""

from collections.abc import Sequence

_UNITS = {
    "một": 1,
    "mốt": 1,
    "hai": 2,
    "ba": 3,
    "bốn": 4,
    "tư": 4,
    "năm": 5,
    "lăm": 5,
    "nhăm": 5,
    "sáu": 6,
    "bảy": 7,
    "bẩy": 7,
    "tám": 8,
    "chín": 9,
}  # fmt: skip
_ROMAN_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
# The letter l typed for the roman I, as word processors and scanners leave it.
_SLIPS = {"l": 1, "ll": 2, "lll": 3, "lv": 4}
_WEEKDAYS = {"hai": 0, "ba": 1, "tư": 2, "năm": 3, "sáu": 4, "bảy": 5, "bẩy": 5}


def number_in_words(words: Sequence[str]) -> tuple[int, int]:
    """Return the number that `words` begin with and how many words it took; (0, 0) where there is none.

    An element may hold several words, as phrases of the vocabulary do.
    """
    if not words:
        return 0, 0
    first = words[0]
    if first in {"mười", "mươi"}:
        unit = _UNITS.get(words[1], 0) if len(words) > 1 else 0
        return (10 + unit, 2) if unit else (10, 1)
    if first not in _UNITS:
        return 0, 0
    value = _UNITS[first]
    if len(words) > 1 and words[1] == "mươi":
        unit = _UNITS.get(words[2], 0) if len(words) > 2 else 0
        return (value * 10 + unit, 3) if unit else (value * 10, 2)
    return value, 1


def quarter_numeral(word: str) -> int:
    """Return 1 to 4 for a roman or written quarter, 0 for anything else."""
    return (
        _ROMAN_QUARTERS.get(word)
        or _SLIPS.get(word)
        or {"một": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4}.get(word, 0)
    )


def weekday_number(word: str) -> int:
    """Return 0 for Monday to 6 for Sunday; -1 for anything else. "thứ hai" is Monday: the count starts at two."""
    if word == "chủ nhật":
        return 6
    return _WEEKDAYS.get(word, -1)

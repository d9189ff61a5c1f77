"""Vietnamese text: one normal form, and keys to search and sort by."""

import re
import unicodedata
from functools import lru_cache

# The alphabet's own order; tone marks decide only between words that are otherwise equal.
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: chr(0x61 + index) for index, letter in enumerate(_LETTERS)}
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}  # huyền hỏi ngã sắc nặng


def normalize(text: str) -> str:
    """Return `text` in NFC with every run of white space, line breaks included, made one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def search_key(text: str) -> str:
    """Return `text` without accents, case or punctuation: "Sở Nội vụ" and "so noi vu" give the same key."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def sort_key(text: str) -> str:
    """Return a key whose plain byte order is the Vietnamese dictionary's: letters first, then tones.

    Numbers sort by value up to six digits, so that 1.2 comes before 1.10.
    """
    letters: list[str] = []
    tones: list[str] = []
    for token in re.findall(r"\d+|\D", unicodedata.normalize("NFC", text.lower())):
        if token.isdigit():
            letters.append(token.zfill(6))
            continue
        base, tone = _split_tone(token)
        letters.append(_RANK.get(base, base))
        tones.append(tone)
    return "".join(letters) + "\x01" + "".join(tones)


@lru_cache(maxsize=1024)  # few characters, met again and again
def _split_tone(char: str) -> tuple[str, str]:
    decomposed = unicodedata.normalize("NFD", char)
    tone = next((_TONES[mark] for mark in decomposed if mark in _TONES), "0")
    base = unicodedata.normalize("NFC", "".join(mark for mark in decomposed if mark not in _TONES))
    return base, tone

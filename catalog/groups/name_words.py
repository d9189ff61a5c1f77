"""A name as a row of comparable words: case, tone placement (Uỷ, Ủy) and the word "và" make no difference."""

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[\w\u0300-\u036f]+")
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")


@lru_cache(maxsize=4096)
def word_key(word: str) -> str:
    """Return the word in small letters with its tone at the end, so that "Uỷ" and "Ủy" are one key."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    tone = "".join(mark for mark in decomposed if mark in _TONES)
    return "".join(mark for mark in decomposed if mark not in _TONES) + tone


@lru_cache(maxsize=4096)
def plain_key(word: str) -> str:
    """Return the word in small letters without any accent."""
    decomposed = unicodedata.normalize("NFD", word.lower().replace("đ", "d"))
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark))


def name_key(name: str) -> tuple[str, ...]:
    """Return the keys of the name's words; equal for two spellings of one name."""
    return tuple(key for key in map(word_key, _WORD.findall(name)) if key != AND)


def name_joints(name: str) -> frozenset[int]:
    """Return which words of `name_key` stand after a comma, a dash or "và", counted from 0."""
    joints: set[int] = set()
    count = end = 0
    for word in _WORD.finditer(name):
        if word_key(word.group()) == AND or name[end : word.start()].strip():
            joints.add(count)
        count += word_key(word.group()) != AND
        end = word.end()
    return frozenset(joints)


def plain_name_key(name: str) -> tuple[str, ...]:
    """As `name_key`, without accents."""
    return tuple(plain_key(word) for word in _WORD.findall(name) if word_key(word) != AND)


AND = word_key("và")

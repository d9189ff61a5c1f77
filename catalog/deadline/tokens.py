"""Tokens of the deadline grammar: one table says how text is cut, the other what its words mean.

A token keeps its place in the NFC text. A phrase of the vocabulary is one token even across a line break.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from catalog.deadline.numbers import number_in_words
from catalog.deadline.words import GLUED, PHRASES, T


class Token(NamedTuple):
    """`numbers`: day, month, year of a DATE; both parts of a FRACTION; hour and minute (-1: unsaid) of a CLOCK."""

    kind: T
    key: str  # the text in lower case, single spaces
    start: int
    end: int
    numbers: tuple[int, ...] = ()
    line_start: bool = False
    capital: bool = False


# An all-capitals text must not have "5-NGÀY 15/6" taken for a document number.
_TIME_WORDS = "QUÝ|QUÍ|THÁNG|NGÀY|NĂM|TUẦN|HẾT|ĐẾN|TRƯỚC|SAU|TỪ|TRONG|KỲ|CUỐI|ĐẦU|LẦN|HOÀN|CHẬM|VÀ"
_ROMAN_OR_FIGURE = "(?:[1-4]|IV|I{1,3})"
_LOOK = (
    (
        T.REFERENCE,
        rf"[0-9]+(?:\s*/\s*[0-9]{{4}})?(?:\s*/\s*|-)(?!(?:{_TIME_WORDS})\b)[A-ZĐ](?:[A-ZĐ]|-[A-ZĐ])[\w/-]*",
    ),
    (T.REFERENCE, r"[0-9]+(?:/[0-9]{4})?[/-][a-zđ]{1,5}[-/][a-zđ]{2,}\b"),
    (T.ISO, r"(?<![0-9])([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?![0-9])(?:[T ]00:00(?::00)?)?"),
    (T.CLOCK, r"([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})?(?![0-9])"),
    (
        T.CLOCK,
        r"([0-9]{1,3})\s*(?:giờ|h|g)(?![^\W\d_])(?:\s*([0-9]{2})(?!\d|\s*[/.-]\s*[0-9])(?:\s*(?:phút|p)\b)?)?",
    ),
    (T.DATE, r"([0-9]{1,2})\s*/+\s*([0-9]{1,2})\s*/+\s*([0-9]{4}|[0-9]{2})(?![0-9]|\s*/+\s*[0-9])"),
    (T.DATE, r"([0-9]{1,2})\s*\.\s*([0-9]{1,2})\s*\.\s*([0-9]{4}|[0-9]{2})(?![0-9]|\.[0-9])"),
    (T.DATE, r"([0-9]{1,2})\s*[-–]\s*([0-9]{1,2})\s*[-–]\s*([0-9]{4})(?![0-9])"),
    (T.DATE, r"([0-9]{1,2})-([0-9]{1,2})-([0-9]{2})(?![0-9]|[/.-][0-9])"),
    (T.FRACTION, r"([0-9]{1,2})\s*/+\s*([0-9]{4}|[0-9]{1,2})(?![0-9]|\s*/+\s*[0-9]|\.[0-9])"),
    (T.FRACTION, r"([0-9]{1,2})\.([0-9]{4}|[0-9]{1,2})(?![0-9]|\s*/+\s*[0-9]|\.[0-9])"),
    (T.BROKEN, r"[0-9]+(?:\s*[/.]+\s*[0-9]+)+"),
    (T.NUMBER, r"([0-9]+)"),
    (T.MONTH, r"\b[tT]\.?(?=[0-9]{1,2}(?:\s*[-–,]\s*[tT]?\.?[0-9]{1,2})*\s*/\s*[0-9]{4})"),
    (
        T.QUARTER,
        rf"\b[qQ]\.?\s?(?={_ROMAN_OR_FIGURE}(?:\s*[-–,]\s*[qQ]?\.?{_ROMAN_OR_FIGURE})*\s*[/-]\s*[0-9]{{2}})",
    ),
    (T.AND, r"[&+]"),
    (T.WORD, r"[^\W\d_]+"),
    (T.DASH, r"[-–—−÷~→]+"),
    (T.SLASH, r"/+"),
    (T.COMMA, r","),
    (T.HARD, r";"),
    (T.OPEN, r"[(\[]"),
    (T.CLOSE, r"[)\]]"),
    (T.STOP, r"\.(?=\s|$)|[!?…]"),
    (T.DOT, r"\."),
    (T.COLON, r":"),
    (T.MARK, r"\S"),
)
_SCANNER = re.compile("|".join(f"(?P<t{index}>{pattern})" for index, (_, pattern) in enumerate(_LOOK)))
_KINDS = tuple(kind for kind, _ in _LOOK)
_GROUP_OF = tuple(_SCANNER.groupindex[f"t{index}"] for index in range(len(_LOOK)))
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_ROMAN = str.maketrans({"Ⅰ": "I", "Ⅱ": "II", "Ⅲ": "III", "Ⅳ": "IV"})
_LONGEST_FIGURE = 9  # digits
_SENTINELS = 12  # the parser looks a few tokens ahead without asking where the text ends


def clean(text: str) -> str:
    """Return `text` in NFC without invisible characters; line breaks stay."""
    return unicodedata.normalize("NFC", text.translate(_INVISIBLE)).translate(_ROMAN)


def tokenize(text: str) -> tuple[Token, ...]:
    """Cut `text`, already clean, into tokens, ended by a row of END tokens."""
    tokens = _say_numbers_once(_join_phrases(_cut(text)))
    return (*tokens, *(Token(T.END, "", len(text), len(text)) for _ in range(_SENTINELS)))


def _cut(text: str) -> list[Token]:
    tokens: list[Token] = []
    end = 0
    for match in _SCANNER.finditer(text):
        index = int((match.lastgroup or "t0")[1:])
        kind = _KINDS[index]
        begin, stop = match.span()
        fresh = not tokens or "\n" in text[end:begin] or "\r" in text[end:begin]
        written = match.group()
        key = written.lower()
        if kind is T.WORD and key not in GLUED and (parts := _unglue(key)):
            tokens.extend(_glued(parts, begin, fresh, written[0].isupper()))
        else:
            first = _GROUP_OF[index] + 1
            last = _GROUP_OF[index + 1] if index + 1 < len(_LOOK) else _SCANNER.groups + 1
            numbers = tuple(_figure(match.group(group)) for group in range(first, last))
            kind, numbers = _plain_date(kind, numbers)
            tokens.append(Token(kind, key, begin, stop, numbers, fresh, written[0].isupper()))
        end = stop
    return tokens


def _figure(digits: str | None) -> int:
    """Return the number, -1 where there is none; a row of digits too long for any date is one great number."""
    return -1 if digits is None else int(digits[:_LONGEST_FIGURE])


def _plain_date(kind: T, numbers: tuple[int, ...]) -> tuple[T, tuple[int, ...]]:
    if kind is T.ISO:
        return T.DATE, numbers[::-1]
    if kind is T.DATE and numbers[2] < 100:
        return kind, (*numbers[:2], 2000 + numbers[2])
    return kind, numbers


@lru_cache(maxsize=4096)
def _unglue(word: str) -> tuple[str, ...]:
    """Split a run such as "trướcngày" or "quýiii" when all its parts are words of the grammar."""
    for size in range(len(word) - 1, 0, -1):
        head, tail = word[:size], word[size:]
        if head in GLUED and (tail in GLUED or (head in {"quý", "quí"} and tail in {"i", "ii", "iii", "iv"})):
            return head, tail
        if head in GLUED and (rest := _unglue(tail)):
            return (head, *rest)
    return ()


def _glued(parts: tuple[str, ...], begin: int, fresh: bool, capital: bool) -> list[Token]:
    tokens = []
    for part in parts:
        tokens.append(Token(T.WORD, part, begin, begin + len(part), (), fresh, capital))
        begin, fresh, capital = begin + len(part), False, False
    return tokens


def _join_phrases(tokens: list[Token]) -> list[Token]:
    joined: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        size, kind = _phrase_at(tokens, at) if token.kind is T.WORD else (1, token.kind)
        if size == 1:
            joined.append(token if kind is token.kind else token._replace(kind=kind))
        else:
            key = " ".join(part.key for part in tokens[at : at + size])
            joined.append(token._replace(kind=kind, key=key, end=tokens[at + size - 1].end))
        at += size
    return joined


def _phrase_at(tokens: list[Token], at: int) -> tuple[int, T]:
    for words, kind in PHRASES.get(tokens[at].key, ()):
        size = len(words)
        if at + size <= len(tokens) and all(
            tokens[at + step].kind is T.WORD and tokens[at + step].key == words[step]
            for step in range(1, size)
        ):
            return size, kind
    return 1, T.WORD


def _say_numbers_once(tokens: list[Token]) -> list[Token]:
    """Drop the number repeated in words, "08 (tám)"; where the two disagree the number is BROKEN."""
    kept: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.kind is T.NUMBER and at + 1 < len(tokens) and tokens[at + 1].kind is T.OPEN:
            value, after = number_in_words([part.key for part in tokens[at + 2 : at + 6]])
            close = at + 2 + after
            if after and close < len(tokens) and tokens[close].kind is T.CLOSE:
                agreed = value == token.numbers[0]
                kept.append(token if agreed else token._replace(kind=T.BROKEN))
                at = close + 1
                continue
        kept.append(token)
        at += 1
    return kept

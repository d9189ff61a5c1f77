"""A cell cut into words and the marks between them.

A line break counts as a comma, since lists are often written one body a line; before a small letter, or after a word
that cannot end a name, it is only a wrapped line.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from catalog.groups.name_words import plain_key, word_key


class Mark(Enum):
    WORD = auto()
    BULLET = auto()  # the number or letter that opens an item of a list
    COMMA = auto()
    STOP = auto()  # semicolon, full stop, the dash that opens a line: nothing reaches across it
    SLASH = auto()
    DASH = auto()
    AMPERSAND = auto()
    COLON = auto()
    OPEN = auto()
    CLOSE = auto()


@dataclass(slots=True)
class Token:
    """One word or mark; `start` and `end` are its place in the text. Marks have empty keys."""

    mark: Mark
    text: str
    start: int
    end: int
    key: str = ""
    plain: str = ""

    @property
    def capital(self) -> bool:
        return self.text[:1].isupper()

    @property
    def initials(self) -> bool:
        """Whether the word can stand for the first letters of several: "KHCN", "TP"."""
        return len(self.text) > 1 and self.text.isupper() and self.text.isalpha()


_PIECES = re.compile(
    r"""(?P<bullet> (?:^|\n)[^\S\n]*(?:\d{1,2}[.)](?=\s*[^\W\d])|[a-zđ]\))
                    | (?<=[;.,])[^\S\n]*(?:\d{1,2}|[a-zđ])\)(?=\s*[^\W\d]) )
      | (?P<lines> [^\S\n]*\n(?:\s*[-–+•*](?=\s))?\s* )
      | (?P<word> [\w\u0300-\u036f]+ )
      | (?P<stop> ; )
      | (?P<dot> \. )
      | (?P<comma> , )
      | (?P<slash> / )
      | (?P<dash> [-–—] )
      | (?P<ampersand> & )
      | (?P<colon> : )
      | (?P<open> [(\[] )
      | (?P<close> [)\]] )""",
    re.VERBOSE,
)
_PLAIN_MARKS = {
    "stop": Mark.STOP,
    "comma": Mark.COMMA,
    "slash": Mark.SLASH,
    "dash": Mark.DASH,
    "ampersand": Mark.AMPERSAND,
    "colon": Mark.COLON,
    "open": Mark.OPEN,
    "close": Mark.CLOSE,
}
_SHORTENED = frozenset(
    {"TP", "P", "Q", "X", "H", "TX", "TT", "ĐC", "Đ", "C"}
)  # a dot after these ends no sentence
_NEVER_LAST = frozenset(
    map(word_key, ("và", "các", "của", "với", "cùng", "thuộc", "những", "một", "số", "tại"))
)


def tokens_of(text: str) -> list[Token]:
    """Return the tokens of `text`, which is in NFC; every word of it is in one of them, in order."""
    found: list[Token] = []
    for token in _raw(text):
        previous = found[-1] if found else None
        if token.mark in {Mark.COMMA, Mark.STOP}:
            if previous is None:
                continue
            if previous.mark in {Mark.COMMA, Mark.STOP}:
                if token.mark is Mark.STOP:
                    previous.mark = Mark.STOP
                continue
        found.append(token)
    while found and found[-1].mark in {Mark.COMMA, Mark.STOP}:
        found.pop()
    return found


def _raw(text: str) -> Iterator[Token]:
    last_word = ""
    for piece in _PIECES.finditer(text):
        kind, said = piece.lastgroup or "", piece.group()
        start, end = piece.span()
        if kind == "word":
            last_word = said
            yield Token(Mark.WORD, said, start, end, word_key(said), plain_key(said))
        elif kind == "bullet":
            yield from _bullet(said, start, end)
        elif kind == "lines":
            if mark := _line_break(said, last_word, text[end : end + 1], text[start - 1 : start]):
                yield Token(mark, said, start, end)
        elif kind == "dot":
            if mark := _dot(last_word, text[end : end + 1]):
                yield Token(mark, said, start, end)
        else:
            yield Token(_PLAIN_MARKS[kind], said, start, end)


def _bullet(said: str, start: int, end: int) -> Iterator[Token]:
    yield Token(Mark.STOP, "", start, start)
    number = said.strip().rstrip(".)")
    begin = end - len(said.lstrip())
    yield Token(Mark.BULLET, number, begin, begin + len(number), word_key(number), plain_key(number))


def _line_break(said: str, last_word: str, follows: str, before: str) -> Mark | None:
    if said.strip():
        return Mark.STOP  # a dash or dot opens the next line
    if follows.islower() and before not in ",;.:":
        return None
    return None if word_key(last_word) in _NEVER_LAST else Mark.COMMA


def _dot(last_word: str, follows: str) -> Mark | None:
    if last_word.upper() in _SHORTENED and last_word.isupper():
        return None
    if follows and not follows.isspace() and not (follows.isupper() and last_word.islower()):
        return None
    return Mark.STOP


def canonical(text: str) -> str:
    """Return `text` in NFC without marks that carry nothing; the text that tokens point into."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))

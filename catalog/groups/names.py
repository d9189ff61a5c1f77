"""The names of a directory as a tree of words, matched whole or by their first letters.

An abbreviation is read by rule: a word in capitals stands for as many words of a name as it has letters, "và" not
counted, so that "Sở NN&MT", "Sở NNMT" and "VP UBND TP" need no list.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from catalog.directory import AgencyKind, Directory
from catalog.groups.name_words import AND, name_joints, name_key, plain_name_key, word_key
from catalog.groups.tokens import Mark, Token

_JOINTS = frozenset({Mark.COMMA, Mark.DASH, Mark.AMPERSAND, Mark.SLASH})
_SINGLE = frozenset({"P", "X", "Q", "H", "Đ"})  # one-letter short forms: P. Lê Chân
_NEEDS_PLACE = frozenset({AgencyKind.LEADERSHIP, AgencyKind.COUNCIL})  # "UBND" alone may be any committee
_LOCALITIES = ("xã", "phường", "đặc khu")
# what several names share, so that a list says it once: "Các Sở: Nội vụ, Tài chính"
_SHARED = ("sở", "ban", *_LOCALITIES, *(f"ủy ban nhân dân {locality}" for locality in _LOCALITIES))


@dataclass(slots=True)
class Node:
    """One word on the way through the names; `codes` are the agencies whose name ends here."""

    children: dict[str, "Node"] = field(default_factory=dict)
    by_initial: dict[str, list["Node"]] = field(default_factory=dict)
    codes: set[str] = field(default_factory=set)
    needs_place: bool = False
    joint: bool = False  # a comma, dash or "và" follows in some name

    def add(self, keys: Sequence[str], joints: Collection[int] = ()) -> "Node":
        """Add a name by its words; `joints` are the words, counted from 0, before which it has a joint."""
        node = self
        for index, key in enumerate(keys):
            node.joint = node.joint or index in joints
            following = node.children.get(key)
            if following is None:
                following = node.children[key] = Node()
                node.by_initial.setdefault(key[0], []).append(following)
            node = following
        return node

    def at(self, keys: Sequence[str]) -> "Node | None":
        node: Node | None = self
        for key in keys:
            node = node.children.get(key) if node else None
        return node


@dataclass(frozen=True, slots=True)
class Match:
    """An agency's name found in the tokens up to `end` (exclusive); `head` is where its fellows' names branch off."""

    code: str
    end: int
    head: Node | None = None


class Names:
    """Finds the agencies of one directory in tokens."""

    def __init__(self, directory: Directory) -> None:
        self.root, self._plain, self._place = Node(), Node(), Node()
        self._communes = {a.code for a in directory.agencies if a.kind is AgencyKind.COMMUNE}
        places = _places(directory)
        self.place_words = {key for place in places for key in place} | {"tp", "tphp"}
        for place in places:
            self._place.add(place).codes.add("place")
        for agency in directory.agencies:
            for name in (agency.name, *agency.aliases):
                joints = name_joints(name)
                for keys, bare in _variants(name_key(name), places):
                    node = self.root.add(keys, joints)
                    node.codes.add(agency.code)
                    node.needs_place = bare and (len(keys) == 1 or agency.kind in _NEEDS_PLACE)
                self._plain.add(plain_name_key(name)).codes.add(agency.code)
        shared = (self.root.at(name_key(words)) for words in _SHARED)
        self._heads = {id(node) for node in shared if node}

    def match(self, tokens: Sequence[Token], at: int, start: Node | None = None) -> Match | None:
        """Return the longest name that begins at `at`; from `start`, the rest of a name whose head was said before."""
        best: Match | None = None
        for node, end in _walk(start or self.root, tokens, at, first=start is None):
            placed = self.place(tokens, end)
            if node.needs_place and placed == end:
                continue
            short = start is None and end == at + 1 and tokens[at].initials
            if short and node.codes & self._communes:
                continue  # a hundred communes have every three letters among them
            if len(node.codes) == 1 and (best is None or placed > best.end):
                best = Match(next(iter(node.codes)), placed)
        if best is None and start is None:
            best = self._without_accents(tokens, at)
        if best is None:
            return None
        return Match(best.code, best.end, start or self._longest_head(tokens, at)[0])

    def place(self, tokens: Sequence[Token], at: int) -> int:
        """Return where the place's own name, if it stands at `at`, ends: "thành phố", "TP", "TPHP", "Hải Phòng"."""
        if at >= len(tokens) or tokens[at].mark is not Mark.WORD or tokens[at].key == AND:
            return at
        return max((end for _, end in _walk(self._place, tokens, at, first=False)), default=at)

    def head(self, words: Sequence[Token]) -> Node | None:
        """Return the node under which the names that begin with all of `words` branch off: "UBND phường"."""
        node, end = self._longest_head(words, 0)
        return node if end == len(words) else None

    def _longest_head(self, tokens: Sequence[Token], at: int) -> tuple[Node | None, int]:
        found: tuple[Node | None, int] = (None, at)
        for node, end in _steps(self.root, tokens, at, limit=6):
            if id(node) in self._heads and end > found[1]:
                found = (node, end)
        return found

    def _without_accents(self, tokens: Sequence[Token], at: int) -> Match | None:
        """Forgive wrong or missing accents in a name of three words or more; a commune's only where all are missing."""
        node, end, best = self._plain, at, None
        while end < len(tokens):
            token = tokens[end]
            if token.key == AND or token.plain == "va" or token.mark in _JOINTS:
                if end == at:
                    break
                end += 1
                continue
            following = node.children.get(token.plain)
            if following is None:
                break
            node, end = following, end + 1
            if len(node.codes) == 1 and end - at >= 3:
                code = next(iter(node.codes))
                if code not in self._communes or all(t.text.isascii() for t in tokens[at:end]):
                    best = Match(code, end)
        return best


@lru_cache(maxsize=8)
def names_of(directory: Directory) -> Names:
    return Names(directory)


def _places(directory: Directory) -> list[tuple[str, ...]]:
    """Return how the place is written; a directory named by its key alone is known by the key's words."""
    level, place = name_key(directory.level), name_key(directory.place)
    if not level:
        level = _common_level(directory)
    return [keys for keys in (level, level + place, place) if keys]


def _common_level(directory: Directory) -> tuple[str, ...]:
    levels = [name_key("thành phố"), name_key("tỉnh")]
    names = [name_key(agency.name) for agency in directory.agencies]
    return max(levels, key=lambda level: sum(name[-len(level) :] == level for name in names))


def _variants(
    keys: tuple[str, ...], places: Sequence[tuple[str, ...]]
) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Yield the name as it is, and without the place's rank at its end, which cells often leave out."""
    yield keys, False
    for place in sorted(places[:2], key=len, reverse=True):
        if keys[-len(place) :] == place and len(keys) > len(place):
            yield keys[: -len(place)], True
            return


def _walk(node: Node, tokens: Sequence[Token], at: int, *, first: bool) -> Iterator[tuple[Node, int]]:
    """Yield every node where a name ends, and the token after it."""
    for reached, end in _steps(node, tokens, at):
        if reached.codes and end > at:
            whole_abbreviation = first and end == at + 1 and tokens[at].initials
            if not whole_abbreviation or len(tokens[at].text) >= 3:
                yield reached, end


def _steps(node: Node, tokens: Sequence[Token], at: int, limit: int = 99) -> Iterator[tuple[Node, int]]:
    yield node, at
    if at >= len(tokens) or limit == 0:
        return
    token = tokens[at]
    if token.mark in _JOINTS or token.key == AND:
        wrapped = not token.text.strip()  # only the end of a line
        if (node.joint or wrapped) and at + 1 < len(tokens) and tokens[at + 1].mark is Mark.WORD:
            yield from _after_joint(node, tokens, at + 1, limit)
        return
    if token.mark is not Mark.WORD:
        return
    following = node.children.get(token.key)
    if following is not None:
        yield from _steps(following, tokens, at + 1, limit - 1)
    if token.initials or token.text in _SINGLE:
        for reached in _by_initials(node, token.text):
            if reached is not following:
                yield from _steps(reached, tokens, at + 1, limit - 1)


def _after_joint(node: Node, tokens: Sequence[Token], at: int, limit: int) -> Iterator[tuple[Node, int]]:
    for reached, end in _steps(node, tokens, at, limit):
        if end > at:
            yield reached, end


def _by_initials(node: Node, letters: str) -> list[Node]:
    nodes = [node]
    for letter in letters:
        key = word_key(letter)[0]
        nodes = [child for each in nodes for child in each.by_initial.get(key, ())]
    return nodes

"""Expressions that mean a class of bodies: "các sở, ban, ngành liên quan", "UBND các xã, phường".

A group expression is common nouns in a row and what qualifies them. Which groups of the directory a noun means is
said by the groups' aliases; a noun that none claims is an open group.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from catalog.directory import Directory
from catalog.groups.lexicon import (
    COMMITTEE,
    FALSE_FRIENDS,
    GENERIC_SHORT,
    HEADS,
    LOCATIVE,
    NEUTRAL,
    NOUNS,
    OTHER_FORMS,
    QUANTIFIERS,
    SELECTING,
    TAIL_VERBS,
    Family,
    Phrases,
)
from catalog.groups.name_words import AND, word_key
from catalog.groups.names import Names, names_of
from catalog.groups.tokens import Mark, Token

_NARROWED = frozenset({Family.BRANCH, Family.LOCALITY, Family.UNIT})
_LISTING = frozenset({Mark.COMMA, Mark.SLASH, Mark.DASH})
_MOST_QUANTIFIERS = 3  # "tất cả các"; a longer row of them is noise
_ALL_LEVELS = "cấp xã"  # "UBND các cấp": of those the directory has, the communes
_BRANCH, _SUFFIX_OF_BRANCH = word_key("sở"), frozenset(map(word_key, ("ban", "ngành")))


@dataclass(frozen=True, slots=True)
class Noun:
    """One common noun at a place; `groups` are the directory's groups it means."""

    phrase: str
    family: Family
    groups: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Qualifier:
    """What follows the nouns: whether it leaves a choice, describes other bodies, or only says where."""

    end: int
    chooses: bool = False
    describes: bool = False
    locates: bool = False
    tail: bool = False  # a verb follows: what they have to do


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring nouns that are alike: all of groups, or all open."""

    start: int
    codes: tuple[str, ...]
    choose: bool


@dataclass(frozen=True, slots=True)
class Expression:
    """A whole group expression; `end` is where its nouns and qualifiers end, `tail` as in Qualifier."""

    runs: tuple[Run, ...]
    end: int
    tail: bool


class Groups:
    """Reads group expressions of one directory."""

    def __init__(self, directory: Directory) -> None:
        self.names: Names = names_of(directory)
        said: dict[str, tuple[str, ...]] = {}
        for group in directory.groups:
            for alias in group.aliases:
                key = alias.lower()
                said[key] = (*said.get(key, ()), group.code)
        table = {phrase: (phrase, family, said.get(phrase, ())) for phrase, family in NOUNS.items()}
        table |= {
            phrase: (phrase, Family.UNIT, codes) for phrase, codes in said.items() if phrase not in table
        }
        table |= {short: table[meant] for short, meant in OTHER_FORMS.items()}
        self._nouns = Phrases(table)

    def quantified(self, tokens: Sequence[Token], at: int) -> tuple[int, bool, bool]:
        """Return where a quantifier at `at` ends, whether there is one, and whether it means only some."""
        end, some = at, False
        for _ in range(_MOST_QUANTIFIERS):
            match = QUANTIFIERS.match(tokens, end)
            if match is None:
                break
            some = some or match[0]
            end = match[1]
            if tokens[end - 1].key == word_key("cấp"):
                return end - 1, True, some  # "các cấp": the noun itself
        counted = end < len(tokens) and tokens[end].text.isdigit() and self.noun(tokens, end + 1) is not None
        return (end + 1 if counted else end), end > at or counted, some

    def noun(self, tokens: Sequence[Token], at: int) -> Noun | None:
        match = self._nouns.match(tokens, at)
        if match is None:
            return None
        (phrase, family, groups), end = match
        friend = FALSE_FRIENDS.match(tokens, at)
        if friend and friend[1] > end:
            return None
        while family is Family.OTHER and end < len(tokens) and tokens[end].text in GENERIC_SHORT:
            end += 1
        return Noun(phrase, family, groups, at, end)

    def localities(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether "các xã, phường" or "các cấp" stands at `at`."""
        quantifier = QUANTIFIERS.match(tokens, at)
        if quantifier is None:
            return False
        noun = self.noun(tokens, self.quantified(tokens, at)[0])
        return noun is not None and (noun.family is Family.LOCALITY or noun.phrase == "cấp")

    def read(self, tokens: Sequence[Token], at: int) -> Expression | None:
        """Return the group expression that begins at `at`, None when a single body or nothing known stands there."""
        start, plural, some = self.quantified(tokens, at)
        committee = COMMITTEE.match(tokens, start)
        if committee:
            nouns = self._committees(tokens, committee[1], plural)
        else:
            nouns = self._row(tokens, start, plural)
        if not nouns:
            return None
        qualifier = self._qualifier(tokens, nouns[-1])
        if _lists_names(tokens, qualifier.end):
            return None
        qualifier = replace(qualifier, chooses=qualifier.chooses or some)
        runs = _runs(nouns, qualifier)
        return Expression((replace(runs[0], start=at), *runs[1:]), qualifier.end, qualifier.tail)

    def _committees(self, tokens: Sequence[Token], at: int, plural: bool) -> list[Noun]:
        """Read the localities whose committees are meant: "UBND các xã, phường", "UBND cấp xã"."""
        start, inner_plural, _ = self.quantified(tokens, at)
        first = self.noun(tokens, start)
        if first is not None and first.phrase == "cấp":
            _, _, groups = self._nouns_entry(_ALL_LEVELS)
            return [replace(first, family=Family.LOCALITY, groups=groups)]
        if first is None or first.family is not Family.LOCALITY:
            return []
        if first.phrase in {"tỉnh", "thành phố"} and not (plural or inner_plural):
            return []
        nouns = self._row(tokens, start, plural or inner_plural)
        return [noun for noun in nouns if noun.family is Family.LOCALITY]

    def _nouns_entry(self, phrase: str) -> tuple[str, Family, tuple[str, ...]]:
        match = self._nouns.match([Token(Mark.WORD, w, 0, 0, word_key(w)) for w in phrase.split()], 0)
        return match[0] if match else (phrase, Family.LOCALITY, ())

    def _row(self, tokens: Sequence[Token], at: int, plural: bool) -> list[Noun]:
        """Read nouns in a row, with or without commas: "sở, ban, ngành", "sở ngành", "xã/phường"."""
        noun = self.noun(tokens, at)
        if noun is None or not self._common(tokens, noun, plural):
            return []
        nouns = [noun]
        while following := self._next(tokens, nouns[-1], plural):
            nouns.append(following)
        return _of_the_centre(nouns)

    def _next(self, tokens: Sequence[Token], last: Noun, plural: bool) -> Noun | None:
        at = last.end
        if at >= len(tokens):
            return None
        joint = at
        if tokens[joint].mark in _LISTING:
            joint += 1
        if joint < len(tokens) and tokens[joint].key == AND:
            joint += 1
        if joint > at:
            again, repeated, _ = self.quantified(tokens, joint)
            noun = self.noun(tokens, again if last.family in {Family.BRANCH, Family.LOCALITY} else joint)
            if noun is None or (repeated and noun.family is not last.family):
                return None
        else:
            noun = self.noun(tokens, at)
            if noun is None or not {noun.family, last.family} <= {Family.BRANCH, Family.MINISTRY}:
                return None
        alike = (noun.family is Family.LOCALITY) == (last.family is Family.LOCALITY)
        mixed = noun.phrase == "địa phương" or last.phrase == "địa phương"
        return noun if (alike or mixed) and self._common(tokens, noun, plural) else None

    def _common(self, tokens: Sequence[Token], noun: Noun, plural: bool) -> bool:
        """Whether the noun is common here, not the head of one body's name ("Sở Y tế", "Công ty quản lý Quỹ")."""
        at = noun.end
        if at >= len(tokens) or tokens[at].mark is not Mark.WORD or tokens[at].key == AND:
            return True
        alone = not plural and noun.family is Family.OTHER and tokens[noun.start].capital
        if self.names.place(tokens, at) > at and not alone:
            return True
        if _ends_name(tokens, at):
            return True
        if not plural and noun.family is not Family.LOCALITY and self.names.match(tokens, noun.start):
            return False
        following = self.noun(tokens, at)
        if tokens[at].capital:
            branches = following is not None and {following.family, noun.family} == {Family.BRANCH}
            return branches or (plural and (HEADS.match(tokens, at) is not None or following is not None))
        named_head = noun.family in {Family.BRANCH, Family.MINISTRY, Family.OTHER}
        return plural or following is not None or not (named_head and tokens[noun.start].capital)

    def _qualifier(self, tokens: Sequence[Token], last: Noun) -> Qualifier:
        said = Qualifier(last.end)
        while said.end < len(tokens):
            at = said.end
            token = tokens[at]
            if token.mark is Mark.OPEN:
                said = replace(said, end=closing(tokens, at))
            elif token.mark is Mark.SLASH and self.noun(tokens, at + 1) is None:
                return replace(said, describes=True)
            elif token.mark is not Mark.WORD or token.key == AND:
                break
            elif match := SELECTING.match(tokens, at):
                said = replace(said, end=match[1], chooses=True)
            elif match := LOCATIVE.match(tokens, at):
                said = replace(said, end=self.names.place(tokens, match[1]), locates=True)
            elif match := NEUTRAL.match(tokens, at):
                said = replace(said, end=match[1])
            elif (end := self.names.place(tokens, at)) > at or (end := _rank(tokens, at)) > at:
                said = replace(said, end=end)
            elif TAIL_VERBS.match(tokens, at):
                return replace(said, tail=True)
            else:
                return replace(said, describes=True)
        return said


@lru_cache(maxsize=8)
def groups_of(directory: Directory) -> Groups:
    return Groups(directory)


def closing(tokens: Sequence[Token], at: int) -> int:
    """Return the place after the bracket that closes the one at `at`, or the end where none does."""
    depth = 0
    for index in range(at, len(tokens)):
        depth += (tokens[index].mark is Mark.OPEN) - (tokens[index].mark is Mark.CLOSE)
        if depth == 0:
            return index + 1
    return len(tokens)


def _ends_name(tokens: Sequence[Token], at: int) -> bool:
    return any(phrases.match(tokens, at) for phrases in (SELECTING, LOCATIVE, NEUTRAL, TAIL_VERBS))


def _lists_names(tokens: Sequence[Token], at: int) -> bool:
    """Whether a colon and a name follow: "Các Bộ: Tài chính" is no group but the head of a list."""
    return at + 1 < len(tokens) and tokens[at].mark is Mark.COLON and tokens[at + 1].capital


def _rank(tokens: Sequence[Token], at: int) -> int:
    """Return the place after a bare rank ("các sở, ngành tỉnh"), `at` when a name follows it."""
    for words in (("thành", "phố"), ("tỉnh",)):
        end = at + len(words)
        keys = [word_key(word) for word in words]
        if [token.key for token in tokens[at:end]] == keys:
            return at if end < len(tokens) and tokens[end].mark is Mark.WORD and tokens[end].capital else end
    return at


def _of_the_centre(nouns: list[Noun]) -> list[Noun]:
    """Take "ban, ngành" after "bộ" for those of the centre, and "ban" without "sở" or "ngành" for no department."""
    central = False
    branch = any(noun.phrase in {"sở", "ngành"} for noun in nouns)
    kept = []
    for noun in nouns:
        central = central or noun.family is Family.MINISTRY
        lost = noun.family is Family.BRANCH and (central or not branch)
        kept.append(replace(noun, groups=()) if lost else noun)
    return kept


def _runs(nouns: Sequence[Noun], qualifier: Qualifier) -> tuple[Run, ...]:
    runs: list[Run] = []
    for noun in nouns:
        codes, choose = _meaning(noun, qualifier)
        previous = runs[-1] if runs else None
        if previous and bool(previous.codes) == bool(codes):
            merged = tuple(dict.fromkeys((*previous.codes, *codes)))
            runs[-1] = Run(previous.start, merged, previous.choose or choose)
        else:
            runs.append(Run(noun.start, codes, choose))
    return tuple(runs)


def _meaning(noun: Noun, qualifier: Qualifier) -> tuple[tuple[str, ...], bool]:
    """Return the groups the noun means under its qualifier, and whether a choice among them is left."""
    if noun.family in _NARROWED and noun.groups:
        return noun.groups, qualifier.chooses or qualifier.describes
    anywhere = qualifier.locates and noun.phrase == "doanh nghiệp"
    return (() if qualifier.describes or anywhere else noun.groups), qualifier.chooses

"""Where one body or group ends and the next begins: commas and "và" stand inside names too, and are left out."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.groups.lexicon import (
    COMMITTEE,
    HEADS,
    INTRODUCTIONS,
    LABELS,
    OBJECTS_OF,
    PLAIN,
    POSTS,
    SUPPORTS,
    TAIL_VERBS,
    TOP_HEADS,
    WEAK_HEADS,
    WITH,
    Family,
    Phrases,
)
from catalog.groups.name_words import AND
from catalog.groups.names import Names, Node
from catalog.groups.nouns import Groups, closing
from catalog.groups.tokens import Mark, Token

_INNER = frozenset(
    {Mark.SLASH, Mark.DASH, Mark.AMPERSAND}
)  # these stand inside names more often than between
_MOST_POSTS = 6  # named together for one body; a longer row is none
_COUNCIL = Phrases(dict.fromkeys(("HĐND", "hội đồng nhân dân"), True))
_OFFICE = Phrases(dict.fromkeys(("văn phòng", "VP"), True))


@dataclass(slots=True)
class Bounds:
    """Finds the edges of items in one cell; remembers the head that a list has said once."""

    tokens: Sequence[Token]
    names: Names
    groups: Groups
    carried: Node | None = None  # the head under which the list's next names are looked up
    listing: bool = False  # the head was said with "các": every item of the list is a body

    def trimmed(self, end: int) -> int:
        while end > 1 and self.tokens[end - 1].mark not in {Mark.WORD, Mark.CLOSE, Mark.OPEN, Mark.BULLET}:
            end -= 1
        return end

    def introduction(self, at: int) -> tuple[int, tuple[str, ...]]:
        """Return where the body begins after "và", "đề nghị", "phối hợp với", "Chủ trì:", "Giám đốc, thủ trưởng"."""
        said: list[str] = []
        while at < len(self.tokens):
            label = LABELS.match(self.tokens, at)
            word = INTRODUCTIONS.match(self.tokens, at)
            if label and self.has(label[1], Mark.COLON):
                said.append(label[0])
                at = label[1] + 1
            elif word:
                said.append(word[0])
                at = word[1] + self.has(word[1], Mark.COLON)
            elif self.tokens[at].mark is Mark.BULLET:
                at += 1
            elif heading := self._heading(at):
                return heading, tuple(said)
            elif end := self._posts(at):
                return end, tuple(said)
            else:
                break
        return at, tuple(said)

    def _heading(self, at: int) -> int:
        """Return where the list begins whose heading stands at `at`: "Các cơ quan, đơn vị: Sở Nội vụ, …"; 0 if none."""
        if not (self.has(at, Mark.WORD) and self.groups.quantified(self.tokens, at)[1]):
            return 0
        for colon in range(at + 1, min(at + 12, len(self.tokens))):
            if self.tokens[colon].mark is Mark.COLON:
                expression = self.groups.read(self.tokens[:colon], at)
                return colon + 1 if expression and expression.end == colon and self._body_at(colon + 1) else 0
            if self.tokens[colon].mark is Mark.STOP:
                break
        return 0

    def _posts(self, at: int) -> int:
        """Return where the body begins whose heads are named at `at`; 0 when a post is no introduction."""
        end = at
        for _ in range(_MOST_POSTS):
            match = POSTS.match(self.tokens, self.groups.quantified(self.tokens, end)[0])
            if match is None:
                break
            end = match[1]
            beyond = end + (self.has(end, Mark.COMMA) or self.has(end, Mark.SLASH))
            beyond += beyond < len(self.tokens) and self.tokens[beyond].key == AND
            if not POSTS.match(self.tokens, self.groups.quantified(self.tokens, beyond)[0]):
                break
            end = beyond
        if end == at or self.names.match(self.tokens, at):
            return 0
        return next((body for body in (end, end - 1) if body > at and self._body_at(body)), 0)

    def _body_at(self, at: int, *, after_name: bool = False) -> bool:
        """Whether a body or group can begin right at `at`."""
        if not self.has(at, Mark.WORD):
            return False
        token = self.tokens[at]
        _, plural, _ = self.groups.quantified(self.tokens, at)
        if plural:
            return self.groups.read(self.tokens, at) is not None or self._enumerable(at)
        if token.capital and self._heads_name(at):
            return True
        if after_name and not token.capital:
            return False
        return self.names.match(self.tokens, at) is not None or self.groups.read(self.tokens, at) is not None

    def _enumerable(self, at: int) -> bool:
        start, _, _ = self.groups.quantified(self.tokens, at)
        return self.has(start, Mark.WORD) and HEADS.match(self.tokens, start) is not None

    def _heads_name(self, at: int) -> bool:
        weak, head = WEAK_HEADS.match(self.tokens, at), HEADS.match(self.tokens, at)
        if head and not (weak and weak[1] > head[1]):
            return True
        return (
            bool(weak) and weak is not None and self.has(weak[1], Mark.WORD) and self.tokens[weak[1]].capital
        )

    def _starts(self, at: int, *, busy: bool, joined: bool) -> bool:
        """Whether a new item begins at `at`, after a comma or "và".

        `busy` says that the item before has begun to say what its body does, where small letters name objects;
        `joined` that "và" stands before, which also stands inside names.
        """
        body, said = self.introduction(at)
        if body > at and any(word != PLAIN for word in said):
            return self._body_at(body) or self._carries(body)
        if body > at and self._body_at(body):
            return True
        if not self.has(body, Mark.WORD):
            return False
        return (
            self._body_at(body, after_name=busy)
            or self._carries(body)
            or (not joined and self._acronym(body))
        )

    def _carries(self, at: int) -> bool:
        if self.carried is None or not self.has(at, Mark.WORD) or not self.tokens[at].capital:
            return False
        match = self.names.match(self.tokens, at, self.carried)
        return self.listing or (match is not None and not self.name_goes_on(match.end, None))

    def _acronym(self, at: int) -> bool:
        """Whether capitals between commas are a body of their own ("VOV"); two may be the rest of a name ("LĐ, TB")."""
        if not self.tokens[at].initials or len(self.tokens[at].text) < 3:
            return False
        following = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        return following is None or following.mark is not Mark.WORD or following.capital

    def name_goes_on(self, end: int, head: Node | None) -> bool:
        """Whether what follows a known name shows that another, longer name is meant."""
        at = end
        if self.has(at, Mark.DASH) or self.has(at, Mark.AMPERSAND):
            at += 1
        elif at < len(self.tokens) and self.tokens[at].key == AND:
            return self._joined_name(at + 1, head)
        if not self.has(at, Mark.WORD):
            return False
        if at == end and self._below(at):
            return True
        if TAIL_VERBS.match(self.tokens, at) or self._opens_item(at):
            return False
        return self.tokens[at].capital or self.tokens[at].text.isdigit()

    def _joined_name(self, at: int, head: Node | None) -> bool:
        if (
            not self.has(at, Mark.WORD)
            or not self.tokens[at].capital
            or self._starts(at, busy=False, joined=True)
        ):
            return False
        return head is None or self.names.match(self.tokens, at, head) is None

    def _below(self, at: int) -> bool:
        """Whether the name goes on to another rank: "Công an" before "các xã" or "tỉnh" is not the city's."""
        noun = self.groups.noun(self.tokens, at)
        locality = noun is not None and noun.family is Family.LOCALITY and not self.tokens[at].capital
        return locality or self.groups.localities(self.tokens, at)

    def _opens_item(self, at: int) -> bool:
        """Whether an item begins at `at` though no mark stands before it."""
        if self.tokens[at - 1].key in OBJECTS_OF:
            return False
        said = INTRODUCTIONS.match(self.tokens, at)
        if said and said[0] in {SUPPORTS, WITH}:
            return self._body_at(said[1])
        _, plural, _ = self.groups.quantified(self.tokens, at)
        if plural and (self.tokens[at].capital or self._only_named(at)):
            return self.groups.read(self.tokens, at) is not None
        if not self.tokens[at].capital:
            return False
        match = self.names.match(self.tokens, at)
        return match is not None and match.end > at + 1

    def _only_named(self, at: int) -> bool:
        """Whether the words before `at` are a known name and nothing else."""
        return any(
            match.end == at
            for start in range(max(0, at - 12), at)
            if self.tokens[start].capital and (match := self.names.match(self.tokens, start))
        )

    def tail(self, at: int, *, named: bool, name_from: int | None = None) -> int:
        """Return where the item ends whose name ended at `at`, or whose unknown name begins at `name_from`."""
        start = at
        busy = False
        objects = False
        while at < len(self.tokens):
            token = self.tokens[at]
            if token.mark is Mark.STOP:
                break
            if token.mark is Mark.OPEN:
                at = closing(self.tokens, at)
                continue
            if token.mark is not Mark.WORD or token.key == AND:
                if self._divides(at, busy=busy, objects=objects, named=named and at == start):
                    break
            elif (at > start or name_from is None) and self._breaks(at, name_from):
                break
            else:
                busy = busy or TAIL_VERBS.match(self.tokens, at) is not None
                objects = objects or (busy and self.groups.noun(self.tokens, at) is not None)
            at += 1
        return self.trimmed(max(at, start if name_from is None else name_from + 1))

    def _divides(self, at: int, *, busy: bool, objects: bool, named: bool) -> bool:
        """Whether the comma, dash, slash or "và" at `at` stands between two items."""
        following = at + 1
        if (
            self.tokens[at].mark is Mark.COMMA
            and following < len(self.tokens)
            and self.tokens[following].key == AND
        ):
            following += 1
        if not self.has(following, Mark.WORD) or self._within_name(at, following):
            return False
        joined = self.tokens[following - 1].key == AND or self.tokens[at].mark in _INNER
        if self.tokens[at].mark is Mark.COLON:
            return self._body_at(following, after_name=busy)
        if objects and not self.names.match(self.tokens, following):
            said = INTRODUCTIONS.match(self.tokens, following)
            return said is not None and said[0] != PLAIN and self._starts(following, busy=True, joined=joined)
        return self._starts(following, busy=busy, joined=joined) or self._complete(at, following, named)

    def _complete(self, at: int, following: int, named: bool) -> bool:
        """Whether the name before the comma is whole, so that a capital after it begins another."""
        new_body = self.tokens[following].capital and not TAIL_VERBS.match(self.tokens, following)
        placed = any(self.names.place(self.tokens, start) == at for start in range(max(1, at - 4), at))
        return (named or placed) and new_body and self.tokens[at].mark is Mark.COMMA

    def _within_name(self, at: int, following: int) -> bool:
        if self.tokens[at].mark is Mark.DASH and not self.tokens[following].capital:
            return True
        return self._between_localities(at, following) or self._office_of_two(at, following)

    def _between_localities(self, at: int, following: int) -> bool:
        before, after = self.groups.noun(self.tokens, at - 1), self.groups.noun(self.tokens, following)
        return all(noun is not None and noun.family is Family.LOCALITY for noun in (before, after))

    def _office_of_two(self, at: int, following: int) -> bool:
        """Whether "và" joins the two bodies that one office serves: "Văn phòng HĐND và UBND xã"."""
        councils = (at - length for length in (1, 4))
        served = any(
            (match := _COUNCIL.match(self.tokens, start)) and match[1] == at
            for start in councils
            if start > 0
        )
        offices = (_OFFICE.match(self.tokens, start) for start in range(max(0, at - 6), at))
        return served and any(offices) and COMMITTEE.match(self.tokens, following) is not None

    def _breaks(self, at: int, name_from: int | None) -> bool:
        """Whether a new item begins at the word `at` with no mark before it."""
        if name_from is None:
            return self._opens_item(at)
        said = INTRODUCTIONS.match(self.tokens, at)
        if said and said[0] in {SUPPORTS, WITH}:
            return self._body_at(said[1])
        if not self.tokens[at].capital or at < name_from + 2 or self.tokens[at - 1].key in OBJECTS_OF:
            return False
        first, new = TOP_HEADS.match(self.tokens, name_from), TOP_HEADS.match(self.tokens, at)
        return (
            bool(first and new)
            and self.has(at + 1, Mark.WORD)
            and self.tokens[name_from].key == self.tokens[at].key
        )

    def has(self, at: int, mark: Mark) -> bool:
        return at < len(self.tokens) and self.tokens[at].mark is mark

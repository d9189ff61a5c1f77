"""Cuts the tokens of a cell into the bodies and groups it names; every token that is a word falls into one segment."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from catalog.directory import Directory
from catalog.groups.bounds import Bounds
from catalog.groups.lexicon import HEADS, LOCATIVE, RELATED, SELECTING
from catalog.groups.name_words import AND
from catalog.groups.names import Match, Node, names_of
from catalog.groups.nouns import Expression, closing, groups_of
from catalog.groups.tokens import Mark, Token

Kind = Literal["agency", "group", "open_group", "unresolved"]


@dataclass(slots=True)
class Segment:
    """Tokens `start` to `end` (exclusive) that name one body or one group.

    `body` is where the name begins, after what introduces it; `after` where the name ends and its duty begins.
    """

    start: int
    body: int
    after: int
    end: int
    kind: Kind
    codes: tuple[str, ...] = ()
    choose: bool = False
    clause: int = 0
    introductions: tuple[str, ...] = ()
    joined: bool = False  # by "và" to the one before


@dataclass(slots=True)
class _Cutter:
    tokens: Sequence[Token]
    bounds: Bounds
    segments: list[Segment] = field(default_factory=list)

    def cut(self) -> list[Segment]:
        at = clause = 0
        while at < len(self.tokens):
            mark = self.tokens[at].mark
            if mark in {Mark.WORD, Mark.BULLET, Mark.OPEN}:
                first = len(self.segments)
                at = self._item(at)
                for segment in self.segments[first:]:
                    segment.clause = clause
            else:
                clause += mark is Mark.STOP
                at += 1
        return self.segments

    def _item(self, at: int) -> int:
        body, introductions = self.bounds.introduction(at)
        first = len(self.segments)
        if body >= len(self.tokens) or self.tokens[body].mark is not Mark.WORD:
            end = self._leftover(at, body)
        else:
            end = self._enumerated(at, body) or self._known(at, body) or self._group(at, body)
            end = end or self._carried(at, body) or self._unknown(at, body)
        for segment in self.segments[first : first + 1]:
            segment.introductions = introductions
            segment.joined = self.tokens[at].key == AND
        return end

    def _add(self, segment: Segment) -> int:
        self.segments.append(segment)
        return segment.end

    def _leftover(self, at: int, body: int) -> int:
        """Words that introduce nothing: they belong to what was said before."""
        end = closing(self.tokens, body) if self.bounds.has(body, Mark.OPEN) else max(body, at + 1)
        if self.segments:
            self.segments[-1].end = end
            return end
        return self._add(Segment(at, at, end, end, "unresolved"))

    def _known(self, at: int, body: int) -> int:
        match = self.bounds.names.match(self.tokens, body)
        if match is None or self.bounds.name_goes_on(match.end, match.head):
            return 0
        elsewhere = (
            self.bounds.listing and self.bounds.carried is not None and not self.bounds.carried.children
        )
        if elsewhere and self.tokens[match.end - 1].key not in self.bounds.names.place_words:
            return 0  # "Công an" in "Các Bộ: Quốc phòng, Công an"
        return self._agency(at, body, match)

    def _agency(self, at: int, body: int, match: Match) -> int:
        self.bounds.carried, self.bounds.listing = (
            match.head,
            self.bounds.listing and match.head is self.bounds.carried,
        )
        end = self.bounds.tail(match.end, named=True)
        return self._add(Segment(at, body, match.end, end, "agency", (match.code,)))

    def _carried(self, at: int, body: int) -> int:
        """Read "Nội vụ" after "Các Sở: Tài chính," as the Department of Home Affairs."""
        if self.bounds.carried is None:
            return 0
        match = self.bounds.names.match(self.tokens, body, self.bounds.carried)
        if match is None or self.bounds.name_goes_on(match.end, match.head):
            return 0
        return self._agency(at, body, match)

    def _enumerated(self, at: int, body: int) -> int:
        """Read "Các Sở: Tài chính, Nội vụ" and "UBND các phường Lê Chân, Hồng Bàng": the head is said once for all."""
        start, plural, _ = self.bounds.groups.quantified(self.tokens, body)
        words: list[Token] = []
        end, inner = start, False
        head: Node | None = None
        while end < len(self.tokens) and self.tokens[end].mark is Mark.WORD and len(words) < 7:
            after, quantified, _ = self.bounds.groups.quantified(self.tokens, end)
            inner = inner or quantified
            if after == end:
                words.append(self.tokens[end])
                after = end + 1
            end = after
            head = self.bounds.names.head(words) if words else None
            if head and (found := self._first_of_list(end, head, plural or inner)):
                self.bounds.carried, self.bounds.listing = head, plural or inner
                tail = self.bounds.tail(found.end, named=True)
                return self._add(Segment(at, body, found.end, tail, "agency", (found.code,)))
        return 0

    def _first_of_list(self, end: int, head: Node, plural: bool) -> Match | None:
        colon = self.bounds.has(end, Mark.COLON)
        if not (plural or colon):
            return None
        match = (
            self.bounds.names.match(self.tokens, end + colon, head)
            if self.bounds.has(end + colon, Mark.WORD)
            else None
        )
        return None if match is None or self.bounds.name_goes_on(match.end, head) else match

    def _group(self, at: int, body: int) -> int:
        expression = self.bounds.groups.read(self.tokens, body)
        if expression is None:
            return 0
        self.bounds.carried, self.bounds.listing = None, False
        end = self.bounds.tail(expression.end, named=False)
        self._add_runs(expression, at, body, end)
        if not expression.tail and RELATED.within(self.tokens, expression.end, end):
            self.segments[-1].choose = True
        return end

    def _add_runs(self, expression: Expression, at: int, body: int, end: int) -> None:
        starts = [at, *(self._joint_before(run.start)[1] for run in expression.runs[1:])]
        stops = [*(self._joint_before(run.start)[0] for run in expression.runs[1:]), end]
        for run, start, stop in zip(expression.runs, starts, stops, strict=True):
            kind: Kind = "group" if run.codes else "open_group"
            after = expression.end if stop == end else stop
            segment = Segment(start, max(start, body), after, stop, kind, run.codes, run.choose)
            segment.joined = start > at and self.tokens[start].key == AND
            self.segments.append(segment)

    def _joint_before(self, at: int) -> tuple[int, int]:
        """Return where the words before the comma or "và" at `at` end, and where those after it begin."""
        start = at - 1 if self.tokens[at - 1].key == AND else at
        return self.bounds.trimmed(start), start

    def _unknown(self, at: int, body: int) -> int:
        """Take a body the directory does not know to the end of its name, whole; or words that name none."""
        if not (self.bounds.listing and self.bounds.carried):
            self.bounds.carried, self.bounds.listing = None, False
        self._open_list(body)
        end = self.bounds.tail(body, named=False, name_from=body)
        several = not self.bounds.listing and self._several(body, end)
        return self._add(Segment(at, body, body + 1, end, "open_group" if several else "unresolved"))

    def _open_list(self, body: int) -> None:
        """Take "Các Bộ: Tài chính, Nội vụ" for a list of bodies, none of them the directory's."""
        start, plural, _ = self.bounds.groups.quantified(self.tokens, body)
        colon = any(token.mark is Mark.COLON for token in self.tokens[body : body + 8])
        head = HEADS.match(self.tokens, start)
        named = head is not None and self.bounds.has(head[1], Mark.WORD) and self.tokens[head[1]].capital
        if (plural and named) or (head and colon):
            self.bounds.carried, self.bounds.listing = Node(), True

    def _several(self, body: int, end: int) -> bool:
        """Whether no single body is meant: "Công an các xã, phường", "Viện NC trên địa bàn"."""
        if any(self.bounds.groups.localities(self.tokens, index) for index in range(body + 1, end)):
            return True
        if self.bounds.groups.noun(self.tokens, body) is None:
            return False
        return LOCATIVE.within(self.tokens, body, end) or SELECTING.within(self.tokens, body, end)


def segments_of(tokens: Sequence[Token], directory: Directory) -> list[Segment]:
    return _Cutter(tokens, Bounds(tokens, names_of(directory), groups_of(directory))).cut()

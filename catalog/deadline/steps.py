"""Groups the times of one cell into steps: what says the same thing twice is one, what has its own work is another."""

from collections.abc import Sequence
from dataclasses import replace
from enum import IntEnum

from catalog.deadline.islands import SEPARATORS, Island
from catalog.deadline.nodes import (
    DATED,
    Before,
    By,
    Conflict,
    Event,
    Limit,
    Nothing,
    On,
    Ongoing,
    Point,
    Range,
    Recurring,
    Relative,
    Since,
    Span,
    Step,
    Unclear,
    Within,
)
from catalog.deadline.points import Tokens
from catalog.deadline.words import T
from catalog.deadline.years import written_year
from catalog.text import normalize

_OPENERS = {T.DASH, T.AND, T.MARK, T.NUMBER, T.DATE, T.FRACTION}
_ABBREVIATIONS = {"tp", "tx", "tt", "ths", "ts", "pgs", "v", "st", "mr"}
_OWN_WORK = {T.STEP, T.MATTER, T.TIMES}
_EDGES = " \t\r\n;,.:-–—+*()[]•"
_PROPOSAL = "Trong ô có ý kiến đề xuất về thời hạn; thời hạn đã ghi vẫn được giữ."
_DURING = "Việc làm thường xuyên trong thời gian đã ghi."
_LOOSE = "Có mốc thời gian khác không được lấy làm hạn vì chỉ nói rõ thêm cho việc."


class Link(IntEnum):
    """What stands between two times, weakest first."""

    PLAIN = 0
    AND = 1
    COMMA = 2
    BRACKET = 3
    HARD = 4


def steps_of(text: str, tokens: Tokens, islands: Sequence[Island]) -> tuple[Step, ...]:
    """Return the steps in the order of the cell; `text` is the clean text that the tokens were cut from."""
    kept, notes = _without_asides(tokens, islands)
    steps: list[_Draft] = []
    for island in _repetitions_joined(tokens, kept):
        merged = _merge(tokens, steps[-1].island, island) if steps else None
        if merged is None:
            steps.append(_Draft(_sharing_before(tokens, steps[-1].island, island) if steps else island))
        else:
            steps[-1].take(island, *merged)
    return _with_text(text, tokens, steps, notes)


class _Draft:
    def __init__(self, island: Island) -> None:
        self.island = island
        self.notes: tuple[str, ...] = ()

    def take(self, island: Island, limit: Limit, note: str) -> None:
        self.island = replace(self.island, limit=limit, end=max(self.island.end, island.end), bare=False)
        self.notes += (note,) if note else ()


def points_of(limit: Limit) -> tuple[Point, ...]:
    """Return the points of a limit in the order of the text."""
    if isinstance(limit, Range):
        return (limit.last,) if limit.first is None else (limit.first, limit.last)
    if isinstance(limit, Conflict):
        return tuple(point for part in limit.limits for point in points_of(part))
    if isinstance(limit, Relative):
        return (limit.anchor,) if limit.anchor else ()
    return limit.points if isinstance(limit, Before | By | On | Span | Since) else ()


def _yearless(limit: Limit) -> bool:
    return all(written_year(point) is None for point in points_of(limit))


def link_between(tokens: Tokens, left: Island, right: Island) -> Link:
    link = Link.PLAIN
    for at in range(left.end, right.first + 1):
        link = max(link, _link_at(tokens, at, inside=at < right.first))
    return link


def _link_at(tokens: Tokens, at: int, *, inside: bool) -> Link:
    token = tokens[at]
    if token.line_start and (token.capital or token.kind in _OPENERS):
        return Link.HARD
    if not inside:
        return Link.PLAIN
    if token.kind is T.HARD or (token.kind is T.STOP and tokens[at - 1].key not in _ABBREVIATIONS):
        return Link.HARD
    if token.kind is T.OPEN:
        return Link.BRACKET
    if token.kind in {T.COMMA, T.DASH}:
        return Link.COMMA
    return Link.AND if token.kind is T.AND else Link.PLAIN


def _own_work(tokens: Tokens, left: Island, right: Island) -> bool:
    """Tell whether the right-hand time has work of its own: words for a step, or any new words after a comma."""
    gap = list(range(left.end, right.first))
    start = next((at for at in gap if tokens[at].kind in SEPARATORS or tokens[at].line_start), right.first)
    before = [tokens[at].kind for at in range(start, right.first)]
    after = []
    at = right.end
    while tokens[at].kind not in SEPARATORS | {T.END} and not tokens[at].line_start:
        after.append(tokens[at].kind)
        at += 1
    if isinstance(right.limit, Recurring):
        after += [token.kind for token in tokens[right.first : right.end]]
    bracketed = any(tokens[at].kind is T.OPEN for at in gap)
    words = _OWN_WORK if bracketed else _OWN_WORK | {T.WORD, T.NUMBER, T.MARK}
    closed = not bracketed and any(tokens[at].kind is T.CLOSE for at in gap)
    return closed or bool(words & set(before)) or bool((words - {T.WORD}) & set(after))


def _without_asides(tokens: Tokens, islands: Sequence[Island]) -> tuple[list[Island], tuple[str, ...]]:
    """Drop reviewers' comments, then weak readings and mere descriptions where something firm stands."""
    kept: list[Island] = []
    notes: list[str] = []
    commenting = False
    for island in islands:
        gap = range(kept[-1].end, island.first) if kept else range(0)
        if any(tokens[at].kind is T.COMMENT for at in gap):
            commenting = True
        elif commenting and link_between(tokens, islands[islands.index(island) - 1], island) is Link.HARD:
            commenting = False
        if commenting:
            notes.append(_PROPOSAL)
        else:
            kept.append(island)
    firm = [island for island in kept if not _is_weak(island.limit)]
    if firm and len(firm) < len(kept):
        kept = firm
    plain = [island for island in kept if not _describes(tokens, island, kept)]
    if len(plain) < len(kept):
        notes.append(_LOOSE)
    return plain, tuple(dict.fromkeys(notes))


def _is_weak(limit: Limit) -> bool:
    return isinstance(limit, Unclear) and limit.weak


def _describes(tokens: Tokens, island: Island, kept: Sequence[Island]) -> bool:
    """Tell whether a bare span only says which report or plan another limit of the clause is about."""
    return (
        island.bare
        and tokens[island.first - 1].kind is not T.CHANGE
        and isinstance(island.limit, Span)
        and any(
            not other.bare
            and isinstance(other.limit, DATED)
            and link_between(tokens, *sorted((island, other), key=lambda each: each.first)) <= Link.AND
            for other in kept
            if other is not island
        )
    )


def _repetitions_joined(tokens: Tokens, islands: Sequence[Island]) -> list[Island]:
    """Make one of a repetition and the yearless times of its clause: "trước ngày 20/6, 20/11 hằng năm"."""
    joined: list[Island] = []
    for group in _clauses(tokens, islands):
        run: list[Island] = []
        for island in [*group, None]:
            if island and _can_repeat(island.limit):
                run.append(island)
                continue
            joined.extend(_one_repetition(tokens, run))
            run = []
            if island:
                joined.append(island)
    return joined


def _clauses(tokens: Tokens, islands: Sequence[Island]) -> list[list[Island]]:
    clauses: list[list[Island]] = []
    for island in islands:
        if clauses and link_between(tokens, clauses[-1][-1], island) is not Link.HARD:
            clauses[-1].append(island)
        else:
            clauses.append([island])
    return clauses


def _can_repeat(limit: Limit) -> bool:
    return not isinstance(limit, Ongoing | Event | Nothing | Conflict) and _yearless(limit)


def _one_repetition(tokens: Tokens, run: list[Island]) -> list[Island]:
    if len(run) < 2 or not any(isinstance(island.limit, Recurring) for island in run):
        return run
    return [replace(run[0], limit=Recurring(), end=run[-1].end, bare=False)]


def _merge(tokens: Tokens, left: Island, right: Island) -> tuple[Limit, str] | None:
    """Return the one limit that both say, with a note, or None where they are two steps."""
    link = link_between(tokens, left, right)
    own = _own_work(tokens, left, right)
    if tokens[right.first - 1].kind is T.CHANGE and isinstance(right.limit, DATED):
        return Unclear(
            "Một thời hạn được chuyển sang thời hạn khác, không rõ thời hạn nào còn hiệu lực.",
            about=right.limit,
        ), ""
    if isinstance(left.limit, Nothing) or isinstance(right.limit, Nothing):
        return _denied(left.limit, right.limit)
    if link is Link.HARD:
        return None
    for rule in (_merge_repetition, _merge_ongoing, _merge_event, _merge_duration):
        merged = rule(left.limit, right.limit, link, own)
        if merged is not None:
            return merged
    return _merge_dated(tokens, left, right, link, own)


def _sharing_before(tokens: Tokens, left: Island, right: Island) -> Island:
    """Let "trước" reach over a bracket: "trước ngày 20/6 (6 tháng), 20/12 (năm)"."""
    shared = (
        isinstance(left.limit, Before)
        and isinstance(right.limit, By)
        and tokens[right.first].kind is not T.LATEST
    )
    gap = {tokens[at].kind for at in range(left.end, right.first)}
    if (
        not shared
        or not isinstance(right.limit, By)
        or gap - {T.CLOSE, T.COMMA, T.AND, T.YEAR}
        or T.CLOSE not in gap
    ):
        return right
    return right if tokens[right.first].kind is T.UNTIL else replace(right, limit=Before(right.limit.points))


def _denied(left: Limit, right: Limit) -> tuple[Limit, str]:
    other = right if isinstance(left, Nothing) else left
    if isinstance(other, DATED):
        return Unclear("Vừa ghi là chưa xác định, vừa ghi thời gian."), ""
    return Nothing(), ""


def _merge_repetition(left: Limit, right: Limit, link: Link, own: bool) -> tuple[Limit, str] | None:
    if not isinstance(left, Recurring) and not isinstance(right, Recurring):
        return None
    other = right if isinstance(left, Recurring) else left
    if isinstance(other, Recurring | Relative) or (not own and not isinstance(other, DATED)):
        return Recurring(), ""
    if own or not isinstance(other, DATED):
        return None
    if isinstance(other, Range | Span):
        return Recurring(), "Việc lặp lại trong thời gian đã ghi; thời gian ấy không phải là hạn cuối."
    if link is not Link.PLAIN:
        return None
    return Unclear("Vừa ghi ngày cụ thể có năm, vừa ghi là lặp lại.", like="recurring"), ""


def _merge_ongoing(left: Limit, right: Limit, link: Link, own: bool) -> tuple[Limit, str] | None:
    if own:
        return None
    if isinstance(right, Ongoing):
        return _then_ongoing(left, link)
    if isinstance(left, Ongoing | Since) and isinstance(right, Event):
        return left, ""
    if isinstance(left, Ongoing) and isinstance(right, Span | Range | Since):
        return right, _DURING
    return None


def _then_ongoing(left: Limit, link: Link) -> tuple[Limit, str] | None:
    if isinstance(left, DATED):
        if link is Link.BRACKET:
            return left, _DURING
        start = () if isinstance(left, Before | By) else points_of(left)[:1]
        return Since(start, bounded=True), "Sau khoảng thời gian đã ghi, việc tiếp tục làm thường xuyên."
    if isinstance(left, Since):
        return left, ""
    return (Ongoing(), "") if isinstance(left, Ongoing | Event) else None


def _merge_event(left: Limit, right: Limit, link: Link, own: bool) -> tuple[Limit, str] | None:
    if isinstance(left, Event) and isinstance(right, Event):
        return None if own and link is not Link.PLAIN else (Event(), "")
    note = "Hạn còn gắn với một sự kiện nêu trong ô."
    if isinstance(right, Event) and isinstance(left, DATED) and (link is not Link.COMMA or not own):
        return None if link is Link.AND else (left, note)
    followed = isinstance(left, Event) and left.by_plan and link is Link.COMMA and not own
    if isinstance(left, Event) and isinstance(right, DATED) and (link is Link.PLAIN or followed):
        return right, note
    if isinstance(left, Event) and isinstance(right, DATED) and link is Link.BRACKET and not own:
        return Event(), "Thời gian ghi trong ngoặc chỉ cho biết khoảng diễn ra sự kiện."
    if isinstance(left, Within | Relative) and isinstance(right, Event) and not own:
        return left, ""
    return None


def _merge_duration(left: Limit, right: Limit, link: Link, own: bool) -> tuple[Limit, str] | None:
    if isinstance(left, DATED) and isinstance(right, Relative) and link is Link.BRACKET and not own:
        return left, "Khoảng thời gian ghi trong ngoặc chỉ giải thích thêm cho ngày đã ghi."
    if isinstance(left, Event) and isinstance(right, Within) and (link is Link.PLAIN or not own):
        return Relative(right.duration), ""
    if isinstance(left, Within) and isinstance(right, (*DATED, Since)) and not own:
        return right, "Số ngày ghi kèm không dùng để tính hạn vì đã có ngày cụ thể."
    if isinstance(right, Within) and isinstance(left, DATED) and not own:
        return left, "Số ngày ghi kèm không dùng để tính hạn vì đã có ngày cụ thể."
    return None


def _merge_dated(
    tokens: Tokens, left: Island, right: Island, link: Link, own: bool
) -> tuple[Limit, str] | None:
    limits = (*left.limit.limits,) if isinstance(left.limit, Conflict) else (left.limit,)
    if not isinstance(right.limit, DATED) or not all(isinstance(limit, DATED) for limit in limits):
        return None
    if own or link is Link.AND:
        return None
    between = {tokens[at].kind for at in range(left.end, right.first)}
    if link is Link.PLAIN and T.WORD in between and (left.bare or right.bare):
        return Unclear("Có hai mốc thời gian trong một câu, không rõ mốc nào là hạn."), ""
    return Conflict((*(limit for limit in limits if isinstance(limit, DATED)), right.limit)), ""


def _with_text(
    text: str, tokens: Tokens, drafts: Sequence[_Draft], notes: tuple[str, ...]
) -> tuple[Step, ...]:
    steps = []
    begin = 0
    for index, draft in enumerate(drafts):
        end = len(text)
        if index + 1 < len(drafts):
            end = _boundary(tokens, draft.island, drafts[index + 1].island)
        words = normalize(text[begin:end]).strip(_EDGES).removeprefix("và ")
        extra = notes if index == 0 else ()
        steps.append(Step(draft.island.limit, words, (*draft.notes, *extra)))
        begin = end
    return tuple(steps)


def _boundary(tokens: Tokens, left: Island, right: Island) -> int:
    for at in range(left.end, right.first + 1):
        if tokens[at].kind in SEPARATORS or (tokens[at].line_start and at > 0):
            return tokens[at].start
    return tokens[right.first].start

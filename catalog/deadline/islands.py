"""Finds the times in a cell: islands of grammar in a sea of prose. What is not time is left alone, never guessed at."""

from dataclasses import dataclass

from catalog.deadline.events import (
    document_date_at,
    event_at,
    masked_end,
    nothing_at,
    occasion_at,
    ongoing_at,
    recurrence_at,
    season_at,
    week_at,
)
from catalog.deadline.nodes import DATED, Limit, Since, Span, Unclear, WholeYear
from catalog.deadline.parser import limit_at
from catalog.deadline.points import Tokens, point_at
from catalog.deadline.words import T

SEPARATORS = {T.HARD, T.STOP, T.OPEN, T.CLOSE, T.COMMA, T.AND, T.DASH, T.COLON, T.OR}
_RULES = (nothing_at, recurrence_at, occasion_at, week_at)
_LATER_RULES = (event_at, season_at, ongoing_at, document_date_at)
_COMPARISONS = {"<", ">", "=", "≤", "≥", "~", "±", "≈", "?"}
_DOUBTFUL = {T.DOUBT, T.OR}


@dataclass(frozen=True, slots=True)
class Island:
    """One limit at tokens `first` up to, not including, `end`."""

    limit: Limit
    first: int
    end: int
    bare: bool  # no preposition, in the middle of prose: perhaps it only says which report or plan is meant


def find_islands(tokens: Tokens) -> tuple[Island, ...]:
    islands: list[Island] = []
    anchored = True
    at = 0
    while tokens[at].kind is not T.END:
        anchored = anchored or tokens[at].line_start
        masked = masked_end(tokens, at)
        if masked is not None:
            at, anchored = max(masked, at + 1), False
            continue
        found = _read(tokens, at, anchored=anchored)
        if found is None:
            anchored = tokens[at].kind in SEPARATORS or (anchored and tokens[at].kind in {T.FILLER, T.CHANGE})
            at += 1
            continue
        limit, end = found
        bare = not anchored and tokens[at].kind not in {T.IN, T.FROM}
        islands.append(Island(_sure(tokens, at, end, limit, bare=bare), at, end, bare))
        at, anchored = max(end, at + 1), True
    return tuple(islands)


def _read(tokens: Tokens, at: int, *, anchored: bool) -> tuple[Limit, int] | None:
    for rule in _RULES:
        if found := rule(tokens, at):
            return found
    if found := limit_at(tokens, at, anchored=anchored):
        return found
    for rule in _LATER_RULES:
        if found := rule(tokens, at):
            return found
    return None


def _sure(tokens: Tokens, at: int, end: int, limit: Limit, *, bare: bool) -> Limit:
    """Return `limit`, or an Unclear one where the words around it make it say something else."""
    before = tokens[at - 1] if at else None
    if before and before.kind in _DOUBTFUL and not isinstance(limit, Unclear):
        return Unclear(f"Từ «{before.key}» đứng trước thời gian nên không rõ hạn.", about=limit)
    if (before and before.key in _COMPARISONS) or tokens[end].key == "?":
        return Unclear("Có dấu so sánh hoặc dấu hỏi bên thời gian nên không rõ hạn.", about=limit)
    denial = _denial(tokens, at, end)
    if denial and isinstance(limit, (*DATED, Since)):
        return Unclear(f"Có từ «{denial}» nên không chắc thời gian ghi trong ô là thời hạn.", about=limit)
    if tokens[end].kind is T.OR and tokens[end + 1].kind is not T.WORD:
        return Unclear("Có hai thời gian nối bằng «hoặc», không rõ lấy thời gian nào.", about=limit)
    if isinstance(limit, Span) and bare and before and _says_which(before.kind, limit):
        words = "«Năm» ghi sau một danh từ có thể chỉ tên việc, không phải thời hạn."
        return Unclear(words, about=limit, weak=True)
    return limit


def _denial(tokens: Tokens, at: int, end: int) -> str:
    """Return the word before it in its clause, or right after it, that makes a time something else than a deadline."""
    if tokens[end].kind is T.DENIAL:
        return tokens[end].key
    if tokens[end].kind is T.YEAR and tokens[end + 1].key == "trước" and point_at(tokens, end + 2) is None:
        return "năm trước"
    for place in range(at - 1, -1, -1):
        if tokens[place].kind is T.DENIAL:
            return tokens[place].key
        if tokens[place].kind in {T.HARD, T.STOP}:
            break
    return ""


def _says_which(before: T, span: Span) -> bool:
    if before is T.MATTER:
        return True
    return any(isinstance(point, WholeYear) for point in span.points) and before not in {
        T.FILLER,
        T.TIMES,
        T.CHANGE,
    }

"""The part of the grammar that reads what has no day of its own: events, repetition, issue, documents' dates."""

from catalog.deadline.lists import points_at
from catalog.deadline.nodes import Day, Event, Limit, Nothing, On, Ongoing, Point, Range, Recurring, Unclear
from catalog.deadline.numbers import quarter_numeral
from catalog.deadline.points import Read, Tokens, number_at, point_at
from catalog.deadline.words import T

UNITS = {T.DAY, T.WORKDAY, T.WEEK, T.MONTH, T.QUARTER, T.YEAR}
CLAUSE_ENDS = {T.HARD, T.STOP, T.CLOSE, T.OPEN, T.END}
_LIMIT_WORDS = {T.BEFORE, T.LATEST, T.UNTIL}
_MARKED_TIMES = {T.IN, T.MONTH, T.QUARTER, T.DATE, T.FRACTION, T.DAY, T.EDGE}
_DOCUMENT_WORDS = {"kế hoạch", "chương trình", "danh mục", "đề án"}


def tail_end(tokens: Tokens, at: int) -> int:
    """Return where the words of an anchor end: at the clause's end, or where a dated limit follows."""
    while tokens[at].kind not in CLAUSE_ENDS:
        token = tokens[at]
        if token.kind in _LIMIT_WORDS and _dated_from(tokens, at + 1):
            return at - 1 if tokens[at - 1].kind in {T.COMMA, T.AND} else at
        if token.kind in {T.COMMA, T.AND} and _marked_time(tokens, at + 1):
            return at
        if token.line_start and tokens[at].capital and _dated_from(tokens, at):
            return at
        at += 1
    return at


def _marked_time(tokens: Tokens, at: int) -> bool:
    while tokens[at].kind is T.FILLER:
        at += 1
    return tokens[at].kind in _MARKED_TIMES and _dated_from(tokens, at)


def _dated_from(tokens: Tokens, at: int) -> bool:
    """Tell whether a point follows at once, after prepositions and an hour."""
    for _ in range(6):
        if point_at(tokens, at) is not None:
            return True
        if tokens[at].kind not in _LIMIT_WORDS | {T.IN, T.CLOCK, T.COLON, T.FILLER}:
            return False
        at += 1
    return False


def issue_at(tokens: Tokens, at: int) -> int | None:
    """Return the place after words that mean the issue of this very document, or None.

    A document with a number, or words after it that tell it from this one, is another document.
    """
    if tokens[at].kind is T.DAY:
        at += 1
    before = _this_document(tokens, at)
    at = before
    if tokens[at].key == "được":
        at += 1
    if tokens[at].kind is not T.ISSUE:
        return None
    at = _this_document(tokens, at + 1)
    ends = CLAUSE_ENDS | {T.COMMA, T.ONWARD, T.UNTIL, T.AND, T.DASH}
    return at if tokens[at].kind in ends or tokens[at].line_start else None


def _this_document(tokens: Tokens, at: int) -> int:
    if tokens[at].kind is T.DOCUMENT or tokens[at].key in _DOCUMENT_WORDS:
        at += 1
        if tokens[at].key == "này":
            at += 1
    return at


def masked_end(tokens: Tokens, at: int) -> int | None:
    """Return the place after a document's number and date, or after the date of some figures; None for others."""
    token = tokens[at]
    if token.kind is T.REFERENCE:
        return _skip_date(tokens, at + 1)
    if token.kind is T.NUMBERED and tokens[at + 1].kind in {
        T.NUMBER,
        T.FRACTION,
        T.BROKEN,
        T.DATE,
        T.REFERENCE,
    }:
        return _skip_date(tokens, at + 2)
    if token.kind is T.DATA:
        at += 1
        while tokens[at].kind in {T.UNTIL, T.FROM, T.IN}:
            at += 1
        found = point_at(tokens, at)
        return found[1] if found else at
    return None


def _skip_date(tokens: Tokens, at: int) -> int:
    after = at + 1 if tokens[at].kind in {T.COMMA, T.OPEN} else at
    if tokens[after].kind is not T.DAY:
        return at
    found = point_at(tokens, after)
    return found[1] if found else at


def document_date_at(tokens: Tokens, at: int) -> Read[Limit]:
    """Read "Quyết định ngày 15/8/2025": the day of a document, hardly a deadline."""
    if tokens[at].kind is not T.DOCUMENT or tokens[at + 1].kind is not T.DAY:
        return None
    found = point_at(tokens, at + 1)
    if found is None or not isinstance(found[0], Day) or found[0].month is None:
        return None
    return Unclear(
        "Ngày ghi sau tên văn bản có thể là ngày của văn bản ấy, không phải thời hạn.", weak=True
    ), found[1]


def event_at(tokens: Tokens, at: int) -> Read[Limit]:
    """Read an anchor without a duration: "sau khi …", "theo tiến độ …", "kỳ họp …"."""
    token = tokens[at]
    if token.kind is T.TRIGGER or token.kind is T.SESSION:
        if token.key == "theo" and tokens[at + 1].kind in UNITS and not _numbered(tokens, at + 1):
            return Recurring(), at + 2
        return Event(by_plan=token.key == "theo"), max(tail_end(tokens, at + 1), at + 1)
    if token.kind in {T.BEFORE, T.AFTER} and tokens[at + 1].kind not in CLAUSE_ENDS | {T.COMMA, T.AND}:
        return Event(), max(tail_end(tokens, at + 1), at + 1)
    return None


def _numbered(tokens: Tokens, at: int) -> bool:
    following = tokens[at + 1]
    return following.kind in {T.NUMBER, T.FRACTION} or bool(quarter_numeral(following.key))


def occasion_at(tokens: Tokens, at: int) -> Read[Limit]:
    """Read "nhân dịp …" or "Ngày Pháp luật …" with the first day that the words name, if any."""
    named = tokens[at].kind is T.DAY and tokens[at + 1].kind is T.WORD and tokens[at + 1].capital
    if tokens[at].kind is not T.ON and not named:
        return None
    place = at + 1
    while tokens[place].kind not in (CLAUSE_ENDS - {T.OPEN}) | {T.COMMA} | _LIMIT_WORDS:
        found = _named_days(tokens, place)
        if found is not None:
            return On(found[0]), found[1]
        place += 1
    return None if named else (On(()), max(place, at + 1))


def _named_days(tokens: Tokens, at: int) -> Read[tuple[Point, ...]]:
    found = points_at(tokens, at, anchored=True, led=True)
    if found is None:
        return None
    days = (found[0].last,) if isinstance(found[0], Range) else found[0]
    last = days[-1]
    return (days, found[1]) if isinstance(last, Day) and last.month is not None else None


def week_at(tokens: Tokens, at: int) -> Read[Limit]:
    """Read "tuần 2 tháng 8", "tuần cuối tháng 9": no rule says which days those are."""
    if tokens[at].kind is not T.WEEK:
        return None
    place = at + 2 if tokens[at + 1].kind is T.WEEKDAY else at + 1
    number = number_at(tokens, place)
    if number is None and tokens[place].kind is not T.EDGE:
        return None
    place = number[1] if number else place + 1
    found = point_at(tokens, place + 1 if tokens[place].kind in {T.OF, T.SLASH, T.COMMA} else place)
    return Unclear("Không có quy định tuần ấy gồm những ngày nào.", like="period"), found[
        1
    ] if found else place


def season_at(tokens: Tokens, at: int) -> Read[Limit]:
    """Read a school year, a term or a crop: spans whose ends nobody wrote down."""
    if tokens[at].kind is not T.SEASON:
        return None
    end = max(tail_end(tokens, at + 1), at + 1)
    reason = f"«{tokens[at].key}» không có ngày bắt đầu, kết thúc cố định; cần ghi rõ ngày."
    return Unclear(reason, like="period", weak=True), end


def nothing_at(tokens: Tokens, at: int) -> Read[Limit]:
    return (Nothing(), at + 1) if tokens[at].kind is T.NOTHING else None


def ongoing_at(tokens: Tokens, at: int) -> Read[Limit]:
    return (Ongoing(), at + 1) if tokens[at].kind is T.ONGOING else None


def recurrence_at(tokens: Tokens, at: int) -> Read[Limit]:
    """Read the words by which an expression says that it repeats."""
    kind = tokens[at].kind
    if kind is T.PERIODIC:
        return Recurring(), at + 1
    if kind is T.EVERY:
        return (Recurring(), at + 2) if tokens[at + 1].kind in UNITS | {T.SEASON, T.EDGE} else None
    if kind is T.TIMES:
        end = _per_unit(tokens, at + 1)
    elif kind in {T.NUMBER, T.WORD}:
        number = number_at(tokens, at)
        end = _unit_times(tokens, number[1]) if number else None
    elif kind in UNITS:
        end = _unit_times(tokens, at) or _reporting(tokens, at) or _month_of_quarter(tokens, at)
        end = end or _next_period(tokens, at)
    else:
        end = None
    return (Recurring(), end) if end else None


def _per_unit(tokens: Tokens, at: int) -> int | None:
    """Read what follows "lần": "/năm", "một năm", "trong tháng"."""
    if tokens[at].kind not in {T.SLASH, T.IN, T.EVERY}:
        return None
    number = number_at(tokens, at + 1) if tokens[at + 1].kind not in UNITS else None
    place = number[1] if number else at + 1
    return place + 1 if tokens[place].kind in UNITS else None


def _unit_times(tokens: Tokens, at: int) -> int | None:
    """Read "tuần một lần", "tháng/lần", "năm 02 lần"."""
    if tokens[at].kind not in UNITS:
        return None
    place = at + 1
    if tokens[place].kind is T.SLASH:
        place += 1
    number = number_at(tokens, place)
    place = number[1] if number else place
    return place + 1 if tokens[place].kind is T.TIMES and place > at + 1 else None


def _reporting(tokens: Tokens, at: int) -> int | None:
    """Read "tháng báo cáo": the period that is reported on."""
    after = tokens[at + 2].kind
    if tokens[at + 1].key != "báo cáo" or after in {T.MATTER, T.STEP, T.FILLER, T.WORD}:
        # "của năm báo cáo theo dấu bưu điện" ends at a trigger; "năm báo cáo kết quả" is a verb with its object.
        return None
    return at + 2


def _month_of_quarter(tokens: Tokens, at: int) -> int | None:
    """Read "tháng cuối cùng của mỗi quý", where no quarter is named."""
    place = at + 1
    if tokens[at].kind not in {T.MONTH, T.DAY} or tokens[place].kind is not T.EDGE:
        return None
    place += 1
    while tokens[place].kind in {T.OF, T.EVERY, T.EDGE}:
        place += 1
    if tokens[place].kind is not T.QUARTER or _numbered(tokens, place):
        return None
    return place + 1


def _next_period(tokens: Tokens, at: int) -> int | None:
    """Read "tháng sau", "quý tiếp theo" after a day of the month: the period after the one reported on."""
    if tokens[at].kind not in {T.MONTH, T.QUARTER} or _numbered(tokens, at):
        return None
    following = tokens[at + 1]
    relative = following.kind in {T.NEXT, T.AFTER} or following.key in {"trước", "liền trước"}
    of_month = tokens[at - 1].kind is T.OF and at > 1 and following.kind in CLAUSE_ENDS
    day_before = at > 0 and any(part.kind is T.NUMBER for part in tokens[max(at - 2, 0) : at])
    if not day_before or not (relative or of_month):
        return None
    return at + 2 if relative else at + 1

"""Reporting rounds in the prose: "lần 1 trước ngày 05/9/2025 và lần 2 …", "Định kỳ 02 tuần một lần (…)", "đột xuất"."""

import re
from collections.abc import Sequence

from catalog.drafts.records import DraftRound
from catalog.text import normalize

# The pieces that a reporting time is made of; each is one wording, put together below.
_DAY = r"(?:\d{1,2}\s*/\s*\d{1,2}(?:\s*/\s*\d{2,4})?|ngày\s*\d{1,2}(?:\s*/\s*\d{1,2}(?:\s*/\s*\d{2,4})?|\s*tháng\s*\d{1,2}(?:\s*năm\s*\d{4})?)?)"
_HOUR = r"(?:\d{1,2}\s*(?:giờ|h)\s*(?:\d{2})?\s*(?:phút)?\s*,?\s*)"
_WEEKDAY = r"(?:(?:ngày\s*)?thứ\s*\S+?(?=[\s,;.)]|$))"
_EVERY = r"(?:(?:hằng|hàng|mỗi)\s*(?:tuần|tháng|quý|năm|(?:0?6|sáu) tháng))"
_OF = r"(?:(?:của\s*)?tháng (?:cuối|đầu|tiếp theo|sau|báo cáo)(?: (?:của )?(?:quý|kỳ|năm))?(?: (?:báo cáo|tiếp theo))?)"
_WHEN = rf"(?:{_HOUR}?(?:{_DAY}|{_WEEKDAY}))"
_LIMIT = (
    rf"(?:(?:trước|chậm nhất(?:\s+(?:là|vào))?|vào|đến|hết|xong trước)(?:\s+hết)?\s+{_WHEN}"
    rf"(?:\s*(?:và|,)\s*(?:trước\s+)?{_WHEN})*(?:\s*{_OF})?)"
)
_TIMES_OVER = r"(?:(?:0?\d|một|hai|ba)\s*(?:tuần|tháng|quý|năm|ngày)\s*(?:một|0?1|hai|0?2)\s*lần)"
_PERIOD = rf"(?:{_EVERY}|{_TIMES_OVER}|(?:0?6|sáu|9) tháng(?: (?:đầu|cuối) năm)?|(?:quý|năm|tháng|tuần)\b)"
_PIECE = rf"(?:{_PERIOD}|{_LIMIT}(?:\s*{_EVERY})?|\([^)\n]{{3,120}}\))"
_TIMES = re.compile(
    rf"\b(?:lần|đợt|kỳ)\s*(?:thứ\s*)?(?P<number>\d{{1,2}}|nhất|hai|ba|tư|[IVX]+)\b(?!\s*(?:tuần|tháng|quý|năm))[^.;\n]{{0,60}}?{_LIMIT}",
    re.IGNORECASE,
)
_RECURRING = re.compile(
    rf"\b(?P<what>(?:định kỳ\s*,?\s*{_PIECE}|{_LIMIT}\s*{_EVERY}|{_EVERY})(?:\s*(?:,|và|hoặc)?\s*{_PIECE})*(?:[^.;,\n]{{0,60}}?{_LIMIT})?)",
    re.IGNORECASE,
)
_NAMED = re.compile(rf"\b(?P<what>báo cáo\b(?:(?!báo cáo)[^.;\n]){{0,180}}?{_LIMIT})", re.IGNORECASE)
_AD_HOC = re.compile(
    r"\bbáo cáo đột xuất(?:\s*\([^)\n]{2,120}\)|\s+(?:khi|theo)\s[^.;,\n]{3,80})?", re.IGNORECASE
)
_WORDS = {"nhất": "1", "hai": "2", "ba": "3", "tư": "4", "i": "1", "ii": "2", "iii": "3", "iv": "4"}


def read_rounds(
    paragraphs: Sequence[tuple[str, str]],
) -> tuple[tuple[DraftRound, ...], DraftRound | None, tuple[str, ...]]:
    """Return the periodic rounds, the ad hoc clause and what is doubtful; paragraphs are (text, place)."""
    rounds: dict[str, DraftRound] = {}
    ad_hoc: DraftRound | None = None
    for text, place in _reporting(paragraphs):
        where = _article(paragraphs, text) or place
        for code, wording in _worded(text):
            if all(wording not in kept.text for kept in rounds.values()):
                fresh = code if code not in rounds else f"{code}-{len(rounds) + 1}"
                rounds[fresh] = DraftRound(fresh, wording, where)
        found = _AD_HOC.search(text)
        ad_hoc = ad_hoc or (DraftRound("dot-xuat", normalize(found.group(0)), where) if found else None)
    told = () if rounds else ("Không tìm thấy lần báo cáo nào trong phần lời văn; cần nhập tay nếu có.",)
    return tuple(rounds.values()), ad_hoc, told


def _worded(text: str) -> list[tuple[str, str]]:
    """Return the rounds of one paragraph as (code, wording): numbered ones, else recurring ones, else named days."""
    numbered = [(_ordinal(found["number"]), normalize(found.group(0))) for found in _TIMES.finditer(text)]
    if numbered:
        return [(f"lan-{ordinal}", wording) for ordinal, wording in numbered]
    recurring = [
        normalize(found["what"]) for found in _RECURRING.finditer(text) if _about_reports(text, found)
    ]
    if recurring:
        return [("dinh-ky", wording) for wording in recurring]
    named = [normalize(found["what"]) for found in _NAMED.finditer(text)]
    return [(f"lan-{at}", wording) for at, wording in enumerate(named, start=1)]


def _ordinal(printed: str) -> str:
    return _WORDS.get(printed.lower(), printed)


def _reporting(paragraphs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the paragraphs of the document itself that speak of reporting, not its legal bases or an annex's title."""
    return [
        (text, place)
        for text, place in paragraphs
        if re.search(r"báo cáo", text, re.IGNORECASE)
        and not re.match(r"(Căn cứ|Xét|Theo đề nghị|\(?Kèm theo)", text)
    ]


def _article(paragraphs: Sequence[tuple[str, str]], text: str) -> str:
    """Return "Điều 3 khoản 1" for a clause under an article, "" outside articles."""
    article = ""
    for each, _ in paragraphs:
        head = re.match(r"(Điều \d{1,3})\b", each)
        article = head.group(1) if head else article
        if each == text:
            clause = re.match(r"(\d{1,2})[.)]\s", each)
            return f"{article} khoản {clause.group(1)}" if article and clause else article
    return ""


def _about_reports(text: str, found: re.Match[str]) -> bool:
    """Tell whether the recurrence is that of the report: the two stand within one sentence, close together."""
    around = text[max(0, found.start() - 120) : found.end() + 160]
    return bool(re.search(r"báo cáo", around, re.IGNORECASE)) and len(found["what"].split()) >= 2

"""Reporting rounds in the prose: "lần 1 trước ngày 05/9/2025 và lần 2 …", "Định kỳ 02 tuần một lần (…)", "đột xuất"."""

import re
from collections.abc import Sequence

from catalog.draft_records import DraftRound
from catalog.text import normalize

_DATE = r"(?:ngày\s*)?\d{1,2}\s*(?:[/.-]|\s*tháng\s*)\s*\d{1,2}(?:\s*(?:[/.-]|\s*năm\s*)\s*\d{2,4})?"
_LIMIT = rf"(?:trước|chậm nhất(?: là)?|vào|đến|hết|xong trước)(?: hết)?\s+{_DATE}"
_TIMES = re.compile(
    rf"\b(?:lần|đợt|kỳ)\s*(?:thứ\s*)?(?P<number>\d{{1,2}}|nhất|hai|ba|tư|[IVX]+)\b[^.;\n]{{0,60}}?{_LIMIT}",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"\bbáo cáo\s+(?P<name>(?:sơ kết|tổng kết|kết quả|định kỳ|quý|6 tháng|sáu tháng|năm|giữa kỳ|cuối kỳ|chuyên đề)[^.;\n]{{0,140}}?)\s*\(?\s*{_LIMIT}"
    rf"(?:\s*(?:và|,)\s*(?:trước\s+)?{_DATE})?(?P<yearly>\s*(?:hằng|hàng) năm)?",
    re.IGNORECASE,
)
_RECURRING = re.compile(
    r"\b(?P<what>(?:định kỳ|hằng|hàng|mỗi)\s*(?:[^\s.;:\n]+\s*){0,2}?(?:tuần|tháng|quý|năm|06 tháng|6 tháng|ngày)\b(?:\s*(?:một|01|1|hai|02|2)\s*lần)?(?:\s*\([^)\n]{3,120}\)|[^.;:\n]{0,60}?(?:trước|chậm nhất|vào)\s+(?:16|17|\d{1,2})?\s*(?:giờ\s*)?(?:thứ\s*\S+|ngày\s*\d{1,2}(?:/\d{1,2})?)(?:\s*(?:hằng|hàng|của|mỗi)\s*\S+(?:\s\S+)?)?)?)",
    re.IGNORECASE,
)
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
        for each in _numbered(text, where) or _named(text, where, len(rounds)):
            rounds.setdefault(each.code, each)
        for each in _recurring(text, where, len(rounds)):
            if all(each.text not in kept.text for kept in rounds.values()):
                rounds.setdefault(each.code, each)
        found = _AD_HOC.search(text)
        ad_hoc = ad_hoc or (DraftRound("dot-xuat", normalize(found.group(0)), where) if found else None)
    told = () if rounds else ("Không tìm thấy kỳ báo cáo nào trong phần lời văn; cần nhập tay nếu có.",)
    return tuple(rounds.values()), ad_hoc, told


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


def _numbered(text: str, where: str) -> list[DraftRound]:
    found = []
    for each in _TIMES.finditer(text):
        printed = each["number"].lower()
        found.append(DraftRound(f"lan-{_WORDS.get(printed, printed)}", normalize(each.group(0)), where))
    return found


def _named(text: str, where: str, known: int) -> list[DraftRound]:
    return [
        DraftRound(f"lan-{known + index}", normalize(each.group(0)), where)
        for index, each in enumerate(_NAMED.finditer(text), start=1)
    ]


def _recurring(text: str, where: str, known: int) -> list[DraftRound]:
    found = [normalize(each["what"]) for each in _RECURRING.finditer(text) if _about_reports(text, each)]
    return [
        DraftRound("dinh-ky" if known + index == 0 else f"dinh-ky-{known + index + 1}", what, where)
        for index, what in enumerate(found)
    ]


def _about_reports(text: str, found: re.Match[str]) -> bool:
    """Tell whether the recurrence is that of the report: the two stand within one sentence, close together."""
    around = text[max(0, found.start() - 120) : found.end() + 160]
    return bool(re.search(r"báo cáo", around, re.IGNORECASE)) and len(found["what"].split()) >= 2

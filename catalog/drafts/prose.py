"""What the prose around the list says: kind, title, number, day, issuer, coordinator, articles, recipients.

Nobody's name is taken over: signatures are not read, and recipients that name a person are left out and told.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from catalog.drafts.joining import join_lines
from catalog.drafts.records import Prose
from catalog.drafts.rounds import read_rounds
from catalog.drafts.source import Line, Source, Table
from catalog.text import normalize, search_key

_KINDS = ("QUYẾT ĐỊNH", "KẾ HOẠCH", "CHƯƠNG TRÌNH", "NGHỊ QUYẾT", "CHỈ THỊ", "ĐỀ ÁN", "THÔNG BÁO", "CÔNG VĂN")
_LIST_TITLES = ("DANH MỤC", "PHỤ LỤC", "BẢNG PHÂN CÔNG", "BIỂU")
_STARTS = re.compile(
    r"^\s*(?:[-+*•]|\d{1,2}(?:\.\d{1,2})*[.)]\s|[a-zđ]\)\s|[IVX]+\.\s|[A-Z]\.\s|Điều \d+|Căn cứ|Theo đề nghị|Nơi nhận|"
    r"TM\.|KT\.|QUYẾT ĐỊNH|KẾ HOẠCH|DANH MỤC|PHỤ LỤC|Phụ lục|CỘNG HÒA|ỦY BAN|UỶ BAN|THÀNH PHỐ|Số\s*:|Số\s)"
)
_NUMBER = re.compile(r"\b[Ss]ố\s*:?\s*(\d\w*)?\s*/\s*([A-ZĐ]+(?:[-–][A-ZĐ]+)*)")
_DAY = re.compile(r"ngày\s*(\d{1,2})\s*(?:tháng|/)\s*(\d{1,2})\s*(?:năm|/)\s*(\d{4})", re.IGNORECASE)
_DATELINE = re.compile(
    r"(?:^|(?<=\s))(?P<place>[A-ZĐ]\w*(?:\s[A-ZĐ]\w*){0,3}),\s*ngày.{0,40}?\bnăm\s*(?P<year>\d{4})"
)
_BODY_NAME = (
    r"(?P<body>(?:Sở|Văn phòng|Ban|Thanh tra|Công an|Cục|Vụ|Viện|Trung tâm|Chi cục|Bộ|Phòng|Ủy ban|UBND)"
    r"(?:[\s,]+(?!tổng|theo|đôn|chủ|là\b|để|phối|có|chịu|giúp|tham|hướng|căn|báo|thường|kiểm|tiếp|rà)[\w&-]+){1,12})"
)
_TRACKS = r"(?:tổng hợp|đôn đốc|theo dõi|đầu mối)"
_COORDINATOR = (
    (5, re.compile(rf"\b[Gg]iao {_BODY_NAME}[\s,:(]+[^.;]{{0,120}}?\b{_TRACKS}[^.;]{{0,80}}\b{_TRACKS}")),
    (
        5,
        re.compile(
            rf"^\s*(?:\d+[.)]\s*)?{_BODY_NAME}\s*:?\s*\n[^\n]{{0,40}}?\b(?:[Ll]à )?(?:cơ quan |đơn vị )?(?:đầu mối|[Tt]heo dõi|[Đđ]ôn đốc)",
            re.MULTILINE,
        ),
    ),
    (
        4,
        re.compile(
            rf"{_BODY_NAME}[\s,]+(?:là )?(?:cơ quan|đơn vị)?\s*(?:thường trực|đầu mối)[^.;]{{0,60}}\b{_TRACKS}"
        ),
    ),
    (3, re.compile(rf"\((?:qua|thông qua) {_BODY_NAME}(?: để)?(?: tổng hợp[^)]*)?\)")),
    (2, re.compile(rf"(?:về|gửi|qua) {_BODY_NAME}[\s,(]+[^.;]{{0,30}}?\btổng hợp")),
    (
        2,
        re.compile(
            rf"{_BODY_NAME}[\s,]+(?:có trách nhiệm |chủ trì,? )?(?:tổng hợp|theo dõi|đôn đốc)[^.;]{{0,60}}\b{_TRACKS}"
        ),
    ),
)
_EXPECTED = re.compile(
    r"(?:danh mục này|trách nhiệm|phân công|được giao)[^.;]{0,30}?,\s*(?P<who>(?:các |Các )[^.;]{10,260}?)\s+(?:xây dựng|triển khai|báo cáo|tổ chức|chủ động|có trách nhiệm)"
)
_PERSON = re.compile(r"\b(?:Đ/c|đ/c|đồng chí|Ông|Bà)\b|\b[A-ZĐ]\.\s*[A-ZĐ]|\bLưu\b")

_POST_AND_NAME = re.compile(  # "PCT … Trần Thị B": a post, then two or more words in capitals that no place leads to
    r"^(?:PCT|CT|CVP|PCVP|PBT|BT|Chủ tịch|Phó [Cc]hủ tịch|Bí thư|Phó [Bb]í thư|Giám đốc|Phó [Gg]iám đốc|Chánh)\b.*"
    r"(?<!tỉnh)(?<!phố)(?<!xã)(?<!phường)(?:\s[A-ZĐÂÊÔƠƯĂÁÀẢÃẠ][^\W\d_A-Z]+){3,4}[;.]?$"
)


def read_prose(source: Source) -> Prose:
    """Return what `source` says outside its list tables."""
    lines = [replace(line, text=_digits_together(line.text)) for line in _before_lists(source)]
    paragraphs = _paragraphs(lines, wrapped=source.wrapped)
    texts = [text for text, _ in paragraphs]
    flow = "\n".join(texts)
    issued = _issued(texts)
    place, year = _dateline(texts)
    rounds, ad_hoc, told = read_rounds(paragraphs)
    recipients, left_out = _recipients(lines)
    coordinator, where = _coordinator(flow, paragraphs)
    kind, title = _title([line.text for line in lines])
    return Prose(
        kind=kind,
        title=title,
        number=_number(flow),
        issued_on=issued,
        year=(issued.year if issued else None) or year or _year_of(title) or _year_of(flow),
        issuer=_issuer(lines, texts),
        place=place,
        coordinator=coordinator,
        coordinator_source=where,
        expected=_expected(flow),
        legal_bases=tuple(
            text.rstrip(";. ") for text in texts if re.match(r"(Căn cứ|Theo đề nghị|Xét đề nghị)\b", text)
        ),
        articles=tuple(_articles(texts)),
        recipients=recipients,
        rounds=rounds,
        ad_hoc=ad_hoc,
        warnings=(*told, *left_out),
    )


def _digits_together(text: str) -> str:
    """Return a dateline whose stamped figures came out one by one ("Số:2 7 7 /KH") with whole numbers."""
    if not re.match(r"\s*(?:Số\b|\(?\s*[Kk]èm theo|[^,]{2,30},\s*ngày)", text):
        return text
    return re.sub(r"(?<=\d) (?=\d\b)", "", text)


def _before_lists(source: Source) -> list[Line]:
    """Return the prose in order; a letterhead or a signature set in a table counts as prose too."""
    lines: list[Line] = []
    for block in source.blocks:
        if isinstance(block, Line):
            lines.append(block)
        elif _is_layout(block):
            lines.extend(
                Line(part, block.place, gap=True)
                for row in block.rows
                for cell in row.cells
                for part in cell.text.splitlines()
                if part.strip()
            )
    return lines


def _is_layout(table: Table) -> bool:
    return max((len(row.cells) for row in table.rows), default=0) <= 3 and len(table.rows) <= 12


def _paragraphs(lines: Sequence[Line], *, wrapped: bool) -> list[tuple[str, str]]:
    """Return whole paragraphs with their places; wrapped lines are put together again."""
    paragraphs: list[tuple[list[str], str]] = []
    for line in lines:
        text = line.text.strip()
        if not text or re.fullmatch(r"\d{1,3}", text):
            continue
        if wrapped and paragraphs and _goes_on(paragraphs[-1][0][-1], text):
            paragraphs[-1][0].append(text)
        else:
            paragraphs.append(([text], line.place))
    return [(join_lines(parts), place) for parts, place in paragraphs]


def _goes_on(last: str, text: str) -> bool:
    """Tell whether a wrapped line belongs to the paragraph of the line before; capitals keep to themselves."""
    return not _STARTS.match(text) and not _ended(last) and last.isupper() == text.isupper()


def _ended(text: str) -> bool:
    return bool(re.search(r"(?:[;:]|[.!?][”\"]?|\./\.?)$", text.rstrip()))


def _title(lines: Sequence[str]) -> tuple[str, str]:
    """Return the kind of document and what it is about: the lines under the kind, up to the body."""
    texts = [normalize(line) for line in lines]
    for kinds in (_KINDS, _LIST_TITLES):
        for at, text in enumerate(texts):
            kind = next(
                (each for each in kinds if text.upper().startswith(each) and len(text) <= len(each) + 8), None
            )
            if kind is None or text.endswith(":"):
                continue
            title = _title_lines(texts[at + 1 :])
            if title:
                return kind.capitalize(), join_lines(title)
    return "", ""


def _title_lines(texts: Iterable[str]) -> list[str]:
    title: list[str] = []
    for text in texts:
        if not text or re.fullmatch(r"[-_*–—]+", text):
            continue
        if title and re.match(r"Thực hiện |Nhằm |Để ", text):
            break
        if len(title) >= 6 or re.match(
            r"(\(|Căn cứ|Điều \d|[IVX\d]+[.)] |Kính gửi|(CHỦ TỊCH )?(ỦY|UỶ) BAN|S?TT\b)", text
        ):
            break
        title.append(text)
        if text.endswith((".", ";")):
            break
    return title


def _number(flow: str) -> str | None:
    found = _NUMBER.search(flow)
    return f"{found.group(1)}/{found.group(2)}" if found and found.group(1) else None


def _issued(texts: Sequence[str]) -> date | None:
    """Return the day in the dateline, "Hà Nội, ngày 14 tháng 7 năm 2026", or in "(Kèm theo … ngày …)"."""
    for text in texts:
        head = re.search(r"(?:^|\s)\w[^,;.]{1,30},\s*(ngày.{4,40})", text)
        attached = re.match(r"\(\s*[Kk]èm theo", text)
        found = _DAY.search(head.group(1) if head else text) if head or attached else None
        if found and not re.match(r"(Căn cứ|Thực hiện|Theo)", text) and len(text) < 400:
            day, month, year = map(int, found.groups())
            try:
                return date(year, month, day)
            except ValueError:
                continue
    return None


def _dateline(texts: Sequence[str]) -> tuple[str, int | None]:
    for text in texts[:60]:
        found = _DATELINE.search(text)
        if found:
            return normalize(found["place"]), int(found["year"])
    return "", None


def _year_of(text: str) -> int | None:
    years = re.findall(r"\bnăm (20\d{2})\b", text)
    return int(max(years, key=years.count)) if years else None


def _issuer(lines: Sequence[Line], texts: Sequence[str]) -> str:
    """Return the body at the head: the capitals at the top left, or the body that the attachment note names."""
    head = [line.text.strip() for line in lines[:14] if line.text.strip()]
    for at, text in enumerate(head):
        key = search_key(text)
        if key.startswith(("uy ban nhan dan", "ubnd", "bo ", "so ")) and text.isupper():
            whole = re.split(r"\s{2,}|\s*CỘNG H", text)[0]
            follows = head[at + 1] if at + 1 < len(head) else ""
            if len(whole.split()) <= 4 and re.match(r"(THÀNH PHỐ|TỈNH|QUẬN|HUYỆN|XÃ|PHƯỜNG)", follows):
                whole = f"{whole} {re.split(r'CỘNG H|Độc lập', follows)[0]}"
            return _sentence_case(
                re.sub(r"\s+VIỆT NAM$", "", whole)
            )  # the end of the national title beside it
    attached = next((text for text in texts if re.match(r"\(\s*[Kk]èm theo", text)), "")
    found = re.search(r"của ((?:Ủy|Uỷ) ban nhân dân [^)]+|UBND [^)]+|Bộ [^)]+|Sở [^)]+)\)?", attached)
    return normalize(found.group(1)) if found else ""


def _sentence_case(capitals: str) -> str:
    """Return "ỦY BAN NHÂN DÂN THÀNH PHỐ HẢI PHÒNG" as "Ủy ban nhân dân thành phố Hải Phòng"."""
    words = re.sub(r"^ubnd\b", "ủy ban nhân dân", normalize(capitals).lower())
    found = re.search(r"\b(thành phố|tỉnh|quận|huyện|xã|phường)\s+", words)
    if not found:
        return words.capitalize()
    return words[: found.end()].capitalize() + words[found.end() :].title()


def _coordinator(flow: str, paragraphs: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Return the body that consolidates and urges, by the strongest wording, and the sentence that says so."""
    scores: dict[str, int] = {}
    first: dict[str, tuple[str, str]] = {}
    for weight, wording in _COORDINATOR:
        for found in wording.finditer(flow):
            body = normalize(found["body"]).rstrip(" ,-")
            key = search_key(body)
            scores[key] = scores.get(key, 0) + weight
            first.setdefault(key, (body, _place_of(found.group(0), paragraphs)))
    if not scores:
        return "", ""
    return first[max(scores, key=lambda key: scores[key])]


def _place_of(quoted: str, paragraphs: Sequence[tuple[str, str]]) -> str:
    head = quoted.split("\n", maxsplit=1)[0][:60]
    return next((place for text, place in paragraphs if head in text), "")


def _expected(flow: str) -> str:
    found = _EXPECTED.search(flow)
    return normalize(found["who"]) if found else ""


def _articles(texts: Sequence[str]) -> list[tuple[int, str]]:
    articles: list[tuple[int, list[str]]] = []
    for text in texts:
        found = re.match(r"Điều (\d{1,3})[.:]\s*(.*)", text)
        if found:
            articles.append((int(found.group(1)), [found.group(2)]))
        elif re.match(r"(Nơi nhận|TM\.|DANH MỤC|PHỤ LỤC|Phụ lục|KT\.)", text):
            break
        elif articles:
            articles[-1][1].append(text)
    return [(number, join_lines(parts)) for number, parts in articles if any(parts)]


def _recipients(lines: Sequence[Line]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the bodies under "Nơi nhận", and a warning where an entry was left out because it names a person."""
    start = next((at for at, line in enumerate(lines) if normalize(line.text).startswith("Nơi nhận")), None)
    if start is None:
        return (), ()
    entries: list[str] = []
    for line in lines[start + 1 : start + 60]:
        text = normalize(re.split(r"\s{6,}", line.text.strip())[0])
        if text.upper().startswith(_LIST_TITLES):
            break
        if text.startswith("-"):
            entries.append(text.lstrip("- "))
        elif entries and text and not entries[-1].endswith((";", ".")) and not text.isupper():
            entries[-1] = join_lines((entries[-1], text))
        if entries and entries[-1].startswith("Lưu") and entries[-1].endswith("."):
            break
    kept = [
        entry.rstrip(";. ") for entry in entries if not (_PERSON.search(entry) or _POST_AND_NAME.match(entry))
    ]
    left = len(entries) - len(kept)
    told = (f"Nơi nhận: bỏ {left} dòng có tên người hoặc dòng lưu.",) if left else ()
    return tuple(filter(None, kept)), told

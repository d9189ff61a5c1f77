"""What was drafted from a document as a decision file; `reviewed: false` keeps it from loading."""

import re
from collections.abc import Iterator

from catalog.drafts.file import (
    DraftAdHoc,
    DraftArticle,
    DraftDuty,
    DraftFile,
    DraftFootnote,
    DraftHeading,
    DraftPeriod,
    DraftSection,
    FileReview,
    RowReview,
)
from catalog.drafts.file_text import draft_text
from catalog.drafts.records import Draft, DraftRow
from catalog.text import search_key

GENERAL = "chung"  # the section of duties that stand under no heading
_ASSUMED = (
    "Cơ quan xác nhận nhiệm vụ của cơ quan tổng hợp (confirmer) được giả định là Văn phòng Ủy ban nhân dân.",
    "Nơi nhận bản tổng hợp của lãnh đạo (leaders) được giả định là lãnh đạo Ủy ban nhân dân.",
)


def code_of(name: str) -> str:
    """Return the code that a directory would give a body or place: "Sở Nội vụ" is so-noi-vu."""
    return search_key(name).replace(" ", "-")


def draft_yaml(draft: Draft) -> str:
    """Return the decision file of `draft`, to be corrected by a person before it can be loaded."""
    return draft_text(draft_file(draft))


def draft_file(draft: Draft) -> DraftFile:
    """Return the decision file of `draft` as records."""
    prose = draft.prose
    place = _place(draft)
    nested = [row for row in draft.rows if row.heading and row.section != row.code]
    return DraftFile(
        reviewed=False,
        key=decision_key(draft),
        directory=code_of(place),
        number=prose.number or "",
        issued_on=prose.issued_on,
        year=prose.year,
        title=prose.title,
        issuer=prose.issuer,
        place=place,
        coordinator=code_of(prose.coordinator),
        confirmer="van-phong-ubnd",
        leaders="lanh-dao-ubnd",
        assumptions=_ASSUMED,
        legal_bases=prose.legal_bases,
        articles=tuple(DraftArticle(number=number, text=text) for number, text in prose.articles),
        recipients=prose.recipients,
        sections=tuple(_sections(draft)),
        headings=tuple(
            DraftHeading(code=row.code, section=row.section or GENERAL, text=row.text, review=_review(row))
            for row in nested
        ),
        footnotes=tuple(DraftFootnote(number=number, text=text) for number, text in draft.footnotes),
        duties=tuple(map(_duty, draft.duties)),
        rounds=tuple(
            DraftPeriod(code=each.code, text=each.text, source=each.source) for each in prose.rounds
        ),
        expected=prose.expected,
        ad_hoc=DraftAdHoc(text=prose.ad_hoc.text, source=prose.ad_hoc.source) if prose.ad_hoc else None,
        review=FileReview(file=draft.file, coordinator=prose.coordinator_source, warnings=draft.warnings),
    )


def decision_key(draft: Draft) -> str:
    """Return a key made of place, number or title, and year."""
    prose = draft.prose
    place = code_of(_place(draft))
    named = code_of(prose.number) if prose.number else "-".join(code_of(_subject(prose.title)).split("-")[:6])
    year = "" if prose.year is None or str(prose.year) in named else str(prose.year)
    return "-".join(filter(None, (place, named, year))) or "quyet-dinh-moi"


def _subject(title: str) -> str:
    return re.sub(
        r"^(ban hành|về việc|phê duyệt|triển khai|danh mục|nhiệm vụ|thực hiện|kế hoạch|\s)+",
        "",
        title,
        flags=re.IGNORECASE,
    )


def _place(draft: Draft) -> str:
    if draft.prose.place:
        return draft.prose.place
    found = re.search(r"(?:thành phố|tỉnh|xã|phường|đặc khu)\s+(.+)$", draft.prose.issuer, re.IGNORECASE)
    return found.group(1) if found else ""


def _sections(draft: Draft) -> Iterator[DraftSection]:
    tops = [row for row in draft.rows if row.heading and row.section == row.code]
    if not tops or any(not row.section for row in draft.duties):
        yield DraftSection(code=GENERAL, title=draft.prose.title or "Danh mục nhiệm vụ")
    for row in tops:
        yield DraftSection(code=row.code, title=row.text, review=_review(row))


def _duty(row: DraftRow) -> DraftDuty:
    return DraftDuty(
        code=row.code,
        section=row.section or GENERAL,
        parent=row.parent or "",
        text=row.text,
        lead=row.lead,
        support=row.support,
        deadline=row.deadline,
        footnotes=row.footnotes,
        review=_review(row),
    )


def _review(row: DraftRow) -> RowReview:
    places = {name: place for name, place in row.sources.items() if place}
    return RowReview(
        read=row.code,
        printed=row.printed,
        place=row.place,
        sources={} if set(places.values()) <= {row.place} else places,
        warnings=row.warnings,
        extras={label: text for label, text in row.extras.items() if text},
    )

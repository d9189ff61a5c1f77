"""A draft as the text of a decision file, with what is doubtful beside each row; `reviewed: false` keeps it from loading.

An officer reads the comments; the block `review` at the end says the same for programs and survives editing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from catalog.drafts.records import Draft, DraftRow
from catalog.text import search_key

GENERAL = "chung"  # the section of duties that stand under no heading
_WIDTH = 110
_ASSUMED = (
    "Cơ quan xác nhận nhiệm vụ của cơ quan tổng hợp (confirmer) được giả định là Văn phòng Ủy ban nhân dân.",
    "Nơi nhận bản tổng hợp của lãnh đạo (leaders) được giả định là lãnh đạo Ủy ban nhân dân.",
)
_NOTICE = (
    "Bản nháp do phần mềm lập từ tệp {file}; chưa được người xem lại.",
    "Sửa những chỗ ghi “cần xem”, điền chỗ trống, rồi đổi reviewed thành true trước khi nạp.",
)


def code_of(name: str) -> str:
    """Return the code that a directory would give a body or place: "Sở Nội vụ" is so-noi-vu."""
    return search_key(name).replace(" ", "-")


def draft_yaml(draft: Draft) -> str:
    """Return the decision file of `draft`, to be corrected by a person before it can be loaded."""
    lines = [f"# {sentence.format(file=draft.file)}" for sentence in _NOTICE]
    lines += [f"# cần xem: {warning}" for warning in draft.warnings]
    lines += ["reviewed: false", ""]
    lines += _dumped(_head(draft))
    lines += _block(
        "sections", [({"code": code, "title": title}, notes) for code, title, notes in _sections(draft)]
    )
    lines += _block("headings", [(_heading(row), _notes(row)) for row in _nested_headings(draft)])
    lines += _block("footnotes", [({"number": number, "text": text}, ()) for number, text in draft.footnotes])
    lines += _block("duties", [(_duty(row), _notes(row)) for row in draft.duties])
    lines += _block("rounds", [(_round(code, text, source), ()) for code, text, source in _rounds(draft)])
    lines += _dumped(_tail(draft))
    return "\n".join(lines) + "\n"


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


def _head(draft: Draft) -> dict[str, Any]:
    prose = draft.prose
    place = _place(draft)
    return {
        "key": decision_key(draft),
        "directory": code_of(place) or None,
        "policy": "default",
        "number": prose.number,
        "issued_on": prose.issued_on,
        "year": prose.year,
        "before": "exclusive",
        "title": " ".join(filter(None, (prose.title,))) or None,
        "issuer": prose.issuer or None,
        "place": place or None,
        "coordinator": code_of(prose.coordinator) or None,
        "confirmer": "van-phong-ubnd",
        "leaders": "lanh-dao-ubnd",
        "assumptions": list(_ASSUMED),
        "legal_bases": list(prose.legal_bases),
        "articles": [{"number": number, "text": text} for number, text in prose.articles],
        "recipients": list(prose.recipients),
    }


def _sections(draft: Draft) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    tops = [row for row in draft.rows if row.heading and row.section == row.code]
    if not tops or any(not row.section for row in draft.duties):
        yield GENERAL, draft.prose.title or "Danh mục nhiệm vụ", ()
    for row in tops:
        yield row.code, row.text, _notes(row)


def _nested_headings(draft: Draft) -> list[DraftRow]:
    return [row for row in draft.rows if row.heading and row.section != row.code]


def _heading(row: DraftRow) -> dict[str, Any]:
    return {"code": row.code, "section": row.section or GENERAL, "text": row.text}


def _duty(row: DraftRow) -> dict[str, Any]:
    duty: dict[str, Any] = {"code": row.code, "section": row.section or GENERAL}
    if row.parent:
        duty["parent"] = row.parent
    duty |= {"text": row.text, "lead": row.lead, "support": row.support, "deadline": row.deadline}
    if row.footnotes:
        duty["footnotes"] = list(row.footnotes)
    return duty


def _notes(row: DraftRow) -> tuple[str, ...]:
    extras = [f"{label}: {text}" for label, text in row.extras.items()]
    places = [f"nguồn: {row.place}"] if row.place else []
    return (*places, *(f"cần xem: {warning}" for warning in row.warnings), *extras)


def _rounds(draft: Draft) -> list[tuple[str, str, str]]:
    return [(each.code, each.text, each.source) for each in draft.prose.rounds]


def _round(code: str, text: str, source: str) -> dict[str, Any]:
    return {"code": code, "text": text, "source": source, "opens": None}


def _tail(draft: Draft) -> dict[str, Any]:
    ad_hoc = draft.prose.ad_hoc
    review = {
        "file": draft.file,
        "coordinator": draft.prose.coordinator_source,
        "warnings": list(draft.warnings),
        "rows": {row.code: _review(row) for row in draft.rows},
    }
    return {
        "expected": draft.prose.expected,
        "ad_hoc": {"text": ad_hoc.text, "source": ad_hoc.source} if ad_hoc else None,
        "events": [],
        "review": review,
    }


def _review(row: DraftRow) -> dict[str, Any]:
    kept: dict[str, Any] = {"printed": row.printed, "source": _compact(row)}
    if row.warnings:
        kept["warnings"] = list(row.warnings)
    if row.extras:
        kept["extras"] = dict(row.extras)
    return kept


def _compact(row: DraftRow) -> str | dict[str, str]:
    """Return one place where all fields come from it, else the place of each field."""
    places = {name: place for name, place in row.sources.items() if place}
    return row.place if set(places.values()) <= {row.place} else places


def _block(name: str, records: Iterable[tuple[Mapping[str, Any], tuple[str, ...]]]) -> list[str]:
    """Return a list of records, each under the comments that belong to it."""
    lines = [f"{name}:"]
    for record, notes in records:
        lines += [f"  # {' '.join(note.split())}" for note in notes]
        lines += [f"  {line}" for line in _dumped([dict(record)])]
    return lines if len(lines) > 1 else [f"{name}: []"]


def _dumped(value: Any) -> list[str]:
    text: str = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=_WIDTH)
    return text.rstrip("\n").split("\n")

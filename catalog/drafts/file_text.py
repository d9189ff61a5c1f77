"""A draft as YAML: an officer reads what is doubtful in the comments; the block `review` says it for programs.

The same draft gives the same text, whatever comments the file had that it was read from.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from pydantic import BaseModel

from catalog.drafts.file import DraftFile, DraftHeading, DraftSection, RowReview

_WIDTH = 110
_HEAD = (
    "key", "directory", "policy", "number", "issued_on", "year", "before", "title", "issuer", "place",
    "coordinator", "confirmer", "leaders", "assumptions", "legal_bases", "articles", "recipients",
)  # fmt: skip
_DUTY_ALWAYS = frozenset({"code", "section", "text", "lead", "support", "deadline"})
_ROUND_ALWAYS = frozenset({"code", "text", "source", "opens"})
_UNREVIEWED = (
    "Bản nháp do phần mềm lập từ tệp {file}; chưa được người xem lại.",
    "Sửa những chỗ ghi “cần xem”, điền chỗ trống, rồi đổi reviewed thành true trước khi nạp.",
)


def draft_text(draft: DraftFile) -> str:
    """Return the decision file of `draft`."""
    lines: list[str] = []
    if draft.reviewed is False:
        lines += [f"# {sentence.format(file=draft.review.file)}" for sentence in _UNREVIEWED]
    lines += [f"# cần xem: {warning}" for warning in draft.review.warnings]
    if draft.reviewed is not None:
        lines += [f"reviewed: {str(draft.reviewed).lower()}", ""]
    lines += _dumped({name: _plain(getattr(draft, name)) for name in _HEAD})
    lines += _block(
        "sections", [({"code": row.code, "title": row.title}, row.review) for row in draft.sections]
    )
    lines += _block("headings", [(_heading(row), row.review) for row in draft.headings])
    lines += _block("footnotes", [(row.model_dump(), None) for row in draft.footnotes])
    lines += _block("duties", [(_given(row, _DUTY_ALWAYS), row.review) for row in draft.duties])
    lines += _block("rounds", [(_given(row, _ROUND_ALWAYS), None) for row in draft.rounds])
    lines += _dumped(_tail(draft))
    return "\n".join(lines) + "\n"


def _plain(value: Any) -> Any:
    """Return a value of the head: nothing is null there, a list's records go without their empty lists."""
    if isinstance(value, tuple):
        return [
            item.model_dump(exclude_defaults=True) if isinstance(item, BaseModel) else item for item in value
        ]
    return None if value == "" else value


def _heading(row: DraftHeading) -> dict[str, Any]:
    return {"code": row.code, "section": row.section, "text": row.text}


def _given(row: Any, always: frozenset[str]) -> dict[str, Any]:
    """Return a row's fields without those that say nothing, but with those that every row has."""
    fields = {
        name: list(value) if isinstance(value, tuple) else value for name, value in row if name != "review"
    }
    return {
        name: value for name, value in fields.items() if name in always or value not in ("", None, [], False)
    }


def _tail(draft: DraftFile) -> dict[str, Any]:
    tail: dict[str, Any] = {
        "expected": draft.expected,
        "ad_hoc": draft.ad_hoc.model_dump() if draft.ad_hoc else None,
        "events": [event.model_dump() for event in draft.events],
    }
    rows: tuple[DraftSection | DraftHeading | Any, ...] = (*draft.sections, *draft.headings, *draft.duties)
    reviews = {row.code: _reviewed(row.review, row.code) for row in rows if row.review != RowReview()}
    whole = draft.review
    if reviews or whole.file or whole.warnings or draft.reviewed is not None:
        tail["review"] = {
            "file": whole.file,
            "coordinator": whole.coordinator,
            "warnings": list(whole.warnings),
            **({"seen": True} if whole.seen else {}),
            "rows": reviews,
        }
    return tail


def _reviewed(review: RowReview, code: str) -> dict[str, Any]:
    kept: dict[str, Any] = {"read": review.read} if review.read != code else {}
    kept["printed"] = review.printed
    if review.sources:
        kept |= {"place": review.place, "source": dict(review.sources)}
    else:
        kept["source"] = review.place
    if review.warnings:
        kept["warnings"] = list(review.warnings)
    if review.extras:
        kept["extras"] = dict(review.extras)
    if review.seen:
        kept["seen"] = True
    return kept


def _notes(review: RowReview) -> Iterable[str]:
    if review.place:
        yield f"nguồn: {review.place}"
    told = "đã xem" if review.seen else "cần xem"
    yield from (f"{told}: {warning}" for warning in review.warnings)
    yield from (f"{label}: {text}" for label, text in review.extras.items())


def _block(name: str, records: Iterable[tuple[Mapping[str, Any], RowReview | None]]) -> list[str]:
    """Return a list of records, each under the comments that belong to it."""
    lines = [f"{name}:"]
    for record, review in records:
        lines += [f"  # {' '.join(note.split())}" for note in (_notes(review) if review else ())]
        lines += [f"  {line}" for line in _dumped([dict(record)])]
    return lines if len(lines) > 1 else [f"{name}: []"]


def _dumped(value: Any) -> list[str]:
    text: str = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=_WIDTH)
    return text.rstrip("\n").split("\n")

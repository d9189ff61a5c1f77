"""A draft as the rows of its sheets, each cell a text, a number, a day or nothing."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from catalog.drafts.file import DraftFile
from documents.draft_sheet.layout import (
    ARTICLES,
    EXTRA,
    GENERAL,
    GROUPS,
    REPEATED,
    ROWS,
    SHEETS,
    WITH_REVIEW,
    YES,
    Field,
    Form,
)

Value = str | date | None
Row = Mapping[str, Value]


def rows_of(draft: DraftFile, sheet: str) -> list[Row]:
    """Return the rows of one sheet, each by the names of its fields; columns of the document by their heads."""
    if sheet == GENERAL:
        return list(_general(draft))
    if sheet == ARTICLES:
        return list(_articles(draft))
    return [_row(record, sheet) for record in getattr(draft, GROUPS[sheet])]


def extras_of(draft: DraftFile, sheet: str) -> list[str]:
    """Return the heads of the columns that the document has beside those of a decision, in the order met."""
    if sheet not in WITH_REVIEW:
        return []
    labels = (label for record in getattr(draft, GROUPS[sheet]) for label in record.review.extras)
    return [f"{EXTRA}{label}" for label in dict.fromkeys(labels)]


def _row(record: Any, sheet: str) -> Row:
    row = {field.name: _shown(_at(record, field.name), field.form) for field in SHEETS[sheet]}
    if sheet in WITH_REVIEW:
        row |= {f"{EXTRA}{label}": text for label, text in record.review.extras.items()}
    return row


def _general(draft: DraftFile) -> Iterator[Row]:
    for field in ROWS:
        yield {"label": field.head, "value": _shown(_general_value(draft, field), field.form)}
    for field in REPEATED:
        for text in _at(draft, field.name) or ("",):
            yield {"label": field.head, "value": text}


def _general_value(draft: DraftFile, field: Field) -> Any:
    if field.name == "inclusive":
        return draft.before == "inclusive"
    if field.name == "reviewed":
        return {True: YES, False: "không", None: ""}[draft.reviewed]
    return _at(draft, field.name)


def _articles(draft: DraftFile) -> Iterator[Row]:
    for article in draft.articles:
        yield {"number": str(article.number), "clause": "", "text": article.text}
        for clause in article.clauses:
            yield {"number": str(article.number), "clause": str(clause.number), "text": clause.text}


def _at(record: Any, name: str) -> Any:
    """Return the value at a dotted name; nothing where a step leads nowhere."""
    for step in name.split("."):
        if record is None:
            return None
        record = record.get(step) if isinstance(record, Mapping) else getattr(record, step)
    return record


def _shown(value: Any, form: Form) -> Value:
    if value is None or isinstance(value, date):
        return value
    if isinstance(value, bool):
        return YES if value else ""
    if form is Form.NUMBERS:
        return "; ".join(map(str, value))
    return "\n".join(value) if isinstance(value, tuple) else str(value)

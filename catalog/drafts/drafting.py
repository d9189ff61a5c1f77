"""From what a reader found in a document to a draft of the decision. Pure; nothing is guessed in silence."""

import re
from collections.abc import Sequence
from dataclasses import replace

from catalog.deadlines import Kind, read_deadline
from catalog.drafts.entries import Collected, collect
from catalog.drafts.footnotes import find_notes, take_marks
from catalog.drafts.guess import guess_mapping
from catalog.drafts.prose import read_prose
from catalog.drafts.reading_order import read_columnless
from catalog.drafts.records import Draft, DraftRow, Prose
from catalog.drafts.rows import draft_rows
from catalog.drafts.source import Source
from catalog.errors import Fault, FaultyDataError


def draft_decision(source: Source) -> Draft:
    """Return the draft of the decision in `source`.

    Raises FaultyDataError where no duty list is found at all; everything else doubtful is a warning in the draft.
    """
    prose = read_prose(source)
    notes = find_notes(source)
    collected, glued, told = _entries(source, notes)
    if not collected.entries:
        raise FaultyDataError([_no_list(source)])
    rows = take_marks(draft_rows(collected.entries), notes, glued=glued)
    if all(row.heading for row in rows):
        raise FaultyDataError([_no_list(source)])
    prose = _with_year(prose, rows)
    rows = tuple(_with_deadline_doubt(row, prose) for row in rows)
    used = {number for row in rows for number in row.footnotes}
    warnings = (*source.warnings, *told, *_list_doubts(collected), *_prose_doubts(prose), *_row_doubts(rows))
    return Draft(
        file=source.name,
        prose=prose,
        rows=rows,
        footnotes=tuple((number, text) for number, text in sorted(notes.items()) if number in used),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _entries(source: Source, notes: dict[int, str]) -> tuple[Collected, bool, tuple[str, ...]]:
    """Return the list's entries by the surest way that finds any: headed tables, lost columns, tables without heads."""
    collected = collect(source)
    if collected.entries:
        return collected, False, ()
    columnless = read_columnless(source, notes)
    if columnless:
        told = "Văn bản đã mất cột của bảng; các ô được tách theo cách viết, cần xem lại từng dòng."
        return Collected(tuple(columnless), (), ()), True, (told,)
    guessed = guess_mapping(source)
    if guessed is None:
        return collected, False, ()
    told = "Bảng không có dòng tiêu đề; các cột được đoán theo nội dung, cần xem lại từng dòng."
    return collect(source, guessed), False, (told,)


def _no_list(source: Source) -> Fault:
    kept = "Hãy kiểm tra bảng có dòng tiêu đề ghi nhiệm vụ, cơ quan chủ trì, thời gian thực hiện."
    if not any(table.rows for table in source.tables):
        return Fault("không thấy bảng danh mục nhiệm vụ nào trong tệp.", file=source.name, remedy=kept)
    return Fault("các bảng trong tệp không phải danh mục nhiệm vụ.", file=source.name, remedy=kept)


def _with_year(prose: Prose, rows: Sequence[DraftRow]) -> Prose:
    """Take the year that the deadlines name most often where the prose names none."""
    years = re.findall(r"\b(20\d{2})\b", " ".join(row.deadline for row in rows))
    if prose.year is not None or not years:
        return prose
    year = int(max(years, key=years.count))
    told = f"Phần lời văn không ghi năm; lấy năm {year} theo các thời hạn trong danh mục."
    return replace(prose, year=year, warnings=(*prose.warnings, told))


def _with_deadline_doubt(row: DraftRow, prose: Prose) -> DraftRow:
    if row.heading or not row.deadline:
        return row
    reading = read_deadline(row.deadline, issued=prose.issued_on, doc_year=prose.year)
    if not reading.needs_review and reading.kind is not Kind.NONE:
        return row
    reason = " ".join(reading.notes) or "Hãy ghi rõ ngày."
    return replace(row, warnings=(*row.warnings, f"Thời hạn “{row.deadline}” chưa đọc được. {reason}"))


def _list_doubts(collected: Collected) -> list[str]:
    doubts = [f"{mapping.place}: {doubt}" for mapping in collected.mappings for doubt in mapping.doubts]
    return [*collected.warnings, *doubts]


def _prose_doubts(prose: Prose) -> tuple[str, ...]:
    missing = {
        "số, ký hiệu": prose.number,
        "ngày ban hành": prose.issued_on,
        "cơ quan ban hành": prose.issuer,
        "cơ quan tổng hợp, đôn đốc": prose.coordinator,
    }
    told = [
        f"Không tìm thấy {name} trong phần lời văn; cần nhập tay."
        for name, value in missing.items()
        if not value
    ]
    return (*prose.warnings, *told)


def _row_doubts(rows: Sequence[DraftRow]) -> list[str]:
    """Return one sentence that counts the rows with warnings, so that nobody overlooks them."""
    doubtful = [row.code for row in rows if row.warnings]
    if not doubtful:
        return []
    return [f"Có {len(doubtful)} dòng cần xem lại: {', '.join(doubtful)}."]

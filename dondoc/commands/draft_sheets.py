"""`dondoc catalog sheet` and the way back: a draft as an Excel sheet that an officer corrects."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from catalog.drafts.file import DraftDuty, DraftFile, read_draft
from catalog.drafts.file_text import draft_text
from catalog.errors import FaultyDataError
from catalog.yaml_lines import read_text
from documents.draft_sheet.reader import read_draft_sheet
from documents.draft_sheet.writer import write_draft_sheet
from dondoc.commands.output import print_json, print_table


def write_sheet(path: Path, output: Path, made_at: datetime, as_json: bool) -> None:
    """Write the draft in the YAML file as a workbook. Raises FaultyDataError, OSError."""
    text, fault = read_text(path)
    if fault is not None:
        raise FaultyDataError([fault])
    draft, faults = read_draft(text, path.name)
    if draft is None:
        raise FaultyDataError(faults)
    write_draft_sheet(output, draft, made_at)
    if as_json:
        print_json(
            {
                "path": str(output),
                "duties": len(draft.duties),
                "rounds": len(draft.rounds),
                "doubts": draft.doubts,
            }
        )
        return
    print(f"Đã ghi {len(draft.duties)} nhiệm vụ vào {output}; còn {draft.doubts} chỗ cần xem.")
    print(f"Sửa xong, nhập lại bằng: dondoc catalog import {output} -o {path}")


def import_sheet(path: Path, output: Path | None, as_json: bool) -> None:
    """Print the draft that a corrected workbook holds; write it as YAML to `output` where one is given.

    Raises FaultyDataError with every fault at its cell.
    """
    found, faults = read_draft_sheet(path)
    if found is None:
        raise FaultyDataError(faults)
    draft = found.draft
    if output is not None:
        output.write_text(draft_text(draft), encoding="utf-8")
    if as_json:
        print_json(_document(draft))
        return
    heads = ("Mã", "Nhiệm vụ", "Chủ trì", "Phối hợp", "Thời gian", "Cần xem")
    duties = (
        (row.code, row.text, row.lead, row.support, row.deadline, "có" if row.review.doubtful else "")
        for row in draft.duties
    )
    print_table(heads, duties)
    print(f"Đọc được {len(draft.duties)} nhiệm vụ từ trang tính {path.name}; còn {draft.doubts} chỗ cần xem.")
    if output is not None:
        print(f"Đã ghi bản nháp {output}.")


def _document(draft: DraftFile) -> dict[str, Any]:
    """Return the draft in the form of interface.md, as `catalog import` gives it of a document."""
    rounds = [{"code": row.code, "text": row.text, "source": row.source} for row in draft.rounds]
    if draft.ad_hoc:
        rounds.append({"code": "dot-xuat", "text": draft.ad_hoc.text, "source": draft.ad_hoc.source})
    names = ("key", "number", "issued_on", "year", "title", "issuer", "coordinator")
    return {
        "rows": list(_rows(draft)),
        "rounds": rounds,
        "warnings": list(draft.review.warnings),
        "decision": {name: getattr(draft, name) or None for name in names},
    }


def _rows(draft: DraftFile) -> Iterator[dict[str, Any]]:
    """Yield sections, headings and duties, each heading before the first duty under it."""
    headings = {row.code: row for row in draft.headings}
    for section in draft.sections:
        yield _row(section, section.title, heading=True)
        for duty in (duty for duty in draft.duties if duty.section == section.code):
            if duty.parent in headings:
                heading = headings.pop(duty.parent)
                yield _row(heading, heading.text, heading=True)
            yield _row(duty, duty.text, heading=False)
    for heading in headings.values():
        yield _row(heading, heading.text, heading=True)
    known = {section.code for section in draft.sections}
    yield from (_row(duty, duty.text, heading=False) for duty in draft.duties if duty.section not in known)


def _row(row: Any, text: str, *, heading: bool) -> dict[str, Any]:
    cells = {
        name: getattr(row, name) if isinstance(row, DraftDuty) else ""
        for name in ("lead", "support", "deadline")
    }
    review = row.review
    source = dict(review.sources) or ({"text": review.place} if review.place else {})
    return {
        "code": row.code,
        "heading": heading,
        "text": text,
        **cells,
        "warnings": [] if review.seen else list(review.warnings),
        "printed": review.printed,
        "source": source,
        "extras": dict(review.extras),
    }

"""`dondoc catalog import`: a decision's list out of Word, Excel, PDF or text into a draft that a person reviews."""

from pathlib import Path
from typing import Any

from catalog.drafts.drafting import draft_decision
from catalog.drafts.records import Draft, DraftRound, DraftRow
from catalog.drafts.yaml import code_of, decision_key, draft_yaml
from documents.importing.tables_in import read_source
from dondoc.commands.output import print_json, print_table

_SHOWN = 70  # characters of a duty in the table


def import_file(path: Path, output: Path | None, as_json: bool) -> None:
    """Print the draft of the decision in `path`; write it as YAML to `output` where one is given.

    Rows are duties, and section and parent rows with `heading` true. Raises FaultyDataError where the file cannot be
    read or holds no list.
    """
    draft = draft_decision(read_source(path))
    if output is not None:
        output.write_text(draft_yaml(draft), encoding="utf-8")
    if as_json:
        print_json(draft_document(draft))
        return
    _print(draft, output)


def draft_document(draft: Draft) -> dict[str, Any]:
    """Return the draft in the form of interface.md."""
    prose = draft.prose
    return {
        "rows": [_row(row) for row in draft.rows],
        "rounds": [_round(each) for each in (*prose.rounds, *([prose.ad_hoc] if prose.ad_hoc else []))],
        "warnings": list(draft.warnings),
        "decision": {
            "key": decision_key(draft),
            "number": prose.number,
            "issued_on": prose.issued_on,
            "year": prose.year,
            "title": prose.title,
            "issuer": prose.issuer,
            "coordinator": code_of(prose.coordinator) or None,
            "coordinator_text": prose.coordinator,
        },
    }


def _row(row: DraftRow) -> dict[str, Any]:
    return {
        "code": row.code,
        "heading": row.heading,
        "text": row.text,
        "lead": row.lead,
        "support": row.support,
        "deadline": row.deadline,
        "warnings": list(row.warnings),
        "printed": row.printed,
        "source": dict(row.sources),
        "extras": dict(row.extras),
    }


def _round(each: DraftRound) -> dict[str, str]:
    return {"code": each.code, "text": each.text, "source": each.source}


def _print(draft: Draft, output: Path | None) -> None:
    heads = ("Mã", "Nhiệm vụ", "Chủ trì", "Phối hợp", "Thời gian", "Cần xem")
    print_table(heads, [_cells(row) for row in draft.rows])
    for each in draft.prose.rounds:
        print(f"Lần báo cáo {each.code}: {each.text} ({each.source})")
    for row in draft.rows:
        for warning in row.warnings:
            print(f"Cần xem {row.code} ({row.place}): {warning}")
    for warning in draft.warnings:
        print(f"Cần xem: {warning}")
    print(
        f"Đọc được {len(draft.duties)} nhiệm vụ, {len(draft.rows) - len(draft.duties)} dòng mục từ {draft.file}."
    )
    if output is not None:
        print(f"Đã ghi bản nháp {output}; hãy xem lại và đổi reviewed thành true trước khi nạp.")


def _cells(row: DraftRow) -> tuple[str, ...]:
    text = row.text if len(row.text) <= _SHOWN else row.text[: _SHOWN - 1] + "…"
    return (row.code, text, row.lead, row.support, row.deadline, str(len(row.warnings) or ""))

"""What the received reports of a round say in words: results by duty, difficulties, proposals, the narrative.

The same words of several agencies are told once, with all their names.
"""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.report_outline import PARTS
from catalog.text import search_key
from tasks.asof import AsOf
from tasks.models import Agency, Duty, Report, ReportLine, Round, Task
from tasks.rounds.standing import RECEIVED


def gathered(session: Session, round_: Round, view: AsOf) -> dict[str, Any]:
    """Return the words of every report received by the instant, agencies in Vietnamese order; three statements."""
    lines = _lines(session, round_, view)
    known = _known_names(session, round_)
    return {
        "results": [
            {
                "duty": line.code,
                "agency": line.name,
                "text": line.result,
                "number": line.document_number,
                "date": line.document_date.isoformat() if line.document_date else None,
            }
            for line in lines
            if line.result.strip()
        ],
        "difficulties": _once(lines, lambda line: line.difficulties, lambda line: line.code, "duty"),
        "proposals": _once(
            lines,
            lambda line: line.proposals,
            lambda line: known.get(search_key(line.addressee), line.addressee.strip()),
            "addressee",
        ),
        "narrative": _narrative(session, round_, view),
    }


def _lines(session: Session, round_: Round, view: AsOf) -> list[Any]:
    row = view.standings()
    found = (
        select(
            Duty.code, Agency.name, ReportLine.result, ReportLine.document_number, ReportLine.document_date,
            ReportLine.difficulties, ReportLine.proposals, ReportLine.addressee,
        )
        .select_from(ReportLine)
        .join(Report, Report.id == ReportLine.report_id)
        .join(row.id.table, row.id == Report.standing_id)
        .join(Task, Task.id == ReportLine.task_id)
        .join(Duty, Duty.id == Task.duty_id)
        .join(Agency, Agency.id == row.agency_id)
        .where(row.round_id == round_.id, row.state.in_(RECEIVED))
        .order_by(Duty.position, Agency.sort_key)
    )  # fmt: skip
    return list(session.execute(found).all())


def _known_names(session: Session, round_: Round) -> dict[str, str]:
    """Return the agencies' own names, by which addressees are spelled where a report names one in its own way."""
    found = select(Agency.name).where(Agency.directory == round_.decision.directory)
    return {search_key(name): name for name in session.scalars(found)}


def _narrative(session: Session, round_: Round, view: AsOf) -> dict[str, list[dict[str, Any]]]:
    row = view.standings()
    found = (
        select(Agency.name, Report.narrative)
        .select_from(Report)
        .join(row.id.table, row.id == Report.standing_id)
        .join(Agency, Agency.id == row.agency_id)
        .where(row.round_id == round_.id, row.state.in_(RECEIVED))
        .order_by(Agency.sort_key)
    )
    parts: dict[str, dict[str, dict[str, Any]]] = {part.key: {} for part in PARTS}
    for name, narrative in session.execute(found).tuples():
        for key, text in narrative.items():
            if key in parts and str(text).strip():
                _add(parts[key], str(text), name, {})
    return {key: list(texts.values()) for key, texts in parts.items()}


def _once(
    lines: Iterable[Any], words: Callable[[Any], str], under: Callable[[Any], str], label: str
) -> list[dict[str, Any]]:
    """Return each text once for each heading it stands under, in the order met, with the agencies that said it."""
    found: dict[str, dict[str, Any]] = {}
    for line in lines:
        if words(line).strip():
            _add(found, words(line), line.name, {label: under(line)})
    return list(found.values())


def _add(found: dict[str, dict[str, Any]], text: str, agency: str, more: dict[str, str]) -> None:
    key = "\x01".join(search_key(each) for each in (*more.values(), text))
    entry = found.setdefault(key, {**more, "text": text.strip(), "agencies": []})
    if agency not in entry["agencies"]:
        entry["agencies"].append(agency)

"""What the consolidated report of a round is made from: everything it says, frozen as of an instant.

Every figure of the report's text and of its annexes comes from here and from nowhere else, so that both agree.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.agencies import AgencyKind
from catalog.figures.consolidation import Consolidated
from tasks.asof import AsOf
from tasks.indicator_sets import indicators_of
from tasks.models import Decision, Duty, Round
from tasks.queries.lists import TaskFilter
from tasks.queries.round import AgencyStanding, round_lines
from tasks.queries.stream import every_task
from tasks.rounds.standing import RECEIVED, RoundStanding, standing_of_round
from tasks.snapshots.consolidated import consolidated_figures
from tasks.snapshots.issued_snapshots import Issued, decision_facts, freeze
from tasks.snapshots.report_gathering import gathered
from tasks.status import Status

KIND = "report"
_COUNTED = ("expected", "submitted", "on_time", "late", "nil", "accepted", "exempt", "extended", "drafting")


def take_report_snapshot(session: Session, round_: Round, view: AsOf) -> Issued:
    """Freeze the round, every duty's standing, the figures and what the received reports say."""
    decision = round_.decision
    lines = round_lines(session, round_, view)
    duties, by_agency = _duties(session, decision, view)
    body = {
        "decision": decision_facts(decision),
        "as_of": view.today.isoformat(),
        "round": _round(session, round_, view),
        "last": round_.id == max(_periodic(session, decision), key=lambda r: (r.due, r.id)).id,
        "sections": [dict(section) for section in decision.document["sections"]],
        "duties": duties,
        "kinds": _by_kind(lines),
        "agencies": [_agency(line, by_agency.get(line.agency, Counter())) for line in lines],
        "gathered": gathered(session, round_, view),
        "indicators": _indicators(session, round_, view, {line.agency: line.agency_name for line in lines}),
    }
    return freeze(session, decision, f"{KIND}:{round_.code}", view, body)


def _periodic(session: Session, decision: Decision) -> Sequence[Round]:
    """Return the decision's own rounds in order of time; where it has none, all of them."""
    found = session.scalars(
        select(Round).where(Round.decision_id == decision.id).order_by(Round.due, Round.id)
    ).all()
    return [round_ for round_ in found if not round_.ad_hoc] or found


def _round(session: Session, round_: Round, view: AsOf) -> dict[str, Any]:
    standing = standing_of_round(session, round_, view)
    assert _adds_up(standing), "expected = submitted + exempt + missing"
    counts = {name: getattr(standing, name) for name in _COUNTED}
    return {
        "code": round_.code, "text": round_.text, "due": round_.due.isoformat(), "ad_hoc": round_.ad_hoc, **counts,
        "missing": len(standing.missing), "returned": len(standing.returned),
    }  # fmt: skip


def _adds_up(standing: RoundStanding) -> bool:
    return standing.expected == standing.submitted + standing.exempt + len(standing.missing)


def _duties(
    session: Session, decision: Decision, view: AsOf
) -> tuple[list[dict[str, Any]], dict[str, Counter[Status]]]:
    """Return every duty with the count of each status and the late agencies by name; and the counts by agency."""
    counts: dict[str, Counter[Status]] = defaultdict(Counter)
    by_agency: dict[str, Counter[Status]] = defaultdict(Counter)
    overdue: dict[str, list[str]] = defaultdict(list)
    dues: dict[str, Counter[date | None]] = defaultdict(Counter)
    for row in every_task(session, view, TaskFilter(decision=decision.key)):
        counts[row.duty][row.status] += 1
        by_agency[row.agency][row.status] += 1
        dues[row.duty][row.original_due] += 1
        if row.status is Status.OVERDUE:
            overdue[row.duty].append(row.agency_name)
    return [
        {
            "code": duty.code,
            **_words(duty, view, dues[duty.code]),
            "counts": {status.value: counts[duty.code][status] for status in Status},
            "overdue": overdue[duty.code],
        }
        for duty in _listed(session, decision, view)
    ], by_agency


def _listed(session: Session, decision: Decision, view: AsOf) -> list[Duty]:
    """Return the rows that the list had at the view's instant, in order."""
    stored = session.scalars(select(Duty).where(Duty.decision_id == decision.id).order_by(Duty.position))
    then = view.wordings.get(decision.id)
    return [duty for duty in stored if then is None or duty.code in then or _was_cancelled(duty, view)]


def _was_cancelled(duty: Duty, view: AsOf) -> bool:
    return duty.cancelled_at is not None and duty.cancelled_at <= view.moment


def _words(duty: Duty, view: AsOf, dues: Counter[date | None]) -> dict[str, Any]:
    """Return the row's cells as they then read; its due day, where the list was amended since, is that of its tasks then."""
    said, due = view.words_of(duty), duty.due
    if said is not duty and dues:
        due = dues.most_common(1)[0][0]
    return {
        "section": said.section,
        "text": said.text,
        "deadline": said.deadline,
        "due": due.isoformat() if due else None,
        "lead": said.lead,
    }


def _by_kind(lines: Iterable[AgencyStanding]) -> list[dict[str, Any]]:
    """Return the round's figures by kind of agency; over all kinds they add up to the round's own."""
    found: dict[AgencyKind, Counter[str]] = defaultdict(Counter)
    for line in lines:
        counter = found[AgencyKind(line.kind)]
        counter["expected"] += 1
        received = line.state in RECEIVED
        counter["submitted"] += received
        counter["on_time"] += received and line.on_time is True
        counter["late"] += received and line.on_time is False
        counter["nil"] += received and line.nil
        counter["exempt"] += line.state == "exempt"
        counter["missing"] += not received and line.state != "exempt"
    names = ("expected", "submitted", "on_time", "late", "nil", "exempt", "missing")
    return [
        {"name": kind.label, **{name: found[kind][name] for name in names}}
        for kind in AgencyKind
        if kind in found
    ]


def _agency(line: AgencyStanding, counts: Counter[Status]) -> dict[str, Any]:
    return {
        "code": line.agency,
        "name": line.agency_name,
        "state": line.state.value,
        "on_time": line.on_time,
        "nil": line.nil,
        "extended": line.extended,
        "due": line.due.isoformat(),
        "received_on": line.received_on.isoformat() if line.received_on else None,
        "counts": {status.value: counts[status] for status in Status},
    }


def _indicators(session: Session, round_: Round, view: AsOf, names: dict[str, str]) -> dict[str, Any] | None:
    """Return the figures of this round and, from the second round on, those since the first; None without indicators."""
    if indicators_of(round_.decision) is None:
        return None
    own = consolidated_figures(session, view, [round_])
    before = [
        each for each in _periodic(session, round_.decision) if each.due < round_.due and not round_.ad_hoc
    ]
    since = consolidated_figures(session, view, [*before, round_]).total if before else ()
    labels = own.indicators.figures()
    rows = []
    for place, each in enumerate(own.total):
        indicator = own.indicators.indicator_of(each.figure)
        rows.append(
            {
                "key": each.figure,
                "duty": indicator.duty,
                "name": labels[each.figure],
                "part": each.figure != indicator.code,
                "unit": indicator.unit,
                "decimals": indicator.decimals,
                **_told(each),
                "missing": [names[code] for code in each.missing],
                "since": _told(since[place]) if since else None,
                "levels": [_told(figures[place]) for figures in own.levels.values()],
            }
        )
    return {"title": own.indicators.title, "levels": list(own.levels), "rows": rows}


def _told(each: Consolidated) -> dict[str, Any]:
    """Return a sum as text, since JSON has no decimals, with its coverage."""
    value = None if each.value is None else str(each.value)
    return {"value": value, "reporting": each.reporting, "expected": each.expected}

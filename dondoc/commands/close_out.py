"""`dondoc tasks close-out`: the bulk close-out after the term's last day, proposed from the last reports."""

from typing import Annotated, Any

import typer

from catalog.days import day_of
from dondoc.commands.acting import actor_of, day_given
from dondoc.commands.opening import By, DecisionKey, acting, open_database
from dondoc.commands.output import AsOf, JsonFlag, print_json, print_table
from tasks.amending.close_out import Closed, CloseOut, Line, Proposal, close_out, prepare_close_out
from tasks.database import reading, writing
from tasks.intake import stored_decision

_WORDS = {
    Proposal.COMPLETE: "hoàn thành",
    Proposal.NOT_APPLICABLE: "không phát sinh",
    Proposal.LEAVE: "để quá hạn",
}
_NOTHING = Closed((), ())


def close_out_tasks(
    due: Annotated[
        str | None,
        typer.Option("--due", help="Hạn của các nhiệm vụ cần kết thúc; mặc định hạn gần nhất đã qua."),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Chỉ xem danh sách và đề xuất, không ghi.")] = False,
    excepted: Annotated[
        list[int] | None, typer.Option("--except", help="Số nhiệm vụ để lại; nêu được nhiều lần.")
    ] = None,
    decision: DecisionKey = None,
    by: By = None,
    moment: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Kết thúc một lượt các nhiệm vụ hết kỳ theo báo cáo cuối; nhiệm vụ không có kết quả trong báo cáo thì để quá hạn."""
    now = acting(moment)
    day = day_given(due, "--due")
    with (reading if check else writing)(open_database()) as session:
        actor = actor_of(session, by)
        prepared = prepare_close_out(session, stored_decision(session, decision), day, day_of(now))
        left_out = excepted or []
        prepared.chosen(left_out)
        done = _NOTHING if check else close_out(session, prepared, left_out, actor, now)
    document = _document(prepared, done, left_out, applied=not check)
    if as_json:
        print_json(document)
    else:
        _print(prepared, done, document)


def _document(prepared: CloseOut, done: Closed, excepted: list[int], *, applied: bool) -> dict[str, Any]:
    counts = {proposal.value: 0 for proposal in Proposal}
    for line in prepared.lines:
        counts[line.proposal.value] += 1
    return {
        "decision": prepared.decision,
        "due": prepared.due,
        "applied": applied,
        "totals": {**counts, "excepted": len(set(excepted)), "settled": len(done.settled)},
        "items": [_item(line) for line in prepared.lines],
        "left_to_confirmer": [{"id": line.task, "confirmer": name} for line, name in done.left],
    }


def _item(line: Line) -> dict[str, Any]:
    report = line.report
    return {
        "id": line.task,
        "duty": line.duty,
        "agency": line.agency,
        "proposal": line.proposal.value,
        "why": line.why,
        "round": report.round if report else None,
        "result": report.result if report else "",
        "document": report.document_number if report else "",
        "document_date": report.document_date if report else None,
        "counted_on": line.counted_on,
    }


def _print(prepared: CloseOut, done: Closed, document: dict[str, Any]) -> None:
    if prepared.due is None:
        print("Không có nhiệm vụ nào hết kỳ còn đang thực hiện.")
        return
    print_table(
        ("ID", "Nhiệm vụ", "Cơ quan", "Đề xuất", "Căn cứ", "Ngày tính"),
        [
            (line.task, line.duty, line.agency_name, _WORDS[line.proposal], line.why, line.counted_on)
            for line in prepared.lines
        ],
        right=[0],
    )
    totals = document["totals"]
    told = "; ".join(f"{_WORDS[proposal]} {totals[proposal.value]}" for proposal in Proposal)
    print(f"Hạn {prepared.due:%d/%m/%Y}: {told}.")
    if document["applied"]:
        print(f"Đã kết thúc {totals['settled']} nhiệm vụ, để lại {totals['excepted']} theo yêu cầu.")
    for line, name in done.left:
        print(f"  Nhiệm vụ {line.duty} của {line.agency_name} chờ {name} xác nhận.")

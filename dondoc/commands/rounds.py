"""`dondoc rounds`: the reporting rounds, who still owes a report, and what the coordinator decides about them."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.clock import HANOI
from dondoc.commands.acting import Reason, actor_of, day_given, deadline_given
from dondoc.commands.opening import By, DecisionKey, acting, open_database, reading_time
from dondoc.commands.output import AsOf, JsonFlag, Limit, Offset, print_json, print_table, show
from tasks.asof import after_acting, as_of
from tasks.database import reading, writing
from tasks.intake import stored_decision
from tasks.models import Decision, Round, RoundState
from tasks.rounds.ad_hoc import AdHoc, chosen_agencies, open_ad_hoc
from tasks.rounds.agencies import Ruling, exempt_agencies, extend_agencies, reopen_agencies
from tasks.rounds.recurring import Recurring, plan_recurring
from tasks.rounds.reminding import remind_missing
from tasks.rounds.rounds import close_round, find_round, open_due_rounds, open_round
from tasks.rounds.standing import RoundStanding, standing_of_round, standings_of_rounds

app = typer.Typer(no_args_is_help=True, help="Các lần báo cáo.")

AD_HOC = "dot-xuat"
_STATES = {RoundState.PLANNED: "chưa mở", RoundState.OPEN: "đang mở", RoundState.CLOSED: "đã đóng"}

Code = Annotated[str, typer.Argument(metavar="ROUND", help="Mã lần báo cáo, ví dụ lan-1, dot-xuat-1.")]
Agencies = Annotated[list[str] | None, typer.Option("--agency", help="Mã cơ quan; nêu được nhiều lần.")]
Groups = Annotated[list[str] | None, typer.Option("--group", help="Mã nhóm cơ quan; nêu được nhiều lần.")]
Overdue = Annotated[bool, typer.Option("--overdue", help="Mọi cơ quan đang có nhiệm vụ quá hạn.")]
To = Annotated[str | None, typer.Option("--to", help="Hạn: ngày, hoặc giờ dạng 2025-09-05T16:00.")]


@app.command("list")
def list_(
    decision: DecisionKey = None,
    limit: Limit = 50,
    offset: Offset = 0,
    moment: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Liệt kê các lần báo cáo và số đã nộp."""
    with reading(open_database()) as session:
        rows = select(Round).join(Decision).order_by(Decision.key, Round.due, Round.id)
        rounds = session.scalars(rows.where(Decision.key == decision) if decision else rows).all()
        view = as_of(session, reading_time(moment))
        found = standings_of_rounds(session, rounds[offset : offset + limit], view)
    if as_json:
        print_json({"total": len(rounds), "items": [_document(standing) for standing in found]})
        return
    print_table(
        ("Mã", "Lần báo cáo", "Mở", "Hạn", "Tình trạng", "Phải nộp", "Đã nộp", "Chậm", "Còn thiếu"),
        [
            (
                s.code,
                s.text,
                s.opens,
                s.due,
                _STATES[s.state],
                s.expected,
                s.submitted,
                s.late,
                len(s.missing),
            )
            for s in found
        ],
        right=(5, 6, 7, 8),
    )


@app.command("show")
def show_(code: Code, decision: DecisionKey = None, moment: AsOf = None, as_json: JsonFlag = False) -> None:
    """Xem một lần báo cáo: phải nộp, đã nộp, đúng hạn, chậm, không phát sinh, được miễn, còn thiếu."""
    with reading(open_database()) as session:
        round_ = find_round(session, stored_decision(session, decision), code)
        _print(standing_of_round(session, round_, as_of(session, reading_time(moment))), as_json)


@app.command("open")
def open_(  # one parameter per option of interface.md
    code: Code,
    agency: Agencies = None,
    group: Groups = None,
    overdue: Overdue = False,
    to: To = None,
    subject: Annotated[str, typer.Option("--subject", help="Nội dung yêu cầu của báo cáo đột xuất.")] = "",
    reason: Reason = "",
    decision: DecisionKey = None,
    by: By = None,
    moment: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Mở một lần báo cáo trước ngày mở, hoặc (dot-xuat, dot-xuat-N) yêu cầu một báo cáo đột xuất."""
    now = acting(moment)
    with writing(open_database()) as session:
        row = stored_decision(session, decision)
        known = session.scalar(select(Round.id).where(Round.decision_id == row.id, Round.code == code))
        if known is not None or not code.startswith(AD_HOC):
            round_ = open_round(session, find_round(session, row, code), actor_of(session, by), now)
        else:
            if to is None:
                raise typer.BadParameter("Báo cáo đột xuất cần hạn nộp; hãy ghi --to 2025-09-05.")
            asked = AdHoc(
                subject=subject or reason,
                deadline=deadline_given(to, "--to"),
                agencies=tuple(agency or ()),
                groups=tuple(group or ()),
                overdue=overdue,
                code=None if code == AD_HOC else code,
            )
            round_ = open_ad_hoc(session, row, asked, actor_of(session, by), now)
        _print(standing_of_round(session, round_, after_acting(session, now)), as_json)


@app.command("plan")
def plan(  # one parameter per option
    text: Annotated[str, typer.Argument(help="Chế độ báo cáo, ví dụ «trước ngày 25 hằng tháng».")],
    first: Annotated[str, typer.Option("--from", help="Từ ngày.")],
    last: Annotated[str, typer.Option("--to", help="Đến ngày.")],
    agency: Agencies = None,
    group: Groups = None,
    decision: DecisionKey = None,
    by: By = None,
    moment: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Lập sẵn các lần báo cáo của một chế độ định kỳ."""
    now, start, end = acting(moment), day_given(first, "--from"), day_given(last, "--to")
    assert start is not None
    assert end is not None
    with writing(open_database()) as session:
        row = stored_decision(session, decision)
        who = AdHoc(text, end, tuple(agency or ()), tuple(group or ()))
        expected = tuple(chosen_agencies(session, row, who, now))
        made = plan_recurring(session, row, Recurring(text, start, end, expected), actor_of(session, by), now)
        found = standings_of_rounds(session, made, after_acting(session, now))
    if as_json:
        print_json({"total": len(found), "items": [_document(standing) for standing in found]})
    else:
        print_table(("Mã", "Mở", "Hạn"), [(s.code, s.opens, s.closes_at.astimezone(HANOI)) for s in found])


@app.command("extend")
def extend(  # one parameter per option of interface.md
    code: Code,
    agency: Agencies = None,
    to: To = None,
    reason: Reason = "",
    decision: DecisionKey = None,
    by: By = None,
    moment: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Gia hạn nộp cho cơ quan, kèm lý do."""
    day = day_given(to, "--to")
    if day is None:
        raise typer.BadParameter("Gia hạn cần ngày mới; hãy ghi --to 2025-09-12.")
    now, named = acting(moment), _named(agency)

    def act(session: Session, round_: Round) -> None:
        extend_agencies(session, round_, named, day, Ruling(actor_of(session, by), now, reason))

    _rule(act, code, decision, now, as_json)


@app.command("exempt")
def exempt(
    code: Code,
    agency: Agencies = None,
    reason: Reason = "",
    decision: DecisionKey = None,
    by: By = None,
    moment: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Miễn báo cáo cho cơ quan, kèm lý do."""
    now, named = acting(moment), _named(agency)

    def act(session: Session, round_: Round) -> None:
        exempt_agencies(session, round_, named, Ruling(actor_of(session, by), now, reason))

    _rule(act, code, decision, now, as_json)


@app.command("reopen")
def reopen(  # one parameter per option of interface.md
    code: Code,
    agency: Agencies = None,
    to: To = None,
    reason: Reason = "",
    decision: DecisionKey = None,
    by: By = None,
    moment: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Cho cơ quan nộp (lại), kèm lý do; --to gia hạn luôn đến ngày đó."""
    now, named, day = acting(moment), _named(agency), day_given(to, "--to")

    def act(session: Session, round_: Round) -> None:
        ruling = Ruling(actor_of(session, by), now, reason)
        reopen_agencies(session, round_, named, ruling)
        if day is not None:
            extend_agencies(session, round_, named, day, ruling)

    _rule(act, code, decision, now, as_json)


@app.command("close")
def close(
    code: Code, decision: DecisionKey = None, by: By = None, moment: AsOf = None, as_json: JsonFlag = False
) -> None:
    """Đóng lần báo cáo; báo cáo đến sau vẫn nhận."""
    now = acting(moment)
    _rule(
        lambda session, round_: close_round(session, round_, actor_of(session, by), now),
        code,
        decision,
        now,
        as_json,
    )


@app.command("remind")
def remind(
    code: Code, decision: DecisionKey = None, by: By = None, moment: AsOf = None, as_json: JsonFlag = False
) -> None:
    """Nhắc các cơ quan chưa nộp; thư đi cùng lượt quét kế tiếp."""
    now = acting(moment)
    with writing(open_database()) as session:
        open_due_rounds(session, now)
        round_ = find_round(session, stored_decision(session, decision), code)
        number = remind_missing(session, round_, actor_of(session, by), now)
    if as_json:
        print_json({"round": code, "reminded": number})
    else:
        print(f"Đã ghi lời nhắc cho {number} cơ quan.")


def _named(agencies: list[str] | None) -> list[str]:
    if not agencies:
        raise typer.BadParameter("Hãy nêu cơ quan bằng --agency; nêu được nhiều lần.")
    return agencies


def _rule(
    act: Callable[[Session, Round], object], code: str, decision: str | None, now: datetime, as_json: bool
) -> None:
    """Do something about a round, opened first where its day has come, and print how it then stands."""
    with writing(open_database()) as session:
        open_due_rounds(session, now)
        round_ = find_round(session, stored_decision(session, decision), code)
        act(session, round_)
        _print(standing_of_round(session, round_, after_acting(session, now)), as_json)


def _document(standing: RoundStanding) -> dict[str, Any]:
    return {
        "round": standing.code,
        "text": standing.text,
        "state": standing.state.value,
        "opens": standing.opens,
        "due": standing.due,
        "closes_at": standing.closes_at.astimezone(HANOI),
        "expected": standing.expected,
        "submitted": standing.submitted,
        "on_time": standing.on_time,
        "late": standing.late,
        "nil": standing.nil,
        "accepted": standing.accepted,
        "drafting": standing.drafting,
        "extended": standing.extended,
        "exempt": standing.exempt,
        "missing": standing.missing,
        "returned": standing.returned,
    }


def _print(standing: RoundStanding, as_json: bool) -> None:
    if as_json:
        print_json(_document(standing))
        return
    print(f"{standing.text} ({standing.code}, {_STATES[standing.state]}), hạn hết ngày {show(standing.due)}")
    figures = (
        ("Phải nộp", standing.expected), ("Đã nộp", standing.submitted), ("  đúng hạn", standing.on_time),
        ("  chậm", standing.late), ("  không phát sinh", standing.nil), ("Đã xác nhận", standing.accepted),
        ("Được gia hạn", standing.extended), ("Được miễn", standing.exempt),
        ("Bị trả lại", len(standing.returned)), ("Còn thiếu", len(standing.missing)),
    )  # fmt: skip
    print_table(("", "Số cơ quan"), figures, right=(1,))
    if standing.missing:
        print("Còn thiếu:")
    for code, name in zip(standing.missing, standing.missing_names, strict=True):
        print(f"  {name} ({code}{', bị trả lại' if code in standing.returned else ''})")

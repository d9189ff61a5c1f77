"""`dondoc report`: one agency's report for one round, from the empty form to its acceptance."""

import mimetypes
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from catalog.errors import FaultyDataError
from documents.report_form.form import report_form
from documents.report_form.report_workbook import read_report_workbook
from documents.report_form.report_workbook_template import write_report_workbook
from documents.words import SUBMISSIONS
from dondoc.commands.acting import Reason, actor_of, day_given
from dondoc.commands.opening import By, DecisionKey, acting, open_database, reading_time
from dondoc.commands.output import AsOf, JsonFlag, print_json, print_table, show
from tasks.asof import after_acting, as_of
from tasks.database import reading, writing
from tasks.errors import DomainError
from tasks.indicator_sets import indicators_of
from tasks.intake import stored_decision
from tasks.models import Standing
from tasks.reporting.answering import accept_report, return_report
from tasks.reporting.checking import figure_faults
from tasks.reporting.content import Content, File, Paper
from tasks.reporting.files import attach
from tasks.reporting.lines import content_of, previous_content
from tasks.reporting.reports import Deed, find_standing, record_paper, save_draft, submit, submit_nil
from tasks.rounds.rounds import find_round

app = typer.Typer(no_args_is_help=True, help="Báo cáo của một cơ quan trong một lần báo cáo.")

Round = Annotated[str, typer.Option("--round", help="Mã lần báo cáo, ví dụ lan-1.")]
AgencyCode = Annotated[str, typer.Option("--agency", help="Mã cơ quan.")]
Filled = Annotated[Path | None, typer.Argument(metavar="FILE.xlsx", help="Mẫu báo cáo đã điền.")]
Nil = Annotated[bool, typer.Option("--nil", help="Báo cáo không phát sinh.")]


@app.command()
def template(
    round_: Round,
    agency: AgencyCode,
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="Ghi mẫu ra tệp này.")],
    decision: DecisionKey = None,
    moment: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Xuất mẫu báo cáo Excel của một cơ quan, điền sẵn lời văn của lần trước nếu có."""
    now = reading_time(moment)
    with reading(open_database()) as session:
        standing = _standing(session, decision, round_, agency)
        form = report_form(session, standing, as_of(session, now))
        write_report_workbook(file, form, now, _start(session, standing))
    counts = {"path": str(file), "duties": len(form.lines), "figures": len(form.figures)}
    if as_json:
        print_json(counts)
    else:
        print(f"Đã ghi {file}: {counts['duties']} nhiệm vụ, {counts['figures']} chỉ tiêu cần điền.")


@app.command("submit")
def submit_report(  # one parameter per option of interface.md
    round_: Round,
    agency: AgencyCode,
    file: Filled = None,
    nil: Nil = False,
    reason: Reason = "",
    decision: DecisionKey = None,
    by: By = None,
    moment: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Nộp báo cáo từ mẫu Excel đã điền, hoặc báo cáo không phát sinh (--nil). Mọi lỗi nêu theo ô, không nộp nửa chừng."""
    with writing(open_database()) as session:
        deed = Deed(actor_of(session, by), acting(moment))
        standing = _standing(session, decision, round_, agency)
        content = _content(session, standing, file, deed.now, nil=nil)
        if content is None:
            submit_nil(session, standing, reason or "Cơ quan xác nhận không phát sinh trong kỳ.", deed)
        else:
            _refuse_contradictions(standing, content)
            save_draft(session, standing, content, deed)
            session.flush()
            submit(session, standing, deed)
        session.flush()
        _show(session, standing, as_json=as_json)


@app.command()
def record(  # one parameter per option of interface.md
    round_: Round,
    agency: AgencyCode,
    received: Annotated[str, typer.Option("--received", help="Ngày đến của văn bản giấy.")],
    document: Annotated[str, typer.Option("--document", help="Số, ký hiệu của văn bản.")],
    document_date: Annotated[str, typer.Option("--document-date", help="Ngày của văn bản.")],
    file: Filled = None,
    nil: Nil = False,
    scan: Annotated[Path | None, typer.Option("--scan", help="Bản chụp văn bản.")] = None,
    decision: DecisionKey = None,
    by: By = None,
    moment: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Ghi nhận báo cáo giấy thay cơ quan; đúng hạn hay chậm tính theo ngày đến."""
    arrived, dated = day_given(received, "--received"), day_given(document_date, "--document-date")
    assert arrived is not None
    assert dated is not None
    with writing(open_database()) as session:
        deed = Deed(actor_of(session, by), acting(moment))
        standing = _standing(session, decision, round_, agency)
        content = _content(session, standing, file, deed.now, nil=nil)
        record_paper(session, standing, content, Paper(document, dated, arrived), deed)
        session.flush()
        if scan is not None:
            kind = mimetypes.guess_type(scan.name)[0] or "application/octet-stream"
            attach(session, standing, File(scan.name, kind, scan.read_bytes()), deed)
        session.flush()
        _show(session, standing, as_json=as_json)


@app.command("show")
def show_report(
    round_: Round,
    agency: AgencyCode,
    decision: DecisionKey = None,
    as_json: JsonFlag = False,
) -> None:
    """Xem báo cáo của một cơ quan, kèm những chỗ số liệu chưa khớp."""
    with reading(open_database()) as session:
        _show(session, _standing(session, decision, round_, agency), as_json=as_json)


@app.command("return")
def return_(
    round_: Round,
    agency: AgencyCode,
    reason: Reason = "",
    keeps: Annotated[
        bool,
        typer.Option("--keep-punctuality/--drop-punctuality", help="Nộp lại có giữ ngày nộp lần đầu không."),
    ] = True,
    decision: DecisionKey = None,
    by: By = None,
    moment: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Trả lại báo cáo kèm ý kiến; cơ quan được báo ngay."""
    with writing(open_database()) as session:
        standing = _standing(session, decision, round_, agency)
        deed = Deed(actor_of(session, by), acting(moment))
        return_report(session, standing, reason, deed, keeps_punctuality=keeps)
        session.flush()
        _show(session, standing, as_json=as_json)


@app.command()
def accept(
    round_: Round,
    agency: AgencyCode,
    strike: Annotated[
        list[str] | None,
        typer.Option("--strike", help="Số việc không xác nhận, dạng 12 hoặc 12=lý do trả lại."),
    ] = None,
    decision: DecisionKey = None,
    by: By = None,
    moment: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Xác nhận báo cáo cùng các việc báo hoàn thành trong đó, trừ những việc gạch ra."""
    struck = dict(_struck(text) for text in strike or [])
    with writing(open_database()) as session:
        standing = _standing(session, decision, round_, agency)
        accept_report(session, standing, Deed(actor_of(session, by), acting(moment)), struck)
        session.flush()
        _show(session, standing, as_json=as_json)


def _standing(session: Session, decision: str | None, code: str, agency: str) -> Standing:
    return find_standing(session, find_round(session, stored_decision(session, decision), code), agency)


def _start(session: Session, standing: Standing) -> Content | None:
    if standing.report is not None:
        return content_of(standing.report)
    return previous_content(session, standing)


def _content(
    session: Session, standing: Standing, file: Path | None, now: datetime, *, nil: bool
) -> Content | None:
    """Return what the filled-in workbook says, None for a nil report. Raises FaultyDataError with every fault."""
    if nil == (file is not None):
        raise DomainError("Hãy nêu tệp báo cáo đã điền, hoặc --nil nếu không phát sinh (một trong hai).")
    if file is None:
        return None
    form = report_form(session, standing, after_acting(session, now))
    content, faults = read_report_workbook(file, form)
    if content is None or faults:
        raise FaultyDataError(faults)
    return content


def _refuse_contradictions(standing: Standing, content: Content) -> None:
    faults = figure_faults(content, indicators_of(standing.round.decision))
    if faults:
        raise FaultyDataError(faults)


def _struck(text: str) -> tuple[int, str]:
    number, _, reason = text.partition("=")
    if not number.isdigit():
        raise typer.BadParameter(f"--strike phải là số việc, ví dụ 12 hoặc 12=lý do, không phải «{text}».")
    return int(number), reason


def _show(session: Session, standing: Standing, *, as_json: bool) -> None:
    session.refresh(standing)
    document = _document(standing)
    if as_json:
        print_json(document)
        return
    print(f"{standing.agency.name} – báo cáo {standing.round.text}: {SUBMISSIONS[standing.state].lower()}")
    print(
        f"Hạn hết ngày {show(standing.due)}; ngày nhận: {show(standing.received_on) if standing.received_on else 'chưa có'}"
    )
    print_table(
        ("Việc", "Nhiệm vụ", "Báo", "Kết quả", "Văn bản"),
        [
            (row["task"], row["duty"], row["declares"], row["result"], row["document"])
            for row in document["lines"]
        ],
        right=[0],
    )
    for fault in document["faults"]:
        print(f"  Chưa khớp: {fault}")


def _document(standing: Standing) -> dict[str, Any]:
    report = standing.report
    content = Content() if report is None else content_of(report)
    faults = figure_faults(content, indicators_of(standing.round.decision))
    return {
        "round": standing.round.code,
        "agency": standing.agency.code,
        "state": standing.state.value,
        "due": standing.due,
        "received_on": standing.received_on,
        "on_time": standing.on_time,
        "nil": standing.nil,
        "document": "" if report is None else report.document_number,
        "version": 0 if report is None else report.version,
        "narrative": dict(content.narrative),
        "lines": [] if report is None else [_line(line) for line in report.lines],
        "figures": [
            {
                "indicator": figure.indicator,
                "part": figure.part,
                "value": _number(figure.value),
                "bound": figure.bound,
            }
            for figure in content.figures
        ],
        "attachments": []
        if report is None
        else [{"name": f.name, "size": f.size} for f in report.attachments],
        "faults": [str(fault) for fault in faults],
    }


def _line(line: Any) -> dict[str, Any]:
    return {
        "task": line.task_id,
        "duty": line.task.duty.code,
        "declares": line.declares,
        "struck_out": line.struck_out,
        "result": line.result,
        "document": line.document_number,
        "document_date": line.document_date,
        "difficulties": line.difficulties,
        "proposals": line.proposals,
        "addressee": line.addressee,
    }


def _number(value: Any) -> Any:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)

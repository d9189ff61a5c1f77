"""`dondoc export`: what people take away as Excel, Word, PDF or a calendar; the suffix of the file decides the form."""

import typer

from catalog.days import day_of
from documents.workbooks.workbook_exports import (
    export_indicators,
    export_league,
    export_matrix,
    export_proof,
    export_round,
    export_tasks,
)
from dondoc.commands.export_paper import app as paper
from dondoc.commands.exporting import (
    AgencyCode,
    DutyCode,
    GroupCode,
    OutFile,
    RoundCode,
    Search,
    SectionCode,
    Statuses,
    check_suffix,
    tell,
)
from dondoc.commands.opening import DecisionKey, open_database, reading_time
from dondoc.commands.output import AsOf, JsonFlag
from notifications.content.kinds import KIND_NAMES
from tasks.asof import as_of as view_of
from tasks.database import reading
from tasks.intake import stored_decision
from tasks.queries.lists import TaskFilter
from tasks.queries.proof import ProofFilter
from tasks.rounds.rounds import find_round

app = typer.Typer(no_args_is_help=True, help="Xuất Excel, Word, PDF, lịch.")
app.registered_commands.extend(paper.registered_commands)


@app.command("tasks")
def tasks_workbook(
    output: OutFile, decision: DecisionKey = None, agency: AgencyCode = None, duty: DutyCode = None,
    section: SectionCode = None, group: GroupCode = None, status: Statuses = None, search: Search = "",
    as_of: AsOf = None, as_json: JsonFlag = False,
) -> None:  # fmt: skip
    """Danh sách nhiệm vụ theo bộ lọc (.xlsx)."""
    check_suffix(output, ".xlsx")
    wanted = TaskFilter(decision, agency, duty, section, group, tuple(status or ()), search)
    with reading(open_database()) as session:
        count = export_tasks(session, view_of(session, reading_time(as_of)), wanted, output)
    tell(output, "nhiệm vụ", count, as_json=as_json)


@app.command("matrix")
def matrix_workbook(
    output: OutFile, decision: DecisionKey = None, agency: AgencyCode = None, duty: DutyCode = None,
    section: SectionCode = None, group: GroupCode = None, status: Statuses = None, search: Search = "",
    as_of: AsOf = None, as_json: JsonFlag = False,
) -> None:  # fmt: skip
    """Ma trận nhiệm vụ và cơ quan của một quyết định (.xlsx)."""
    check_suffix(output, ".xlsx")
    with reading(open_database()) as session:
        key = stored_decision(session, decision).key
        wanted = TaskFilter(key, agency, duty, section, group, tuple(status or ()), search)
        count = export_matrix(session, view_of(session, reading_time(as_of)), wanted, output)
    tell(output, "cơ quan", count, as_json=as_json)


@app.command("league")
def league_workbook(
    output: OutFile, decision: DecisionKey = None, section: SectionCode = None, group: GroupCode = None,
    as_of: AsOf = None, as_json: JsonFlag = False,
) -> None:  # fmt: skip
    """Xếp hạng cơ quan theo tỷ lệ đúng hạn (.xlsx)."""
    check_suffix(output, ".xlsx")
    wanted = TaskFilter(decision=decision, section=section, group=group)
    with reading(open_database()) as session:
        count = export_league(session, view_of(session, reading_time(as_of)), wanted, output)
    tell(output, "cơ quan", count, as_json=as_json)


@app.command("round")
def round_workbook(
    output: OutFile, round_code: RoundCode, decision: DecisionKey = None, as_of: AsOf = None,
    as_json: JsonFlag = False,
) -> None:  # fmt: skip
    """Tình hình nộp báo cáo của một lần (.xlsx)."""
    check_suffix(output, ".xlsx")
    with reading(open_database()) as session:
        round_ = find_round(session, stored_decision(session, decision), round_code)
        count = export_round(session, view_of(session, reading_time(as_of)), round_, output)
    tell(output, "cơ quan", count, as_json=as_json)


@app.command("indicators")
def indicators_workbook(
    output: OutFile, round_code: RoundCode, decision: DecisionKey = None, as_of: AsOf = None,
    as_json: JsonFlag = False,
) -> None:  # fmt: skip
    """Chỉ tiêu tổng hợp của một lần báo cáo, kèm số cơ quan đã báo cáo (.xlsx)."""
    check_suffix(output, ".xlsx")
    with reading(open_database()) as session:
        round_ = find_round(session, stored_decision(session, decision), round_code)
        count = export_indicators(session, view_of(session, reading_time(as_of)), [round_], output)
    tell(output, "dòng chỉ tiêu", count, as_json=as_json)


@app.command("proof")
def proof_workbook(
    output: OutFile, decision: DecisionKey = None, agency: AgencyCode = None, as_of: AsOf = None,
    as_json: JsonFlag = False,
) -> None:  # fmt: skip
    """Bằng chứng đã nhắc ai, việc gì, khi nào, thư đến địa chỉ nào (.xlsx)."""
    check_suffix(output, ".xlsx")
    moment = reading_time(as_of)
    with reading(open_database()) as session:
        key = stored_decision(session, decision).key if decision else None
        wanted = ProofFilter(decision=key, agency=agency, until=day_of(moment))
        count = export_proof(session, view_of(session, moment), wanted, KIND_NAMES, output)
    tell(output, "dòng", count, as_json=as_json)

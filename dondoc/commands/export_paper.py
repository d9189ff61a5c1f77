"""The papers of `dondoc export`: consolidated report, dunning letters, receipts, calendars, and the report's template."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from catalog.report_outline import Outline
from documents.agency_calendar import Links, agency_calendar
from documents.conclusion_docx import write_conclusion
from documents.letter_docx import write_each_letter, write_letters
from documents.paper_exports import printed
from documents.pdf import NoConverterError, convert_to_pdf
from documents.placing import placed
from documents.receipt_docx import write_receipt
from documents.report_docx import outline_for, write_report
from documents.report_template import shipped_template
from dondoc.commands.exporting import OutFile, RoundCode, check_suffix, tell
from dondoc.commands.opening import DecisionKey, letterhead, open_database, reading_time
from dondoc.commands.output import AsOf, JsonFlag
from dondoc.commands.running import OutsideFailure
from dondoc.settings import read_settings
from tasks.asof import as_of as view_of
from tasks.database import reading, writing
from tasks.intake import stored_decision
from tasks.rounds.rounds import find_round
from tasks.snapshots.issued_snapshots import issued
from tasks.snapshots.letter_snapshot import KIND as LETTERS
from tasks.snapshots.letter_snapshot import take_letter_snapshot
from tasks.snapshots.receipt_snapshot import take_receipt_snapshot
from tasks.snapshots.report_snapshot import KIND as REPORT
from tasks.snapshots.report_snapshot import take_report_snapshot

app = typer.Typer()

Agencies = Annotated[
    list[str] | None,
    typer.Option("--agency", help="Mã cơ quan, ghi nhiều lần được; bỏ trống: mọi cơ quan có việc quá hạn."),
]
OneAgency = Annotated[str, typer.Option("--agency", help="Mã cơ quan.")]
Frozen = Annotated[int | None, typer.Option("--snapshot", help="In lại từ số liệu đã chốt mang số này.")]
Layout = Annotated[
    Outline | None,
    typer.Option("--outline", help="interim: sơ kết; final: tổng kết. Mặc định theo lần báo cáo."),
]
Template = Annotated[
    Path | None, typer.Option("--template", help="Mẫu Word đã sửa (xuất bằng export template).")
]
Each = Annotated[bool, typer.Option("--each", help="Mỗi cơ quan một tệp, ghi vào thư mục nêu ở -o.")]
Pdf = Annotated[bool, typer.Option("--pdf", help="Cùng --each: ghi PDF thay cho Word.")]

_T = TypeVar("_T")


@app.command("report")
def report_document(
    output: OutFile, round_code: RoundCode, decision: DecisionKey = None, outline: Layout = None,
    template: Template = None, snapshot: Frozen = None, as_of: AsOf = None, as_json: JsonFlag = False,
) -> None:  # fmt: skip
    """Báo cáo tổng hợp của một lần (.docx, .pdf); số liệu được chốt lại, in lại cho cùng một tệp."""
    check_suffix(output, ".docx", ".pdf")
    with writing(open_database()) as session:
        found = stored_decision(session, decision)
        round_ = find_round(session, found, round_code)
        if snapshot is not None:
            frozen = issued(session, found, f"{REPORT}:{round_.code}", snapshot)
        else:
            frozen = take_report_snapshot(session, round_, view_of(session, reading_time(as_of)))
    chosen = outline or outline_for(frozen)
    _print(output, lambda path: write_report(frozen, path, chosen, template))
    duties = len(frozen.body["duties"])
    tell(
        output,
        "nhiệm vụ",
        duties,
        as_json=as_json,
        snapshot=frozen.number,
        as_of=frozen.as_of,
        outline=chosen,
    )


@app.command("notice")
def conclusion_notice(
    output: OutFile,
    round_code: RoundCode,
    decision: DecisionKey = None,
    as_of: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Thông báo kết luận một lần báo cáo, kèm danh sách cơ quan chưa báo cáo, còn việc quá hạn (.docx, .pdf)."""
    check_suffix(output, ".docx", ".pdf")
    with writing(open_database()) as session:
        round_ = find_round(session, stored_decision(session, decision), round_code)
        frozen = take_report_snapshot(session, round_, view_of(session, reading_time(as_of)))
    listed = _print(output, lambda path: write_conclusion(frozen, path))
    tell(output, "cơ quan được nêu tên", listed, as_json=as_json, snapshot=frozen.number, as_of=frozen.as_of)


@app.command("letter")
def letters(
    output: OutFile, agency: Agencies = None, decision: DecisionKey = None, each: Each = False, pdf: Pdf = False,
    snapshot: Frozen = None, as_of: AsOf = None, as_json: JsonFlag = False,
) -> None:  # fmt: skip
    """Công văn đôn đốc kèm bảng việc quá hạn: gộp một tệp (.docx, .pdf), hoặc mỗi cơ quan một tệp (--each)."""
    _check_place(output, each=each)
    with writing(open_database()) as session:
        found = stored_decision(session, decision)
        if snapshot is not None:
            frozen = issued(session, found, LETTERS, snapshot)
        else:
            view = view_of(session, reading_time(as_of))
            frozen = take_letter_snapshot(session, found, view, tuple(agency or ()))
    if each:
        files = write_each_letter(frozen, output)
        if pdf:
            files = tuple(_to_pdf(file) for file in files)
        count, more = len(files), {"files": [str(file) for file in files]}
    else:
        count, more = _print(output, lambda path: write_letters(frozen, path)), {}
    tell(
        output, "công văn đôn đốc", count, as_json=as_json, snapshot=frozen.number, as_of=frozen.as_of, **more
    )


@app.command("receipt")
def receipt(
    output: OutFile, round_code: RoundCode, agency: OneAgency, decision: DecisionKey = None, as_of: AsOf = None,
    as_json: JsonFlag = False,
) -> None:  # fmt: skip
    """Giấy xác nhận đã nhận báo cáo của một cơ quan (.docx, .pdf)."""
    check_suffix(output, ".docx", ".pdf")
    with writing(open_database()) as session:
        round_ = find_round(session, stored_decision(session, decision), round_code)
        frozen = take_receipt_snapshot(session, round_, agency, view_of(session, reading_time(as_of)))
    _print(output, lambda path: write_receipt(frozen, path))
    tell(output, "giấy xác nhận", 1, as_json=as_json, snapshot=frozen.number, as_of=frozen.as_of)


@app.command("calendar")
def calendar(
    output: OutFile,
    agency: OneAgency,
    decision: DecisionKey = None,
    as_of: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Lịch thời hạn của một cơ quan (.ics): mở bằng chương trình lịch nào cũng được."""
    check_suffix(output, ".ics")
    head = letterhead(read_settings())
    with reading(open_database()) as session:
        view = view_of(session, reading_time(as_of))
        key = stored_decision(session, decision).key if decision else None
        content, count = agency_calendar(session, view, agency, Links(head.base_url, head.domain), key)
    with placed(output) as target:
        target.write_bytes(content)
    tell(output, "thời hạn", count, as_json=as_json)


@app.command("template")
def template_document(output: OutFile, outline: Layout = None, as_json: JsonFlag = False) -> None:
    """Mẫu Word của báo cáo tổng hợp, để sửa rồi dùng với --template (.docx)."""
    check_suffix(output, ".docx")
    with placed(output) as target:
        shutil.copyfile(shipped_template(outline or Outline.INTERIM), target)
    tell(output, "mẫu báo cáo", 1, as_json=as_json)


def _print(output: Path, write: Callable[[Path], _T]) -> _T:
    try:
        return printed(output, write)
    except NoConverterError as error:
        raise OutsideFailure(str(error)) from None


def _to_pdf(file: Path) -> Path:
    """Turn one letter into PDF in its place."""
    try:
        convert_to_pdf(file, file.with_suffix(".pdf"))
    except NoConverterError as error:
        raise OutsideFailure(str(error)) from None
    file.unlink()
    return file.with_suffix(".pdf")


def _check_place(output: Path, *, each: bool) -> None:
    if not each:
        check_suffix(output, ".docx", ".pdf")
    elif not output.is_dir():
        raise typer.BadParameter(f"-o: với --each, hãy nêu một thư mục có sẵn; không có thư mục {output}.")

"""Forms about one report: saved as it goes, sent, returned, accepted, recorded from paper."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response
from sqlalchemy.orm import Session

from catalog.days import HANOI
from catalog.errors import Fault
from documents.report_form.form import report_form
from documents.report_form.report_workbook import read_report_workbook
from tasks.actors import Role
from tasks.asof import after_acting
from tasks.errors import ConflictError, DomainError
from tasks.indicator_sets import indicators_of
from tasks.models import Standing
from tasks.reporting.answering import accept_report, return_report
from tasks.reporting.checking import figure_faults
from tasks.reporting.content import Content, Paper
from tasks.reporting.files import attach, detach
from tasks.reporting.lines import content_of
from tasks.reporting.reports import Deed, record_paper, save_draft, submit, submit_nil
from web.act import Act, act_of
from web.errors import refusals_of, status_of_refusal
from web.forms import Typed
from web.limits import UPLOAD
from web.pages.report import Again, may_write, readable_standing, report_page, start_of
from web.pages.task import RowNumber
from web.rendering import address
from web.report_fields import VERSION, Difference, differences, filled, version_of
from web.report_paging import next_part, part_of, read_part
from web.uploads import read_upload
from web.visit import visit_after

router = APIRouter()

WRITERS = (Role.AGENCY, Role.COORDINATOR, Role.ADMINISTRATOR)
READERS = (Role.COORDINATOR, Role.ADMINISTRATOR)
_Writer = Annotated[Act, Depends(act_of(*WRITERS))]
_Reader = Annotated[Act, Depends(act_of(*READERS))]
Change = Callable[[Session, Standing], object]


@router.post("/bao-cao/{number}/{agency}/luu")
def save(act: _Writer, number: RowNumber, agency: str) -> Response:
    """Keep the draft. A script that saves as one types asks for JSON and is told the new version."""
    typed = act.typed()
    content = _read(act, typed, number, agency)
    if typed.faults:
        return _refused(act, number, agency, typed, DomainError("\n".join(typed.faults.values())))
    told: dict[str, object] = {}

    def change(session: Session, standing: Standing) -> None:
        saved = save_draft(session, standing, content, _deed(act), version=version_of(typed))
        told.update(version=saved.version, saved_at=f"{act.now.astimezone(HANOI):%H:%M}")

    answer = _changed(act, (number, agency), "Lưu báo cáo", change, typed, "luu")
    return JSONResponse(told) if told and _wants_json(act) else answer


@router.post("/bao-cao/{number}/{agency}/nop")
def send(act: _Writer, number: RowNumber, agency: str) -> Response:
    """Keep what was typed and send it. Figures that contradict each other are told first."""
    typed = act.typed()
    content = _read(act, typed, number, agency)
    if typed.faults:
        return _refused(act, number, agency, typed, DomainError("Báo cáo còn chỗ chưa đúng, chưa nộp."))

    def change(session: Session, standing: Standing) -> None:
        faults = figure_faults(content, indicators_of(standing.round.decision))
        if faults:
            raise DomainError("\n".join(str(fault) for fault in faults))
        save_draft(session, standing, content, _deed(act), version=version_of(typed))
        session.flush()
        submit(session, standing, _deed(act))

    return _changed(act, (number, agency), "Nộp báo cáo", change, typed, "nop")


@router.post("/bao-cao/{number}/{agency}/khong-phat-sinh")
def send_nil(act: _Writer, number: RowNumber, agency: str) -> Response:
    """Report that nothing arose."""
    typed = act.typed()
    statement = typed.text("loi-xac-nhan", "lời xác nhận", required=True)
    if typed.faults:
        return _refused(act, number, agency, typed, DomainError(typed.faults["loi-xac-nhan"]))
    return _changed(
        act, (number, agency), "Báo cáo không phát sinh",
        lambda session, standing: submit_nil(session, standing, statement, _deed(act)), typed, "nop",
    )  # fmt: skip


@router.post("/bao-cao/{number}/{agency}/excel", dependencies=[Depends(UPLOAD)])
def upload_workbook(act: _Writer, number: RowNumber, agency: str) -> Response:
    """Take a filled-in workbook as the draft, or tell every fault at its cell."""
    typed = act.typed()

    def change(session: Session, standing: Standing) -> None:
        content, faults = _from_workbook(act, session, standing)
        if content is None:
            raise DomainError("\n".join(str(fault) for fault in faults))
        save_draft(session, standing, content, _deed(act))

    return _changed(act, (number, agency), "Nhập báo cáo từ Excel", change, typed, "luu")


@router.post("/bao-cao/{number}/{agency}/tep", dependencies=[Depends(UPLOAD)])
def upload(act: _Writer, number: RowNumber, agency: str) -> Response:
    """Attach files."""
    typed = act.typed()

    def change(session: Session, standing: Standing) -> None:
        files = act.files("tep")
        if not files:
            raise DomainError("Chưa chọn tệp nào.")
        if standing.report is None:
            save_draft(session, standing, Content(), _deed(act))
            session.refresh(standing)
        for entry in files:
            attach(session, standing, read_upload(entry), _deed(act))

    return _changed(act, (number, agency), "Đính kèm tệp", change, typed, "luu")


@router.post("/bao-cao/{number}/{agency}/tep/{file}/bo")
def remove(act: _Writer, number: RowNumber, agency: str, file: RowNumber) -> Response:
    """Take a wrong file off a report that is not sent yet."""
    return _changed(
        act, (number, agency), "", lambda session, standing: detach(session, standing, file, _deed(act)), act.typed(),
        "bo-tep",
    )  # fmt: skip


@router.post("/bao-cao/{number}/{agency}/tra-lai")
def send_back(act: _Reader, number: RowNumber, agency: str) -> Response:
    """Return the report with comments; the agency is written to."""
    typed = act.typed()
    comments, keeps = typed.text("y-kien", "ý kiến"), typed.of("tinh-lai") != "1"

    def change(session: Session, standing: Standing) -> None:
        return_report(session, standing, comments, _deed(act), keeps_punctuality=keeps)

    return _changed(act, (number, agency), "Trả lại báo cáo", change, typed, "tra-lai")


@router.post("/bao-cao/{number}/{agency}/xac-nhan")
def accept(act: _Reader, number: RowNumber, agency: str) -> Response:
    """Accept the report and confirm what it declares, save the lines struck out."""
    typed = act.typed()
    struck = {task: typed.text(f"gach-ly-do-{task}", "lý do") for task in act.numbers("gach")}

    def change(session: Session, standing: Standing) -> None:
        accept_report(session, standing, _deed(act), struck)

    return _changed(act, (number, agency), "Xác nhận báo cáo", change, typed, "xac-nhan")


@router.post("/bao-cao/{number}/{agency}/ban-giay", dependencies=[Depends(UPLOAD)])
def record(act: _Reader, number: RowNumber, agency: str) -> Response:
    """Record a report that came on paper, with its content from a workbook where there is one, and its scan."""
    typed = act.typed()
    paper_number = typed.text("so-giay", "số, ký hiệu văn bản", required=True, longest=100)
    dated = typed.day("ngay-giay", "ngày văn bản", required=True)
    received = typed.day("ngay-den", "ngày đến", required=True)
    if typed.faults or dated is None or received is None:
        return _refused(act, number, agency, typed, DomainError("Chưa ghi nhận được báo cáo giấy."))
    paper = Paper(paper_number, dated, received)

    def change(session: Session, standing: Standing) -> None:
        content: Content | None = None
        if typed.of("khong-phat-sinh") != "1":
            content, faults = (
                _from_workbook(act, session, standing) if act.files("excel") else (Content(), ())
            )
            if content is None:
                raise DomainError("\n".join(str(fault) for fault in faults))
        record_paper(session, standing, content, paper, _deed(act))
        session.refresh(standing)
        for entry in act.files("tep"):
            attach(session, standing, read_upload(entry), _deed(act))

    return _changed(act, (number, agency), "Ghi nhận báo cáo giấy", change, typed, "xong")


def _read(act: Act, typed: Typed, number: int, agency: str) -> Content:
    with visit_after(act) as visit:
        standing = readable_standing(visit.session, act.viewer, number, agency)
        form = report_form(visit.session, standing, visit.view)
        stored = start_of(visit.session, standing) or Content()
        return read_part(typed, form, part_of(form, act.request), stored)


def _from_workbook(
    act: Act, session: Session, standing: Standing
) -> tuple[Content | None, tuple[Fault, ...]]:
    files = act.files("excel")
    if not files:
        raise DomainError("Chưa chọn tệp Excel nào.")
    sent = read_upload(files[0])
    with TemporaryDirectory(prefix="dondoc-") as folder:
        path = Path(folder) / "bao-cao.xlsx"
        path.write_bytes(sent.content)
        return read_report_workbook(path, report_form(session, standing, after_acting(session, act.now)))


def _changed(
    act: Act, place: tuple[int, str], deed: str, change: Change, typed: Typed, said: str
) -> Response:
    """Do it in one transaction; when it is refused show the page again, with what was typed."""
    number, agency = place

    def work(session: Session) -> str:
        change(session, readable_standing(session, act.viewer, number, agency))
        return address(f"/bao-cao/{number}/{agency}", da=said, trang=next_part(act.request))

    try:
        return act.perform(deed, f"Báo cáo {number} của {agency}", work)
    except DomainError as refusal:
        return _refused(act, number, agency, typed, refusal)


def _refused(act: Act, number: int, agency: str, typed: Typed, refusal: DomainError) -> Response:
    status = status_of_refusal(refusal)
    if _wants_json(act):
        return JSONResponse({"sentences": refusals_of(refusal)}, status_code=status)
    with visit_after(act) as visit:
        standing = readable_standing(visit.session, act.viewer, number, agency)
        conflict: tuple[Difference, ...] = ()
        if isinstance(refusal, ConflictError) and standing.report is not None and may_write(visit, standing):
            theirs = filled(content_of(standing.report), standing.report.version)
            conflict = tuple(differences(typed, theirs, report_form(visit.session, standing, visit.view)))
            typed.values = {**typed.values, VERSION: theirs.of(VERSION)}
        typed.faults.setdefault("chung", "\n".join(refusals_of(refusal)))
        return report_page(visit, number, agency, Again(typed, status, conflict))


def _deed(act: Act) -> Deed:
    return Deed(act.actor, act.now)


def _wants_json(act: Act) -> bool:
    return act.request.headers.get("accept", "").startswith("application/json")

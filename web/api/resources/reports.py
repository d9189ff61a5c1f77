"""One agency's report for one round: read with its files, written whole on the version that was read, submitted, answered."""

from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from documents.report_form.form import report_form
from tasks.accounts.tokens import Scope
from tasks.asof import after_acting
from tasks.errors import NotFoundError
from tasks.indicator_sets import indicators_of
from tasks.models import Attachment, Decision, Round, Standing
from tasks.reporting.answering import accept_report, return_report
from tasks.reporting.checking import figure_faults
from tasks.reporting.content import Content
from tasks.reporting.lines import content_of
from tasks.reporting.reports import Deed, save_draft, submit, submit_nil
from web.api.admission import Caller
from web.api.calls import ReadsNow, WritesOnVersion, Writing
from web.api.fields import AgencyCode, DecisionKey, RoundCode, Sha256
from web.api.operations import file_operation, operation
from web.api.problems import ApiProblem, Kind, ProblemFault
from web.api.report_content import content_said
from web.api.schemas.reports import report_of
from web.api.schemas.rounds import Acceptance, NilStatement, Report, ReportContent, ReportReturn, Submitting
from web.api.validation import told
from web.pages.report import NO_REPORT, draft_is_hidden, readable_file, readable_standing

router = APIRouter(tags=["reports"])

PLACE = "/rounds/{decision}/{round_}/reports/{agency}"
Place = tuple[str, str, str]


@router.get(PLACE, **operation("getReport", Scope.REPORTS_READ, Report, "Đọc báo cáo"))
def report(call: ReadsNow, decision: DecisionKey, round_: RoundCode, agency: AgencyCode) -> Response:
    """Trả về báo cáo; bản đang soạn thì chỉ khóa của chính cơ quan soạn đọc được nội dung.

    Khóa của một cơ quan chỉ đọc báo cáo của chính nó.
    """
    return call.answer(_shown(call.caller, _standing(call.session, call.caller, (decision, round_, agency))))


@router.get(
    f"{PLACE}/attachments/{{sha256}}",
    **file_operation("getReportAttachment", Scope.REPORTS_READ, "Tải tệp đính kèm"),
)
def attachment(
    call: ReadsNow, decision: DecisionKey, round_: RoundCode, agency: AgencyCode, sha256: Sha256
) -> Response:
    """Trả về nội dung của một tệp đính kèm, theo sha256 ghi trong báo cáo."""
    standing = _standing(call.session, call.caller, (decision, round_, agency))
    found = readable_file(call.session, call.caller.viewer, standing, Attachment.sha256 == sha256)
    return call.file(found.content, found.name, found.sha256)


@router.put(PLACE, **operation("saveReport", Scope.REPORTS_WRITE, Report, "Lưu bản đang soạn"))
def save(
    call: WritesOnVersion, decision: DecisionKey, round_: RoundCode, agency: AgencyCode, said: ReportContent
) -> Response:
    """Thay toàn bộ bản đang soạn của chính cơ quan có khóa."""

    def work(session: Session, standing: Standing) -> None:
        content = content_said(said, report_form(session, standing, after_acting(session, call.now)))
        version = standing.report.version if standing.report else 0
        save_draft(session, standing, content, Deed(call.actor, call.now), version=version)

    return _changed(call, (decision, round_, agency), "Lưu báo cáo", work)


@router.post(f"{PLACE}/submit", **operation("submitReport", Scope.REPORTS_WRITE, Report, "Nộp báo cáo"))
def send(
    call: WritesOnVersion, decision: DecisionKey, round_: RoundCode, agency: AgencyCode, said: Submitting
) -> Response:
    """Nộp bản đang có; điều báo của từng nhiệm vụ được ghi cùng lúc. Số liệu mâu thuẫn thì chưa nộp."""
    del said

    def work(session: Session, standing: Standing) -> None:
        if standing.report is not None:
            _check_figures(content_of(standing.report), standing)
        submit(session, standing, Deed(call.actor, call.now))

    return _changed(call, (decision, round_, agency), "Nộp báo cáo", work)


@router.post(
    f"{PLACE}/submit-nil",
    **operation("submitNilReport", Scope.REPORTS_WRITE, Report, "Nộp báo cáo không phát sinh"),
)
def send_nil(
    call: WritesOnVersion, decision: DecisionKey, round_: RoundCode, agency: AgencyCode, said: NilStatement
) -> Response:
    """Nộp báo cáo không phát sinh, với lời xác nhận của cơ quan."""
    return _changed(
        call,
        (decision, round_, agency),
        "Báo cáo không phát sinh",
        lambda session, standing: submit_nil(session, standing, said.statement, Deed(call.actor, call.now)),
    )


@router.post(f"{PLACE}/return", **operation("returnReport", Scope.REPORTS_CONFIRM, Report, "Trả lại báo cáo"))
def send_back(
    call: WritesOnVersion, decision: DecisionKey, round_: RoundCode, agency: AgencyCode, said: ReportReturn
) -> Response:
    """Trả lại báo cáo đã nộp, có ý kiến; cơ quan được báo bằng thư. Chỉ cơ quan đôn đốc của quyết định."""

    def work(session: Session, standing: Standing) -> None:
        deed = Deed(call.actor, call.now)
        return_report(session, standing, said.comments, deed, keeps_punctuality=said.keeps_punctuality)

    return _changed(call, (decision, round_, agency), "Trả lại báo cáo", work)


@router.post(
    f"{PLACE}/accept", **operation("acceptReport", Scope.REPORTS_CONFIRM, Report, "Xác nhận báo cáo")
)
def accept(
    call: WritesOnVersion, decision: DecisionKey, round_: RoundCode, agency: AgencyCode, said: Acceptance
) -> Response:
    """Xác nhận báo cáo đã nộp cùng những điều báo trong đó, trừ các dòng gạch ra. Chỉ cơ quan đôn đốc."""
    struck = {line.task: line.reason for line in said.struck}

    def work(session: Session, standing: Standing) -> None:
        accept_report(session, standing, Deed(call.actor, call.now), struck)

    return _changed(call, (decision, round_, agency), "Xác nhận báo cáo", work)


def _shown(caller: Caller, standing: Standing) -> Report:
    return report_of(standing, hidden=draft_is_hidden(caller.viewer, standing))


def _standing(session: Session, caller: Caller, place: Place) -> Standing:
    """Return where the agency stands. Raises NotFoundError, also for what the caller may not read."""
    decision, code, agency = place
    number = session.scalar(
        select(Round.id).join(Decision).where(Decision.key == decision, Round.code == code)
    )
    if number is None:
        raise NotFoundError(NO_REPORT)
    return readable_standing(session, caller.viewer, number, agency)


def _changed(call: Writing, place: Place, deed: str, do: Callable[[Session, Standing], object]) -> Response:
    """Do it to a report that is still as If-Match says; its standing's row is held meanwhile."""

    def work(session: Session) -> Report:
        standing = _standing(session, call.caller, place)
        session.scalar(select(Standing.id).where(Standing.id == standing.id).with_for_update())
        session.expire_all()
        standing = _standing(session, call.caller, place)
        call.check_unchanged(lambda _: _shown(call.caller, standing), session)
        do(session, standing)
        session.flush()
        session.expire_all()
        return _shown(call.caller, _standing(session, call.caller, place))

    return call.perform(deed, f"Báo cáo {place[1]} của {place[2]}", work)


def _check_figures(content: Content, standing: Standing) -> None:
    faults = figure_faults(content, indicators_of(standing.round.decision))
    if faults:
        placed = [ProblemFault(detail=str(fault)) for fault in faults]
        raise ApiProblem(Kind.REFUSED, told(placed), placed)

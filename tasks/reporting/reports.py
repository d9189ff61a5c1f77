"""Reports of agencies for a round: drafted, submitted, or recorded from paper on the agency's behalf.

The day of the first submission decides punctuality (ngày đến for a paper), against the agency's own last on-time day
and, for a round with an hour, against that hour. A nil report is a report. The caller owns the transaction.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Table, delete, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from catalog.days import day_of
from tasks.actors import Actor, require_coordinator
from tasks.errors import ConflictError, DomainError, NotAllowedError, refuse_all
from tasks.models import (
    AWAITED,
    Report,
    ReportFigure,
    ReportLine,
    Round,
    RoundState,
    Standing,
    Submission,
)
from tasks.reporting.content import Content, Paper
from tasks.reporting.declaring import declare_lines
from tasks.reporting.lines import check_lines, content_of
from tasks.rounds.standing_changes import (
    StandingChange,
    apply_standing_changes,
    load_standings,
    standing_name,
)
from tasks.tracking.changes import Grounds
from tasks.tracking.tracker import check_day

_NOW_READ = {
    Submission.SUBMITTED: "đã nộp, đang chờ {reader} xem xét",
    Submission.ACCEPTED: "đã được {reader} xác nhận; muốn sửa phải được mở lại",
    Submission.EXEMPT: "đã được miễn",
}


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does it, and when."""

    actor: Actor
    now: datetime


def find_standing(session: Session, round_: Round, agency: str) -> Standing:
    """Return where an agency stands in a round, with its round, decision and agency. Raises NotFoundError."""
    return load_standings(session, round_, [agency])[0]


def save_draft(
    session: Session, standing: Standing, content: Content, deed: Deed, *, version: int | None = None
) -> Report:
    """Keep `content` as the agency's draft, whole, in place of the one before.

    `version` is the one that was read (None: there was none, or whichever is there is replaced). Raises ConflictError
    when another was saved meanwhile.
    """
    _check_own(standing, deed.actor, "soạn")
    _check_awaited(standing)
    report = _store(session, standing, content, deed, version)
    if standing.state is Submission.MISSING:
        _change(session, standing, "draft", {"state": Submission.DRAFT}, deed)
    return report


def submit(session: Session, standing: Standing, deed: Deed) -> Report:
    """Submit the draft; its lines' declarations are recorded of their tasks. Raises DomainError when there is no draft."""
    _check_own(standing, deed.actor, "nộp")
    _check_awaited(standing)
    report = standing.report
    if report is None or content_of(report).is_blank:
        raise DomainError(
            f"{standing_name(standing)} chưa có nội dung; hãy soạn báo cáo, hoặc nộp báo cáo không phát sinh."
        )
    declare_lines(session, report, deed.actor, deed.now)
    _receive(session, standing, report, deed, nil=False)
    return report


def submit_nil(session: Session, standing: Standing, statement: str, deed: Deed) -> Report:
    """Submit that nothing arose, by an explicit statement."""
    _check_own(standing, deed.actor, "nộp")
    _check_awaited(standing)
    if not statement.strip():
        raise DomainError(
            f"{standing_name(standing)}: báo cáo không phát sinh phải có lời xác nhận của cơ quan."
        )
    report = _store(session, standing, Content(narrative={"nil": statement.strip()}), deed, None)
    _receive(session, standing, report, deed, nil=True)
    return report


def record_paper(
    session: Session, standing: Standing, content: Content | None, paper: Paper, deed: Deed
) -> Report:
    """Record a report that came on paper, on the agency's behalf; None is one that says that nothing arose.

    Punctuality counts from the day it arrived. What its lines declare is declared by the document, not by who records.
    """
    require_coordinator(deed.actor, standing.round.decision, "ghi nhận báo cáo giấy thay cơ quan")
    _check_awaited(standing)
    _check_paper(standing, paper, deed)
    told = content if content is not None else Content(narrative={"nil": f"Theo văn bản {paper.number}"})
    report = _store(session, standing, told, deed, None)
    report.document_number, report.document_date = paper.number, paper.dated
    session.flush()
    declare_lines(session, report, deed.actor, deed.now, paper)
    _receive(session, standing, report, deed, nil=content is None, paper=paper)
    return report


def _check_own(standing: Standing, actor: Actor, deed: str) -> None:
    if not actor.speaks_for(standing.agency):
        raise NotAllowedError(
            f"{standing_name(standing)}: tài khoản {actor.login} không được {deed} báo cáo thay cơ quan này."
        )


def _check_awaited(standing: Standing) -> None:
    if standing.round.state is RoundState.PLANNED:
        raise DomainError(f"{standing_name(standing)}: lần báo cáo chưa mở.")
    if standing.state not in AWAITED:
        reader = standing.round.decision.coordinator.name
        raise DomainError(f"{standing_name(standing)} {_NOW_READ[standing.state].format(reader=reader)}.")


def _check_paper(standing: Standing, paper: Paper, deed: Deed) -> None:
    subject, today = standing_name(standing), day_of(deed.now)
    issued = standing.round.decision.issued_on
    refusals = []
    if not paper.number.strip():
        refusals.append(DomainError(f"{subject}: báo cáo giấy phải có số, ký hiệu văn bản."))
    for day, what in ((paper.dated, "ngày văn bản"), (paper.received, "ngày đến")):
        try:
            check_day(day, what, today, issued, subject)
        except DomainError as refusal:
            refusals.append(refusal)
    if paper.dated > paper.received:
        refusals.append(
            DomainError(
                f"{subject}: ngày văn bản {paper.dated:%d/%m/%Y} ở sau ngày đến {paper.received:%d/%m/%Y}."
            )
        )
    refuse_all(refusals)


def _store(session: Session, standing: Standing, content: Content, deed: Deed, version: int | None) -> Report:
    check_lines(session, standing, content)
    report = standing.report
    if report is None:
        if version not in {None, 0}:
            raise ConflictError(f"{standing_name(standing)}: bản nháp đã bị thay; hãy tải lại rồi sửa tiếp.")
        report = Report(standing_id=standing.id, version=1)
        session.add(report)
    else:
        _raise_version(session, standing, report, version)
        _delete_parts(session, report)
    report.narrative = dict(content.narrative)
    report.saved_at, report.saved_by = deed.now, deed.actor.login
    try:
        session.flush()
    except IntegrityError as error:  # both saw no draft and wrote the first
        raise _overtaken(standing) from error
    set_committed_value(standing, "report", report)
    _write_parts(session, report, content)
    return report


def _overtaken(standing: Standing) -> ConflictError:
    return ConflictError(
        f"{standing_name(standing)}: đã có người lưu bản khác trong lúc soạn; hãy tải lại rồi sửa tiếp."
    )


def _delete_parts(session: Session, report: Report) -> None:
    for table in (ReportLine, ReportFigure):
        old = delete(table).where(table.report_id == report.id)
        session.execute(old.execution_options(synchronize_session=False))


def _write_parts(session: Session, report: Report, content: Content) -> None:
    """Write the lines and figures, in few statements however many there are."""
    lines = [
        {"report_id": report.id, "task_id": line.task, "declares": line.declares.value, "struck_out": False}
        | {name: getattr(line, name) for name in _LINE}
        for line in content.lines
    ]
    figures = [
        {"report_id": report.id, "indicator": f.indicator, "part": f.part, "value": f.value, "bound": f.bound}
        for f in content.figures
    ]
    for table, rows in ((ReportLine, lines), (ReportFigure, figures)):
        if rows:
            session.connection().execute(insert(cast("Table", table.__table__)), rows)
    session.expire(report, ["lines", "figures"])


_LINE = ("result", "document_number", "document_date", "difficulties", "proposals", "addressee")


def _raise_version(session: Session, standing: Standing, report: Report, version: int | None) -> None:
    expected = report.version if version is None else version
    claim = update(Report).where(Report.id == report.id, Report.version == expected)
    result = session.execute(claim.values(version=expected + 1).execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    if result.rowcount != 1:
        raise _overtaken(standing)
    set_committed_value(report, "version", expected + 1)


def _receive(
    session: Session, standing: Standing, report: Report, deed: Deed, *, nil: bool, paper: Paper | None = None
) -> None:
    values: dict[str, Any] = {"state": Submission.SUBMITTED, "nil": nil}
    if standing.received_on is None:  # else the first submission's punctuality was kept
        values["received_on"] = paper.received if paper else day_of(deed.now)
        values["on_time"] = _in_time(standing, deed, paper)
    report.submitted_at, report.submitted_by = deed.now, deed.actor.login
    session.flush()
    grounds = Grounds(document_number=paper.number, document_date=paper.dated) if paper else Grounds()
    action = "record" if paper else "submit"
    _change(session, standing, f"{action}_nil" if nil else action, values, deed, grounds)


def _in_time(standing: Standing, deed: Deed, paper: Paper | None) -> bool:
    if paper is not None:
        return paper.received <= standing.due
    if standing.due == standing.round.due:
        return deed.now < standing.round.closes_at
    return day_of(deed.now) <= standing.due


def _change(
    session: Session,
    standing: Standing,
    action: str,
    values: dict[str, Any],
    deed: Deed,
    grounds: Grounds | None = None,
) -> None:
    change = StandingChange(standing, action, values, grounds or Grounds())
    apply_standing_changes(session, [change], deed.actor.login, deed.now)

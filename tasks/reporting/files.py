"""Files sent with a report, or the scan of one that came on paper, kept in the database."""

import hashlib

from sqlalchemy.orm import Session

from tasks.accounts.deeds import About, record
from tasks.errors import DomainError, NotAllowedError, NotFoundError
from tasks.models import AWAITED, Attachment, Report, Standing
from tasks.reporting.content import LARGEST_FILE, File
from tasks.reporting.reports import Deed
from tasks.rounds.standing_changes import standing_name

REMOVED = "attachment.removed"


def attach(session: Session, standing: Standing, file: File, deed: Deed) -> Attachment:
    """Keep a file with the report; the same content a second time is not kept twice.

    Raises DomainError when there is no report yet, or the file is empty or larger than LARGEST_FILE.
    """
    subject, report = standing_name(standing), standing.report
    if not (deed.actor.speaks_for(standing.agency) or deed.actor.coordinates(standing.round.decision)):
        raise NotAllowedError(f"{subject}: tài khoản {deed.actor.login} không được đính kèm tệp.")
    if report is None:
        raise DomainError(f"{subject} chưa có nội dung nên chưa đính kèm tệp được.")
    if not file.content:
        raise DomainError(f"{subject}: tệp {file.name} rỗng.")
    if len(file.content) > LARGEST_FILE:
        size, most = len(file.content) / 2**20, LARGEST_FILE / 2**20
        raise DomainError(f"{subject}: tệp {file.name} nặng {size:.0f} MB, nhiều nhất là {most:.0f} MB.")
    digest = hashlib.sha256(file.content).hexdigest()
    return _kept(report, digest) or _keep(session, report, file, digest, deed)


def detach(session: Session, standing: Standing, number: int, deed: Deed) -> str:
    """Take a file off a report that is not submitted, and record who did and which; return its name.

    Raises NotFoundError, NotAllowedError, and DomainError once the report was submitted: then it is evidence.
    """
    subject, report = standing_name(standing), standing.report
    found = next((kept for kept in report.attachments if kept.id == number), None) if report else None
    if report is None or found is None:
        raise NotFoundError("Không có tệp này; có thể vừa được bỏ. Hãy mở lại trang.")
    if not deed.actor.speaks_for(standing.agency):
        raise NotAllowedError(f"{subject}: tài khoản {deed.actor.login} không được bỏ tệp đính kèm.")
    if standing.state not in AWAITED:
        raise DomainError(f"{subject}: báo cáo đã nộp nên không bỏ tệp được; hãy đề nghị trả lại báo cáo.")
    detail = f"{found.name}, {found.size} byte, gửi bởi {found.added_by}, SHA-256 {found.sha256}"
    report.attachments.remove(found)
    session.flush()
    record(session, deed.actor.login, REMOVED, deed.now, About(subject, detail))
    return found.name


def _kept(report: Report, digest: str) -> Attachment | None:
    return next((kept for kept in report.attachments if kept.sha256 == digest), None)


def _keep(session: Session, report: Report, file: File, digest: str, deed: Deed) -> Attachment:
    kept = Attachment(
        name=file.name,
        media_type=file.media_type,
        size=len(file.content),
        sha256=digest,
        content=file.content,
        added_at=deed.now,
        added_by=deed.actor.login,
    )
    report.attachments.append(kept)
    session.flush()
    return kept

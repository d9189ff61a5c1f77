"""The coordinator's answer to a submitted report: sent back with comments, or accepted with what it declares."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from catalog.days import day_of
from tasks.actors import require_coordinator
from tasks.calendars import calendar_of
from tasks.errors import DomainError
from tasks.models import Standing, Submission
from tasks.policies import stored_policies
from tasks.reporting.declaring import answer_declarations
from tasks.reporting.reports import Deed
from tasks.rounds.rounds import round_step
from tasks.rounds.standing_changes import StandingChange, apply_standing_changes, standing_name
from tasks.tracking.changes import Grounds
from tasks.tracking.notices import owe_returned_report


def return_report(
    session: Session, standing: Standing, comments: str, deed: Deed, *, keeps_punctuality: bool = True
) -> None:
    """Send a submitted report back with comments; the agency is written to, and its ladder goes on.

    Resubmitted, it keeps the punctuality of the first submission unless `keeps_punctuality` is False. The declarations
    in it stay as they are, to be answered one by one.
    """
    require_coordinator(deed.actor, standing.round.decision, "trả lại báo cáo")
    _check_submitted(standing, "trả lại")
    if not comments.strip():
        raise DomainError(f"{standing_name(standing)}: trả lại báo cáo phải ghi ý kiến.")
    today = day_of(deed.now)
    step = round_step(standing.round, standing.due, today, stored_policies(session), calendar_of(session))
    values: dict[str, Any] = {"state": Submission.RETURNED, "nil": False, "next_step_on": step}
    if not keeps_punctuality:
        values |= {"received_on": None, "on_time": None}
    _change(session, standing, "return", values, deed, comments)
    owe_returned_report(session, standing, today)


def accept_report(
    session: Session, standing: Standing, deed: Deed, struck: Mapping[int, str] | None = None
) -> None:
    """Accept a submitted report and confirm the declarations in it, save the lines struck out.

    `struck` maps the task of each to the reason it is returned with; an empty reason leaves it awaiting confirmation.
    Raises with every declaration that the person may not confirm; then nothing is accepted.
    """
    require_coordinator(deed.actor, standing.round.decision, "xác nhận báo cáo")
    _check_submitted(standing, "xác nhận")
    unknown = set(struck or {}) - {line.task_id for line in _lines(standing)}
    if unknown:
        numbers = ", ".join(str(number) for number in sorted(unknown))
        raise DomainError(f"{standing_name(standing)}: báo cáo không có dòng của nhiệm vụ số {numbers}.")
    if standing.report is not None:
        answer_declarations(session, standing.report, struck or {}, deed.actor, deed.now)
    _change(session, standing, "accept", {"state": Submission.ACCEPTED}, deed, "")


def _lines(standing: Standing) -> list[Any]:
    return [] if standing.report is None else list(standing.report.lines)


def _check_submitted(standing: Standing, deed: str) -> None:
    if standing.state is Submission.ACCEPTED:
        raise DomainError(
            f"{standing_name(standing)} đã được xác nhận nên không thể {deed}; hãy mở lại trước."
        )
    if standing.state is not Submission.SUBMITTED:
        raise DomainError(f"{standing_name(standing)} chưa được nộp nên không thể {deed}.")


def _change(
    session: Session, standing: Standing, action: str, values: dict[str, Any], deed: Deed, reason: str
) -> None:
    change = StandingChange(standing, action, values, Grounds(reason))
    apply_standing_changes(session, [change], deed.actor.login, deed.now)

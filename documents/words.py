"""What reports are called in the administration's words, on paper and, through web.words, on screens."""

from tasks.models import Submission
from tasks.queries.round import AgencyStanding

SUBMISSIONS = {
    Submission.MISSING: "Chưa nộp",
    Submission.DRAFT: "Đang soạn",
    Submission.SUBMITTED: "Đã nộp",
    Submission.RETURNED: "Trả lại",
    Submission.ACCEPTED: "Đã xác nhận",
    Submission.EXEMPT: "Được miễn",
}
_COLOURS = {
    Submission.MISSING: "red",
    Submission.DRAFT: "blue",
    Submission.RETURNED: "amber",
    Submission.EXEMPT: "grey",
}


def submission(line: AgencyStanding) -> tuple[str, str]:
    """Return what is said of an agency's report, punctuality included, and its colour."""
    said = SUBMISSIONS[line.state]
    if line.state in _COLOURS:
        return said, _COLOURS[line.state]
    late = line.on_time is False
    return f"{said} ({'chậm' if late else 'đúng hạn'})", "orange" if late else "green"

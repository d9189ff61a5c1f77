"""The kinds of change that can be told, the recorded actions that make them, and what a person calls them."""

from enum import StrEnum


class Kind(StrEnum):
    """The `type` of a payload: what changed, and how."""

    TASK_STARTED = "task.started"
    TASK_DECLARED = "task.declared"
    TASK_CONFIRMED = "task.confirmed"
    TASK_RETURNED = "task.returned"
    TASK_EXTENDED = "task.extended"
    TASK_CANCELLED = "task.cancelled"
    TASK_REOPENED = "task.reopened"
    TASK_AMENDED = (
        "task.amended"  # by the decision's side: added, reworded, redated, passed to another agency
    )
    REPORT_SUBMITTED = "report.submitted"
    REPORT_RETURNED = "report.returned"
    REPORT_ACCEPTED = "report.accepted"
    REPORT_EXTENDED = "report.extended"
    REPORT_EXEMPTED = "report.exempted"
    REPORT_REOPENED = "report.reopened"
    REPORT_AMENDED = "report.amended"
    ROUND_OPENED = "round.opened"
    ROUND_CLOSED = "round.closed"
    TEST = "webhook.test"  # asked for by a person; nobody subscribes to it


CHOICES = tuple(kind for kind in Kind if kind is not Kind.TEST)
"""What an address may ask to be told."""

TASK_KINDS = {
    "start": Kind.TASK_STARTED,
    "declare": Kind.TASK_DECLARED,
    "declare_not_applicable": Kind.TASK_DECLARED,
    "confirm": Kind.TASK_CONFIRMED,
    "return": Kind.TASK_RETURNED,
    "extend": Kind.TASK_EXTENDED,
    "cancel": Kind.TASK_CANCELLED,
    "reopen": Kind.TASK_REOPENED,
    "redate": Kind.TASK_AMENDED,
    "add": Kind.TASK_AMENDED,
    "amend": Kind.TASK_AMENDED,
    "transfer": Kind.TASK_AMENDED,
}
"""By the action of a TaskEvent."""

REPORT_KINDS = {
    "submit": Kind.REPORT_SUBMITTED,
    "submit_nil": Kind.REPORT_SUBMITTED,
    "record": Kind.REPORT_SUBMITTED,
    "record_nil": Kind.REPORT_SUBMITTED,
    "return": Kind.REPORT_RETURNED,
    "accept": Kind.REPORT_ACCEPTED,
    "extend": Kind.REPORT_EXTENDED,
    "exempt": Kind.REPORT_EXEMPTED,
    "reopen": Kind.REPORT_REOPENED,
    "amend": Kind.REPORT_AMENDED,
    "transfer": Kind.REPORT_AMENDED,
}
"""By the action of a StandingEvent. A draft is the agency's own and is told to nobody."""

NAMES = {
    Kind.TASK_STARTED: "Bắt đầu thực hiện nhiệm vụ",
    Kind.TASK_DECLARED: "Báo hoàn thành hoặc không phát sinh",
    Kind.TASK_CONFIRMED: "Xác nhận nhiệm vụ",
    Kind.TASK_RETURNED: "Trả lại nhiệm vụ",
    Kind.TASK_EXTENDED: "Cho gia hạn nhiệm vụ",
    Kind.TASK_CANCELLED: "Hủy nhiệm vụ",
    Kind.TASK_REOPENED: "Mở lại nhiệm vụ",
    Kind.TASK_AMENDED: "Điều chỉnh, bổ sung nhiệm vụ",
    Kind.REPORT_SUBMITTED: "Nộp báo cáo",
    Kind.REPORT_RETURNED: "Trả lại báo cáo",
    Kind.REPORT_ACCEPTED: "Xác nhận báo cáo",
    Kind.REPORT_EXTENDED: "Gia hạn báo cáo",
    Kind.REPORT_EXEMPTED: "Miễn báo cáo",
    Kind.REPORT_REOPENED: "Mở lại báo cáo",
    Kind.REPORT_AMENDED: "Điều chỉnh báo cáo phải nộp",
    Kind.ROUND_OPENED: "Mở lần báo cáo",
    Kind.ROUND_CLOSED: "Chốt lần báo cáo",
    Kind.TEST: "Gửi thử",
}

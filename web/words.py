"""What the portal calls the states of reports, rounds and mails, and the colour that goes with each word."""

from documents import words
from tasks.models import DeliveryState, MessageState, RoundState, Submission, Webhook

_COLOURS = {
    Submission.MISSING: "grey",
    Submission.DRAFT: "blue",
    Submission.SUBMITTED: "violet",
    Submission.RETURNED: "amber",
    Submission.ACCEPTED: "green",
    Submission.EXEMPT: "grey",
}
SUBMISSIONS = {state: (said, _COLOURS[state]) for state, said in words.SUBMISSIONS.items()}
ROUNDS = {
    RoundState.PLANNED: ("Chưa mở", "grey"),
    RoundState.OPEN: ("Đang nhận báo cáo", "blue"),
    RoundState.CLOSED: ("Đã hết hạn nhận", "grey"),
}
MESSAGES = {
    MessageState.PLANNED: ("Chờ gửi", "blue"),
    MessageState.CLAIMED: ("Đang gửi", "blue"),
    MessageState.DEFERRED: ("Sẽ gửi lại", "amber"),
    MessageState.SENT: ("Đã gửi", "green"),
    MessageState.REFUSED: ("Bị từ chối", "red"),
    MessageState.DEAD: ("Không gửi được", "red"),
    MessageState.SKIPPED: ("Bỏ qua", "grey"),
    MessageState.SUPERSEDED: ("Đã thay bằng thư mới", "grey"),
}
TELLINGS = {
    DeliveryState.WAITING: ("Chờ báo", "blue"),
    DeliveryState.CLAIMED: ("Đang báo", "blue"),
    DeliveryState.DELIVERED: ("Đã báo", "green"),
    DeliveryState.DEAD: ("Gác lại", "red"),
}
ACTIONS = {
    "start": "Bắt đầu thực hiện",
    "declare": "Báo hoàn thành",
    "declare_not_applicable": "Báo không phát sinh",
    "confirm": "Xác nhận",
    "return": "Trả lại",
    "cancel": "Hủy nhiệm vụ",
    "reopen": "Mở lại",
    "extend": "Cho gia hạn",
    "redate": "Đổi hạn",
}
REPORT_ACTIONS = {
    "draft": "Bắt đầu soạn",
    "submit": "Nộp báo cáo",
    "submit_nil": "Nộp báo cáo không phát sinh",
    "record": "Ghi nhận báo cáo giấy",
    "record_nil": "Ghi nhận báo cáo giấy không phát sinh",
    "return": "Trả lại",
    "accept": "Xác nhận",
    "extend": "Gia hạn",
    "exempt": "Miễn báo cáo",
    "reopen": "Mở lại",
}
LIVES = {
    "not_started": "Chưa bắt đầu",
    "in_progress": "Đang thực hiện",
    "declared": "Đã báo, chờ xác nhận",
    "completed": "Đã hoàn thành",
    "not_applicable": "Không phát sinh",
    "cancelled": "Đã hủy",
}


def punctuality(on_time: bool | None) -> tuple[str, str]:
    """Return what a received report's punctuality is called, with its colour; nothing while none was received."""
    if on_time is None:
        return "", "grey"
    return ("Đúng hạn", "green") if on_time else ("Chậm", "orange")


def webhook_state(webhook: Webhook) -> tuple[str, str]:
    """Return whether another system can be told of changes, with its colour."""
    if webhook.disabled_at is not None:
        return "Đã dừng", "grey"
    return ("Không báo được", "red") if webhook.failing_since else ("Hoạt động", "green")


def file_size(octets: int) -> str:
    """Return a size as "312 KB" or "1,4 MB"."""
    if octets < 1_000_000:
        return f"{max(1, round(octets / 1000))} KB"
    return f"{octets / 1_000_000:.1f} MB".replace(".", ",")

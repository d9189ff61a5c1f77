"""The policy explained in Vietnamese; days are working days."""

from catalog.policy import Audience, Policy, Rung

_KINDS = {
    "reminder": "nhắc việc sắp đến hạn",
    "last_day": "nhắc hạn cuối trong ngày",
    "overdue": "báo quá hạn",
    "escalation": "báo cơ quan đôn đốc về việc quá hạn",
    "round_reminder": "nhắc nộp báo cáo",
    "round_last_day": "nhắc nộp báo cáo trong ngày",
    "close_out": "trình kết thúc nhiệm vụ một lượt",
}
_AUDIENCES = {
    Audience.AGENCY: "cơ quan chủ trì",
    Audience.AGENCY_HEAD: "thủ trưởng cơ quan chủ trì",
    Audience.SUPPORTERS: "cơ quan phối hợp nêu đích danh",
    Audience.COORDINATOR: "cơ quan đôn đốc, theo dõi",
    Audience.COORDINATOR_HEAD: "lãnh đạo cơ quan đôn đốc, theo dõi",
}
_WEEKDAYS = {
    "monday": "thứ Hai",
    "tuesday": "thứ Ba",
    "wednesday": "thứ Tư",
    "thursday": "thứ Năm",
    "friday": "thứ Sáu",
}


def rung_day(rung: Rung) -> str:
    """Return when a rung speaks: "trước hạn 10 ngày làm việc", "ngày cuối cùng còn đúng hạn", "sau hạn 1 ngày làm việc"."""
    if rung.step == 0:
        return "ngày cuối cùng còn đúng hạn"
    return f"{'trước' if rung.step < 0 else 'sau'} hạn {abs(rung.step)} ngày làm việc"


def rung_kind(rung: Rung) -> str:
    return _KINDS[rung.kind]


def rung_tells(rung: Rung, *, of_round: bool = False) -> str:
    """Name the audiences; of a round, the agency is the one that reports."""
    text = ", ".join(_AUDIENCES[audience] for audience in rung.tell)
    return text.replace("chủ trì", "báo cáo") if of_round else text


def sentences(policy: Policy) -> tuple[str, ...]:
    """Return what the table of rungs does not show, one sentence each."""
    close_out = policy.close_out
    quiet = policy.quiet_hours
    return (
        "Ngày đếm là ngày làm việc; hạn rơi vào ngày nghỉ thì đếm ngược từ ngày làm việc liền trước.",
        "Khi quyết định được kích hoạt, mỗi cơ quan nhận một thư giao việc kèm lịch các thời hạn; lần báo cáo mở thì cơ quan phải báo cáo được thông báo.",
        "Mỗi cơ quan nhận nhiều nhất một thư định kỳ trong một ngày, việc gấp nhất ghi trước; không gửi vào ngày nghỉ.",
        f"Việc còn từ {policy.due_soon} ngày làm việc trở xuống mang trạng thái “Sắp đến hạn”.",
        f"Nhiệm vụ hết hạn sau lần báo cáo cuối không có thư quá hạn: {rung_day(close_out)}, {rung_kind(close_out)}; báo cho {rung_tells(close_out)}.",
        f"Kết quả chờ xác nhận quá {policy.unanswered_after} ngày làm việc thì nhắc cơ quan xác nhận; trong khi chờ, cơ quan chủ trì không bị nhắc.",
        "Sự kiện chưa có ngày: mỗi tháng nhắc cơ quan đôn đốc, theo dõi xác định ngày một lần.",
        f"Bản tin của cơ quan đôn đốc: {_WEEKDAYS[policy.coordinator_digest]} hằng tuần; bản tin lãnh đạo: {_WEEKDAYS[policy.leaders_digest]} hằng tuần; không có thay đổi thì không gửi.",
        f"Bản tin lãnh đạo nêu đích danh việc quá hạn từ {policy.named_to_leaders} ngày làm việc.",
        f"Không gửi thư từ {quiet.from_} đến {quiet.to}."
        if quiet
        else "Không đặt khoảng giờ hạn chế gửi thư.",
        "Việc đã báo kết quả, hoàn thành, không phát sinh, được gia hạn hoặc hủy thì dừng nhắc theo hạn cũ; lịch áp dụng khi bắt đầu được giữ đến hết việc.",
    )

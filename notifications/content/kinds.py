"""The kinds of notices in the administration's words."""

KIND_NAMES = {
    "assignment": "Giao nhiệm vụ",
    "reminder": "Nhắc trước hạn",
    "last_day": "Ngày cuối còn đúng hạn",
    "overdue": "Quá hạn",
    "escalation": "Báo cơ quan đôn đốc",
    "round_open": "Mở lần báo cáo",
    "round_reminder": "Nhắc báo cáo",
    "round_last_day": "Ngày cuối nộp báo cáo",
    "digest_coordinator": "Bản tin cơ quan đôn đốc",
    "digest_leaders": "Bản tin lãnh đạo",
    "set_date": "Đề nghị xác định ngày",
    "unanswered": "Chờ xác nhận quá lâu",
    "close_out": "Kết thúc danh mục",
    "bad_address": "Địa chỉ thư không dùng được",
    "returned": "Trả lại",
    "extension_granted": "Cho gia hạn",
    "extension_refused": "Không cho gia hạn",
    "amended": "Điều chỉnh, bổ sung",
}

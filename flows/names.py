"""The flows by the names that `dondoc flows run` and the deployments use. Importing this does not import Prefect."""

from typing import NamedTuple


class FlowEntry(NamedTuple):
    """Where a flow is, what it does in Vietnamese, and when it runs (cron in Asia/Ho_Chi_Minh; none: at a round's days).

    `work` is the function below the flow, which Prefect knows nothing of. `at_once` is how many runs of it may go on at the same time; one more is not started.
    """

    module: str
    function: str
    work: str
    says: str
    cron: str | None = None
    at_once: int = 1

    @property
    def entrypoint(self) -> str:
        """The flow as Prefect finds it in the project's folder."""
        return f"{self.module.replace('.', '/')}.py:{self.function}"


# The sweep runs on every day: it knows itself which are working days, make-up Saturdays included.
FLOWS = {
    "sweep": FlowEntry(
        "flows.sweep",
        "morning_sweep",
        "sweep_the_day",
        "Quét buổi sáng: xếp thư phải gửi trong ngày",
        "30 7 * * *",
    ),
    "deliver": FlowEntry(
        "flows.deliver",
        "delivery",
        "deliver_what_is_due",
        "Gửi các thư đang chờ",
        "*/5 7-18 * * *",
        at_once=4,
    ),
    "webhooks": FlowEntry(
        "flows.webhooks",
        "webhooks",
        "tell_what_changed",
        "Báo thay đổi cho các hệ thống khác (webhook)",
        "*/5 * * * *",
        at_once=2,
    ),
    "digest": FlowEntry(
        "flows.digest",
        "weekly_digest",
        "digests_of_the_day",
        "Bản tin tuần cho cơ quan đôn đốc và lãnh đạo",
        "45 7 * * 1",
    ),
    "open-rounds": FlowEntry(
        "flows.rounds", "open_rounds", "open_what_is_due", "Mở các lần báo cáo đã đến ngày"
    ),
    "collect-rounds": FlowEntry(
        "flows.rounds",
        "collect_round",
        "collect_what_is_due",
        "Chốt lần báo cáo khi hết hạn: đếm, nêu tên cơ quan chưa nộp",
    ),
    "backup": FlowEntry(
        "flows.backup",
        "nightly_backup",
        "copy_of_the_night",
        "Sao lưu ban đêm và kiểm tra bản sao",
        "15 1 * * *",
    ),
    "bounces": FlowEntry(
        "flows.bounces",
        "bounces",
        "read_what_came_back",
        "Đọc thư trả lại, đánh dấu địa chỉ không dùng được",
        "*/30 * * * *",
    ),
}

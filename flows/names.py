"""The flows by the names that `dondoc flows run` and the deployments use. Importing this does not import Prefect."""

from typing import NamedTuple


class FlowEntry(NamedTuple):
    """Where a flow is and what it does, in Vietnamese."""

    module: str
    function: str
    says: str


FLOWS = {
    "sweep": FlowEntry("flows.sweep", "morning_sweep", "Quét buổi sáng: xếp thư phải gửi trong ngày"),
    "deliver": FlowEntry("flows.deliver", "delivery", "Gửi các thư đang chờ"),
    "digest": FlowEntry("flows.digest", "weekly_digest", "Soạn bản tin tuần cho cơ quan đôn đốc và lãnh đạo"),
}

"""The parts of a report's narrative, in the order the city's own reports have them; stored by key."""

from dataclasses import dataclass
from enum import StrEnum

NIL = "nil"  # the key of the statement that nothing arose


class Outline(StrEnum):
    """How a consolidated report is laid out: like the nine-month report of 2023, or like report 363 at the end."""

    INTERIM = "interim"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the narrative. `hint` says to its author what belongs there."""

    key: str
    title: str
    hint: str


PARTS = (
    Part(
        "leadership",
        "Công tác lãnh đạo, chỉ đạo, triển khai thực hiện",
        "Kế hoạch, văn bản đã ban hành; việc phổ biến, quán triệt; kiểm tra, giám sát đơn vị trực thuộc.",
    ),
    Part("strengths", "Ưu điểm", "Kết quả nổi bật, cách làm hay."),
    Part("limits", "Hạn chế", "Việc chưa làm được, làm chậm; nêu rõ nhiệm vụ."),
    Part("causes_objective", "Nguyên nhân khách quan", "Nguyên nhân ngoài khả năng của cơ quan, đơn vị."),
    Part("causes_subjective", "Nguyên nhân chủ quan", "Nguyên nhân thuộc trách nhiệm của cơ quan, đơn vị."),
    Part("lessons", "Bài học kinh nghiệm", "Điều cần phát huy, cần tránh."),
    Part("next_tasks", "Nhiệm vụ trọng tâm kỳ tới", "Việc sẽ làm, thời hạn."),
    Part(
        "proposals",
        "Đề xuất, kiến nghị chung",
        "Kiến nghị không gắn với một nhiệm vụ nào; nêu rõ kiến nghị với cơ quan nào.",
    ),
)


def part(key: str) -> Part:
    """Return the part stored under `key`; raises KeyError where there is none."""
    return {each.key: each for each in PARTS}[key]

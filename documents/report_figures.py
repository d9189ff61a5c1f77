"""The figures of a consolidated report, taken from its snapshot once for the text and for the annexes alike."""

from collections.abc import Iterable, Mapping
from typing import Any

from tasks.status import Status

GROUPS: Mapping[str, tuple[Status, ...]] = {
    "on_time": (Status.DONE_ON_TIME,),
    "late": (Status.DONE_LATE,),
    "awaiting": (Status.AWAITING_CONFIRMATION,),
    "running": (Status.DUE_SOON, Status.OPEN),
    "overdue": (Status.OVERDUE,),
    "undated": (Status.NO_DATE,),
    "nil": (Status.NOT_APPLICABLE,),
    "cancelled": (Status.CANCELLED,),
}
WORDS = {
    "on_time": "hoàn thành đúng hạn",
    "late": "hoàn thành quá hạn",
    "awaiting": "chờ xác nhận",
    "running": "đang thực hiện trong hạn",
    "overdue": "quá hạn",
    "undated": "chưa xác định hạn",
    "nil": "không phát sinh",
    "cancelled": "đã hủy",
}


def grouped(counts: Mapping[str, int]) -> dict[str, int]:
    """Return the counts of statuses by group, and all of them together as "total"."""
    found = {name: sum(counts[status] for status in statuses) for name, statuses in GROUPS.items()}
    return {"total": sum(found.values()), **found}


def summed(rows: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Return the sum of grouped counts; zeros where there is nothing."""
    total = dict.fromkeys(("total", *GROUPS), 0)
    for row in rows:
        for name, number in row.items():
            total[name] += number
    return total


def overall(body: Mapping[str, Any]) -> dict[str, int]:
    return summed(grouped(duty["counts"]) for duty in body["duties"])


def of_section(body: Mapping[str, Any], section: str) -> dict[str, int]:
    return summed(grouped(duty["counts"]) for duty in body["duties"] if duty["section"] == section)


def judged(figures: Mapping[str, int]) -> int:
    """Return how many tasks have been judged: finished and confirmed, or overdue."""
    return figures["on_time"] + figures["late"] + figures["overdue"]

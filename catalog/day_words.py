"""Days in the administration's words: days below 10 and months below 3 carry a zero (Nghị định 30/2020/NĐ-CP)."""

from datetime import date

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def day_text(day: date) -> str:
    """Return "04/9/2025", "15/10/2025", "01/02/2026"."""
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"{day.day:02}/{month}/{day.year}"


def weekday(day: date) -> str:
    return WEEKDAYS[day.weekday()]


def until(day: date) -> str:
    """Return what a last on-time day means: "hết ngày 04/9/2025 (thứ Năm)"."""
    return f"hết ngày {day_text(day)} ({weekday(day)})"

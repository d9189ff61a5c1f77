"""Where a day begins and ends: days are days in Asia/Ho_Chi_Minh, and one ends at 24:00 there."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def day_of(moment: datetime) -> date:
    """Return the day in Asia/Ho_Chi_Minh that the aware `moment` falls on."""
    return moment.astimezone(HANOI).date()


def end_of(day: date) -> datetime:
    """Return the first instant after `day`: midnight of the next one."""
    return datetime.combine(day + timedelta(days=1), time.min, HANOI)

"""An agency's deadlines as a calendar file (RFC 5545): one all-day event on each last on-time day.

A later file with the same UIDs and a higher SEQUENCE moves the events in the reader's calendar; a cancelled one takes
them out. METHOD:PUBLISH, so that nobody is asked to accept anything. The same records give the same bytes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

PRODUCT = "-//dondoc//thoi-han//VI"
_ZONE = "Asia/Ho_Chi_Minh"


@dataclass(frozen=True, slots=True)
class Deadline:
    """One deadline. `uid` comes from a stable identifier and never changes: "task-12", "standing-7".

    `due` is the last on-time day, inclusive. `sequence` counts how often the deadline moved or was cancelled: it must rise
    with every change that readers have to see.
    """

    uid: str
    summary: str
    due: date
    sequence: int = 0
    description: str = ""
    url: str = ""
    cancelled: bool = False


def calendar_file(
    name: str,
    deadlines: Iterable[Deadline],
    *,
    stamp: datetime,
    domain: str,
    refresh: timedelta | None = None,
) -> bytes:
    """Return the file of `deadlines` in order of day. `stamp` (aware) is when it was made; `domain` completes the UIDs.

    `refresh`, whole hours, for one that is fetched again, is after how long (RFC 7986, 5.7; the older name for Outlook).

    Raises ValueError where `stamp` has no time zone, or where a UID stands twice.
    """
    if stamp.tzinfo is None:
        raise ValueError("stamp must be aware")
    ordered = sorted(deadlines, key=lambda deadline: (deadline.due, deadline.uid))
    if len({deadline.uid for deadline in ordered}) < len(ordered):
        raise ValueError("a UID stands twice")
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", _ZONE)
    if refresh is not None:
        calendar.add("refresh-interval", refresh, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", f"PT{refresh // timedelta(hours=1)}H")
    for deadline in ordered:
        calendar.add_component(_event(deadline, stamp.astimezone(UTC), domain))
    content: bytes = calendar.to_ical()
    return content


def _event(deadline: Deadline, stamp: datetime, domain: str) -> Event:
    event = Event()
    event.add("uid", f"{deadline.uid}@{domain}")
    event.add("dtstamp", stamp)
    event.add("dtstart", deadline.due)
    event.add("dtend", deadline.due + timedelta(days=1))  # exclusive (RFC 5545, 3.6.1)
    event.add("sequence", deadline.sequence)
    event.add("summary", deadline.summary)
    event.add("status", "CANCELLED" if deadline.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # a deadline does not make the day busy
    if deadline.description:
        event.add("description", deadline.description)
    if deadline.url:
        event.add("url", deadline.url)
    return event

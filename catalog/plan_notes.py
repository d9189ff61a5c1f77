"""What a person should know about a plan although nothing in it is wrong."""

from collections.abc import Iterable, Iterator, Sequence

from catalog.agencies import Directory
from catalog.deadlines import Kind
from catalog.decision import Decision, Duty
from catalog.roles import DutyRoles
from catalog.timing import Timing


def plan_notes(
    decision: Decision,
    directory: Directory,
    timings: Sequence[Timing],
    roles: Sequence[DutyRoles],
    expected: Iterable[str],
) -> tuple[str, ...]:
    """Return Vietnamese sentences: duties in the file's order first, then the directory's assumptions."""
    events = {event.code for event in decision.events}
    notes: list[str] = []
    for duty, timing, cast in zip(decision.duties, timings, roles, strict=True):
        notes += _about_dates(duty, timing, events)
        notes += _about_agencies(duty, cast)
    involved = {code for cast in roles for code in cast.leads} | set(expected)
    notes += _about_directory(directory, involved)
    return tuple(notes)


def _about_dates(duty: Duty, timing: Timing, events: set[str]) -> Iterator[str]:
    named = f"Nhiệm vụ {duty.code}"
    if duty.dated_by_hand:
        yield f"{named}: ngày do người nhập đặt, không đọc từ “{duty.deadline}”."
    if timing.event is not None:
        origin = "" if timing.event in events else " do phần mềm đặt"
        yield (
            f"{named}: “{duty.deadline}” chưa có ngày; chờ cơ quan đôn đốc nhập ngày của sự kiện "
            f"(mã {timing.event}{origin})."
        )
    if timing.reading.kind is not Kind.EVENT:  # told above
        yield from (f"{named}, “{duty.deadline}”: {note}" for note in timing.reading.notes)


def _about_agencies(duty: Duty, roles: DutyRoles) -> Iterator[str]:
    if roles.candidates:
        yield (
            f"Nhiệm vụ {duty.code}: cột chủ trì để ngỏ (“có liên quan”); {len(roles.candidates)} cơ quan được đánh dấu "
            "để cơ quan đôn đốc chọn trước khi kích hoạt."
        )
    for text in roles.unlisted:
        yield f"Nhiệm vụ {duty.code}: “{text}” không liệt kê được thành cơ quan nên không tạo việc."


def _about_directory(directory: Directory, involved: set[str]) -> Iterator[str]:
    assumed = [agency.name for agency in directory.agencies if agency.assumed and agency.code in involved]
    if assumed:
        yield f"{len(assumed)} cơ quan trong danh bạ là giả định, chưa được xác minh: {'; '.join(assumed)}."

"""The calendar file that goes with an agency's assignment."""

from collections.abc import Iterable, Iterator

from documents.calendar_ics import Deadline, calendar_file
from notifications.assignments import Assignments
from notifications.mailing import Addressee
from notifications.views import View


def assignment_calendar(
    assignments: Assignments, addressee: Addressee, decisions: Iterable[int], view: View
) -> bytes:
    """Return the file of every deadline that the decisions give the agency, its reports included."""
    deadlines = [entry for number in decisions for entry in _deadlines(assignments, addressee, number, view)]
    return calendar_file(f"Thời hạn của {addressee.name}", deadlines, stamp=view.now, domain=view.domain)


def _deadlines(
    assignments: Assignments, addressee: Addressee, decision: int, view: View
) -> Iterator[Deadline]:
    for row in assignments.tasks(addressee, decision):
        if row.due is not None:
            yield Deadline(
                uid=f"task-{row.id}",
                summary=f"Hạn nhiệm vụ {row.code}",
                due=row.due,
                sequence=assignments.moves(row.id),
                description=f"{row.text}\nThời gian thực hiện: {row.deadline}",
                url=view.url(f"viec/{row.id}"),
            )
    for entry in assignments.rounds(addressee, decision):
        yield Deadline(
            uid=f"round-{entry.id}-agency-{addressee.id}",
            summary=f"Hạn báo cáo {entry.text}",
            due=entry.due,
            sequence=assignments.round_moves(entry),
            url=view.url(f"bao-cao/{entry.id}"),
        )

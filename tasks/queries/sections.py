"""The on-time rate of each section of the decisions' lists, judged as agencies are (`league`)."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.asof import AsOf
from tasks.models import Decision, Duty
from tasks.queries.counts import counts_by
from tasks.queries.tallies import while_unchanged
from tasks.status import Status


@dataclass(frozen=True, slots=True)
class SectionRate:
    """One section. `rate` is on time over judged, None while nothing is judged."""

    decision: str
    section: str
    title: str
    tasks: int
    on_time: int
    late: int
    overdue: int

    @property
    def judged(self) -> int:
        """The tasks finished and confirmed, or overdue."""
        return self.on_time + self.late + self.overdue

    @property
    def rate(self) -> float | None:
        """On time over judged."""
        return self.on_time / self.judged if self.judged else None


def section_rates(session: Session, view: AsOf) -> list[SectionRate]:
    """Return the sections that have tasks, in the order of the decisions and their lists. Three statements.

    At a steady reading of the present they are worked out again only once a task has changed.
    """
    if view.tasks_changed or view.wordings:
        return _section_rates(session, view)
    key = ("sections", view.today, tuple(view.soon.items()))
    return while_unchanged(session, key, lambda: _section_rates(session, view))


def _section_rates(session: Session, view: AsOf) -> list[SectionRate]:
    counts = counts_by(session, view, "duty_id")
    titles = {
        (number, entry["code"]): entry["title"]
        for number, document in session.execute(select(Decision.id, Decision.document)).tuples()
        for entry in document.get("sections", ())
    }
    duties = select(Duty.id, Duty.decision_id, Duty.code, Duty.section, Decision.key).join(Decision)
    found: dict[tuple[int, str], dict[Status, int]] = {}
    keys: dict[int, str] = {}
    for duty in session.execute(duties.order_by(Duty.decision_id, Duty.position)):
        keys[duty.decision_id] = duty.key
        section = view.words_of(duty).section
        sums = found.setdefault((duty.decision_id, section), {})
        for status, count in counts.get(duty.id, {}).items():
            sums[status] = sums.get(status, 0) + count
    return [
        SectionRate(
            decision=keys[number],
            section=section,
            title=titles.get((number, section), ""),
            tasks=sum(sums.values()),
            on_time=sums.get(Status.DONE_ON_TIME, 0),
            late=sums.get(Status.DONE_LATE, 0),
            overdue=sums.get(Status.OVERDUE, 0),
        )
        for (number, section), sums in found.items()
        if sums
    ]

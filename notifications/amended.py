"""What amendments change for each agency, gathered once for all the mails of a pass."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from catalog.amendment import Amendment as AmendmentFile
from documents.calendar_ics import Deadline, calendar_file
from notifications.content.contexts_amended import AmendedItem, AmendedMail, AmendedReport
from notifications.mailing import Addressee
from notifications.sequences import round_sequences, task_sequences
from notifications.views import View, task_rows
from tasks.among import among
from tasks.models import Amendment, Life, Round, Task

_ORDER = ("added", "restored", "moved", "reworded", "cancelled")


class AmendedMails:
    """The mails about some amendments of one decision; each amendment is read once, in a bounded number of statements."""

    def __init__(self, session: Session, view: View, decision: int) -> None:
        self._session = session
        self._view = view
        self._decision = decision
        self._gathered: dict[int, _Gathered] = {}

    def mail(self, addressee: Addressee, amendments: Sequence[int]) -> AmendedMail | None:
        """Return what the amendments change for the agency, None where nothing of it concerns it any longer."""
        found = [self._one(number) for number in dict.fromkeys(amendments)]
        items = [item for each in found for item in each.items(addressee)]
        reports = [report for each in found for report in each.reports(addressee)]
        if not items and not reports:
            return None
        shown = self._view.decisions[self._decision]
        return AmendedMail(
            agency_name=addressee.name,
            day=self._view.today,
            decision=shown.name,
            amendments=tuple(each.name for each in found),
            coordinator_name=shown.coordinator,
            items=tuple(sorted(items, key=lambda item: _ORDER.index(item.what))),
            reports=tuple(reports),
            url=self._view.url("viec"),
        )

    def about(self, addressee: Addressee, amendments: Sequence[int]) -> tuple[str, ...]:
        """Return the ids of the tasks and the codes of the rounds that the mail tells of."""
        found = [self._one(number) for number in dict.fromkeys(amendments)]
        return tuple(dict.fromkeys(name for each in found for name in each.about(addressee)))

    def calendar(self, addressee: Addressee, amendments: Sequence[int]) -> Callable[[], bytes]:
        """Return what makes the calendar file: what moved overrules the earlier file, what ended is taken out."""
        return lambda: calendar_file(
            f"Thời hạn của {addressee.name}",
            [
                entry
                for number in dict.fromkeys(amendments)
                for entry in self._one(number).deadlines(addressee)
            ],
            stamp=self._view.now,
            domain=self._view.domain,
        )

    def _one(self, number: int) -> "_Gathered":
        if number not in self._gathered:
            self._gathered[number] = _Gathered(self._session, self._view, number)
        return self._gathered[number]


class _Gathered:
    """One amendment with the tasks and rounds it changed."""

    def __init__(self, session: Session, view: View, number: int) -> None:
        stored = session.get_one(Amendment, number)
        self.name = AmendmentFile.model_validate(stored.document).name
        self._view = view
        self._changes = stored.changes
        ids = [change["id"] for change in self._changes["tasks"] if change["what"] in _ORDER]
        rows = session.execute(task_rows().where(among(Task.id, ids)))
        self._rows: dict[int, Row[Any]] = {row.id: row for row in rows}
        self._by_agency: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for change in self._changes["tasks"]:
            if change["id"] in self._rows:
                self._by_agency[self._rows[change["id"]].agency_id].append(change)
        self._rounds = _rounds(session, stored, self._changes["rounds"])
        agencies = sorted({*self._by_agency, *self._changes["reporting"]})
        self._moves = task_sequences(session, stored.decision_id, agencies)
        self._by_code, self._own = round_sequences(session, stored.decision_id, agencies)
        self._reporting = set(self._changes["reporting"])

    def items(self, addressee: Addressee) -> Iterator[AmendedItem]:
        for change in self._by_agency[addressee.id]:
            row = self._rows[change["id"]]
            ended = row.life is Life.CANCELLED
            yield AmendedItem(
                what="cancelled" if ended else change["what"],
                duty_code=row.code,
                text=row.text,
                deadline_text=row.deadline,
                due_before=_day(change["due_from"]),
                due=row.due,
                days=self._view.days(row.due),
                reason=change["reason"],
                url=self._view.url(f"viec/{row.id}"),
            )

    def reports(self, addressee: Addressee) -> Iterator[AmendedReport]:
        if addressee.id not in self._reporting:
            return
        for entry, due_before in self._rounds:
            if entry.due != due_before:
                yield AmendedReport(
                    text=entry.text,
                    due_before=due_before,
                    due=entry.due,
                    days=self._view.days(entry.due),
                    url=self._view.url(f"bao-cao/{entry.id}"),
                )

    def about(self, addressee: Addressee) -> Iterator[str]:
        yield from (str(change["id"]) for change in self._by_agency[addressee.id])
        yield from (entry.code for entry, _ in self._rounds if addressee.id in self._reporting)

    def deadlines(self, addressee: Addressee) -> Iterator[Deadline]:
        for change in self._by_agency[addressee.id]:
            row = self._rows[change["id"]]
            due = row.due or _day(change["due_from"])
            if due is not None:
                yield Deadline(
                    uid=f"task-{row.id}",
                    summary=f"Hạn nhiệm vụ {row.code}",
                    due=due,
                    sequence=self._moves.get(row.id, 0),
                    description=f"{row.text}\nThời gian thực hiện: {row.deadline}",
                    url=self._view.url(f"viec/{row.id}"),
                    cancelled=row.due is None or row.life is Life.CANCELLED,
                )
        for entry, _ in self._rounds if addressee.id in self._reporting else ():
            yield Deadline(
                uid=f"round-{entry.id}-agency-{addressee.id}",
                summary=f"Hạn báo cáo {entry.text}",
                due=entry.due,
                sequence=self._by_code[entry.code] + self._own[entry.id, addressee.id],
                url=self._view.url(f"bao-cao/{entry.id}"),
            )


def _rounds(
    session: Session, stored: Amendment, changes: Iterable[dict[str, Any]]
) -> list[tuple[Round, date | None]]:
    before = {change["code"]: _day(change["due_from"]) for change in changes}
    rows = select(Round).where(Round.decision_id == stored.decision_id, Round.code.in_(before))
    return [(entry, before[entry.code]) for entry in session.scalars(rows.order_by(Round.due))]


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)

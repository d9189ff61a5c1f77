"""The verbs of the play: what people do on one day, through the functions that the portal and the commands use."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.intake import stored_decision
from tasks.models import Agency, Decision, Duty, Round, Standing, Task
from tasks.reporting.answering import accept_report, return_report
from tasks.reporting.content import Content, Line, Paper
from tasks.reporting.lines import reported_tasks
from tasks.reporting.reports import Deed, find_standing, record_paper, save_draft, submit, submit_nil
from tasks.rounds.rounds import find_round
from tasks.tracking import tracker
from tasks.tracking.changes import NO_GROUNDS, Grounds
from tests.tasks.cast import at
from tests.tasks.half_year.people import COORDINATOR, KEY, confirmer, speaker

RESULT = "Đang thực hiện theo kế hoạch của cơ quan."


@dataclass
class Scene:
    """One day on which people act, from 10:00 on."""

    session: Session
    day: date
    hour: int = 10

    @property
    def now(self) -> datetime:
        return at(self.day, self.hour)

    @property
    def decision(self) -> Decision:
        return stored_decision(self.session, KEY)

    @cached_property
    def _tasks(self) -> dict[tuple[str, str], int]:
        rows = (
            select(Duty.code, Agency.code, Task.id)
            .join_from(Task, Duty, Duty.id == Task.duty_id)
            .join(Agency, Agency.id == Task.agency_id)
        )
        return {(duty, agency): number for duty, agency, number in self.session.execute(rows).tuples()}

    def task(self, duty: str, agency: str) -> int:
        return self._tasks[duty, agency]

    def declare(self, agency: str, *duties: str, grounds: Grounds = NO_GROUNDS) -> None:
        ids = [self.task(duty, agency) for duty in duties]
        tracker.declare(self.session, ids, speaker(agency), self.now, grounds)

    def confirm(self, agency: str, *duties: str) -> None:
        ids = [self.task(duty, agency) for duty in duties]
        tracker.confirm(self.session, ids, confirmer(agency), self.now)

    def return_(self, agency: str, duty: str, why: str) -> None:
        ids = [self.task(duty, agency)]
        tracker.return_(self.session, ids, confirmer(agency), self.now, Grounds(why))

    def round(self, code: str) -> Round:
        return find_round(self.session, self.decision, code)

    def standing(self, round_: str, agency: str) -> Standing:
        return find_standing(self.session, self.round(round_), agency)

    def report(self, round_: str, agency: str, lines: Sequence[Line] | None = None) -> None:
        """Submit a report; without lines one that says of every task how it goes, and declares nothing."""
        standing, deed = self.standing(round_, agency), Deed(speaker(agency), self.now)
        if lines is None:
            lines = [Line(task.id, result=RESULT) for task in reported_tasks(self.session, standing)]
        save_draft(self.session, standing, Content(tuple(lines)), deed)
        submit(self.session, standing, deed)

    def report_nil(self, round_: str, agency: str) -> None:
        statement = "Trong kỳ không phát sinh nội dung báo cáo."
        submit_nil(self.session, self.standing(round_, agency), statement, Deed(speaker(agency), self.now))

    def record(self, round_: str, agency: str, lines: Sequence[Line], paper: Paper) -> None:
        standing = self.standing(round_, agency)
        record_paper(self.session, standing, Content(tuple(lines)), paper, Deed(COORDINATOR, self.now))

    def send_back(self, round_: str, agency: str, comments: str) -> None:
        return_report(self.session, self.standing(round_, agency), comments, Deed(COORDINATOR, self.now))

    def accept(self, round_: str, *agencies: str, struck: dict[int, str] | None = None) -> None:
        for agency in agencies:
            accept_report(self.session, self.standing(round_, agency), Deed(COORDINATOR, self.now), struck)

"""A small world built row by row: Alice's agency is on time, Bob's late, Charlie's silent; home coordinates, seal confirms.

The decision is of 25 July 2025 and speaks from 08:00 of that day.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import event
from sqlalchemy.orm import Session

from catalog.days import end_of
from catalog.policy import Policy
from catalog.policy_file import read_policy
from catalog.text import search_key, sort_key
from tasks.actors import Actor, Role
from tasks.models import Agency, Decision, Duty, Group, Occasion, Round, Task
from tasks.policies import store_policy

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
ISSUED = date(2025, 7, 25)
ALICE = Actor("an", Role.AGENCY, "alice")
BOB = Actor("binh", Role.AGENCY, "bob")
CHARLIE = Actor("chi", Role.AGENCY, "charlie")
HOME = Actor("huong", Role.COORDINATOR, "home")
SEAL = Actor("son", Role.AGENCY, "seal")
LEADER = Actor("lan", Role.LEADER, "leaders")
ADMIN = Actor("admin", Role.ADMINISTRATOR)

_NAMES = {
    "alice": "Sở Anh Đào",
    "bob": "Sở Bằng Lăng",
    "charlie": "Ủy ban nhân dân phường Cúc Vàng",
    "home": "Sở Nội vụ",
    "seal": "Văn phòng Ủy ban nhân dân thành phố",
    "leaders": "Lãnh đạo Ủy ban nhân dân thành phố",
}


def at(day: date | str, hour: int = 8, minute: int = 0) -> datetime:
    """Return an hour of a day in Hanoi."""
    given = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime(given.year, given.month, given.day, hour, minute, tzinfo=HANOI)


@dataclass
class World:
    """One decision of one directory, grown by the test that needs it."""

    session: Session
    decision: Decision
    agencies: dict[str, Agency]
    groups: dict[str, Group]
    duties: dict[str, Duty] = field(default_factory=dict)

    def duty(self, code: str, due: str | None, leads: str = "alice bob charlie", **more: object) -> list[int]:
        """Add a duty with a task for each lead; return the tasks' ids in the order of `leads`. `occasion=` makes it wait."""
        occasion = more.pop("occasion", None)
        start, close_out = more.pop("start", None), more.pop("close_out", False)
        last = date.fromisoformat(due) if due else None
        duty = Duty(
            decision_id=self.decision.id, code=code, position=len(self.duties), section=code.split(".", maxsplit=1)[0],
            text=f"Việc {code}", lead=leads, support="", deadline=due or "Thường xuyên", kind="by", due=last,
            occasion_id=self.occasion(str(occasion)).id if occasion else None, close_out=close_out,
            search_key=search_key(f"{code} Việc {code} {more.pop('words', '')}"), start=start,
        )  # fmt: skip
        assert not more, more
        self.session.add(duty)
        self.session.flush()
        self.duties[code] = duty
        tasks = [
            Task(
                decision_id=self.decision.id, duty_id=duty.id, agency_id=self.agencies[lead].id, start=start,
                ladder_id=self.decision.ladder_id, due=last, original_due=last, waits=occasion is not None,
                since=at(ISSUED),
            )
            for lead in leads.split()
        ]  # fmt: skip
        self.session.add_all(tasks)
        self.session.flush()
        return [task.id for task in tasks]

    def occasion(self, code: str) -> Occasion:
        found = Occasion(decision_id=self.decision.id, code=code, name=f"Kỳ họp {code}")
        self.session.add(found)
        self.session.flush()
        return found

    def round(self, code: str, opens: str, due: str, expected: str = "alice bob charlie") -> Round:
        last = date.fromisoformat(due)
        found = Round(
            decision_id=self.decision.id, ladder_id=self.decision.ladder_id, code=code, text=f"lần {code}",
            expected=expected.split(), opens=date.fromisoformat(opens), due=last, closes_at=end_of(last),
        )  # fmt: skip
        self.session.add(found)
        self.session.flush()
        return found

    def task(self, number: int) -> Task:
        return self.session.get_one(Task, number, populate_existing=True)


def policy() -> Policy:
    found, faults = read_policy("default")
    assert found is not None, faults
    return found


def build(session: Session, *, key: str = "quyet-dinh", active: bool = True) -> World:
    """Build the directory "d" (once) and a decision."""
    agencies = {agency.code: agency for agency in session.query(Agency)}
    groups = {group.code: group for group in session.query(Group)}
    if not agencies:
        groups = {"so": Group(directory="d", code="so", name="Các sở")}
        for code, name in _NAMES.items():
            agencies[code] = Agency(
                directory="d", code=code, name=name, kind="department", sort_key=sort_key(name),
                search_key=search_key(name), groups=[groups["so"]] if code in {"alice", "bob"} else [],
            )  # fmt: skip
        session.add_all(agencies.values())
        session.flush()
    decision = Decision(
        key=key, directory="d", issued_on=ISSUED, title="Danh mục", issuer="Ủy ban",
        coordinator_id=agencies["home"].id, confirmer_id=agencies["seal"].id, leaders_id=agencies["leaders"].id,
        ladder_id=store_policy(session, policy()).id, document={}, loaded_at=at(ISSUED).astimezone(UTC),
        loaded_by="admin", active_since=at(ISSUED) if active else None,
    )  # fmt: skip
    session.add(decision)
    session.flush()
    return World(session, decision, agencies, groups)


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """Collect the statements that are sent meanwhile."""
    told: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        told.append(statement)

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        event.remove(engine, "before_cursor_execute", note)

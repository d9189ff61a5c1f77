"""A second city beside the stage: its agencies bear the same codes, its round the same code, nothing else is shared."""

from dataclasses import dataclass

from sqlalchemy import Engine, select

from catalog.text import search_key, sort_key
from notifications.mailing import read_letterhead
from notifications.sweep import sweep
from tasks.actors import Actor, Role
from tasks.database import writing
from tasks.models import (
    Agency,
    Contact,
    ContactRole,
    Decision,
    Directory,
    Group,
    Message,
    MessageState,
    Round,
    Standing,
    Supporter,
    Task,
    User,
)
from tasks.policies import store_policy
from tasks.reporting.content import Content, File
from tasks.reporting.files import attach
from tasks.reporting.reports import Deed, save_draft
from tests.tasks.cast import ISSUED, World, at, policy

KEY, CITY, PLACE = "kim-lien", "k", "Kim Liên"
BINH, HUONG = "binh-kl", "huong-kl"
CODES = ("alice", "bob", "charlie", "home", "seal", "leaders")


@dataclass(frozen=True)
class Place:
    """What a city has that is named by a number: Bob's tasks, a mail to him, its round, the file with his report."""

    city: str
    decision: str
    tasks: tuple[int, ...]
    mail: int
    round: int
    file: int
    digest: str


def add_twin(engine: Engine) -> tuple[Place, Place]:
    """Add the city with accounts for its Bob and its coordinator; return what the first city has, and the second."""
    with writing(engine) as session:
        session.add(Directory(key=CITY, name=f"Thành phố {PLACE}"))
        agencies = {code: _agency(code) for code in CODES}
        session.add_all([Group(directory=CITY, code="so", name=f"Các sở {PLACE}"), *agencies.values()])
        session.flush()
        decision = Decision(
            key=KEY, directory=CITY, issued_on=ISSUED, title=f"Danh mục {PLACE}", issuer=f"Ủy ban {PLACE}",
            coordinator_id=agencies["home"].id, confirmer_id=agencies["seal"].id, leaders_id=agencies["leaders"].id,
            ladder_id=store_policy(session, policy()).id, document={}, loaded_at=at(ISSUED), loaded_by="admin",
            active_since=at(ISSUED),
        )  # fmt: skip
        session.add(decision)
        session.flush()
        world = World(session, decision, agencies, {})
        for code, due in (("1.1", "2025-08-14"), ("1.2", "2025-09-12")):
            world.duty(code, due)
            world.duties[code].text = f"Việc {code} {PLACE}"
        session.add(Supporter(duty_id=world.duties["1.1"].id, agency_id=agencies["seal"].id, role="support"))
        world.round("lan-1", "2025-08-05", "2025-09-04")
        sweep(
            session,
            at("2025-09-08", 8, 30),
            read_letterhead("Đôn đốc <dondoc@dondoc.example>", "http://127.0.0.1:8000"),
        )
        for login, role, code in ((BINH, Role.AGENCY, "bob"), (HUONG, Role.COORDINATOR, "home")):
            session.add(
                User(
                    login=login,
                    role=role.value,
                    agency_id=agencies[code].id,
                    created_at=at(ISSUED),
                    created_by="admin",
                )
            )
    return _place(engine, "d", "quyet-dinh", "binh"), _place(engine, CITY, KEY, BINH)


def _agency(code: str) -> Agency:
    name = f"Cơ quan {PLACE} {CODES.index(code)}"
    return Agency(
        directory=CITY, code=code, name=name, kind="department", sort_key=sort_key(name), search_key=search_key(name),
        contacts=[Contact(role=ContactRole.OFFICER, email=f"van-thu@{code}.kim-lien.example")],
    )  # fmt: skip


def _place(engine: Engine, city: str, key: str, login: str) -> Place:
    """Return what the city has, after Bob attached a file to his report and a mail to him failed."""
    with writing(engine) as session:
        bob = session.scalars(select(Agency).where(Agency.directory == city, Agency.code == "bob")).one()
        of_round = select(Round).join(Decision).where(Decision.key == key, Round.code == "lan-1")
        round_ = session.scalars(of_round).one()
        deed = Deed(Actor(login, Role.AGENCY, "bob", city), at("2025-09-08", 8, 45))
        own = select(Standing).where(Standing.round_id == round_.id, Standing.agency_id == bob.id)
        standing = session.scalars(own).one()
        save_draft(session, standing, Content(narrative={"strengths": f"Ưu điểm của {bob.name}"}), deed)
        session.refresh(standing)
        file = attach(
            session, standing, File(f"{city}.txt", "text/plain", f"Tệp của {bob.name}".encode()), deed
        )
        mails = select(Message).where(Message.agency_id == bob.id).order_by(Message.id.desc())
        mail = session.scalars(mails).first()
        assert mail is not None
        mail.state = MessageState.DEAD
        session.flush()
        tasks = session.scalars(select(Task.id).where(Task.agency_id == bob.id).order_by(Task.id)).all()
        return Place(city, key, tuple(tasks), mail.id, round_.id, file.id, file.sha256)

"""What the pages of the tests show."""

from dataclasses import dataclass

from sqlalchemy import Engine

from notifications.mailing import read_letterhead
from notifications.sweep import sweep
from tasks.database import writing
from tasks.import_drafts import By, Document, keep
from tasks.models import Contact, ContactRole, Directory, Message, MessageState
from tasks.tracking import tracker
from tasks.tracking.changes import Grounds
from tests.tasks.cast import ALICE, BOB, HOME, World, at, build

DRAFT = """\
key: moi-2026
title: Danh mục nhiệm vụ năm 2026
sections: [{code: "1", title: Phần một}]
duties: [{code: "1.1", section: "1", text: Lập kế hoạch, lead: Sở Nội vụ, deadline: Quý I/2026}]
"""


@dataclass(frozen=True)
class Stage:
    """The ids that tests name: each duty's tasks by agency, the mails, the round."""

    tasks: dict[str, dict[str, int]]
    mails: tuple[int, ...]
    mail_to: dict[str, int]  # by agency, its last
    round: int


def build_stage(engine: Engine) -> Stage:
    with writing(engine) as session:
        world = build(session)
        session.add(Directory(key="d", name="Thành phố Đào"))
        _addresses(world)
        tasks = {
            "1.1": world.duty("1.1", "2025-08-14"),
            "1.2": world.duty("1.2", "2025-09-12"),
            "2.1": world.duty("2.1", None),
            "2.2": world.duty("2.2", None, occasion="hdnd"),
            "3.1": world.duty("3.1", "2025-09-30", leads="home"),
        }
        round_ = world.round("lan-1", "2025-08-05", "2025-09-04").id
        world.round("lan-2", "2025-11-06", "2025-12-04")
        tracker.declare(session, tasks["1.1"][:1], ALICE, at("2025-08-12"))
        tracker.confirm(session, tasks["1.1"][:1], HOME, at("2025-08-13"))
        sweep(
            session,
            at("2025-08-05"),
            read_letterhead("Đôn đốc <dondoc@dondoc.example>", "http://127.0.0.1:8000"),
        )
        tracker.declare(session, tasks["1.1"][1:2], BOB, at("2025-08-20"))
        tracker.return_(session, tasks["1.1"][1:2], HOME, at("2025-08-21"), Grounds("thiếu văn bản"))
        sweep(
            session,
            at("2025-09-08"),
            read_letterhead("Đôn đốc <dondoc@dondoc.example>", "http://127.0.0.1:8000"),
        )
        mails = session.query(Message).order_by(Message.id).all()
        for mail in mails:
            if mail.state is MessageState.PLANNED:
                mail.state, mail.sent_at = MessageState.SENT, at("2025-09-08", 8, 5)
        keep(session, Document("quyet-dinh-moi.yaml", "yaml", b"", DRAFT, []), By("huong", at("2025-09-07")))
        leads = {"3.1": ["home"]}
        return Stage(
            {
                code: dict(zip(leads.get(code, ["alice", "bob", "charlie"]), ids, strict=True))
                for code, ids in tasks.items()
            },
            tuple(mail.id for mail in mails),
            {mail.agency.code: mail.id for mail in mails},
            round_,
        )


def _addresses(world: World) -> None:
    for code, agency in world.agencies.items():
        agency.contacts = [Contact(role=ContactRole.OFFICER, email=f"van-thu@{code}.example")]
    world.session.flush()

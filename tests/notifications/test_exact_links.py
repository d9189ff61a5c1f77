"""What a mail links to names its decision: codes repeat from one decision to the next."""

import re
from email import message_from_bytes, policy

from sqlalchemy import Engine, select

from notifications.mailing import read_letterhead
from notifications.sweep import sweep
from tasks.activation import activate
from tasks.calendars import calendar_of
from tasks.database import writing
from tasks.models import Contact, ContactRole, Message, Stream, Supporter
from tests.tasks.cast import at, build

HEAD = read_letterhead("Đôn đốc <don-doc@so-noi-vu.example>", "https://don-doc.example/")


def links_of(engine: Engine, stream: Stream, agency: str = "home") -> set[str]:
    with writing(engine) as session:
        rows = session.scalars(select(Message).where(Message.stream == stream))
        found = set()
        for row in rows:
            if row.agency.code == agency:
                for part in message_from_bytes(row.mime, policy=policy.SMTP).walk():
                    if part.get_content_type() == "text/html":
                        found |= set(
                            re.findall(r'href="https://don-doc\.example/([^"]+)"', part.get_content())
                        )
    return found


def two_late_decisions(engine: Engine) -> None:
    """The same codes in two decisions, both late on the same day, with a round and a supporter each."""
    with writing(engine) as session:
        for key in ("quyet-dinh", "quyet-dinh-2"):
            world = build(session, key=key, active=False)
            world.duty("1.2", "2025-08-14", "alice")
            helper = world.agencies["bob"].id
            session.add(Supporter(duty_id=world.duties["1.2"].id, agency_id=helper, role="support"))
            world.round("lan-1", "2025-07-25", "2025-08-14", "alice")
            activate(session, world.decision, at("2025-07-25"), calendar_of(session), "admin")
        for code in ("home", "alice", "bob"):
            email = f"van-thu@{code}.example"
            world.agencies[code].contacts = [Contact(role=ContactRole.OFFICER, email=email)]
    for day in ("2025-07-25", "2025-08-15", "2025-08-18"):
        with writing(engine) as session:
            sweep(session, at(day), HEAD)


def test_the_coordinators_mail_and_digest_lead_to_the_duty_and_round_of_that_decision(engine: Engine):
    two_late_decisions(engine)
    mail = links_of(engine, Stream.COORDINATION)
    assert {link for link in mail if link.startswith("nhiem-vu/")} == {
        "nhiem-vu/quyet-dinh/1.2",
        "nhiem-vu/quyet-dinh-2/1.2",
    }
    rounds = {"lan-bao-cao/quyet-dinh/lan-1", "lan-bao-cao/quyet-dinh-2/lan-1"}
    assert {link for link in mail if link.startswith("lan-bao-cao/")} == rounds
    digest = links_of(engine, Stream.DIGEST_COORDINATOR)
    assert {link for link in digest if link.startswith("lan-bao-cao/")} == rounds


def test_a_supporter_is_led_to_the_duty_of_that_decision(engine: Engine):
    two_late_decisions(engine)
    assert {link for link in links_of(engine, Stream.ROUTINE, "bob") if link.startswith("nhiem-vu/")} == {
        "nhiem-vu/quyet-dinh/1.2",
        "nhiem-vu/quyet-dinh-2/1.2",
    }

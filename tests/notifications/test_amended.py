"""Each agency that an amendment touches gets one mail saying what changes for it, with a calendar that overrules the earlier one."""

from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

from icalendar import Calendar
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from notifications.mailing import read_letterhead
from notifications.sweep import sweep
from tasks.database import writing
from tasks.models import Agency, Message, MessageState, Notice, NoticeState
from tests.tasks.cast import ISSUED, at
from tests.tasks.small import amend, amendment, load_small, tasks_of

HEAD = read_letterhead("Đôn đốc <don-doc@nho.example>", "https://dondoc.example")
BODY = """
    because: Theo đề nghị của Sở Nội vụ
    change:
      - {code: "1.1", deadline: Hoàn thành trước ngày 15/12/2025, lead: Sở Xây dựng; Sở Y tế}
    rounds:
      - {code: lan-2, text: lần 2 trước ngày 15/12/2025}
"""


def amended_mail(session: Session, code: str):
    rows = select(Message).join(Agency, Agency.id == Message.agency_id).where(Agency.code == code)
    (message,) = [row for row in session.scalars(rows) if row.kinds == ["amended"]]
    return message, message_from_bytes(message.mime, policy=policy.SMTP)


def deadlines(mail) -> dict[str, tuple[date, int, str]]:
    (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    events = Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")
    return {
        str(event["UID"]).partition("@")[0]: (
            event.decoded("DTSTART"),
            int(event["SEQUENCE"]),
            str(event["STATUS"]),
        )
        for event in events
    }


def test_every_agency_is_told_once_of_what_changes_for_it(engine: Engine, tmp_path: Path) -> None:
    with writing(engine) as session:
        load_small(session, tmp_path)
        sweep(session, at(ISSUED), HEAD)
        amend(session, amendment(tmp_path, BODY), at("2025-10-16"))
        assert sweep(session, at("2025-10-16", 9), HEAD).mails >= 3
        tasks = {code: task.id for code, task in tasks_of(session, "1.1").items()}
        second = f"round-2-agency-{tasks_of(session, '1.1')['so-xay-dung'].agency_id}"
        message, mail = amended_mail(session, "so-xay-dung")
        text = mail.get_body(("plain",)).get_content()
        assert message.subject == "[Điều chỉnh] 1 nhiệm vụ đổi hạn, 1 lần báo cáo đổi hạn – Sở Xây dựng"
        assert "Quyết định số 99/QĐ-UBND ngày 15/10/2025" in " ".join(text.split())
        assert "Thời hạn cũ: hết ngày 14/11/2025" in text
        assert deadlines(mail) == {
            f"task-{tasks['so-xay-dung']}": (date(2025, 12, 14), 1, "CONFIRMED"),
            second: (date(2025, 12, 14), 1, "CONFIRMED"),
        }
        _, gone = amended_mail(session, "so-tai-chinh")
        assert "Thôi thực hiện" in gone.get_body(("plain",)).get_content()
        assert deadlines(gone)[f"task-{tasks['so-tai-chinh']}"] == (date(2025, 11, 14), 1, "CANCELLED")
        _, new = amended_mail(session, "so-y-te")
        assert "Nhiệm vụ mới" in new.get_body(("plain",)).get_content()
        assert deadlines(new)[f"task-{tasks['so-y-te']}"] == (date(2025, 12, 14), 0, "CONFIRMED")


def test_what_could_not_be_sent_that_day_is_told_the_next(engine: Engine, tmp_path: Path) -> None:
    with writing(engine) as session:
        load_small(session, tmp_path)
        sweep(session, at(ISSUED), HEAD)
        amend(session, amendment(tmp_path, BODY), at("2025-10-16"))
        sweep(session, at("2025-10-16", 9), HEAD)
        sweep(session, at("2025-10-17", 8), HEAD)
        rows = select(Message.speaks_for, Message.state).join(Agency, Agency.id == Message.agency_id)
        told = session.execute(
            rows.where(Agency.code == "so-xay-dung", Message.subject.startswith("[Điều chỉnh]")).order_by(
                Message.id
            )
        ).all()
        assert [tuple(row) for row in told] == [
            (date(2025, 10, 16), MessageState.SUPERSEDED),
            (date(2025, 10, 17), MessageState.PLANNED),
        ]
        waiting = select(Notice.state).where(Notice.kind == "amended").distinct()
        # who has no address is skipped, with the reason
        assert set(session.scalars(waiting)) == {NoticeState.QUEUED, NoticeState.SKIPPED}

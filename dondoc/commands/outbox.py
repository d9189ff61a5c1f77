"""`dondoc outbox`: what leaves, what left, and what does not."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from catalog.days import HANOI
from dondoc.commands.opening import DecisionKey, acting, open_database
from dondoc.commands.output import AsOf, JsonFlag, Limit, Offset, print_json, print_table, show
from dondoc.commands.running import OutsideFailure
from notifications.content.kinds import KIND_NAMES
from notifications.delivering.bounces import mark, read_report
from notifications.delivering.mailboxes import (
    ImapMailbox,
    UnreachableMailboxError,
    unseen_in_maildir,
    unseen_over_imap,
)
from notifications.delivering.outbox_queries import (
    Page,
    Wanted,
    find,
    notices_of,
    plain_text,
    purge,
    read,
    retry,
)
from tasks.database import reading, writing
from tasks.models import Message, MessageState

app = typer.Typer(no_args_is_help=True, help="Hộp thư đi.")

STATE_NAMES = {
    MessageState.PLANNED: "chờ gửi",
    MessageState.CLAIMED: "đang gửi",
    MessageState.DEFERRED: "chờ gửi lại",
    MessageState.SENT: "đã gửi",
    MessageState.REFUSED: "bị từ chối",
    MessageState.DEAD: "gác lại",
    MessageState.SKIPPED: "bỏ qua",
    MessageState.SUPERSEDED: "đã thay",
}

Status = Annotated[MessageState | None, typer.Option("--status", help="Chỉ thư ở trạng thái này.")]
Kind = Annotated[str | None, typer.Option("--kind", help="Chỉ thư có loại thông báo này.")]
Since = Annotated[str | None, typer.Option("--since", help="Chỉ thư của các ngày từ ngày này (2025-09-05).")]
Keys = Annotated[
    list[str] | None, typer.Argument(help="Khóa của thư; không ghi thì mọi thư gửi hỏng trong ngày.")
]
Key = Annotated[str, typer.Argument(help="Khóa hoặc Message-ID của thư.")]
MaildirFolder = Annotated[Path | None, typer.Option("--maildir", help="Thư mục Maildir nhận thư báo lỗi.")]
ImapHost = Annotated[str | None, typer.Option("--imap", help="Máy chủ IMAP nhận thư báo lỗi, dạng máy:cổng.")]
ImapUser = Annotated[str | None, typer.Option("--user", help="Tên đăng nhập hộp thư IMAP.")]
PasswordFile = Annotated[Path | None, typer.Option("--password-file", help="Tệp chứa mật khẩu hộp thư IMAP.")]
Before = Annotated[str, typer.Option("--before", help="Xóa nội dung các thư của những ngày trước ngày này.")]


@app.command("list")
def list_mails(
    status: Status = None, kind: Kind = None, since: Since = None, decision: DecisionKey = None,
    limit: Limit = 50, offset: Offset = 0, as_json: JsonFlag = False,
) -> None:  # fmt: skip
    """Liệt kê thư, mới nhất trước."""
    wanted = Wanted(status, _kind(kind), _day(since, "--since"), decision)
    with reading(open_database()) as session:
        page = find(session, wanted, limit, offset)
        if as_json:
            print_json({"total": page.total, "items": [_document(message) for message in page.items]})
        else:
            _print(page)


@app.command("show")
def show_mail(key: Key, as_json: JsonFlag = False) -> None:
    """Xem một thư: gửi cho ai, kết quả với từng địa chỉ, nói về việc gì, nội dung."""
    with reading(open_database()) as session:
        message = read(session, key)
        notices = [
            {"key": n.key, "kind": n.kind, "state": n.state, "reason": n.reason}
            for n in notices_of(session, message)
        ]
        recipients = [
            {"address": r.address, "outcome": r.outcome, "reply": r.reply} for r in message.recipients
        ]
        whole = {
            **_document(message),
            "recipients": recipients,
            "notices": notices,
            "text": plain_text(message.mime),
        }
    if as_json:
        print_json(whole)
    else:
        _print_whole(whole)


@app.command("retry")
def retry_mails(
    keys: Keys = None, status: Status = None, kind: Kind = None, since: Since = None,
    decision: DecisionKey = None, as_of: AsOf = None, as_json: JsonFlag = False,
) -> None:  # fmt: skip
    """Cho gửi lại ngay các thư gửi hỏng; thư đã qua ngày thì nội dung được soạn lại ở lần quét sau."""
    wanted = Wanted(status, _kind(kind), _day(since, "--since"), decision)
    with writing(open_database()) as session:
        retried = retry(session, keys or (), wanted, acting(as_of))
    if as_json:
        print_json({"waiting": retried.waiting, "recomposed": retried.recomposed})
    else:
        print(
            f"{retried.waiting} thư chờ gửi lại ngay; {retried.recomposed} thư đã qua ngày, sẽ được soạn lại."
        )


@app.command("purge")
def purge_bodies(before: Before, as_json: JsonFlag = False) -> None:
    """Xóa nội dung thư cũ cho nhẹ cơ sở dữ liệu; vẫn giữ bằng chứng đã gửi cho ai, khi nào, về việc gì."""
    day = _day(before, "--before")
    assert day is not None
    with writing(open_database()) as session:
        emptied = purge(session, day)
    if as_json:
        print_json({"emptied": emptied})
    else:
        print(f"Đã xóa nội dung {emptied} thư; các dòng của hộp thư đi vẫn còn.")


@app.command("bounces")
def read_bounces(
    maildir: MaildirFolder = None, imap: ImapHost = None, user: ImapUser = None, password_file: PasswordFile = None,
    as_of: AsOf = None, as_json: JsonFlag = False,
) -> None:  # fmt: skip
    """Đọc báo cáo thư không đến nơi; địa chỉ hỏng được đánh dấu và không gửi tới nữa."""
    reports = _reports(maildir, imap, user, password_file)
    total = Counter[str]()
    marked: list[str] = []
    engine = open_database()
    try:
        for raw in reports:  # one transaction each: a report is marked as seen only after it is recorded
            with writing(engine) as session:
                done = mark(session, read_report(raw), acting(as_of))
            marked += done.marked
            total.update(read=1, known=done.known, foreign=done.foreign)
    except UnreachableMailboxError as error:
        raise OutsideFailure(str(error)) from None
    if as_json:
        print_json(
            {"read": total["read"], "marked": marked, "known": total["known"], "foreign": total["foreign"]}
        )
    else:
        print(f"Đã đọc {total['read']} thư; {len(marked)} địa chỉ mới không dùng được.")
        for address in marked:
            print(f"  {address}")


def _reports(
    maildir: Path | None, imap: str | None, user: str | None, password_file: Path | None
) -> Iterator[bytes]:
    if maildir is not None:
        return unseen_in_maildir(maildir)
    if imap is None or user is None or password_file is None:
        raise typer.BadParameter("hãy ghi --maildir, hoặc đủ --imap, --user và --password-file.")
    host, _, port = imap.partition(":")
    password = password_file.read_text(encoding="utf-8").strip()
    return unseen_over_imap(ImapMailbox(host, user, password, int(port or 993)))


def _day(text: str | None, option: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{option}: «{text}» không phải ngày; hãy ghi dạng 2025-09-05.") from None


def _kind(kind: str | None) -> str | None:
    if kind is not None and kind not in KIND_NAMES:
        raise typer.BadParameter(
            f"--kind: không có loại «{kind}»; hãy chọn một trong: {', '.join(KIND_NAMES)}."
        )
    return kind


def _document(message: Message) -> dict[str, Any]:
    return {
        "key": message.key,
        "kinds": message.kinds,
        "agency": message.agency.code,
        "to": [recipient.address for recipient in message.recipients],
        "status": message.state,
        "attempts": message.attempts,
        "speaks_for": message.speaks_for,
        "sent_at": message.sent_at.astimezone(HANOI) if message.sent_at else None,
        "message_id": message.message_id,
        "subject": message.subject,
        "reason": message.reason,
    }


def _print(page: Page) -> None:
    rows = [
        (m.speaks_for, m.agency.name, m.subject, STATE_NAMES[m.state], m.attempts, m.reason, m.key)
        for m in page.items
    ]
    print_table(("Ngày", "Cơ quan", "Tiêu đề", "Trạng thái", "Lần gửi", "Lý do", "Khóa"), rows, right=[4])
    print(f"{len(page.items)} trên tổng số {page.total} thư.")


def _print_whole(whole: dict[str, Any]) -> None:
    print(f"{whole['subject']}\n{whole['key']}  {whole['message_id']}")
    print(
        f"Ngày {show(whole['speaks_for'])}, {STATE_NAMES[whole['status']]}, đã thử {whole['attempts']} lần. {whole['reason']}"
    )
    outcomes = {"": "chưa gửi", "sent": "đã nhận", "refused": "từ chối"}
    rows = [(r["address"], outcomes[r["outcome"]], r["reply"]) for r in whole["recipients"]]
    print_table(("Địa chỉ", "Kết quả", "Máy chủ trả lời"), rows)
    for notice in whole["notices"]:
        print(f"  {KIND_NAMES.get(notice['kind'], notice['kind'])}: {notice['key']}")
    print(f"\n{whole['text'] or '(Nội dung thư đã được xóa hoặc không đọc được.)'}")

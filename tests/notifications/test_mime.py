"""Mails are read here by fast-mail-parser, which shares no code with what writes them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from fast_mail_parser import parse_email
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.mime import Envelope, Image, Mailbox, build, mailbox, message_id, unreadable

KEY = "routine:hai-phong:phuong-hong-bang:2025-08-19"
MAIL = Envelope(
    sender=Mailbox("Đôn đốc nhiệm vụ", "dondoc@dondoc.example"),
    to=(
        Mailbox("Ủy ban nhân dân phường Hồng Bàng", "hongbang@haiphong.example"),
        Mailbox("", "vanphong@haiphong.example"),
    ),
    subject="Còn 10 ngày làm việc: 3 nhiệm vụ đến hạn, trong đó có báo cáo lần 1 trước ngày 05/9/2025",
    text="Kính gửi Ủy ban nhân dân phường Hồng Bàng,\nFrom nay đến 04/9/2025\n.\n..hai chấm\nHết.\n",
    html="<p>Kính gửi <b>Ủy ban nhân dân phường Hồng Bàng</b></p>\n",
    message_id=message_id(KEY, "dondoc@dondoc.example"),
    date=datetime(2025, 8, 19, 1, 0, tzinfo=UTC),
    list_id="routine.dondoc.example",
    reply_to=Mailbox("Sở Nội vụ", "sonoivu@haiphong.example"),
)
CALENDAR = "BEGIN:VCALENDAR\r\nSUMMARY:Hạn nộp báo cáo\r\nEND:VCALENDAR\r\n".encode()

lines = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=2000), max_size=6
)


def header(read, name):
    (value,) = read.headers[name]
    return value


def test_another_parser_reads_the_headers_a_mail_administrator_expects():
    read = parse_email(build(MAIL))

    assert read.subject == MAIL.subject
    assert (read.from_.display_name, read.from_.address) == ("Đôn đốc nhiệm vụ", "dondoc@dondoc.example")
    assert [(box.display_name or "", box.address) for box in read.to] == [
        (box.name, box.address) for box in MAIL.to
    ]
    assert [(box.display_name, box.address) for box in read.reply_to] == [
        ("Sở Nội vụ", "sonoivu@haiphong.example")
    ]
    assert header(read, "Date") == "Tue, 19 Aug 2025 01:00:00 +0000"
    assert header(read, "Message-ID") == MAIL.message_id
    assert header(read, "List-Id") == "<routine.dondoc.example>"
    assert header(read, "Auto-Submitted") == "auto-generated"
    assert header(read, "Precedence") == "bulk"
    assert not read.warnings


def test_another_parser_reads_text_html_picture_and_calendar():
    picture = Image("chart", "png", bytes(range(256)) * 20)
    html = '<p>Tỷ lệ</p><img src="cid:chart" alt="Tỷ lệ đúng hạn">'

    read = parse_email(build(replace(MAIL, html=html, images=(picture,), calendar=CALENDAR)))

    assert [text.replace("\r\n", "\n") for text in read.text_plain] == [MAIL.text]
    assert [part.strip() for part in read.text_html] == [html]
    parts = {part.mimetype: part for part in read.attachments}
    assert parts["image/png"].content == picture.content
    assert parts["image/png"].content_id.strip("<>") == "chart"
    assert parts["text/calendar"].filename == "thoi-han.ics"
    assert bytes(parts["text/calendar"].content) == CALENDAR


def test_text_comes_before_html_and_the_calendar_stands_beside_both():
    mime = build(replace(MAIL, calendar=CALENDAR))

    order = [
        mime.index(kind)
        for kind in (b"multipart/mixed", b"multipart/alternative", b"text/plain", b"text/html")
    ]
    assert order == sorted(order)
    assert b'text/calendar; charset="utf-8"; method="PUBLISH"' in mime


@settings(max_examples=150, deadline=None)
@given(text=lines, html=lines, subject=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300))
def test_whatever_the_text_lines_stay_short_and_it_comes_back_whole(text, html, subject):
    written = replace(MAIL, text="\n".join(text), html="\n".join(html), subject=subject)

    mime = build(written)
    read = parse_email(mime)

    assert mime.isascii()
    assert max(map(len, mime.split(b"\r\n"))) <= 78
    assert b"\n" not in mime.replace(b"\r\n", b"")
    assert read.text_plain[0].replace("\r\n", "\n") == written.text
    assert read.text_html[0].replace("\r\n", "\n") == written.html
    assert read.subject.split() == subject.split()
    assert unreadable(mime, MAIL.message_id) is None


def test_the_same_values_give_the_same_bytes():
    assert build(replace(MAIL, calendar=CALENDAR)) == build(replace(MAIL, calendar=CALENDAR))


def test_mostly_plain_text_stays_legible_and_vietnamese_is_not_tripled():
    legible = build(replace(MAIL, html="<p>" + "x" * 3000 + " Hết</p>"))
    vietnamese = build(replace(MAIL, html="ưỡ" * 3000))

    assert b"quoted-printable" in legible
    assert len(vietnamese) < len("ưỡ".encode()) * 3000 * 1.5


def test_a_line_break_in_a_subject_or_a_name_starts_no_header():
    mime = build(
        replace(
            MAIL, subject="Nhắc\r\nBcc: ai@do.example", to=(Mailbox("A\nBcc: ai@do.example", "a@b.example"),)
        )
    )
    read = parse_email(mime)

    assert "Bcc" not in read.headers
    assert read.subject == "Nhắc Bcc: ai@do.example"


@pytest.mark.parametrize(
    "address", ["", "khong-co-a-cong", "a@", "a b@c.example", "á@b.example", "a@b.example\nBcc: c@d"]
)
def test_an_unusable_address_is_refused_by_name(address):
    with pytest.raises(ValueError, match="Địa chỉ thư"):
        build(replace(MAIL, to=(Mailbox("A", address),)))


def test_the_sender_setting_is_read_with_its_name():
    assert mailbox("Đôn đốc nhiệm vụ <dondoc@dondoc.example>") == MAIL.sender
    with pytest.raises(ValueError, match="không có địa chỉ thư"):
        mailbox("Đôn đốc nhiệm vụ")


def test_a_message_id_is_stable_and_carries_the_domain_of_the_sender():
    first = message_id(KEY, "dondoc@dondoc.example")

    assert first == message_id(KEY, "dondoc@dondoc.example")
    assert first != message_id(KEY + "x", "dondoc@dondoc.example")
    assert first.endswith("@dondoc.example>")


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda _: b"", "không có phần đầu"),
        (lambda mime: mime.replace(b"Message-ID", b"X-Other"), "không mang đúng mã thư"),
        (lambda mime: mime + b".\n", "xuống dòng lẻ"),
        (lambda mime: mime + b"\n.\r\nMAIL", "xuống dòng lẻ"),
        (lambda mime: mime + b"\r.\r\n", "xuống dòng lẻ"),
        (lambda mime: mime + b"x" * 999 + b"\r\n", "dòng dài quá 998 byte"),
        (lambda mime: mime + b"x" * 1500, "dòng dài quá 998 byte"),
    ],
)
def test_a_damaged_stored_mail_is_told_apart(damage, reason):
    mime = build(MAIL)

    assert unreadable(mime, MAIL.message_id) is None
    assert unreadable(mime + b"x" * 998, MAIL.message_id) is None
    assert reason in unreadable(damage(mime), MAIL.message_id)

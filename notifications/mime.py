"""Builds the bytes of one mail from finished values, the same bytes for the same values.

Only 7-bit lines of at most 76 octets leave here, whatever the text: strict servers refuse more than 998 (RFC 5321,
4.5.3.1.6), and not every relay knows 8BITMIME.
"""

from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache
from hashlib import blake2b
from typing import cast

LONGEST_LINE = 998  # octets, CRLF not counted (RFC 5322, 2.1.1)
CALENDAR_NAME = "thoi-han.ics"

# The newer policies parse and fold each header again: 12 ms a mail with Vietnamese names.
_POLICY = compat32.clone(linesep="\r\n", max_line_length=None, cte_type="7bit")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address with the name shown beside it."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Image:
    """A picture the HTML shows by `cid:NAME`; `subtype` is that of image/…"""

    name: str
    subtype: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """Everything one mail consists of. `message_id` has its angle brackets, `list_id` is without; `date` is aware."""

    sender: Mailbox
    to: tuple[Mailbox, ...]
    subject: str
    text: str
    html: str
    message_id: str
    date: datetime
    list_id: str
    reply_to: Mailbox | None = None
    calendar: bytes | None = None
    images: tuple[Image, ...] = ()


def mailbox(text: str) -> Mailbox:
    """Read `Tên <dia-chi@co-quan.example>` or a bare address. Raises ValueError when there is no usable address."""
    name, address = parseaddr(text)
    if not _usable(address):
        raise ValueError(
            f"«{text}» không có địa chỉ thư dùng được; hãy ghi dạng Tên <dia-chi@co-quan.example>."
        )
    return Mailbox(name, address)


def message_id(key: str, sender: str) -> str:
    """Return the Message-ID of the message with that key: stable, and unique as far as the key is."""
    digest = blake2b(key.encode(), digest_size=16).hexdigest()
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def build(envelope: Envelope) -> bytes:
    """Return the mail as it travels: text and HTML side by side, pictures with the HTML, the calendar attached.

    Raises ValueError when an address cannot be written.
    """
    message = _alternative(envelope)
    if envelope.calendar is not None:
        message = _multipart("mixed", message, _calendar(envelope.calendar))
    for name, value in _headers(envelope):
        message[name] = value
    digest = blake2b(envelope.message_id.encode(), digest_size=12).hexdigest()
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{digest}_{number}")  # "=_" occurs in neither encoding
    return _flat(message).replace("\n", "\r\n").encode("ascii")


def unreadable(mime: bytes, expected_id: str) -> str | None:
    """Return why a stored mail must not be handed to a server, in Vietnamese; None when it may."""
    head, blank, _ = mime.partition(b"\r\n\r\n")
    if not blank:
        return "Nội dung thư đã lưu không đọc được: không có phần đầu thư."
    if f"message-id: {expected_id}\r\n".lower().encode() not in head.lower() + b"\r\n":
        return "Nội dung thư đã lưu không đọc được: phần đầu không mang đúng mã thư."
    if (
        not mime.count(b"\r\n") == mime.count(b"\r") == mime.count(b"\n")
    ):  # servers disagree on where such a line ends
        return "Nội dung thư đã lưu có ký tự xuống dòng lẻ."
    if _has_long_line(mime):
        return f"Nội dung thư đã lưu có dòng dài quá {LONGEST_LINE} byte."
    return None


def _has_long_line(mime: bytes) -> bool:
    """Leap from the last line end within reach to the next, so that short lines are not looked at one by one."""
    start, reach = 0, LONGEST_LINE + len("\r\n")
    while len(mime) - start > LONGEST_LINE:
        end = mime.rfind(b"\r\n", start, start + reach)
        if end < 0:
            return True
        start = end + len("\r\n")
    return False


def _flat(part: Message) -> str:
    """Return the part as it is written. Everything in it is encoded and folded already, so nothing is left to work out.

    The library's own writer gives the same, and takes longer than all the rest: it looks at every line again.
    """
    headers = "".join(f"{name}: {value}\n" for name, value in part.raw_items())
    if not part.is_multipart():
        return f"{headers}\n{part.get_payload()}"
    between = f"--{part.get_boundary()}"
    children = cast("list[Message]", part.get_payload())
    inner = "".join(f"{between}\n{_flat(child)}\n" for child in children)
    return f"{headers}\n{inner}{between}--\n"


def _alternative(envelope: Envelope) -> Message:
    html: Message = _text("html", envelope.html)
    if envelope.images:
        html = _multipart("related", html, *map(_image, envelope.images))
    return _multipart("alternative", _text("plain", envelope.text), html)


def _headers(envelope: Envelope) -> Iterable[tuple[str, str]]:
    yield "From", _address(envelope.sender)
    if envelope.to:
        yield "To", ",\n ".join(map(_address, envelope.to))
    if envelope.reply_to is not None:
        yield "Reply-To", _address(envelope.reply_to)
    yield "Subject", _encoded(envelope.subject, len("Subject: "))
    yield "Date", format_datetime(envelope.date)
    yield "Message-ID", envelope.message_id
    yield "List-Id", f"<{envelope.list_id}>"
    yield "Auto-Submitted", "auto-generated"
    yield "X-Auto-Response-Suppress", "All"  # the same, for Exchange
    yield "Precedence", "bulk"


@lru_cache(maxsize=4096)  # the same agencies come back every day
def _address(box: Mailbox) -> str:
    if not _usable(box.address):
        raise ValueError(f"Địa chỉ thư «{box.address}» không dùng được.")
    if box.name.isascii():
        return formataddr((" ".join(box.name.split()), box.address))
    return f"{_encoded(box.name, len('Reply-To: '))}\n <{box.address}>"


def _usable(address: str) -> bool:
    try:
        return bool(Address(addr_spec=address).domain) and address.isascii()
    except (HeaderParseError, ValueError, IndexError):  # what the parser raises for "", "a b" and "<"
        return False


@lru_cache(maxsize=4096)  # the names of posts and most subjects come again and again
def _encoded(text: str, taken: int) -> str:
    """Return header text on lines of at most 76 octets, encoded where it is not ASCII; `taken` octets stand before it."""
    plain = " ".join(text.split())
    return Header(plain, None if plain.isascii() else "utf-8", maxlinelen=76 - taken).encode()


def _multipart(subtype: str, *parts: Message) -> Message:
    return MIMEMultipart(subtype, _subparts=parts, policy=_POLICY)


def _text(subtype: str, text: str) -> Message:
    """Return a text in the encoding that makes it shorter: quoted-printable takes three octets for each it quotes."""
    octets = text.replace("\r\n", "\n").encode()
    plain = len(text.encode("ascii", "ignore"))
    part = MIMENonMultipart("text", subtype, policy=_POLICY, charset="utf-8")
    if plain + 3 * (len(octets) - plain) <= len(octets) * 4 / 3:
        part["Content-Transfer-Encoding"] = "quoted-printable"
        part.set_payload(b2a_qp(octets, istext=True).decode("ascii"))
    else:
        _set_base64(part, octets.replace(b"\n", b"\r\n"))
    return part


def _calendar(content: bytes) -> Message:
    part = MIMENonMultipart("text", "calendar", policy=_POLICY, charset="utf-8", method="PUBLISH")
    part["Content-Disposition"] = f'attachment; filename="{CALENDAR_NAME}"'
    _set_base64(part, content)
    return part


def _image(image: Image) -> Message:
    part = MIMENonMultipart("image", image.subtype, policy=_POLICY)
    part["Content-ID"] = f"<{image.name}>"
    part["Content-Disposition"] = "inline"
    _set_base64(part, image.content)
    return part


def _set_base64(part: Message, content: bytes) -> None:
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(encodebytes(content).decode("ascii"))

"""What a stored mail holds, taken apart for people: headers in words, the text, the HTML, the attachments."""

from base64 import b64encode
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

_HEADERS = {
    "From": "Người gửi",
    "To": "Người nhận",
    "Reply-To": "Thư trả lời",
    "Subject": "Tiêu đề",
    "Date": "Ngày",
    "Message-ID": "Mã thư",
    "List-Id": "Loại thư",
}
_EMPTY = "<!doctype html><html lang='vi'><meta charset='utf-8'><p>Nội dung thư đã được dọn khỏi kho lưu.</p></html>"


@dataclass(frozen=True, slots=True)
class Attached:
    name: str
    media_type: str
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class Parts:
    """One mail: `headers` in Vietnamese words with their values; empty where the body was purged."""

    headers: tuple[tuple[str, str], ...]
    text: str
    has_html: bool
    attachments: tuple[Attached, ...]
    size: int


def read_mail(mime: bytes) -> Parts:
    """Take a stored mail apart."""
    mail = _parsed(mime)
    text = mail.get_body(("plain",))
    return Parts(
        headers=tuple((words, str(mail[name])) for name, words in _HEADERS.items() if mail[name]),
        text=cast("str", text.get_content()).strip() if text else "",
        has_html=mail.get_body(("html",)) is not None,
        attachments=tuple(
            Attached(part.get_filename() or "tệp", part.get_content_type(), len(_octets(part)))
            for part in mail.walk()
            if part.get_filename()
        ),
        size=len(mime),
    )


def as_seen(mime: bytes) -> str:
    """Return the HTML with its embedded pictures inside, and links that open in the whole window."""
    mail = _parsed(mime)
    body = mail.get_body(("html",))
    if body is None:
        return _EMPTY
    html = cast("str", body.get_content())
    for part in mail.walk():
        name = part.get("Content-ID", "").strip("<> ")
        if name and part.get_content_maintype() == "image":
            picture = f"data:{part.get_content_type()};base64,{b64encode(_octets(part)).decode()}"
            html = html.replace(f"cid:{name}", picture)
    return html.replace("<head>", '<head><base target="_top">', 1)


def _parsed(mime: bytes) -> EmailMessage:
    return message_from_bytes(mime, policy=default)


def _octets(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""

"""Where reports of failed mails arrive: a Maildir folder or an IMAP mailbox. What was dealt with is marked as seen, not deleted."""

import imaplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from mailbox import Maildir
from pathlib import Path

TIMEOUT = 30  # seconds


class UnreachableMailboxError(Exception):
    """The mailbox cannot be read; the sentence says why."""


@dataclass(frozen=True, slots=True)
class ImapMailbox:
    """A mailbox on an IMAP server over TLS, the certificate verified; `plain` is for a server on this machine only."""

    host: str
    user: str
    password: str = field(repr=False)
    port: int = 993
    folder: str = "INBOX"
    plain: bool = False


def unseen_in_maildir(folder: Path) -> Iterator[bytes]:
    """Yield each new mail; one is moved to `cur` and flagged seen when the next is asked for. Raises UnreachableMailboxError."""
    if not (folder / "new").is_dir():
        raise UnreachableMailboxError(f"Thư mục {folder} không phải hộp thư Maildir: thiếu thư mục con new.")
    maildir = Maildir(folder, create=False)
    for key in sorted(maildir.keys()):
        message = maildir.get_message(key)
        if "S" in message.get_flags():
            continue
        yield maildir.get_bytes(key)
        message.set_subdir("cur")
        message.add_flag("S")
        maildir[key] = message


def unseen_over_imap(at: ImapMailbox) -> Iterator[bytes]:
    """Yield each unseen mail; one is flagged seen when the next is asked for. Raises UnreachableMailboxError."""
    try:
        with _connected(at) as connection:
            connection.login(at.user, at.password)
            connection.select(at.folder)
            _, found = connection.uid("SEARCH", "UNSEEN")
            for uid in (found[0] or b"").split():
                yield _fetched(connection, uid.decode())
                connection.uid("STORE", uid.decode(), "+FLAGS", r"(\Seen)")
    except (imaplib.IMAP4.error, OSError) as error:
        raise UnreachableMailboxError(f"Không đọc được hộp thư {at.user} trên {at.host}: {error}.") from error


def _connected(at: ImapMailbox) -> imaplib.IMAP4:
    if at.plain:
        return imaplib.IMAP4(at.host, at.port, timeout=TIMEOUT)
    return imaplib.IMAP4_SSL(at.host, at.port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT)


def _fetched(connection: imaplib.IMAP4, uid: str) -> bytes:
    _, parts = connection.uid("FETCH", uid, "(BODY.PEEK[])")
    for part in parts:
        if isinstance(part, tuple):
            body = part[1]
            return body if isinstance(body, bytes) else b""
    return b""

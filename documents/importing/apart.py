"""Reads a document that somebody sent in a process of its own, bounded in time and memory: what it does stays there.

The child is `documents.importing.alone`; it is given a file and leaves its answer in another.
"""

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from catalog.errors import Fault, FaultyDataError

LONGEST = 90  # seconds that one document may take
AT_ONCE = 2  # documents read at the same time by one server
_WAIT = 60  # seconds that a document waits for its turn
_turns = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """What was read of a document: its kind, the draft as YAML, and its rows as [place, [cell, …]]."""

    kind: str
    draft: str
    rows: list[Any]
    stamp: str = ""  # of one of our own sheets: what it was given when it was written


def read_apart(content: bytes, name: str) -> ReadDocument:
    """Read the document; `name` is a plain file name. Raises FaultyDataError for one that cannot be read, takes too long or breaks its reader."""
    answer = json.loads(_run("read", content, name))
    if "faults" in answer:
        raise FaultyDataError(Fault(**fault) for fault in answer["faults"])
    return ReadDocument(answer["kind"], answer["draft"], answer["rows"], answer.get("stamp", ""))


def page_picture(content: bytes, page: int) -> bytes:
    """Return a page of a PDF, counted from 1, as PNG. Raises FaultyDataError as above, and where there is no such page."""
    return _run("page", content, "trang.pdf", str(page))


def _run(verb: str, content: bytes, name: str, *more: str) -> bytes:
    if not _turns.acquire(timeout=_WAIT):
        raise _refused(name, "máy chủ đang đọc nhiều tệp khác.", "Hãy đợi một phút rồi gửi lại.")
    try:
        with TemporaryDirectory(prefix="dondoc-") as folder:
            source, answer = Path(folder) / name, Path(folder) / ".tra-loi"
            source.write_bytes(content)
            if not _ended_well([verb, str(source), str(answer), *more], name):
                raise _refused(
                    name, "tệp không đọc được.", "Hãy lưu lại tệp bằng Word hoặc Excel rồi gửi lại."
                )
            return answer.read_bytes()
    finally:
        _turns.release()


def _ended_well(arguments: list[str], name: str) -> bool:
    """Tell whether the child gave its whole answer; one that is stopped at a bound may leave half of it."""
    # -I: nothing of this server's environment or folder reaches the child
    command = [sys.executable, "-I", "-X", "utf8", "-m", "documents.importing.alone", *arguments]
    try:
        ended = subprocess.run(  # noqa: S603  # our own module; the sent file is only an argument
            command,
            check=False,
            env={},
            timeout=LONGEST,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        said = f"đọc quá {LONGEST} giây nên đã dừng."
        raise _refused(name, said, "Hãy chỉ giữ các trang có danh mục rồi gửi lại.") from None
    return ended.returncode == 0


def _refused(name: str, message: str, remedy: str) -> FaultyDataError:
    return FaultyDataError([Fault(message, file=name, remedy=remedy)])

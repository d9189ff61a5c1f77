"""An amendment on its way through the portal: a file that was sent, or fields that were edited; held nowhere but in the form.

The preview carries the whole text, so that what is applied is what was looked at; `fingerprint` tells whether it still
does the same.
"""

import json
import unicodedata
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64Error
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

from catalog.decision import Decision, Duty
from tasks.amending.amendments import Prepared, agencies_told, prepare
from tasks.errors import DomainError
from web.forms import Typed
from web.uploads import plain_name

LARGEST = 1_000_000  # bytes of an amendment file
EDITED = "sua-doi.yaml"  # the name of one that was made of edited fields
COLUMNS = {
    "deadline": ("han", "thời gian thực hiện"),
    "lead": ("chu-tri", "cơ quan chủ trì"),
    "support": ("phoi-hop", "cơ quan phối hợp"),
    "text": ("noi-dung", "nội dung nhiệm vụ"),
}
_NEW = {"code": "mã nhiệm vụ", "section": "phần", "text": "nội dung", "lead": "cơ quan chủ trì"}
_LONGEST_CELL = 20_000  # characters


@dataclass(frozen=True, slots=True)
class Draft:
    """The text of an amendment; `number` and `issued_on`, where given, win over what it says itself."""

    name: str
    content: bytes
    number: str | None = None
    issued_on: date | None = None

    @property
    def packed(self) -> str:
        """The text as a field of a form carries it."""
        return urlsafe_b64encode(zlib.compress(self.content)).decode()

    @property
    def edited(self) -> bool:
        """Whether the portal wrote the text, so that its lines mean nothing to anybody."""
        return self.name == EDITED


def sent(upload: UploadFile | None, typed: Typed) -> Draft:
    """Return the draft of a form: its file, else the text that it carries. Raises DomainError."""
    number = typed.text("so-van-ban", "số, ký hiệu văn bản", longest=100) or None
    issued_on = typed.day("ngay-van-ban", "ngày ban hành")
    if upload is not None:
        name = plain_name(upload.filename or "")
        content = _as_ours(upload.file.read(LARGEST + 1))
    elif typed.of("van-ban"):
        name, content = plain_name(typed.of("ten-tep")), _unpacked(typed.of("van-ban"))
    else:
        raise DomainError("Chưa chọn tệp điều chỉnh, bổ sung.")
    if len(content) > LARGEST:
        raise DomainError(
            f"Tệp {name} nặng quá {LARGEST // 1_000_000} MB; hãy kiểm tra có chọn nhầm tệp không."
        )
    return Draft(name, content, number, issued_on)


def edited(key: str, decision: Decision, codes: list[str], typed: Typed) -> Draft:
    """Return the draft that the edited fields amount to; what reads as before is not named. Faults go into `typed`."""
    document: dict[str, Any] = {
        "amends": key,
        "number": typed.text("so-van-ban", "số, ký hiệu văn bản", longest=100) or None,
        "issued_on": typed.day("ngay-van-ban", "ngày ban hành"),
        "because": typed.text("ly-do", "lý do", required=True),
    }
    parts: dict[str, list[dict[str, Any]]] = {
        "add": list(_added(typed)),
        "change": [],
        "cancel": [],
        "rounds": [],
    }
    for code in codes:
        if typed.of(f"bo-{code}") == "1":
            parts["cancel"].append({"code": code, "reason": document["because"]})
        elif columns := dict(_changed(decision.duty(code), typed)):
            parts["change"].append({"code": code, **columns})
    for planned in decision.rounds:
        words = typed.text(f"lan-{planned.code}", f"hạn {planned.code}")
        if words and words != planned.text:
            parts["rounds"].append({"code": planned.code, "text": words})
    if not any(parts.values()) and not typed.faults:
        typed.faults["chung"] = "Chưa có nội dung nào khác bản hiện hành; hãy sửa ít nhất một chỗ."
    document |= {name: entries for name, entries in parts.items() if entries}
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)
    return Draft(EDITED, text.encode())


def prepared_of(session: Session, draft: Draft, *, lock: bool = False) -> Prepared:
    """Hold the draft against what is stored. Raises FaultyDataError and DomainError."""
    with TemporaryDirectory(prefix="dondoc-") as folder:
        path = Path(folder) / draft.name
        path.write_bytes(draft.content)
        return prepare(session, path, issued_on=draft.issued_on, number=draft.number, lock=lock)


def fingerprint(session: Session, prepared: Prepared) -> str:
    """Return what tells this preview from one of another day."""
    told = [agency.code for agency in agencies_told(session, prepared)]
    shown = [prepared.applied_before, prepared.difference.document(), told]
    return sha256(json.dumps(shown, default=str).encode()).hexdigest()


def _changed(duty: Duty, typed: Typed) -> Iterator[tuple[str, Any]]:
    for column, (field, label) in COLUMNS.items():
        name = f"{field}-{duty.code}"
        if name not in typed.values:
            continue
        words = typed.text(name, label, longest=_LONGEST_CELL, required=column in {"lead", "text"})
        before = Typed({name: getattr(duty, column)}).text(name, label, longest=_LONGEST_CELL)
        if words != before:
            yield column, words
    due = typed.day(f"ngay-{duty.code}", "ngày cuối đúng hạn")
    if due is not None:
        yield "due", due
    if typed.of(f"qua-{duty.code}") == "1":
        yield "accept_past", True


def _added(typed: Typed) -> Iterator[dict[str, Any]]:
    """Yield the new row, where any field of it but the section, which is always chosen, has something in it."""
    names = ("code", "section", *reversed(COLUMNS))
    if not any(typed.of(f"moi-{name}").strip() for name in names if name != "section"):
        return
    row = {
        name: typed.text(f"moi-{name}", _NEW.get(name, "ô này"), required=name in _NEW, longest=_LONGEST_CELL)
        for name in names
    }
    yield {name: words for name, words in row.items() if words}


def _as_ours(content: bytes) -> bytes:
    """Give the text the form that files here have; what an editor of another system wrote is no fault of the officer's."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content  # refused where it is read, with its reason
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n")).encode()


def _unpacked(text: str) -> bytes:
    try:
        return zlib.decompressobj().decompress(urlsafe_b64decode(text.encode()), LARGEST + 1)
    except (NotBase64Error, ValueError, zlib.error):
        raise DomainError("Biểu mẫu không còn nguyên vẹn; hãy chọn lại tệp rồi xem trước lại.") from None

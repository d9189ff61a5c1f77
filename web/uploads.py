"""Files that people send: named plainly, of a known kind by their content, not larger than allowed."""

import re
import unicodedata

from starlette.datastructures import UploadFile

from tasks.errors import DomainError
from tasks.reporting.content import LARGEST_FILE, File

LONGEST_NAME = 120  # characters
_LONGEST_BYTES = 240  # file systems hold 255, and a Vietnamese letter may take three
_LONGEST_SUFFIX = 10  # characters; what is longer after the last point is no suffix
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_ZIPPED = b"PK\x03\x04"
# suffix: (how the content begins, media type)
KINDS: dict[str, tuple[bytes, str]] = {
    "pdf": (b"%PDF-", "application/pdf"),
    "docx": (_ZIPPED, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (_ZIPPED, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pptx": (_ZIPPED, "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "zip": (_ZIPPED, "application/zip"),
    "doc": (b"\xd0\xcf\x11\xe0", "application/msword"),
    "xls": (b"\xd0\xcf\x11\xe0", "application/vnd.ms-excel"),
    "jpg": (b"\xff\xd8\xff", "image/jpeg"),
    "jpeg": (b"\xff\xd8\xff", "image/jpeg"),
    "png": (b"\x89PNG\r\n", "image/png"),
}
ACCEPTED = ",".join(f".{suffix}" for suffix in KINDS)


def read_upload(upload: UploadFile) -> File:
    """Return the file. Raises DomainError for one that is too large, of another kind, or not what its name says."""
    name = plain_name(upload.filename or "")
    suffix = name.rpartition(".")[2].lower()
    if suffix not in KINDS:
        raise DomainError(
            f"Tệp {name}: chỉ nhận {', '.join(KINDS)}. Hãy lưu sang một trong các dạng này rồi gửi lại."
        )
    content = upload.file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise DomainError(f"Tệp {name} nặng quá {LARGEST_FILE // 2**20} MB. Hãy giảm dung lượng rồi gửi lại.")
    beginning, media_type = KINDS[suffix]
    if not content.startswith(beginning):
        raise DomainError(f"Tệp {name} không phải là tệp {suffix} như tên của nó. Hãy kiểm tra lại tệp.")
    return File(name, media_type, content)


def plain_name(name: str) -> str:
    """Return a file name without folders, marks of control or what systems forbid; never empty, never hidden."""
    whole = name.encode(errors="ignore").decode()  # without halves of characters
    last = unicodedata.normalize("NFC", whole).replace("\\", "/").rpartition("/")[2]
    plain = _FORBIDDEN.sub("_", last).strip(" .")
    stem, dot, suffix = plain.rpartition(".")
    if 0 < len(suffix) <= _LONGEST_SUFFIX and dot:
        return f"{_cut(stem, len(suffix) + 1)}.{suffix}"
    return _cut(plain) or "tep"


def _cut(text: str, less: int = 0) -> str:
    kept = text[: LONGEST_NAME - less].encode()[: _LONGEST_BYTES - 4 * less]
    return kept.decode(errors="ignore").rstrip(" .")

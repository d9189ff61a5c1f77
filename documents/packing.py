"""Office files made the same way every time: the instant a file was made at is the snapshot's, never the clock's."""

import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from docx.document import Document

from documents.placing import placed

_NO_DAY = (1980, 1, 1, 0, 0, 0)  # the first day a zip archive knows


def save_document(document: Document, path: Path, made_at: datetime, title: str) -> None:
    """Save with properties that say `made_at`; the same content gives the same bytes. Raises OSError."""
    properties = document.core_properties
    instant = made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties.created = properties.modified = instant
    properties.title, properties.author, properties.last_modified_by = title, "dondoc", "dondoc"
    properties.comments, properties.keywords, properties.revision, properties.language = "", "", 1, "vi-VN"
    buffer = BytesIO()
    document.save(buffer)
    with placed(path) as target:
        target.write_bytes(repacked(buffer.getvalue()))


def repacked(archive: bytes) -> bytes:
    """Return the archive with its parts in their order and without the times they were packed at."""
    result = BytesIO()
    with zipfile.ZipFile(BytesIO(archive)) as source, zipfile.ZipFile(result, "w") as target:
        for part in source.infolist():
            entry = zipfile.ZipInfo(part.filename, _NO_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, source.read(part))
    return result.getvalue()

"""Files that people take away: always saved, never opened in our pages, under a name that says what they are."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from fastapi.responses import Response

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(content: bytes, name: str, media_type: str) -> Response:
    """Return the answer that saves `content` as `name`."""
    plain = "".join(char if char.isascii() and (char.isalnum() or char in "-._") else "_" for char in name)
    return Response(
        content,
        media_type=media_type,
        headers={
            "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


def made(name: str, media_type: str, write: Callable[[Path], object]) -> Response:
    """Return the answer that saves what `write` writes to the path it is given."""
    with TemporaryDirectory(prefix="dondoc-") as folder:
        path = Path(folder) / "tep.xlsx"
        write(path)
        return download(path.read_bytes(), name, media_type)

"""Which code runs here: the release and a digest of its files, the same on every machine that has the same code."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

PROJECT = Path(__file__).parent.parent
_PACKAGES = ("catalog", "tasks", "documents", "notifications", "flows", "web", "dondoc", "migrations")
_KINDS = {".py", ".yaml", ".yml", ".html", ".txt", ".css", ".js"}


@cache
def code_version() -> str:
    """Return for example "0.1.0+3fa2c19b": the release, and eight digits that any change of a file changes."""
    digest = hashlib.sha256()
    files = (path for package in _PACKAGES for path in (PROJECT / package).rglob("*"))
    for path in sorted(path for path in files if path.suffix in _KINDS):
        digest.update(path.relative_to(PROJECT).as_posix().encode())
        digest.update(path.read_bytes())
    return f"{version('dondoc')}+{digest.hexdigest()[:8]}"

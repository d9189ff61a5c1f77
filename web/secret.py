"""The key that signs what a browser holds for us: the one of the settings, else one kept in the home of this machine."""

import secrets
from pathlib import Path

from dondoc.settings import Settings

FILE = "secret-key"


def signing_key(settings: Settings) -> str:
    """Return the key; several machines that serve one database must be given the same by DONDOC_SECRET_KEY."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    path = settings.home / FILE
    if not path.exists():
        _make(path)
    return path.read_text(encoding="utf-8").strip()


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{FILE}.{secrets.token_hex(4)}")
    partial.touch(mode=0o600)
    partial.write_text(secrets.token_urlsafe(48), encoding="utf-8")
    try:
        path.hardlink_to(partial)  # fails where another process was first; its key stands
    except FileExistsError:
        pass
    finally:
        partial.unlink()

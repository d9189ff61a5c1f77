"""Entity tags: what a representation was, so that it need not be sent again and is not overwritten unseen."""

import re
from hashlib import sha256

_TAG = re.compile(r'(?:W/)?"[^"]*"')


def etag_of(body: str) -> str:
    """Return the strong tag of a representation."""
    return f'"{sha256(body.encode()).hexdigest()[:32]}"'


def same_for_reading(said: str | None, etag: str) -> bool:
    """Tell whether If-None-Match names the tag; a weakened one, as proxies make, counts."""
    if said is None:
        return False
    return said.strip() == "*" or etag in {tag.removeprefix("W/") for tag in _TAG.findall(said)}


def same_for_writing(said: str, etag: str) -> bool:
    """Tell whether If-Match names the tag; a weak one never does."""
    return said.strip() == "*" or etag in _TAG.findall(said)

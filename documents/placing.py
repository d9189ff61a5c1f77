"""Puts a finished file in its place at once: until then the old one stays, and a failure leaves nothing behind."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def placed(path: Path) -> Iterator[Path]:
    """Yield a path beside `path` to write to; it becomes `path` when the block ends well. Raises OSError."""
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix)
    os.close(number)
    unfinished = Path(name)
    try:
        yield unfinished
        unfinished.chmod(0o644)  # mkstemp lets nobody else read
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)

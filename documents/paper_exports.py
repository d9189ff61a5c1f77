"""Paper as files: a frozen snapshot printed as Word or, by the file's suffix, as PDF."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from documents.pdf import convert_to_pdf

_T = TypeVar("_T")


def printed(path: Path, write: Callable[[Path], _T]) -> _T:
    """Let `write` make a Word document; where `path` is a .pdf it becomes one.

    Raises NoConverterError where PDF cannot be made, and what `write` raises.
    """
    if path.suffix.lower() != ".pdf":
        return write(path)
    with tempfile.TemporaryDirectory(prefix="dondoc-") as folder:
        word = Path(folder) / f"{path.stem}.docx"
        result = write(word)
        convert_to_pdf(word, path)
    return result

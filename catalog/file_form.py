"""Refuses text saved in a form that other programs read differently: Windows line ends, decomposed Unicode."""

import unicodedata
from pathlib import Path

from catalog.errors import Fault

_NFC = "Hãy lưu lại tệp với Unicode dựng sẵn (NFC)."
_LF = "Hãy lưu lại tệp với kiểu xuống dòng LF (Unix)."


def form_faults(path: Path) -> tuple[Fault, ...]:
    """Return one fault for each wrong form, at the first line that has it; a file that cannot be read has none here."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ()
    rows = text.split("\n")
    decomposed = next((n for n, row in enumerate(rows, 1) if not unicodedata.is_normalized("NFC", row)), None)
    windows = next((n for n, row in enumerate(rows, 1) if "\r" in row), None)
    found = (
        (windows, "tệp xuống dòng kiểu Windows (CRLF).", _LF),
        (decomposed, "chữ có dấu ghi bằng Unicode tổ hợp (NFD).", _NFC),
    )
    return tuple(Fault(what, f"dòng {line}", path.name, remedy) for line, what, remedy in found if line)

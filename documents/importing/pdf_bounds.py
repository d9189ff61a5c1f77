"""How much a PDF page would unpack to, found without unpacking it: a page of drawings or a bomb is left alone."""

import zlib
from collections.abc import Iterator
from typing import Any

from pdfminer.ascii85 import ascii85decode, asciihexdecode
from pdfminer.pdftypes import PDFStream, resolve1

MAX_PAGE_MB = 2  # of drawing instructions; a full page of ruled text takes a twentieth
_MB = 1024 * 1024
_FLATE = {"FlateDecode", "Fl"}
_WRITTEN_OUT = {  # as printable text, which unpacks to less
    "ASCII85Decode": ascii85decode, "A85": ascii85decode, "ASCIIHexDecode": asciihexdecode, "AHx": asciihexdecode,
}  # fmt: skip
_STEP = 64 * 1024  # bytes unpacked at once, counted and thrown away
_FORMS_DEEP = 4


def too_large(page: Any) -> bool:
    """Tell whether a page's instructions, with the forms it draws, unpack to more than MAX_PAGE_MB."""
    left = MAX_PAGE_MB * _MB
    forms = _forms(page.page_obj.resources, _FORMS_DEEP, set())
    for stream in (*_streams(page.page_obj.contents), *forms):
        left -= _unpacked(stream, left)
        if left < 0:
            return True
    return False


def _streams(contents: Any) -> Iterator[PDFStream]:
    for each in contents:
        found = resolve1(each)
        if isinstance(found, PDFStream):
            yield found


def _forms(resources: Any, depth: int, met: set[int]) -> Iterator[PDFStream]:
    """Yield the page's drawn forms and those inside them, each once: they may share what they draw with.

    Images are never unpacked.
    """
    drawn = resolve1((resolve1(resources) or {}).get("XObject")) or {}
    for stream in _streams(drawn.values()) if depth else ():
        if id(stream) not in met and getattr(resolve1(stream.get("Subtype")), "name", "") == "Form":
            met.add(id(stream))
            yield stream
            yield from _forms(stream.get("Resources") or {}, depth - 1, met)


def _unpacked(stream: PDFStream, limit: int) -> int:
    """Return the size of the unpacked stream, or something over `limit`."""
    data = stream.get_rawdata() or b""
    names = [str(getattr(name, "name", name)) for name, _ in stream.get_filters()]
    while names and names[0] in _WRITTEN_OUT:
        try:
            data = _WRITTEN_OUT[names.pop(0)](data)
        except ValueError:  # damage is for the reader to tell
            return len(data)
    if not names or names[0] not in _FLATE:
        return len(data)
    return limit + 1 if len(names) > 1 else _inflated(data, limit)  # packed twice is packed to hide


def _inflated(data: bytes, limit: int) -> int:
    unpacker, total, rest = zlib.decompressobj(), 0, data
    try:
        while rest and total <= limit and not unpacker.eof:
            total += len(unpacker.decompress(rest, _STEP))
            rest = unpacker.unconsumed_tail
    except zlib.error:  # as above
        return total
    return total

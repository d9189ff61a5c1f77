"""How much a PDF page would unpack to, found without unpacking it: a page of drawings or a bomb is left alone."""

import zlib
from collections.abc import Iterator
from typing import Any

from pdfminer.pdftypes import PDFStream, resolve1

MAX_PAGE_MB = 2  # of drawing instructions; a full page of ruled text takes a twentieth
_MB = 1024 * 1024
_FLATE = {"FlateDecode", "Fl"}
_STEP = 64 * 1024  # bytes unpacked at once, counted and thrown away
_FORMS_DEEP = 4


def too_large(page: Any) -> bool:
    """Tell whether a page's instructions, with the forms it draws, unpack to more than MAX_PAGE_MB."""
    left = MAX_PAGE_MB * _MB
    for stream in (*_streams(page.page_obj.contents), *_forms(page.page_obj.resources, _FORMS_DEEP)):
        left -= _unpacked(stream, left)
        if left < 0:
            return True
    return False


def _streams(contents: Any) -> Iterator[PDFStream]:
    for each in contents:
        found = resolve1(each)
        if isinstance(found, PDFStream):
            yield found


def _forms(resources: Any, depth: int) -> Iterator[PDFStream]:
    """Yield the page's drawn forms and those inside them; images are never unpacked."""
    drawn = resolve1((resolve1(resources) or {}).get("XObject")) or {}
    for stream in _streams(drawn.values()) if depth else ():
        if getattr(resolve1(stream.get("Subtype")), "name", "") == "Form":
            yield stream
            yield from _forms(stream.get("Resources") or {}, depth - 1)


def _unpacked(stream: PDFStream, limit: int) -> int:
    """Return the size of the unpacked stream, or something over `limit`."""
    size = len(stream.get_rawdata() or b"")
    names = [str(getattr(name, "name", name)) for name, _ in stream.get_filters()]
    if not names or names[-1] not in _FLATE:
        return size
    if len(names) > 1:
        return limit + 1 if names[0] in _FLATE else size  # packed twice is packed to hide
    return _inflated(stream.get_rawdata() or b"", limit)


def _inflated(data: bytes, limit: int) -> int:
    unpacker, total, rest = zlib.decompressobj(), 0, data
    try:
        while rest and total <= limit and not unpacker.eof:
            total += len(unpacker.decompress(rest, _STEP))
            rest = unpacker.unconsumed_tail
    except zlib.error:  # damage is for the reader to tell
        return total
    return total

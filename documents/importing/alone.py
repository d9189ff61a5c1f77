"""The child of `documents.importing.apart`: bounds itself, reads one document, leaves the answer in a file and ends."""

import json
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from catalog.errors import FaultyDataError

MEMORY = 2 * 1024**3  # bytes of addresses; the largest sample needs an eighth
SECONDS = 80  # of the processor
LARGEST_FILE = 64 * 1024**2  # bytes that it may write
MOST_ROWS, LONGEST_ROW = 20_000, 8_000  # of the source that are kept to be shown; characters of a cell
_PICTURE_WIDTH = 1100  # pixels


def main(arguments: list[str]) -> None:
    verb, source, answer, *more = arguments
    _bound()
    if verb == "page":
        Path(answer).write_bytes(_page(Path(source), int(more[0])))
        return
    Path(answer).write_text(json.dumps(_read(Path(source)), ensure_ascii=False), encoding="utf-8")


def _bound() -> None:
    with suppress(ImportError):  # there is no such module where there are no such bounds
        import resource

        bounds = {
            resource.RLIMIT_AS: MEMORY,
            resource.RLIMIT_CPU: SECONDS,
            resource.RLIMIT_FSIZE: LARGEST_FILE,
            resource.RLIMIT_CORE: 0,
        }
        for kind, most in bounds.items():
            _, allowed = resource.getrlimit(
                kind
            )  # a service may be bounded closer already, and cannot undo that
            bound = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
            resource.setrlimit(kind, (bound, bound))


def _read(path: Path) -> dict[str, Any]:
    try:
        return _reader(path)(path)
    except FaultyDataError as refused:
        return {"faults": [asdict(fault) for fault in refused.faults]}


def _reader(path: Path) -> Callable[[Path], dict[str, Any]]:
    from documents.draft_sheet.reader import is_draft_sheet

    if path.suffix.lower() in {".yaml", ".yml"}:
        return _yaml
    return _sheet if is_draft_sheet(path) else _document


def _document(path: Path) -> dict[str, Any]:
    from catalog.drafts.drafting import draft_decision
    from catalog.drafts.yaml import draft_yaml
    from documents.importing.guard import kind_of
    from documents.importing.tables_in import read_source

    source = read_source(path)
    return {
        "kind": kind_of(path).value,
        "draft": draft_yaml(draft_decision(source)),
        "rows": list(_rows(source)),
    }


def _rows(source: Any) -> list[Any]:
    from catalog.drafts.source import MARK, Table

    shown: list[tuple[str, list[str]]] = []
    for block in source.blocks:
        if isinstance(block, Table):
            shown += [(row.place, [cell.text for cell in row.cells]) for row in block.rows]
        else:
            shown.append((block.place, [block.text]))
    return [
        [place, [MARK.sub(r" (\1)", cell)[:LONGEST_ROW] for cell in cells]]
        for place, cells in shown[:MOST_ROWS]
    ]


def _sheet(path: Path) -> dict[str, Any]:
    from catalog.drafts.file_text import draft_text
    from documents.draft_sheet.reader import read_draft_sheet

    found, faults = read_draft_sheet(path)
    if found is None:
        raise FaultyDataError(faults)
    return {"kind": "sheet", "draft": draft_text(found.draft), "rows": [], "stamp": found.stamp}


def _yaml(path: Path) -> dict[str, Any]:
    from catalog.drafts.file import read_draft
    from catalog.drafts.file_text import draft_text
    from catalog.yaml_lines import read_text

    text, fault = read_text(path)
    draft, faults = read_draft(text, path.name) if fault is None else (None, (fault,))
    if draft is None:
        raise FaultyDataError(faults)
    return {"kind": "yaml", "draft": draft_text(draft), "rows": []}


def _page(path: Path, number: int) -> bytes:
    from io import BytesIO

    from pypdfium2 import PdfDocument

    document = PdfDocument(path)
    page = document[number - 1]
    scale = min(_PICTURE_WIDTH / max(page.get_width(), 1), 3)
    picture = BytesIO()
    page.render(scale=scale).to_pil().convert("L").save(picture, "PNG", optimize=True)
    return picture.getvalue()


if __name__ == "__main__":
    main(sys.argv[1:])

"""PDF in: ruled tables laid out on one grid across pages, and the lines of prose outside them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from statistics import mode
from typing import Any

import pdfplumber
from pdfplumber.utils.text import extract_text
from pypdfium2 import PdfDocument, PdfiumError
from pypdfium2.raw import FORMTYPE_NONE

from catalog.drafts.source import MARK_CLOSE, MARK_OPEN, Block, Cell, Line, Row, Source, Table
from catalog.errors import FaultyDataError
from documents.importing.guard import refuse
from documents.importing.pdf_bounds import too_large
from documents.importing.pdf_unruled import TOLD, UnruledTable, read_unruled

MAX_PAGES = 300
_NEAR = 6.0  # points; edges of one table differ by less from page to page
_COLUMN_GAP = 24.0  # points between two words that belong to different columns
_SMALL = 0.75  # of the page's type size; smaller digits are footnote marks
Box = tuple[float, float, float, float]


@dataclass(slots=True)
class _Run:
    """A table that goes on over pages: the cells of each page with their texts."""

    number: int
    left: float
    right: float
    pages: list[tuple[int, list[tuple[Box, str]]]] = field(default_factory=list)


def read_pdf(path: Path) -> Source:
    """Return tables and prose; raises FaultyDataError for a scan, a password, damage."""
    blocks: list[Block | _Run] = []
    bare: list[int] = []
    drawn: list[int] = []
    try:
        with pdfplumber.open(_flattened(path)) as document:
            _bounded(path, len(document.pages))
            for page in document.pages:
                if too_large(page):
                    drawn.append(page.page_number)
                    continue
                if not page.chars:
                    bare.append(page.page_number)
                _read_page(page, blocks)
                page.close()
            pages = len(document.pages)
            legible = [page for page in document.pages if page.page_number not in drawn]
            unruled = None if _ruled(blocks) else read_unruled(_words(legible))
            if unruled is not None:
                blocks = list(_around(legible, unruled))
    except Exception as error:  # pdfminer raises many kinds, none of them ours
        raise _refusal(path, error) from None
    if len(drawn) == pages:
        raise refuse(path, "các trang PDF bung ra quá lớn (nghi là bom nén).", "Hãy xuất lại PDF từ Word.")
    if len(bare) + len(drawn) == pages:
        raise refuse(
            path,
            "tệp PDF chỉ có ảnh chụp, không có chữ để đọc.",
            "Hãy dùng bản Word, hoặc bản PDF xuất từ Word.",
        )
    laid = tuple(_laid_out(block) if isinstance(block, _Run) else block for block in blocks)
    if _unreadable(laid):
        raise refuse(path, "chữ trong tệp PDF không có bảng mã để đọc.", "Hãy dùng bản Word của văn bản.")
    told = (*_unread(bare, drawn), *([TOLD] if unruled is not None else []))
    return Source(path.name, laid, warnings=told, wrapped=True)


def _unread(bare: Sequence[int], drawn: Sequence[int]) -> tuple[str, ...]:
    told = ((bare, "không có chữ để đọc (ảnh chụp)"), (drawn, "có hình vẽ quá lớn nên không được đọc"))
    return tuple(f"Trang {', '.join(map(str, pages))} {why}." for pages, why in told if pages)


def _ruled(blocks: Iterable[Any]) -> bool:
    """Tell whether any table has rules and columns enough to be a list."""
    return any(
        isinstance(block, _Run) and len({round(box[0]) for _, cells in block.pages for box, _ in cells}) >= 3
        for block in blocks
    )


def _words(pages: Iterable[Any]) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    for page in pages:
        _mark_raised(page.chars)
        yield page.page_number, page.extract_words()
        page.close()


def _around(pages: Iterable[Any], unruled: UnruledTable) -> Iterator[Block]:
    """Yield the document's lines with the table in the place of those it was made of."""
    yielded = False
    for page in pages:
        top, bottom = unruled.spans.get(page.page_number, (0.0, 0.0))
        lines = [(at, text) for at, text in _prose(page, []) if not top - 1 <= at < bottom]
        if bottom and not yielded:
            above: list[Block] = []
            _add_lines(page.page_number, [line for line in lines if line[0] < top], above)
            yield from above
            yield unruled.table
            yielded = True
            lines = [line for line in lines if line[0] >= bottom]
        rest: list[Block] = []
        _add_lines(page.page_number, lines, rest)
        yield from rest
        page.close()


def _bounded(path: Path, pages: int) -> None:
    if pages > MAX_PAGES:
        raise refuse(
            path, f"tệp có hơn {MAX_PAGES} trang.", "Hãy chỉ giữ các trang có danh mục rồi nhập lại."
        )


def _flattened(path: Path) -> Path | BytesIO:
    """Return the file with its form fields and stamps made page content: number and day are often stamped that way."""
    try:
        document = PdfDocument(path)
        try:
            if document.get_formtype() == FORMTYPE_NONE:
                return path
            document.init_forms()
            for page in document:
                page.flatten()
            flat = BytesIO()
            document.save(flat)
        finally:
            document.close()
    except PdfiumError:
        return path  # pdfminer says what is wrong with it
    return flat


def _refusal(path: Path, error: Exception) -> Exception:
    if isinstance(error, FaultyDataError):
        return error
    causes = f"{type(error).__name__} {error!r} {error.__cause__!r} {error.__context__!r}"
    if "Password" in causes or "Encrypt" in causes:
        return refuse(path, "tệp được đặt mật khẩu.", "Hãy bỏ mật khẩu, lưu lại rồi nhập.")
    return refuse(path, "tệp bị hỏng, không đọc được.", "Hãy xuất lại PDF từ Word, hoặc xin lại bản khác.")


def _unreadable(blocks: Iterable[Block]) -> bool:
    text = "".join(block.text for block in blocks if isinstance(block, Line))
    text += "".join(
        cell.text for block in blocks if isinstance(block, Table) for row in block.rows for cell in row.cells
    )
    return text.count("(cid:") * 5 > len(text) * 0.3 or not text.strip()


def _read_page(page: Any, blocks: list[Block | _Run]) -> None:
    _mark_raised(page.chars)
    tables = [table for table in page.find_tables() if _real(table)]
    lines = _prose(page, [table.bbox for table in tables])
    for table in sorted(tables, key=lambda each: each.bbox[1]):
        above = [line for line in lines if line[0] < table.bbox[1]]
        lines = lines[len(above) :]
        _add_lines(page.page_number, above, blocks)
        _add_table(page, table, blocks)
    _add_lines(page.page_number, lines, blocks)


def _real(table: Any) -> bool:
    """Tell whether ruled boxes are a table: more than one column, or part of one that a page cut off."""
    return len({round(cell[0]) for cell in table.cells}) >= 2


def _mark_raised(chars: Sequence[dict[str, Any]]) -> None:
    """Put footnote marks, digits clearly smaller than the page's type and raised, between the mark's signs."""
    if not chars:
        return
    size = mode(round(char["size"], 1) for char in chars)
    for before, char in pairwise(chars):
        small = char["text"].isdigit() and char["size"] < _SMALL * size <= before["size"] + 0.01
        if small and char["bottom"] < before["bottom"] - 0.1 * size and char["text"].isascii():
            char["text"] = f"{MARK_OPEN}{char['text']}{MARK_CLOSE}"


def _prose(page: Any, boxes: Sequence[Box]) -> list[tuple[float, str]]:
    def outside(item: dict[str, Any]) -> bool:
        middle, centre = (item["top"] + item["bottom"]) / 2, (item["x0"] + item["x1"]) / 2
        return not any(box[0] <= centre <= box[2] and box[1] <= middle <= box[3] for box in boxes)

    rest = page.filter(outside)
    return [
        (line["top"], _spaced(line["chars"])) for line in rest.extract_text_lines() if line["text"].strip()
    ]


def _spaced(chars: Sequence[dict[str, Any]]) -> str:
    """Return a line with wide gaps kept as runs of spaces, so that two columns of a letterhead stay apart."""
    text = ""
    last: float | None = None
    for char in chars:
        if last is not None and char["x0"] - last > _COLUMN_GAP:
            text += " " * 8
        elif last is not None and char["x0"] - last > 0.2 * char["size"] and not text.endswith(" "):
            text += " "
        text += char["text"]
        last = char["x1"] if char["text"].strip() else last
    return text


def _add_lines(page: int, lines: Iterable[tuple[float, str]], blocks: list[Any]) -> None:
    for top, text in lines:
        if text.strip().isdigit() and (top < 80 or len(text.strip()) <= 3):  # the page's own number
            continue
        blocks.append(Line(text, f"trang {page}"))


def _add_table(page: Any, table: Any, blocks: list[Block | _Run]) -> None:
    left, _, right, _ = table.bbox
    cells = [(tuple(cell), _text_in(page, cell)) for cell in table.cells]
    last = next((block for block in reversed(blocks) if isinstance(block, _Run)), None)
    goes_on = last is not None and abs(last.left - left) < _NEAR and abs(last.right - right) < _NEAR
    if last is not None and goes_on and last.pages[-1][0] == page.page_number - 1 and blocks[-1] is last:
        last.pages.append((page.page_number, cells))
        return
    number = sum(isinstance(block, _Run) for block in blocks) + 1
    blocks.append(_Run(number, left, right, [(page.page_number, cells)]))


def _text_in(page: Any, box: Box) -> str:
    left, top, right, bottom = box
    inside = [
        char
        for char in page.chars
        if left <= (char["x0"] + char["x1"]) / 2 < right
        and top <= (char["top"] + char["bottom"]) / 2 < bottom
    ]
    return str(extract_text(inside)) if inside else ""


def _laid_out(run: _Run) -> Table:
    edges = _edges(box[0] for _, cells in run.pages for box, _ in cells)
    place = f"bảng {run.number}"
    rows: list[Row] = []
    for page, cells in run.pages:
        rows.extend(_page_rows(page, place, cells, edges))
    return Table(tuple(rows), place)


def _edges(starts: Iterable[float]) -> list[float]:
    """Return the left edges of the columns; starts that nearly coincide are one edge."""
    edges: list[float] = []
    for start in sorted(starts):
        if not edges or start - edges[-1] > _NEAR:
            edges.append(start)
    return edges


def _page_rows(
    page: int, table: str, cells: Sequence[tuple[Box, str]], edges: Sequence[float]
) -> Iterator[Row]:
    tops = _edges(box[1] for box, _ in cells)
    for index, top in enumerate(tops):
        place = f"trang {page}, {table}, dòng {index + 1}"
        row = tuple(
            _position(cells, edge, top, f"{place}, cột {column}") for column, edge in enumerate(edges, 1)
        )
        yield Row(row, place, page_top=index == 0)


def _position(cells: Sequence[tuple[Box, str]], edge: float, top: float, place: str) -> Cell:
    """Return what stands at one point of the grid: a cell's beginning, or the part of one that began elsewhere."""
    x, y = edge + _NEAR / 2, top + _NEAR / 2
    for (left, upper, right, lower), text in cells:
        if not (left - _NEAR < x < right and upper - _NEAR < y < lower):
            continue
        starts_here, starts_row = abs(left - edge) <= _NEAR, abs(upper - top) <= _NEAR
        if starts_here and starts_row:
            return Cell(text, place)
        return Cell(place=place, covered="above" if starts_here else "left")
    return Cell(place=place)

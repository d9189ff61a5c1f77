"""Tables of Word written as raw rows: python-docx walks the whole table for every cell, hours for thousands of rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from documents.administrative import FONT
from documents.cleaning import printable

_TWIPS = 56.7  # in a millimetre


@dataclass(frozen=True, slots=True)
class WordColumn:
    """`width` in mm."""

    head: str
    width: int
    align: Literal["left", "center", "right"] = "left"


def add_table(
    document: Document, columns: Sequence[WordColumn], rows: Iterable[Sequence[str]], size: int = 13
) -> int:
    """Add a ruled table whose head is repeated on every page and whose rows stay whole; return the number of rows.

    `size` is in points. A line's end within a text becomes one in its cell.
    """
    plain = [_row([(column, text) for column, text in zip(columns, row, strict=True)], size) for row in rows]
    head = _row(
        [(WordColumn(column.head, column.width, "center"), column.head) for column in columns],
        size,
        head=True,
    )
    grid = "".join(f'<w:gridCol w:w="{_twips(column.width)}"/>' for column in columns)
    width = sum(_twips(column.width) for column in columns)
    edges = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for edge in edges)
    margins = '<w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/>'
    table = parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{width}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{head}{''.join(plain)}</w:tbl>"
    )
    document.element.body.insert_element_before(table, "w:sectPr")
    return len(plain)


def _row(cells: Iterable[tuple[WordColumn, str]], size: int, *, head: bool = False) -> str:
    properties = "<w:trPr><w:cantSplit/>" + ("<w:tblHeader/>" if head else "") + "</w:trPr>"
    return (
        f"<w:tr>{properties}{''.join(_cell(column, text, size, head=head) for column, text in cells)}</w:tr>"
    )


def _cell(column: WordColumn, text: str, size: int, *, head: bool) -> str:
    bold = "<w:b/>" if head else ""
    look = (
        f'<w:rPr><w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:cs="{FONT}"/>{bold}<w:color w:val="000000"/>'
        f'<w:sz w:val="{2 * size}"/><w:szCs w:val="{2 * size}"/></w:rPr>'
    )
    lines = escape(printable(text)).split("\n")
    words = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{_twips(column.width)}" w:type="dxa"/>'
        f'<w:vAlign w:val="{"center" if head else "top"}"/></w:tcPr>'
        f'<w:p><w:pPr><w:spacing w:before="20" w:after="20"/><w:jc w:val="{column.align}"/></w:pPr>'
        f"<w:r>{look}{words}</w:r></w:p></w:tc>"
    )


def _twips(millimetres: float) -> int:
    return round(millimetres * _TWIPS)
